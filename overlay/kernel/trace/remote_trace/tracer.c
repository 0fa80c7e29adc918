// SPDX-License-Identifier: GPL-2.0
/*
 * The current tracer of a remote, of those that ftrace has: function records calls, function_graph
 * both ends of them. Records are ftrace's own, so tools print them without learning anything new.
 */
#include <linux/bitmap.h>
#include <linux/cleanup.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "../trace.h"
#include "functions.h"
#include "internal.h"

static const char * const tracers[] = {
	[REMOTE_TRACE_NOP]		= "nop",
	[REMOTE_TRACE_FUNCTION]		= "function",
	[REMOTE_TRACE_FUNCTION_GRAPH]	= "function_graph",
};

/* What becomes of the calls of a function that is traced and can be a part of graphs */
static enum remote_trace_function in_graph(const struct remote_trace_tracer *tracer,
					   unsigned int function, bool all_begin)
{
	if (test_bit(function, tracer->sets[REMOTE_TRACE_SET_GRAPH_NOTRACE].bits))
		return REMOTE_TRACE_FUNCTION_SKIP;
	if (all_begin || test_bit(function, tracer->sets[REMOTE_TRACE_SET_GRAPH].bits))
		return REMOTE_TRACE_FUNCTION_ROOT;

	return REMOTE_TRACE_FUNCTION_INNER;
}

/* Tell the remote what is to become of each function's calls now */
static int patch(struct remote_trace *remote)
{
	const struct remote_trace_functions *functions = remote->ops->functions;
	struct remote_trace_tracer *tracer = remote->tracer;
	const struct remote_trace_function_set *sets = tracer->sets;
	bool all = bitmap_empty(sets[REMOTE_TRACE_SET_FILTER].bits, functions->nr);
	bool all_begin = bitmap_empty(sets[REMOTE_TRACE_SET_GRAPH].bits, functions->nr);
	unsigned int i;

	for (i = 0; i < functions->nr; i++) {
		bool traced = tracer->tracing != REMOTE_TRACE_NOP &&
			      (all || test_bit(i, sets[REMOTE_TRACE_SET_FILTER].bits)) &&
			      !test_bit(i, sets[REMOTE_TRACE_SET_NOTRACE].bits);

		if (!traced)
			tracer->wanted[i] = REMOTE_TRACE_FUNCTION_OFF;
		else if (tracer->tracing == REMOTE_TRACE_FUNCTION)
			tracer->wanted[i] = REMOTE_TRACE_FUNCTION_CALL;
		else
			tracer->wanted[i] = in_graph(tracer, i, all_begin);
	}

	return remote_trace_answer(remote, functions->patch(remote->priv, tracer->wanted));
}

static int record(struct remote_trace *remote, const struct remote_trace_function_ids *ids)
{
	return remote_trace_answer(remote, remote->ops->functions->record(remote->priv, ids));
}

/* What has changed takes effect, for all functions at once */
static int apply(struct remote_trace *remote)
{
	const struct remote_trace_tracer *tracer = remote->tracer;
	struct remote_trace_function_ids ids = { };
	int ret;

	lockdep_assert_held(&remote->lock);

	ret = record(remote, NULL) ?: patch(remote);
	if (ret || tracer->tracing == REMOTE_TRACE_NOP)
		return ret;

	if (tracer->tracing == REMOTE_TRACE_FUNCTION) {
		ids.call = TRACE_FN;
	} else {
		ids.entry = TRACE_GRAPH_ENT;
		ids.exit = TRACE_GRAPH_RET;
		ids.max_depth = tracer->max_depth;
	}

	return record(remote, &ids);
}

/**
 * remote_trace_tracer_apply - a set of functions has changed
 * @remote:	whose; it has functions, and its lock is held
 *
 * Return: 0 or a negative error.
 */
int remote_trace_tracer_apply(struct remote_trace *remote)
{
	return remote->tracer->tracing == REMOTE_TRACE_NOP ? 0 : apply(remote);
}

/**
 * remote_trace_tracer - the current tracer
 * @remote:	any remote
 *
 * Return: its name.
 */
const char *remote_trace_tracer(const struct remote_trace *remote)
{
	return tracers[remote->tracer ? READ_ONCE(remote->tracer->tracing) : REMOTE_TRACE_NOP];
}

