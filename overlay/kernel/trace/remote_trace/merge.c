// SPDX-License-Identifier: GPL-2.0
/*
 * The events of a remote's CPUs as one sequence, ordered by time.
 *
 * Rings are filled while they are read, so whoever reads them for good takes the time first, the
 * horizon, and then nothing later than that. A CPU is "settled" when it was seen outside the
 * writer's code after the horizon was taken: all that it has to say up to the horizon is in its
 * ring. The ring of a CPU that is not settled may run dry while an event, older than the others'
 * next, is about to be published; then a strict merge is over, and its user begins another.
 *
 * Only CPUs that have events take part, in a tree of losers: a knock-out tournament in which each
 * match has kept who lost it. When the winner's next event takes its place, only the matches on its
 * way are played again, one for each level; a heap looks at two sources on each level and moves one
 * (lib/min_heap exchanges two). An event costs as much as the logarithm of the number of CPUs.
 */
#include <linux/gfp.h>
#include <linux/processor.h>
#include <linux/slab.h>

#include "core.h"
#include "merge.h"

/*
 * How many looks a CPU gets to leave the writer's code before a merge goes on without it, or ends.
 * The writer is there for some hundred nanoseconds at a time.
 */
#define SETTLE_LOOKS	100

static struct remote_trace_source *merge_sources(struct remote_trace_merge *merge)
{
	return &merge->matches[merge->nr];
}

/* Has no event: loses against all that have one */
static const struct remote_trace_source no_source = { .time = U64_MAX };

/* Where the winner came from is @source now: who is the winner? */
static __always_inline void merge_play(struct remote_trace_merge *merge,
				       struct remote_trace_source source, unsigned int match)
{
	for (; match; match /= 2) {
		struct remote_trace_source *loser = &merge->matches[match];

		if (loser->time < source.time)
			swap(*loser, source);
	}
	merge->matches[0] = source;
}

/*
 * The first tournament: the i-th of n comes as number n + i, match m is between those that come as
 * 2m and 2m + 1, and who comes first waits.
 */
static void merge_play_all(struct remote_trace_merge *merge)
{
	unsigned int i, match, nr = merge->nr_sources;

	for (i = 1; i < nr; i++)
		merge->matches[i].cursor = NULL;

	for (i = 0; i < nr; i++) {
		struct remote_trace_source source = merge_sources(merge)[i];

		source.cursor->match = (nr + i) / 2;
		for (match = source.cursor->match; match; match /= 2) {
			struct remote_trace_source *other = &merge->matches[match];

			if (!other->cursor)
				break;
			if (other->time < source.time)
				swap(*other, source);
		}
		merge->matches[match] = source;
	}
}

/* Was the CPU outside the writer's code at some time since the horizon was taken? */
static bool cursor_settles(const struct remote_trace_cursor *cursor)
{
	unsigned int looks = SETTLE_LOOKS;

	while (remote_trace_busy(cursor->tcpu)) {
		if (!--looks)
			return false;
		cpu_relax();
	}

	return true;
}

/* A cursor's next event; if there is none, its settled says whether there may be one */
static const struct remote_ring_event *cursor_next(const struct remote_trace_merge *merge,
						   struct remote_trace_cursor *cursor)
{
	cursor->event = merge->way->peek(cursor);
	if (likely(cursor->event) || cursor->settled)
		return cursor->event;

	cursor->settled = cursor_settles(cursor) || !merge->strict;

	/* What it was about to publish is there now */
	if (cursor->settled)
		cursor->event = merge->way->peek(cursor);

	return cursor->event;
}

static void cursor_end(const struct remote_trace_merge *merge, struct remote_trace_cursor *cursor)
{
	if (merge->way->end)
		merge->way->end(cursor);
}

/**
 * remote_trace_merge_begin - begin to go through events
 * @merge:	any merge
 * @horizon:	no event later than that is wanted
 * @strict:	never give an event if an older one might come; @horizon was read from the remote's
 *		clock just before
 *
 * What is locked until remote_trace_merge_end() is for the way to say. If it is nothing, a merge
 * need not be ended.
 *
 * Context: the remote is loaded and stays so, or the kernel panics; serialised by the user.
 */
void remote_trace_merge_begin(struct remote_trace_merge *merge, u64 horizon, bool strict)
{
	unsigned int i;

	merge->nr_sources = 0;
	merge->matches[0] = no_source;
	merge->horizon = horizon;
	merge->strict = strict;

	for (i = 0; i < merge->nr; i++) {
		struct remote_trace_cursor *cursor = &merge->cursors[i];

		/* In this order: what was published before it settled is seen */
		cursor->settled = !merge->way->live || !remote_trace_busy(cursor->tcpu);
		if (!merge->way->begin(merge, cursor))
			continue;

		if (cursor_next(merge, cursor)) {
			merge_sources(merge)[merge->nr_sources++] = (struct remote_trace_source) {
				cursor->event->time, cursor
			};
			continue;
		}

		cursor_end(merge, cursor);
		if (!cursor->settled) {
			remote_trace_merge_end(merge);
			return;
		}
	}

	merge_play_all(merge);
}

