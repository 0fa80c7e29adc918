// SPDX-License-Identifier: GPL-2.0
/*
 * A graph of functions as text, from a ring: leaves, calls of which one end is on another page or
 * was lost, depths, marks, events between, tasks that change, options. What is expected is what
 * ftrace prints of the same records. %ps is an address and an s here.
 */
#include <limits.h>

#include "../trace.h"
#include "functions.h"

#include "ring.h"

unsigned int nr_cpu_ids = 2;

static struct test_ring ring;
static struct remote_trace_tracer tracer;
static struct remote_trace remote = { .tracer = &tracer };
static struct remote_trace_cpu tcpu = { .scope = { &remote, 1 } };
static struct remote_trace_text text;
static u64 now;

char trace_find_mark(unsigned long long ns)
{
	return ns > 1000000000 ? '$' : ns > 10000 ? '+' : ' ';
}

static void print_ping(struct trace_seq *seq, struct trace_seq *tmp __maybe_unused,
		       const void *entry __maybe_unused, u32 len __maybe_unused)
{
	trace_seq_puts(seq, "ping id=7");
}

static void print_bare(struct trace_seq *seq, struct trace_seq *tmp __maybe_unused,
		       const void *entry __maybe_unused, u32 len __maybe_unused)
{
	trace_seq_puts(seq, "pingpong");
}

enum { PING = 100, BARE };

static struct trace_event_call ping_call = { "ping" };
static const struct remote_trace_event events[] = {
	{ &ping_call, print_ping, sizeof(struct trace_entry) },
	{ &ping_call, print_bare, sizeof(struct trace_entry) },
};

const struct remote_trace_event *
remote_trace_find_event(const struct remote_trace *remote __maybe_unused, unsigned int id)
{
	return id == PING || id == BARE ? &events[id - PING] : NULL;
}

void remote_trace_merge_next(struct remote_trace_merge *merge __maybe_unused)
{
	remote_ring_reader_consume(&ring.reader);
}

void remote_trace_merge_next_pair(struct remote_trace_merge *merge __maybe_unused)
{
	remote_ring_reader_consume(&ring.reader);
	CHECK(remote_ring_reader_step(&ring.reader));
	remote_ring_reader_consume(&ring.reader);
}

#define put(record)								\
	do {									\
		struct remote_ring_record _to;					\
										\
		_to = remote_ring_writer_reserve(&ring.writer, now, sizeof(record));	\
		CHECK(_to.ok);							\
		memcpy(_to.payload, &(record), sizeof(record));			\
		remote_ring_writer_commit(&ring.writer, _to);			\
	} while (0)

static void enter(int pid, unsigned long func, int depth)
{
	struct ftrace_graph_ent_entry entry = {
		.ent = { .type = TRACE_GRAPH_ENT, .pid = pid },
		.graph_ent = { func, depth },
	};

	put(entry);
}

static void leave(int pid, unsigned long func, int depth, u64 duration)
{
	struct ftrace_graph_ret_entry entry = {
		.ent = { .type = TRACE_GRAPH_RET, .pid = pid },
		.ret = { func, depth, 3, now, now + duration },
	};

	put(entry);
}

static void event(int type, int pid)
{
	struct trace_entry entry = { .type = type, .pid = pid };

	put(entry);
}

/* Print all there is, as the files do, and each line twice, for the first may not have fitted */
static void check_text(const char *want)
{
	static char got[4096];
	size_t len;
	struct remote_trace_cursor cursor = { .tcpu = &tcpu, .walk = &ring.reader };

	got[0] = '\0';
	while ((cursor.event = remote_ring_reader_peek(&ring.reader))) {
		int i;

		for (i = 0; i < 2; i++) {
			trace_seq_init(&text.seq);
			if (!remote_trace_graph_print(&text, &cursor))
				trace_seq_puts(&text.seq, "(a line)\n");
		}
		len = strlen(got);
		CHECK(len + text.seq.seq.len < sizeof(got));
		memcpy(got + len, text.seq.buffer, text.seq.seq.len);
		got[len + text.seq.seq.len] = '\0';
		remote_trace_graph_next(&text, NULL);
	}

	if (strcmp(got, want)) {
		fprintf(stderr, "got:\n%s\nexpected:\n%s\n", got, want);
		test_die();
	}
}

