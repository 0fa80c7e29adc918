// SPDX-License-Identifier: GPL-2.0
/*
 * The graph of a remote's functions as text, as ftrace's function_graph prints it, and its options.
 *
 * A call is two records. If the second follows the first, both are one line; so a record may be
 * printed together with the one behind it. What is known of a CPU's graph (how deep it is, what was
 * entered) is in the text that is made, and changes when its user goes on behind what is printed,
 * for a line that does not fit is printed again.
 */
#include <linux/cpumask.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <linux/trace_events.h>
#include <linux/tracefs.h>

#include "../trace.h"
#include "functions.h"
#include "internal.h"

/* Calls within each other that are told apart; deeper ones are not indented any further */
#define MAX_DEPTH	64

/* As wide as ftrace's columns */
#define TASK_WIDTH	14
#define DURATION_WIDTH	8

/* How many digits of a duration there are, behind the point included */
#define DURATION_DIGITS	7

/**
 * struct graph_cpu - what is known of the graph of a CPU
 * @has_pid:	something of it has been printed
 * @pid:	... and the last was on behalf of that task
 * @depth:	of the call that the last was in, -1 if in none
 * @funcs:	the functions that were entered and have not returned, by depth; 0 where that is not
 *		known
 */
struct graph_cpu {
	bool		has_pid;
	int		pid;
	int		depth;
	unsigned long	funcs[MAX_DEPTH];
};

/**
 * struct remote_trace_graph - what a text remembers of graphs
 * @events:	so many events of one CPU have been printed last, and are not yet consumed
 * @cpu:	that CPU; NULL if they are none of a graph's. When they are consumed
 * @pid:	it is at that task,
 * @depth:	in a call of that depth,
 * @level:	and, if that is a depth, where there
 * @func:	that function has been entered, or none if it is 0
 * @cpus:	all CPUs
 */
struct remote_trace_graph {
	unsigned int		events;
	struct graph_cpu	*cpu;
	int			pid;
	int			depth;
	int			level;
	unsigned long		func;
	struct graph_cpu	cpus[];
};

static const char * const options[] = {
	[REMOTE_TRACE_GRAPH_OVERRUN]	= "funcgraph-overrun",
	[REMOTE_TRACE_GRAPH_CPU]	= "funcgraph-cpu",
	[REMOTE_TRACE_GRAPH_OVERHEAD]	= "funcgraph-overhead",
	[REMOTE_TRACE_GRAPH_PROC]	= "funcgraph-proc",
	[REMOTE_TRACE_GRAPH_DURATION]	= "funcgraph-duration",
	[REMOTE_TRACE_GRAPH_ABSTIME]	= "funcgraph-abstime",
	[REMOTE_TRACE_GRAPH_TAIL]	= "funcgraph-tail",
};

/**
 * remote_trace_graph_init - options as ftrace has them at first
 * @tracer:	of a remote that is being registered
 */
void __init remote_trace_graph_init(struct remote_trace_tracer *tracer)
{
	tracer->options[REMOTE_TRACE_GRAPH_CPU] = true;
	tracer->options[REMOTE_TRACE_GRAPH_OVERHEAD] = true;
	tracer->options[REMOTE_TRACE_GRAPH_DURATION] = true;
}

static void option_show(struct trace_seq *s, void *data)
{
	const bool *on = data;

	trace_seq_printf(s, "%d\n", READ_ONCE(*on));
}

static int option_store(void *data, unsigned long value)
{
	bool *on = data;

	if (value > 1)
		return -EINVAL;
	WRITE_ONCE(*on, value);

	return 0;
}

REMOTE_TRACE_VALUE_RW(option, generic_file_llseek, remote_trace_write_number);

/**
 * remote_trace_graph_create_options - create the files of the graph's options
 * @remote:	which; if it has no functions there are none
 * @dir:	where
 *
 * Return: 0, or -ENOMEM and some of the files may be there.
 */
int remote_trace_graph_create_options(struct remote_trace *remote, struct dentry *dir)
{
	unsigned int i;

	for (i = 0; remote->tracer && i < REMOTE_TRACE_NR_GRAPH_OPTIONS; i++) {
		if (!tracefs_create_file(options[i], TRACE_MODE_WRITE, dir,
					 &remote->tracer->options[i], &option_fops))
			return -ENOMEM;
	}

	return 0;
}

/**
 * remote_trace_graph_show_options - say which of the graph's options are on, for trace_options
 * @m:		where to
 * @remote:	whose; if it has no functions there are none
 */
void remote_trace_graph_show_options(struct seq_file *m, const struct remote_trace *remote)
{
	unsigned int i;

	for (i = 0; remote->tracer && i < REMOTE_TRACE_NR_GRAPH_OPTIONS; i++)
		seq_printf(m, "%s%s\n", READ_ONCE(remote->tracer->options[i]) ? "" : "no",
			   options[i]);
}