/* Where the oldest event came from there is no other, or was none just now */
static noinline void merge_look_again(struct remote_trace_merge *merge)
{
	struct remote_trace_cursor *cursor = merge->matches[0].cursor;
	const struct remote_ring_event *event = cursor_next(merge, cursor);
	struct remote_trace_source source = no_source;

	if (event)
		source = (struct remote_trace_source) { event->time, cursor };
	else
		cursor_end(merge, cursor);

	if (event || cursor->settled)
		merge_play(merge, source, cursor->match);
	else
		remote_trace_merge_end(merge);
}

/* The oldest event has been consumed: find the next */
static __always_inline void merge_go_on(struct remote_trace_merge *merge)
{
	struct remote_trace_cursor *cursor = merge->matches[0].cursor;
	const struct remote_ring_event *event = merge->way->peek(cursor);

	cursor->event = event;
	if (likely(event))
		merge_play(merge, (struct remote_trace_source) { event->time, cursor },
			   cursor->match);
	else
		merge_look_again(merge);
}

/**
 * remote_trace_merge_next - consume the oldest event and find the next
 * @merge:	a merge that remote_trace_merge_first() found an event in
 *
 * If the next cannot be told, the merge has ended.
 *
 * Context: as remote_trace_merge_begin().
 */
void remote_trace_merge_next(struct remote_trace_merge *merge)
{
	remote_ring_reader_consume(merge->matches[0].cursor->walk);
	merge_go_on(merge);
}

/**
 * remote_trace_merge_next_pair - consume the oldest event and the one behind it on the same CPU
 * @merge:	a merge that remote_trace_merge_first() found an event in, and
 *		remote_ring_reader_ahead() the other
 *
 * If the next cannot be told, the merge has ended.
 *
 * Context: as remote_trace_merge_begin().
 */
void remote_trace_merge_next_pair(struct remote_trace_merge *merge)
{
	struct remote_ring_reader *walk = merge->matches[0].cursor->walk;

	remote_ring_reader_consume(walk);
	/* It was there, but the memory is shared with the writer */
	if (likely(remote_ring_reader_step(walk)))
		remote_ring_reader_consume(walk);
	merge_go_on(merge);
}

/**
 * remote_trace_merge_end - done with a merge
 * @merge:	any merge, whether it has ended or not
 *
 * Context: as remote_trace_merge_begin().
 */
void remote_trace_merge_end(struct remote_trace_merge *merge)
{
	unsigned int i;

	for (i = 0; i < merge->nr_sources; i++) {
		struct remote_trace_cursor *cursor = merge_sources(merge)[i].cursor;

		/* Without, it has ended */
		if (cursor->event)
			cursor_end(merge, cursor);
	}
	merge->nr_sources = 0;
	merge->matches[0] = no_source;
}

/**
 * remote_trace_merge_alloc - prepare for merging
 * @scope:	what is to be merged
 * @way:	how
 *
 * Return: what remote_trace_merge_free() takes, or NULL if there is no memory.
 */
struct remote_trace_merge *remote_trace_merge_alloc(const struct remote_trace_scope *scope,
						    const struct remote_trace_way *way)
{
	unsigned int nr = cpumask_weight(remote_trace_scope_mask(scope));
	struct remote_trace_merge *merge;
	int cpu;

	merge = remote_trace_alloc_array(1, struct_size(merge, matches, 2 * nr));
	if (!merge)
		return NULL;

	merge->scope = scope;
	merge->way = way;
	merge->cursors = remote_trace_alloc_array(nr, sizeof(*merge->cursors));
	if (!merge->cursors)
		goto free;

	for_each_cpu(cpu, remote_trace_scope_mask(scope)) {
		struct remote_trace_cursor *cursor = &merge->cursors[merge->nr++];

		cursor->tcpu = &scope->remote->cpus[cpu];
		if (!way->copies)
			continue;
		cursor->copy.buf = (void *)__get_free_page(GFP_KERNEL);
		if (!cursor->copy.buf)
			goto free;
	}

	return merge;

free:
	remote_trace_merge_free(merge);

	return NULL;
}

/**
 * remote_trace_merge_free - undo remote_trace_merge_alloc()
 * @merge:	what it returned, NULL included; it has ended
 */
void remote_trace_merge_free(struct remote_trace_merge *merge)
{
	unsigned int i;

	if (!merge)
		return;

	for (i = 0; merge->way->copies && i < merge->nr; i++)
		free_page((unsigned long)merge->cursors[i].copy.buf);
	kvfree(merge->cursors);
	kvfree(merge);
}
