// SPDX-License-Identifier: GPL-2.0
/*
 * The rings of a remote's CPUs as one text, ordered by time: no event is printed that is older than
 * one printed before it.
 *
 * Rings are filled while they are read, so it works in rounds. A round takes the time first, its
 * horizon, and then prints nothing later than that. A CPU is "settled" when it was seen outside the
 * writer's code after the horizon was taken: all that it has to say up to the horizon is in its
 * ring. The ring of a CPU that is not settled may run dry while an event, older than the others'
 * next, is about to be published; then the round is over.
 *
 * Only CPUs that have events take part, in a heap: a line costs as much as the logarithm of their
 * number, and mostly less, for a CPU's events tend to come in a row.
 *
 * internal.h has the lock order.
 */
#include <linux/mutex.h>
#include <linux/processor.h>
#include <linux/slab.h>

#include "heap.h"
#include "internal.h"

/*
 * How many looks a CPU gets to leave the writer's code before a round goes on without it. The
 * writer is there for some hundred nanoseconds at a time.
 */
#define SETTLE_LOOKS	100

/**
 * struct remote_trace_merge - what merging needs to remember
 * @scope:	what is merged
 * @heap:	the sources of the round that is going on, their CPUs locked; empty between rounds
 * @sources:	@heap's elements, one for each CPU of @scope
 */
struct remote_trace_merge {
	const struct remote_trace_scope	*scope;
	struct remote_trace_heap	heap;
	struct remote_trace_source	sources[];
};

/* Was the CPU outside the writer's code at some time since the horizon was taken? */
static bool cpu_settles(const struct remote_trace_cpu *tcpu)
{
	unsigned int looks = SETTLE_LOOKS;

	while (remote_ring_reader_busy(&tcpu->reader)) {
		if (!--looks)
			return false;
		cpu_relax();
	}

	return true;
}

/* The next event of a CPU up to the horizon; if there is none, the CPU's settled is the truth */
static const struct remote_ring_event *cpu_next(struct remote_trace_cpu *tcpu)
{
	const struct remote_ring_event *event = remote_ring_reader_peek(&tcpu->reader);

	if (likely(event) || tcpu->settled)
		return event;

	tcpu->settled = cpu_settles(tcpu);

	/* What it was about to publish is there now */
	return tcpu->settled ? remote_ring_reader_peek(&tcpu->reader) : NULL;
}

static void cpu_lock(struct remote_trace_merge *merge, struct remote_trace_cpu *tcpu)
{
	if (merge->scope->cpu == REMOTE_TRACE_ALL_CPUS)
		mutex_lock_nest_lock(&tcpu->lock, &merge->scope->remote->merge_lock);
	else
		mutex_lock(&tcpu->lock);
}

/*
 * Lock each CPU that has events and put it into the heap.
 *
 * Returns false if one that has none is not settled, so that nobody's event can be said to be the
 * oldest.
 */
static bool round_collect(struct remote_trace_merge *merge, bool strict)
{
	const struct remote_trace_scope *scope = merge->scope;
	struct remote_trace_heap *heap = &merge->heap;
	int cpu;

	for_each_cpu(cpu, remote_trace_scope_mask(scope)) {
		struct remote_trace_cpu *tcpu = &scope->remote->cpus[cpu];
		bool settled = !strict || !remote_ring_reader_busy(&tcpu->reader);
		const struct remote_ring_event *event;

		/* In this order: what was published before it settled is seen */
		if (settled && remote_ring_reader_empty(&tcpu->reader))
			continue;

		cpu_lock(merge, tcpu);
		tcpu->settled = settled;
		event = cpu_next(tcpu);
		if (!event) {
			settled = tcpu->settled;
			mutex_unlock(&tcpu->lock);
			if (!settled)
				return false;
			continue;
		}

		heap->data[heap->nr++] = (struct remote_trace_source) { event->time, tcpu };
	}

	remote_trace_heap_build(heap);

	return true;
}

static void round_print(struct remote_trace_merge *merge, struct remote_trace_text *text,
			size_t want, u64 horizon)
{
	struct remote_trace_heap *heap = &merge->heap;
	struct remote_trace_source *first = heap->data;

	while (heap->nr && first->time <= horizon) {
		struct remote_trace_cpu *tcpu = first->tcpu;
		size_t len = text->seq.seq.len;
		const struct remote_ring_event *event;

		if (!remote_trace_print(text, tcpu, remote_ring_reader_peek(&tcpu->reader)))
			break;

		/* The line stays for the next round. But one must get through */
		if (unlikely(trace_seq_used(&text->seq) > want) && len) {
			text->seq.seq.len = len;
			break;
		}
		remote_ring_reader_consume(&tcpu->reader);

		event = cpu_next(tcpu);
		if (event) {
			remote_trace_heap_update(heap, event->time);
		} else {
			if (!tcpu->settled)
				break;
			mutex_unlock(&tcpu->lock);
			remote_trace_heap_pop(heap);
		}
	}
}

/**
 * remote_trace_merge_round - turn events into text and consume them, oldest first
 * @merge:	whose events
 * @text:	where to
 * @want:	characters that the text may have; more only if it is a single line
 * @strict:	never print an event if an older one might come; false if that has been waited for
 *		in vain
 *
 * One CPU alone has an order of its own and there @strict makes no difference.
 *
 * Context: the remote is loaded and stays so; serialised by the user, for @merge and @text.
 */
void remote_trace_merge_round(struct remote_trace_merge *merge, struct remote_trace_text *text,
			      size_t want, bool strict)
{
	struct remote_trace *remote = merge->scope->remote;
	bool all = merge->scope->cpu == REMOTE_TRACE_ALL_CPUS;
	struct remote_trace_heap *heap = &merge->heap;
	u64 horizon = U64_MAX;
	int i;

	if (all)
		mutex_lock(&remote->merge_lock);

	strict &= all;
	if (strict)
		horizon = remote->ops->now(remote->priv);

	if (round_collect(merge, strict))
		round_print(merge, text, want, horizon);

	for (i = 0; i < heap->nr; i++)
		mutex_unlock(&heap->data[i].tcpu->lock);
	heap->nr = 0;

	if (all)
		mutex_unlock(&remote->merge_lock);
}

/**
 * remote_trace_merge_alloc - prepare for merging
 * @scope:	what is to be merged
 *
 * Return: what remote_trace_merge_free() takes, or NULL if there is no memory.
 */
struct remote_trace_merge *remote_trace_merge_alloc(const struct remote_trace_scope *scope)
{
	unsigned int nr = cpumask_weight(remote_trace_scope_mask(scope));
	struct remote_trace_merge *merge;

	merge = kvzalloc(struct_size(merge, sources, nr), GFP_KERNEL);
	if (!merge)
		return NULL;

	merge->scope = scope;
	min_heap_init(&merge->heap, merge->sources, nr);

	return merge;
}

/**
 * remote_trace_merge_free - undo remote_trace_merge_alloc()
 * @merge:	what it returned, NULL included
 */
void remote_trace_merge_free(struct remote_trace_merge *merge)
{
	kvfree(merge);
}
