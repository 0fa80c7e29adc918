// SPDX-License-Identifier: GPL-2.0
/*
 * The graph of the hypervisor's functions: ftrace's own events funcgraph_entry and funcgraph_exit,
 * written where a function that is traced begins and where it returns.
 *
 * To see it return, it is made to return to el2_function_return, and where it would have is kept on
 * a stack of the CPU's own, which nobody but this file writes to: what is on it is where the
 * hypervisor goes on, and is not signed. A call of which no begin is recorded, for whatever reason,
 * is left alone, so there is no end without one.
 *
 * Some calls never return:
 *
 *	a panic			it ends the graph, as the stay may never end, and the host goes on;
 *				those who look for the callers must find them: el2_graph_unhook()
 *	a CPU that goes off,	PSCI never returns; whoever starts the CPU begins on an empty stack,
 *	or is suspended		and with the next stay so does the graph, el2_graph_begin()
 *
 * The others come back: a guest's exit to where it was entered, and an exception at EL2 that is
 * expected to the function that it was taken in. If one came back to another function than the last
 * that was called, the stack pointers would differ, and that is the end.
 *
 * The time of a begin is taken as late as its record lets it be, and that of an end first. So a
 * call's duration has in it what is left of writing the one and what comes before the other, and of
 * each call within it both whole.
 */
#include <linux/ftrace.h>

#include <asm/kvm_asm.h>
#include <asm/kvm_hyp.h>
#include <asm/sections.h>
#include <asm/stacktrace/nvhe.h>

#include <nvhe/el2_clock.h>
#include <nvhe/el2_functions.h>
#include <nvhe/el2_trace_ring.h>
#include <nvhe/el2_trace_stack.h>

u32 el2_graph_max;
struct el2_graph_what el2_graph_what;

/* struct ftrace_graph_ent_entry and ftrace_graph_ret_entry of kernel/trace/trace_entries.h */
struct el2_graph_entry_record {
	struct el2_event_header	header;
	struct ftrace_graph_ent	ent;
} __packed;

struct el2_graph_exit_record {
	struct el2_event_header	header;
	struct ftrace_graph_ret	ret;
} __packed;

static_assert(sizeof(struct el2_graph_entry_record) == 20);

/* stacktrace.c; no header has it */
DECLARE_PER_CPU(unsigned long [OVERFLOW_STACK_SIZE / sizeof(long)], overflow_stack);

/**
 * el2_graph_record - record both ends of functions, or do not
 * @ids:	what with, and how deep; NULL for not at all
 * @text:	what the host calls the beginning of the hypervisor's text
 *
 * In stays that begin from now on.
 *
 * Context: serialised by the caller, or everything is switched off for good.
 */
void el2_graph_record(const struct remote_trace_function_ids *ids, u64 text)
{
	u32 max = 0;

	if (ids && ids->entry && ids->exit) {
		el2_graph_what = (struct el2_graph_what) {
			.entry_id	= ids->entry,
			.exit_id	= ids->exit,
			.offset		= text - (u64)__hyp_text_start,
		};
		max = EL2_GRAPH_DEPTH;
		if (ids->max_depth && ids->max_depth < max)
			max = ids->max_depth;
	}

	/* Pairs with the smp_load_acquire() in el2_graph_begin() */
	smp_store_release(&el2_graph_max, max);
}

/* A call has begun that ends in el2_graph_exit() */
static __always_inline void push_call(struct el2_graph *graph, unsigned long depth,
				      unsigned long parent, unsigned long sp, u64 func, u64 time)
{
	struct el2_graph_call *call = &graph->calls[depth];

	/* One address for all of it */
	OPTIMIZER_HIDE_VAR(call);
	call->parent = parent;
	call->sp = sp;
	call->func = func;
	call->time = time;
	graph->depth = depth + 1;
}

/* Both are the same but for @how there is made room */
#define write_entry(how)								\
	const u64 func = ip + graph->what.offset;					\
	const u64 time = el2_clock_ns(READ_ONCE(cpu->clock));				\
	struct remote_ring_record record =						\
		remote_ring_writer_##how(&cpu->ring, time,				\
					 sizeof(struct el2_graph_entry_record));	\
											\
	if (likely(record.ok)) {							\
		struct el2_graph_entry_record *entry = record.payload;			\
											\
		push_call(graph, depth, parent, sp, func, time);			\
		entry->header.id = graph->what.entry_id;					\
		entry->header.pid = cpu->pid;						\
		entry->ent.func = func;							\
		entry->ent.depth = depth;						\
		remote_ring_writer_commit(&cpu->ring, record);				\
	}