/**
 * remote_trace_graph_set_option - switch one of the graph's options by its name
 * @remote:	whose
 * @name:	which
 * @on:		yes or no
 *
 * Return: 0, or -EINVAL if there is none of that name.
 */
int remote_trace_graph_set_option(struct remote_trace *remote, const char *name, bool on)
{
	int i = match_string(options, ARRAY_SIZE(options), name);

	if (i < 0 || !remote->tracer)
		return -EINVAL;
	WRITE_ONCE(remote->tracer->options[i], on);

	return 0;
}

/**
 * remote_trace_graph_alloc - have a text remember what it takes to print graphs
 * @text:	zeroed
 * @remote:	what it is the text of
 *
 * Return: 0 or -ENOMEM.
 */
int remote_trace_graph_alloc(struct remote_trace_text *text, const struct remote_trace *remote)
{
	if (!remote->tracer)
		return 0;

	text->graph = remote_trace_alloc_array(1, struct_size(text->graph, cpus, nr_cpu_ids));

	return text->graph ? 0 : -ENOMEM;
}

/**
 * remote_trace_graph_free - undo remote_trace_graph_alloc()
 * @text:	any text, whether that has been done or not
 */
void remote_trace_graph_free(struct remote_trace_text *text)
{
	kvfree(text->graph);
}

/**
 * remote_trace_graph_begin - a text begins anew; forget what was printed
 * @text:	any text
 */
void remote_trace_graph_begin(struct remote_trace_text *text)
{
	if (text->graph)
		memset(text->graph, 0, struct_size(text->graph, cpus, nr_cpu_ids));
}

static bool graph_on(const struct remote_trace *remote)
{
	return remote->tracer &&
	       READ_ONCE(remote->tracer->tracing) == REMOTE_TRACE_FUNCTION_GRAPH;
}

static bool shows(const struct remote_trace *remote, enum remote_trace_graph_option option)
{
	return READ_ONCE(remote->tracer->options[option]);
}

/**
 * remote_trace_graph_header - say what the columns of a graph are, as ftrace does
 * @m:		where to
 * @remote:	whose
 *
 * Return: false if what is traced is no graph, and nothing has been printed.
 */
bool remote_trace_graph_header(struct seq_file *m, const struct remote_trace *remote)
{
	if (!graph_on(remote))
		return false;

	seq_printf(m, "#%s%s%s%s               FUNCTION CALLS\n",
		   shows(remote, REMOTE_TRACE_GRAPH_ABSTIME) ? "     TIME       " : "",
		   shows(remote, REMOTE_TRACE_GRAPH_CPU) ? " CPU" : "",
		   shows(remote, REMOTE_TRACE_GRAPH_PROC) ? "  TASK/PID       " : "",
		   shows(remote, REMOTE_TRACE_GRAPH_DURATION) ? "  DURATION   " : "");
	seq_printf(m, "#%s%s%s%s               |   |   |   |\n",
		   shows(remote, REMOTE_TRACE_GRAPH_ABSTIME) ? "      |         " : "",
		   shows(remote, REMOTE_TRACE_GRAPH_CPU) ? " |  " : "",
		   shows(remote, REMOTE_TRACE_GRAPH_PROC) ? "   |    |        " : "",
		   shows(remote, REMOTE_TRACE_GRAPH_DURATION) ? "   |   |      " : "");

	return true;
}

static void print_cpu(struct trace_seq *seq, unsigned int cpu)
{
	trace_seq_printf(seq, " %*u) ", snprintf(NULL, 0, "%u", nr_cpu_ids - 1), cpu);
}

/* As ftrace prints a task of which it knows nothing but the pid */
static void print_task(struct trace_seq *seq, int pid)
{
	char task[24];
	int blanks = max(TASK_WIDTH - snprintf(task, sizeof(task), "<...>-%d", pid), 0);

	trace_seq_printf(seq, "%*s%s%*s", blanks / 2, "", task, blanks - blanks / 2, "");
}

/* "1.234 us" with as much of the fraction as there is room for, in its column */
static void print_duration(struct trace_seq *seq, const struct remote_trace *remote, u64 ns)
{
	bool marks = shows(remote, REMOTE_TRACE_GRAPH_OVERHEAD);
	char digits[32];
	u32 rest;
	int len;

	if (!shows(remote, REMOTE_TRACE_GRAPH_DURATION))
		return;

	len = snprintf(digits, sizeof(digits), "%llu.", div_u64_rem(ns, NSEC_PER_USEC, &rest));
	snprintf(digits + len, sizeof(digits) - len, "%03u", rest);
	/* The point is none of the digits, and goes if nothing would follow it */
	len = max(len - 1, min(len + 3, DURATION_DIGITS + 1));
	if (len == DURATION_DIGITS + 1 && digits[DURATION_DIGITS] == '.')
		len--;

	trace_seq_printf(seq, "%c %.*s us %*s|  ", marks ? trace_find_mark(ns) : ' ', len, digits,
			 max(DURATION_WIDTH - len, 0), "");
}