/**
 * remote_trace_set_tracer - have another current tracer
 * @remote:	any remote
 * @name:	of the tracer
 *
 * Return: 0; -EINVAL if there is none of that name; another negative error. After any nothing has
 * changed.
 */
int remote_trace_set_tracer(struct remote_trace *remote, const char *name)
{
	struct remote_trace_tracer *tracer = remote->tracer;
	int tracing = match_string(tracers, ARRAY_SIZE(tracers), name);
	enum remote_trace_tracing before;
	int ret;

	if (tracing < 0 || (tracing != REMOTE_TRACE_NOP && !tracer))
		return -EINVAL;
	if (!tracer)
		return 0;

	guard(mutex)(&remote->lock);

	before = tracer->tracing;
	if (tracing == before)
		return 0;

	WRITE_ONCE(tracer->tracing, tracing);
	ret = apply(remote);
	if (ret) {
		WRITE_ONCE(tracer->tracing, before);
		apply(remote);
	}

	return ret;
}

/**
 * remote_trace_tracer_print - append a record of a tracer to a text, as a line like others
 * @seq:	where to
 * @event:	the event
 * @id:		its id
 *
 * A call is as ftrace prints one. The ends of a graph's calls are so only when the current tracer
 * is another one; graph.c prints graphs.
 *
 * Return: false if it is none, and nothing has been appended.
 */
bool remote_trace_tracer_print(struct trace_seq *seq, const struct remote_ring_event *event,
			       unsigned int id)
{
	/* Not READ_ONCE() of any of it, for the reason that remote_trace_stack_print() has */
	if (id == TRACE_FN && event->len >= sizeof(struct ftrace_entry)) {
		const struct ftrace_entry *entry = event->data;

		trace_seq_printf(seq, "%ps <-%ps", (void *)get_unaligned(&entry->ip),
				 (void *)get_unaligned(&entry->parent_ip));
	} else if (id == TRACE_GRAPH_ENT && event->len >= sizeof(struct ftrace_graph_ent_entry)) {
		const struct ftrace_graph_ent_entry *entry = event->data;

		trace_seq_printf(seq, "graph_ent: func=%ps depth=%d",
				 (void *)entry->graph_ent.func, entry->graph_ent.depth);
	} else if (id == TRACE_GRAPH_RET && event->len >= REMOTE_TRACE_GRAPH_RET_LEN) {
		const struct ftrace_graph_ret_entry *entry = event->data;

		trace_seq_printf(seq, "graph_ret: func=%ps depth=%d overrun=%u",
				 (void *)entry->ret.func, entry->ret.depth, entry->ret.overrun);
		trace_seq_printf(seq, " calltime=%llu rettime=%llu", entry->ret.calltime,
				 entry->ret.rettime);
	} else {
		return false;
	}

	return true;
}

static int available_tracers_show(struct seq_file *m, void *unused)
{
	int i;

	for (i = ARRAY_SIZE(tracers) - 1; i >= 0; i--)
		seq_printf(m, "%s%c", tracers[i], i ? ' ' : '\n');

	return 0;
}

REMOTE_TRACE_FILE_RO(available_tracers);

static void max_graph_depth_show(struct trace_seq *s, void *data)
{
	struct remote_trace_scope *scope = data;

	trace_seq_printf(s, "%d\n", READ_ONCE(scope->remote->tracer->max_depth));
}

static int max_graph_depth_store(void *data, unsigned long value)
{
	struct remote_trace_scope *scope = data;
	struct remote_trace *remote = scope->remote;
	struct remote_trace_tracer *tracer = remote->tracer;
	u32 before;
	int ret;

	guard(mutex)(&remote->lock);

	before = tracer->max_depth;
	/* As in ftrace, of too large a number that is left that fits */
	WRITE_ONCE(tracer->max_depth, value);
	ret = remote_trace_tracer_apply(remote);
	if (ret) {
		WRITE_ONCE(tracer->max_depth, before);
		remote_trace_tracer_apply(remote);
	}

	return ret;
}

REMOTE_TRACE_VALUE_RW(max_graph_depth, generic_file_llseek, remote_trace_write_number);

/* About the remote as a whole, if it has functions */
const struct remote_trace_file remote_trace_tracer_files[] = {
	{ "available_tracers",	TRACE_MODE_READ,	&available_tracers_fops },
	{ "max_graph_depth",	TRACE_MODE_WRITE,	&max_graph_depth_fops },
	{ }
};