/* As an event's: the function apart saves the other its stack frame */
static noinline unsigned long slow_enter(unsigned long ip, unsigned long parent, unsigned long sp)
{
	struct el2_trace_cpu *cpu = this_cpu_ptr(&el2_trace_cpu);
	struct el2_graph *graph = &cpu->graph;
	unsigned long depth = graph->depth;

	/* Part of a stay of which nothing is recorded */
	if (!cpu->ring.inside)
		return parent;

	write_entry(reserve)
	else
		return parent;

	el2_trace_stack_divert(cpu);

	return (unsigned long)el2_function_return;
}

static __always_inline unsigned long enter(struct el2_trace_cpu *cpu, unsigned long depth,
					   unsigned long ip, unsigned long parent,
					   unsigned long sp)
{
	struct el2_graph *graph = &cpu->graph;

	write_entry(try_reserve)
	else
		return slow_enter(ip, parent, sp);

	return (unsigned long)el2_function_return;
}

/* Deeper than is recorded, which is told if nobody has asked for that */
static __always_inline unsigned long pass(struct el2_graph *graph, unsigned long depth,
					  unsigned long parent)
{
	if (depth == EL2_GRAPH_DEPTH)
		graph->overrun++;

	return parent;
}

/**
 * el2_graph_root - a function whose calls are recorded wherever they are has been called
 * @ip:		where in its beginning, at EL2
 * @parent:	where it would return to; not signed
 * @sp:		the stack pointer
 *
 * Context: any at EL2; from el2_function_entry_root.
 * Return: where it shall return to.
 */
unsigned long el2_graph_root(unsigned long ip, unsigned long parent, unsigned long sp)
{
	struct el2_trace_cpu *cpu = this_cpu_ptr(&el2_trace_cpu);
	struct el2_graph *graph = &cpu->graph;
	unsigned long depth = graph->depth;

	return depth < graph->max ? enter(cpu, depth, ip, parent, sp) :
				    pass(graph, depth, parent);
}

/**
 * el2_graph_inner - likewise one whose calls are recorded within another that is recorded
 * @ip:		as above
 * @parent:	as above
 * @sp:		as above
 *
 * Context: as above; from el2_function_entry_inner.
 * Return: as above.
 */
unsigned long el2_graph_inner(unsigned long ip, unsigned long parent, unsigned long sp)
{
	struct el2_trace_cpu *cpu = this_cpu_ptr(&el2_trace_cpu);
	struct el2_graph *graph = &cpu->graph;
	unsigned long depth = graph->depth;

	if (!depth)
		return parent;

	return depth < graph->max ? enter(cpu, depth, ip, parent, sp) :
				    pass(graph, depth, parent);
}

/**
 * el2_graph_skip - likewise one that is not recorded, and nothing that it calls is
 * @ip:		as above
 * @parent:	as above
 * @sp:		as above
 *
 * Context: as above; from el2_function_entry_skip.
 * Return: as above.
 */
unsigned long el2_graph_skip(unsigned long ip, unsigned long parent, unsigned long sp)
{
	struct el2_graph *graph = &this_cpu_ptr(&el2_trace_cpu)->graph;
	unsigned long depth = graph->depth;

	/* Nothing that it calls would be anyway */
	if (depth >= graph->max)
		return parent;

	push_call(graph, depth, parent, sp, 0, graph->max);
	graph->max = graph->depth;

	return (unsigned long)el2_function_return;
}

#define write_exit(how)									\
	struct remote_ring_record record =						\
		remote_ring_writer_##how(&cpu->ring, time,				\
					 sizeof(struct el2_graph_exit_record));		\
											\
	if (likely(record.ok)) {							\
		struct el2_graph_exit_record *exit = record.payload;			\
											\
		exit->header.id = graph->what.exit_id;					\
		exit->header.pid = cpu->pid;						\
		/* What it returns may be an address of the hypervisor's: 0 if it is asked for */ \
		exit->ret = (struct ftrace_graph_ret) {					\
			.func = call->func,						\
			.depth = depth,							\
			.overrun = graph->overrun,					\
			.calltime = call->time,						\
			.rettime = time,						\
		};									\
		remote_ring_writer_commit(&cpu->ring, record);				\
	}

