// SPDX-License-Identifier: GPL-2.0
/*
 * Records as text, where records lie: at any multiple of 4 bytes, so nothing wider may be read of
 * them by READ_ONCE(), which the shim would not survive. Records that say more than they have are
 * printed as far as they go.
 */
#include <linux/remote_ring.h>
#include <linux/trace_events.h>

#include "../trace.h"

#include "test.h"

#define HEAD	offsetof(struct stack_entry, caller)
#define BUF	offsetof(struct bprint_entry, buf)
#define ADDRESS	0xffff800080351234UL

static const char fmt[] = "%d of %lx\n";
static u64 memory[16];
static struct trace_seq seq, tmp;

/* What switches stacks is in the same file, and is not called */
int remote_trace_answer(struct remote_trace *remote __maybe_unused, int ret)
{
	return ret;
}

bool trace_is_tracepoint_string(const char *text)
{
	return text == fmt;
}

/* A record at @word, made of @len bytes of @from */
static void *put(u32 word, const void *from, u32 len)
{
	trace_seq_init(&seq);
	trace_seq_init(&tmp);

	return memcpy((u32 *)memory + word, from, len);
}

static void check_text(const char *want)
{
	seq.buffer[seq.seq.len] = '\0';
	if (strcmp(seq.buffer, want)) {
		fprintf(stderr, "got '%s', expected '%s'\n", seq.buffer, want);
		test_die();
	}
}

/* A stack of @size callers, so it says, and of two in truth */
static void stack(u32 word, int size, const char *want)
{
	u64 from[4] = { };
	struct stack_entry *entry = (void *)from;
	struct remote_ring_event event = { .len = HEAD + 2 * sizeof(u64) };
	u64 callers[2] = { ADDRESS, ADDRESS + 4 };

	entry->ent.type = TRACE_STACK;
	entry->size = size;
	memcpy((char *)from + HEAD, callers, sizeof(callers));
	event.data = put(word, from, event.len);

	CHECK(remote_trace_stack_print(&seq, &event, TRACE_STACK));
	check_text(want);
	CHECK(!remote_trace_stack_print(&seq, &event, TRACE_BPRINT));
	event.len = HEAD - 4;
	CHECK(!remote_trace_stack_print(&seq, &event, TRACE_STACK));
}

static void printk(u32 word, const char *format, u32 words, const char *want)
{
	struct {
		struct bprint_entry	entry;
		u32			buf[4];
	} from = {
		.entry = { .ent.type = TRACE_BPRINT, .ip = ADDRESS, .fmt = format },
		.buf = { 7, 0x89abcdef, 0x1234567 },
	};

	remote_trace_bprint(&seq, &tmp, put(word, &from, sizeof(from)), BUF + words * 4);
	check_text(want);
}

static void init_bprint(void)
{
	struct trace_event_class class = { };
	struct trace_event_call call = { .class = &class };

	CHECK_EQ(remote_trace_init_bprint(&call), BUF);
	CHECK_EQ(call.event.type, TRACE_BPRINT);
	CHECK_EQ(class.fields, 3);
}

int main(void)
{
	u32 word;

	for (word = 0; word < 4; word++) {
		snprintf(test_context, sizeof(test_context), "at byte %u", word * 4);

		stack(word, 2, "<stack trace>\n => 0xffff800080351234B\n => 0xffff800080351238B");
		stack(word, 1000,
		      "<stack trace>\n => 0xffff800080351234B\n => 0xffff800080351238B");
		stack(word, 1, "<stack trace>\n => 0xffff800080351234B");
		stack(word, -1, "<stack trace>");

		printk(word, fmt, 3, "0xffff800080351234s: 7 of 123456789abcdef");
		printk(word, fmt, 2, "0xffff800080351234s: (bad format or arguments: %d of %lx\n)");
		printk(word, (char *)4, 3,
		       "0xffff800080351234s: (no format of the kernel's: 0x4)");
	}
	init_bprint();

	return 0;
}