static void print_no_duration(struct trace_seq *seq, const struct remote_trace *remote)
{
	if (shows(remote, REMOTE_TRACE_GRAPH_DURATION))
		trace_seq_puts(seq, "              |  ");
}

/* A depth of the writer's, who shares this memory, or what is none */
static int check_depth(int depth)
{
	return clamp(depth, -1, MAX_DEPTH);
}

static void print_indent(struct trace_seq *seq, int depth)
{
	trace_seq_printf(seq, "%*s", 2 * max(depth, 0), "");
}

/* What is in front of the durations, and lines before it if the task is another */
static void print_prefix(struct remote_trace_text *text, const struct remote_trace_cursor *cursor)
{
	const struct remote_trace *remote = cursor->tcpu->scope.remote;
	const struct trace_entry *entry = cursor->event->data;
	unsigned int cpu = cursor->tcpu->scope.cpu;
	struct remote_trace_graph *graph = text->graph;
	struct trace_seq *seq = &text->seq;

	graph->cpu = &graph->cpus[cpu];
	graph->depth = graph->cpu->depth;
	graph->level = -1;
	graph->pid = READ_ONCE(entry->pid);

	if (graph->cpu->has_pid && graph->cpu->pid != graph->pid) {
		trace_seq_puts(seq, " ------------------------------------------\n");
		print_cpu(seq, cpu);
		print_task(seq, graph->cpu->pid);
		trace_seq_puts(seq, " => ");
		print_task(seq, graph->pid);
		trace_seq_puts(seq, "\n ------------------------------------------\n\n");
	}

	if (shows(remote, REMOTE_TRACE_GRAPH_ABSTIME)) {
		u32 ns;
		u64 secs = div_u64_rem(cursor->event->time, NSEC_PER_SEC, &ns);

		trace_seq_printf(seq, "%5llu.%06u |  ", secs, ns / (u32)NSEC_PER_USEC);
	}
	if (shows(remote, REMOTE_TRACE_GRAPH_CPU))
		print_cpu(seq, cpu);
	if (shows(remote, REMOTE_TRACE_GRAPH_PROC)) {
		print_task(seq, graph->pid);
		trace_seq_puts(seq, " | ");
	}
}

/* Does a call end where it begins, but for what is not recorded? If so, its end is copied */
static bool is_leaf(const struct remote_trace_cursor *cursor,
		    const struct ftrace_graph_ent_entry *entry, struct ftrace_graph_ret_entry *end)
{
	struct remote_ring_event event;

	if (!remote_ring_reader_ahead(cursor->walk, &event) ||
	    event.len < REMOTE_TRACE_GRAPH_RET_LEN)
		return false;
	memcpy(end, event.data, REMOTE_TRACE_GRAPH_RET_LEN);

	return end->ent.type == TRACE_GRAPH_RET && end->ent.pid == entry->ent.pid &&
	       end->ret.func == entry->graph_ent.func && end->ret.depth == entry->graph_ent.depth;
}

static void print_entry(struct remote_trace_text *text, const struct remote_trace_cursor *cursor)
{
	const struct remote_trace *remote = cursor->tcpu->scope.remote;
	struct remote_trace_graph *graph = text->graph;
	struct trace_seq *seq = &text->seq;
	struct ftrace_graph_ent_entry entry;
	struct ftrace_graph_ret_entry end;
	bool leaf;
	int depth;

	/* The writer shares this memory; what was looked at must be what is printed */
	memcpy(&entry, cursor->event->data, sizeof(entry));
	depth = check_depth(entry.graph_ent.depth);

	print_prefix(text, cursor);
	leaf = is_leaf(cursor, &entry, &end);
	if (leaf)
		print_duration(seq, remote, end.ret.rettime - end.ret.calltime);
	else
		print_no_duration(seq, remote);
	print_indent(seq, depth);
	trace_seq_printf(seq, leaf ? "%ps();\n" : "%ps() {\n", (void *)entry.graph_ent.func);

	/* A comment behind a leaf is as deep as the leaf */
	graph->events = leaf ? 2 : 1;
	graph->depth = depth - leaf;
	graph->level = depth;
	graph->func = leaf ? 0 : entry.graph_ent.func;
}