static noinline unsigned long slow_exit(const struct el2_graph_call *call, u64 time)
{
	struct el2_trace_cpu *cpu = this_cpu_ptr(&el2_trace_cpu);
	struct el2_graph *graph = &cpu->graph;
	unsigned long depth = graph->depth;

	/* Outside of a stay or what is recorded of it: refused, and not counted */
	write_exit(reserve)
	el2_trace_stack_divert(cpu);

	return call->parent;
}

/**
 * el2_graph_exit - a function returns that was to return here
 * @sp:		the stack pointer
 *
 * Context: any at EL2; from el2_function_return.
 * Return: where it would have returned to.
 */
unsigned long el2_graph_exit(unsigned long sp)
{
	struct el2_trace_cpu *cpu = this_cpu_ptr(&el2_trace_cpu);
	const u64 time = el2_clock_ns(READ_ONCE(cpu->clock));
	struct el2_graph *graph = &cpu->graph;
	unsigned long depth = graph->depth - 1;
	const struct el2_graph_call *call = &graph->calls[depth];

	/* One address for all of it */
	OPTIMIZER_HIDE_VAR(call);
	/* Where to go on is not known, or is another function's */
	BUG_ON(depth >= EL2_GRAPH_DEPTH || call->sp != sp);

	graph->depth = depth;
	if (unlikely(!call->func)) {
		graph->max = call->time;
		return call->parent;
	}

	write_exit(try_reserve)
	else
		return slow_exit(call, time);

	return call->parent;
}

/**
 * el2_graph_hooked_place - el2_graph_place() of a function that el2_graph_exit() knows better
 * @place:	as there
 * @hooks:	as there
 *
 * Context: as there.
 * Return: as there.
 */
u32 el2_graph_hooked_place(u32 place, u32 *hooks)
{
	const struct el2_graph *graph = &this_cpu_ptr(&el2_trace_cpu)->graph;
	u32 nr = graph->depth - 1 - (*hooks)++;

	return nr < EL2_GRAPH_DEPTH ? graph->calls[nr].parent - (unsigned long)__hyp_text_start :
				      place;
}

/* Is there room for a frame record on a stack of that many bytes? */
static bool record_is_on(unsigned long frame, unsigned long low, unsigned long size)
{
	return !(frame % sizeof(u64)) && frame - low <= size - 2 * sizeof(u64);
}

/* The frame record of the caller, or NULL: above it on the same stack, or on this CPU's own */
static unsigned long *caller_record(const unsigned long *record)
{
	unsigned long low = this_cpu_ptr(&kvm_init_params)->stack_hyp_va - PAGE_SIZE;
	unsigned long overflow = (unsigned long)this_cpu_ptr(&overflow_stack);
	unsigned long from = (unsigned long)record, next = record[0];

	if (record_is_on(next, low, PAGE_SIZE))
		return next > from || !record_is_on(from, low, PAGE_SIZE) ? (void *)next : NULL;

	return record_is_on(next, overflow, OVERFLOW_STACK_SIZE) && next > from &&
	       record_is_on(from, overflow, OVERFLOW_STACK_SIZE) ? (void *)next : NULL;
}

/**
 * el2_graph_unhook - have functions return to where they would have, for who looks for callers
 * @frame:	the frame record to begin with
 *
 * None must return any more: what is put there is not signed. Who has no frame record yet, or none
 * any more, does not matter: they are found from the outermost on.
 *
 * Context: a panic. Bounded.
 */
void el2_graph_unhook(unsigned long *frame)
{
	const struct el2_graph *graph = &this_cpu_ptr(&el2_trace_cpu)->graph;
	unsigned long *record;
	u32 nr = 0;

	for (record = frame; record; record = caller_record(record))
		nr += el2_graph_is_hook(record[1] - (unsigned long)__hyp_text_start);

	for (record = frame; record && nr <= EL2_GRAPH_DEPTH; record = caller_record(record)) {
		if (el2_graph_is_hook(record[1] - (unsigned long)__hyp_text_start))
			record[1] = graph->calls[--nr].parent;
	}
}