static void set(const char *name, bool on)
{
	CHECK(!remote_trace_graph_set_option(&remote, name, on));
}

static void check_graph(void)
{
	enter(1, 0x10, 0);
	enter(1, 0x20, 1);
	leave(1, 0x20, 1, 1234);
	event(PING, 1);
	enter(1, 0x20, 1);
	event(BARE, 1);
	leave(1, 0x20, 1, 10001);
	leave(1, 0x10, 0, 2000000001);
	event(PING, 1);
	check_text(" 1)               |  0x10s() {\n"
		   " 1)   1.234 us    |    0x20s();\n"
		   " 1)               |  /* ping: id=7 */\n"
		   " 1)               |    0x20s() {\n"
		   " 1)               |      /* pingpong */\n"
		   " 1) + 10.001 us   |    }\n"
		   " 1) $ 2000000 us  |  }\n"
		   " 1)               |  /* ping: id=7 */\n");
}

/* As wide as the column is, and no wider */
static void check_durations(void)
{
	static const struct {
		u64		ns;
		const char	*want;
	} cases[] = {
		{ 0, " 1)   0.000 us    |  0x10s();\n" },
		{ 999, " 1)   0.999 us    |  0x10s();\n" },
		{ 99999, " 1) + 99.999 us   |  0x10s();\n" },
		{ 999999, " 1) + 999.999 us  |  0x10s();\n" },
		{ 1234567, " 1) + 1234.567 us |  0x10s();\n" },
		{ 12345678, " 1) + 12345.67 us |  0x10s();\n" },
		{ 123456789, " 1) + 123456.7 us |  0x10s();\n" },
		{ 1234567891, " 1) $ 1234567 us  |  0x10s();\n" },
		{ 12345678912, " 1) $ 12345678 us |  0x10s();\n" },
		{ 123456789123, " 1) $ 123456789 us |  0x10s();\n" },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		enter(1, 0x10, 0);
		leave(1, 0x10, 0, cases[i].ns);
		check_text(cases[i].want);
	}
}

/* What is no leaf: another function's end, another depth's, another task's; an end alone */
static void check_pairs(void)
{
	enter(1, 0x10, 0);
	leave(1, 0x20, 0, 1);
	enter(1, 0x10, 0);
	leave(1, 0x10, 1, 1);
	enter(1, 0x10, 0);
	leave(2, 0x10, 0, 1);
	enter(2, 0x10, -5);
	leave(2, 0x20, -5, 1);
	event(TRACE_STACK, 2);
	event(TRACE_FN, 2);
	event(77, 2);
	check_text(" 1)               |  0x10s() {\n"
		   " 1)   0.001 us    |  } /* 0x20s */\n"
		   " 1)               |  0x10s() {\n"
		   " 1)   0.001 us    |    } /* 0x10s */\n"
		   " 1)               |  0x10s() {\n"
		   " ------------------------------------------\n"
		   " 1)    <...>-1     =>    <...>-2    \n"
		   " ------------------------------------------\n\n"
		   " 1)   0.001 us    |  }\n"
		   " 1)               |  0x10s() {\n"
		   " 1)   0.001 us    |  }\n"
		   "(a line)\n(a line)\n(a line)\n");
}

/* Whatever the depth is, there is an end to what is in front of the name */
static void check_depths(void)
{
	static const int depths[] = { 5, 64, 65, INT_MAX, INT_MIN };
	static const int blanks[] = { 10, 128, 128, 128, 0 };
	char want[512];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(depths); i++) {
		enter(2, 0x10, depths[i]);
		leave(2, 0x10, depths[i], 1);
		snprintf(want, sizeof(want), " 1)   0.001 us    |  %*s0x10s();\n", blanks[i], "");
		check_text(want);
		enter(2, 0x10, depths[i]);
		event(77, 2);
		leave(2, 0x10, depths[i], 1);
		snprintf(want, sizeof(want), " 1)               |  %*s0x10s() {\n(a line)\n"
			 " 1)   0.001 us    |  %*s}\n", blanks[i], "", blanks[i], "");
		check_text(want);
	}
}