static void print_return(struct remote_trace_text *text, const struct remote_trace_cursor *cursor)
{
	const struct remote_trace *remote = cursor->tcpu->scope.remote;
	struct remote_trace_graph *graph = text->graph;
	struct trace_seq *seq = &text->seq;
	struct ftrace_graph_ret_entry end;
	bool known;
	int depth;

	memcpy(&end, cursor->event->data, REMOTE_TRACE_GRAPH_RET_LEN);
	depth = check_depth(end.ret.depth);

	print_prefix(text, cursor);
	print_duration(seq, remote, end.ret.rettime - end.ret.calltime);
	print_indent(seq, depth);

	/* If the entry was lost, nobody could guess what it is that ends here */
	known = depth < 0 || depth >= MAX_DEPTH || graph->cpu->funcs[depth] == end.ret.func;
	if (known && !shows(remote, REMOTE_TRACE_GRAPH_TAIL))
		trace_seq_puts(seq, "}\n");
	else
		trace_seq_printf(seq, "} /* %ps */\n", (void *)end.ret.func);
	if (shows(remote, REMOTE_TRACE_GRAPH_OVERRUN))
		trace_seq_printf(seq, " (Overruns: %u)\n", end.ret.overrun);

	graph->depth = depth - 1;
	graph->level = depth;
	graph->func = 0;
}

/* Put a colon behind the name that a text begins with at @start, as ftrace has it */
static void add_colon(struct trace_seq *seq, size_t start, const char *name)
{
	size_t len = strlen(name);
	char *text = seq->buffer + start;

	if (seq->seq.len - start <= len || memcmp(text, name, len) || text[len] != ' ')
		return;

	/* One more, and if there is no room for it the line will not do */
	trace_seq_putc(seq, ' ');
	if (trace_seq_has_overflowed(seq))
		return;
	memmove(text + len + 1, text + len, seq->seq.len - 1 - start - len);
	text[len] = ':';
}

/* An event that is none of the graph's own */
static void print_comment(struct remote_trace_text *text, const struct remote_trace_cursor *cursor,
			  const struct remote_trace_event *desc)
{
	struct trace_seq *seq = &text->seq;
	size_t start;
	int depth;

	print_prefix(text, cursor);
	print_no_duration(seq, cursor->tcpu->scope.remote);
	depth = text->graph->depth;
	print_indent(seq, depth > 0 ? depth + 1 : 0);

	trace_seq_puts(seq, "/* ");
	start = seq->seq.len;
	trace_seq_init(&text->tmp);
	desc->print(seq, &text->tmp, cursor->event->data, cursor->event->len);
	if (!trace_seq_has_overflowed(seq))
		add_colon(seq, start, trace_event_name(desc->call));
	trace_seq_puts(seq, " */\n");
}

/**
 * remote_trace_graph_line - append an event to a text as a part of a graph
 * @text:	where to
 * @cursor:	where the event is; the text may be that of the next event, too
 *
 * Return: false if it is none, and nothing has been appended.
 */
bool remote_trace_graph_line(struct remote_trace_text *text,
			     const struct remote_trace_cursor *cursor)
{
	const struct remote_ring_event *event = cursor->event;
	const struct trace_entry *entry = event->data;
	const struct remote_trace_event *desc;
	unsigned int id;

	text->graph->events = 1;
	text->graph->cpu = NULL;
	if (!graph_on(cursor->tcpu->scope.remote) || event->len < sizeof(*entry))
		return false;

	id = READ_ONCE(entry->type);
	if (id == TRACE_GRAPH_ENT && event->len >= sizeof(struct ftrace_graph_ent_entry)) {
		print_entry(text, cursor);
		return true;
	}
	if (id == TRACE_GRAPH_RET && event->len >= REMOTE_TRACE_GRAPH_RET_LEN) {
		print_return(text, cursor);
		return true;
	}

	/* As in ftrace, stacks and calls are no comments; neither is what makes no sense */
	desc = remote_trace_find_event(cursor->tcpu->scope.remote, id);
	if (!desc || event->len < desc->size)
		return false;
	print_comment(text, cursor, desc);

	return true;
}

/**
 * remote_trace_graph_next - consume what was printed last
 * @text:	where it is in; nothing has been printed since
 * @merge:	where it was the first
 */
void remote_trace_graph_next(struct remote_trace_text *text, struct remote_trace_merge *merge)
{
	struct remote_trace_graph *graph = text->graph;

	if (!graph) {
		remote_trace_merge_next(merge);
		return;
	}

	if (graph->cpu) {
		graph->cpu->has_pid = true;
		graph->cpu->pid = graph->pid;
		graph->cpu->depth = graph->depth;
		if (graph->level >= 0 && graph->level < MAX_DEPTH)
			graph->cpu->funcs[graph->level] = graph->func;
	}

	if (graph->events > 1)
		remote_trace_merge_next_pair(merge);
	else
		remote_trace_merge_next(merge);
}
