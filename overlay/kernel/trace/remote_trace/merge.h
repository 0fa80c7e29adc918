/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One way to go through the events of several CPUs in the order of time, whatever reads them:
 *
 *	remote_trace_merge_begin(merge, horizon, strict);
 *	while ((cursor = remote_trace_merge_first(merge))) {
 *		... cursor->event, of cursor->tcpu ...
 *		remote_trace_merge_next(merge);
 *	}
 *	remote_trace_merge_end(merge);
 */
#ifndef _KERNEL_REMOTE_TRACE_MERGE_H
#define _KERNEL_REMOTE_TRACE_MERGE_H

#include <linux/remote_ring_dump.h>
#include <linux/remote_ring_reader.h>

struct remote_trace_cpu;
struct remote_trace_merge;
struct remote_trace_scope;

/**
 * struct remote_trace_cursor - a place among one CPU's events
 * @tcpu:	the CPU
 * @event:	the event at that place; valid while the cursor is the first of its merge. NULL if
 *		there is none, and then the cursor takes no part any more
 * @walk:	consumes it
 * @match:	the first that it takes part in, or 0; while the merge goes on
 * @settled:	nothing older than the horizon is still to be published
 * @pages:	of a copying or following cursor: pages that may still be looked at
 * @copy:	likewise: its place, and its page
 * @dump:	of a dumping cursor: its place
 */
struct remote_trace_cursor {
	struct remote_trace_cpu			*tcpu;
	const struct remote_ring_event		*event;
	struct remote_ring_reader		*walk;
	unsigned int				match;
	bool					settled;
	u32					pages;
	union {
		struct remote_ring_copy		copy;
		struct remote_ring_dump		dump;
	};
};

/**
 * struct remote_trace_way - a way to go through a CPU's events
 * @copies:	needs a page for each CPU
 * @live:	goes on with what is written meanwhile, so that it must be asked whether the CPU is
 *		about to publish something: who merges has called remote_trace_ask_busy()
 * @begin:	a merge begins: set @walk; returns false if there is certainly no event
 * @end:	undo of @begin; NULL if there is nothing to undo
 * @peek:	the next event, the same until it is consumed; NULL if there is none, for now
 */
struct remote_trace_way {
	bool				copies;
	bool				live;
	bool				(*begin)(const struct remote_trace_merge *merge,
						 struct remote_trace_cursor *cursor);
	void				(*end)(struct remote_trace_cursor *cursor);
	const struct remote_ring_event	*(*peek)(struct remote_trace_cursor *cursor);
};

/* cursor.c */
extern const struct remote_trace_way remote_trace_consuming;
extern const struct remote_trace_way remote_trace_copying;
extern const struct remote_trace_way remote_trace_following;
extern const struct remote_trace_way remote_trace_dumping;

/**
 * struct remote_trace_source - a cursor that has an event
 * @time:	the event's time
 * @cursor:	the cursor
 */
struct remote_trace_source {
	u64				time;
	struct remote_trace_cursor	*cursor;
};

/**
 * struct remote_trace_merge - the CPUs that are merged
 * @scope:	which
 * @way:	how their events are gone through
 * @lines:	of a dump, set by its user: how many events of each CPU are wanted at the most
 * @strict:	the merge is over when an event might come that is older than the next
 * @horizon:	no event is given that is later
 * @nr:		CPUs
 * @cursors:	one for each CPU
 * @nr_sources:	cursors that had an event when the merge began, 0 between end and begin
 * @matches:	the winner of all, without a cursor if there is none; from 1 on who has lost which
 *		match; and from @nr on those that had an event in the beginning
 */
struct remote_trace_merge {
	const struct remote_trace_scope		*scope;
	const struct remote_trace_way		*way;
	u32					lines;
	bool					strict;
	u64					horizon;
	unsigned int				nr;
	struct remote_trace_cursor		*cursors;
	unsigned int				nr_sources;
	struct remote_trace_source		matches[];
};

/* merge.c */
struct remote_trace_merge *remote_trace_merge_alloc(const struct remote_trace_scope *scope,
						    const struct remote_trace_way *way);
void remote_trace_merge_free(struct remote_trace_merge *merge);
void remote_trace_merge_begin(struct remote_trace_merge *merge, u64 horizon, bool strict);
void remote_trace_merge_next(struct remote_trace_merge *merge);
void remote_trace_merge_next_pair(struct remote_trace_merge *merge);
void remote_trace_merge_end(struct remote_trace_merge *merge);

/* The cursor at the oldest event, or NULL if there is none any more */
static inline const struct remote_trace_cursor *
remote_trace_merge_first(const struct remote_trace_merge *merge)
{
	const struct remote_trace_source *first = &merge->matches[0];

	return first->time <= merge->horizon ? first->cursor : NULL;
}

#endif /* _KERNEL_REMOTE_TRACE_MERGE_H */