/* A pair on two pages is no leaf, wherever the first of them ends */
static void check_pages(void)
{
	u32 nr, i;

	for (nr = 0; nr < PAGE_SIZE / 4; nr++) {
		u64 seq;

		remote_trace_graph_begin(&text);
		for (i = 0; i < nr; i++)
			event(TRACE_FN, 1);
		while (remote_ring_reader_peek(&ring.reader))
			remote_ring_reader_consume(&ring.reader);

		enter(1, 0x10, 0);
		seq = ring.meta->tail;
		leave(1, 0x10, 0, 1);
		if (ring.meta->tail != seq) {
			check_text(" 1)               |  0x10s() {\n"
				   " 1)   0.001 us    |  }\n");
			return;
		}
		check_text(" 1)   0.001 us    |  0x10s();\n");
	}
	CHECK(!"a pair is on two pages once");
}

static void check_options(void)
{
	struct seq_file m;

	remote_trace_graph_begin(&text);
	set("funcgraph-tail", true);
	set("funcgraph-overrun", true);
	set("funcgraph-proc", true);
	set("funcgraph-abstime", true);
	now = 12000003456;
	enter(12345, 0x10, 0);
	event(PING, 12345);
	leave(12345, 0x10, 0, 20000);
	check_text("   12.000003 |   1)  <...>-12345   |               |  0x10s() {\n"
		   "   12.000003 |   1)  <...>-12345   |               |  /* ping: id=7 */\n"
		   "   12.000003 |   1)  <...>-12345   | + 20.000 us   |  } /* 0x10s */\n"
		   " (Overruns: 3)\n");
	trace_seq_init(&m.seq);
	CHECK(remote_trace_graph_header(&m, &remote));
	CHECK(!strcmp(m.seq.buffer,
		      "#     TIME        CPU  TASK/PID         DURATION                  "
		      "FUNCTION CALLS\n"
		      "#      |          |     |    |           |   |                     "
		      "|   |   |   |\n"));

	set("funcgraph-overhead", false);
	set("funcgraph-proc", false);
	set("funcgraph-abstime", false);
	set("funcgraph-overrun", false);
	set("funcgraph-cpu", false);
	enter(12345, 0x10, 0);
	leave(12345, 0x10, 0, 20000);
	check_text("  20.000 us   |  0x10s();\n");
	set("funcgraph-duration", false);
	enter(12345, 0x10, 0);
	leave(12345, 0x10, 0, 20000);
	check_text("0x10s();\n");
	trace_seq_init(&m.seq);
	CHECK(remote_trace_graph_header(&m, &remote));
	CHECK(!strcmp(m.seq.buffer, "#               FUNCTION CALLS\n"
				    "#               |   |   |   |\n"));
	CHECK(remote_trace_graph_set_option(&remote, "funcgraph-irqs", true) == -EINVAL);

	trace_seq_init(&m.seq);
	remote_trace_graph_show_options(&m, &remote);
	CHECK(!strcmp(m.seq.buffer, "nofuncgraph-overrun\nnofuncgraph-cpu\nnofuncgraph-overhead\n"
				    "nofuncgraph-proc\nnofuncgraph-duration\nnofuncgraph-abstime\n"
				    "funcgraph-tail\n"));

	/* Another tracer prints no graphs */
	tracer.tracing = REMOTE_TRACE_FUNCTION;
	enter(12345, 0x10, 0);
	leave(12345, 0x10, 0, 20000);
	check_text("(a line)\n(a line)\n");
	CHECK(!remote_trace_graph_header(&m, &remote));
}

int main(void)
{
	struct seq_file m;

	remote_trace_graph_init(&tracer);
	tracer.tracing = REMOTE_TRACE_FUNCTION_GRAPH;
	CHECK(!remote_trace_graph_alloc(&text, &remote));
	trace_seq_init(&m.seq);
	CHECK(remote_trace_graph_header(&m, &remote));
	CHECK(!strcmp(m.seq.buffer, "# CPU  DURATION                  FUNCTION CALLS\n"
				    "# |     |   |                     |   |   |   |\n"));

	test_ring_start(&ring, 4, true);
	now = 1000;
	check_graph();
	check_durations();
	check_pairs();
	check_depths();
	check_pages();
	check_options();
	test_ring_free(&ring);
	remote_trace_graph_free(&text);

	return 0;
}
