// SPDX-License-Identifier: GPL-2.0
/*
 * The ways to go through a CPU's events: consuming them, looking at copies of what is there or of
 * what comes, and from what is left when the kernel panics.
 *
 * A consuming cursor has its CPU's ring locked as long as it takes part in a merge. One that looks
 * at copies locks it for a page at a time, so neither the writer nor a consumer is held up for
 * longer than it takes to copy one. When the kernel panics nothing is locked.
 *
 * core.h has the lock order.
 */
#include <linux/cleanup.h>
#include <linux/sched.h>

#include "core.h"
#include "merge.h"

static bool consuming_begin(const struct remote_trace_merge *merge,
			    struct remote_trace_cursor *cursor)
{
	struct remote_trace_cpu *tcpu = cursor->tcpu;

	cursor->walk = &tcpu->reader;
	if (cursor->settled && remote_ring_reader_empty(&tcpu->reader))
		return false;

	if (merge->scope->cpu == REMOTE_TRACE_ALL_CPUS)
		mutex_lock_nest_lock(&tcpu->lock, &merge->scope->remote->merge_lock);
	else
		mutex_lock(&tcpu->lock);

	return true;
}

static void consuming_end(struct remote_trace_cursor *cursor)
{
	mutex_unlock(&cursor->tcpu->lock);
}

static const struct remote_ring_event *consuming_peek(struct remote_trace_cursor *cursor)
{
	return remote_ring_reader_peek(&cursor->tcpu->reader);
}

/* Takes events from the ring. Who merges all CPUs holds remote_trace::merge_lock */
const struct remote_trace_way remote_trace_consuming = {
	.live		= true,
	.begin		= consuming_begin,
	.end		= consuming_end,
	.peek		= consuming_peek,
};

static const struct remote_ring_event *
copy_peek(struct remote_trace_cursor *cursor,
	  bool (*next_page)(struct remote_ring_copy *copy, const struct remote_ring_reader *reader,
			    int (*sync)(void *priv, int cpu, u64 seq)))
{
	struct remote_trace_cpu *tcpu = cursor->tcpu;
	const struct remote_ring_event *event;

	/* What was cleared since it was copied is not shown */
	while (READ_ONCE(tcpu->reader.discards) != cursor->copy.discards ||
	       !(event = remote_ring_copy_peek(&cursor->copy))) {
		/* Pages are counted against a writer that always claims to have another */
		if (!cursor->pages)
			return NULL;
		cursor->pages--;
		cond_resched();

		guard(mutex)(&tcpu->lock);

		if (!next_page(&cursor->copy, &tcpu->reader, remote_trace_sync))
			return NULL;
	}

	return event;
}

static bool copying_begin(const struct remote_trace_merge *merge,
			  struct remote_trace_cursor *cursor)
{
	struct remote_trace_cpu *tcpu = cursor->tcpu;

	guard(mutex)(&tcpu->lock);

	remote_ring_copy_init(&cursor->copy, cursor->copy.buf, &tcpu->reader);
	/* As in ftrace: what was overwritten by then was never part of it */
	remote_ring_copy_forget_lost(&cursor->copy, &tcpu->reader, remote_trace_sync);
	cursor->walk = &cursor->copy.walk;
	cursor->pages = tcpu->reader.nr_slots + 1;

	return true;
}

static const struct remote_ring_event *copying_peek(struct remote_trace_cursor *cursor)
{
	return copy_peek(cursor, remote_ring_copy_next_page);
}

/* What is there when the merge begins, which stays there */
const struct remote_trace_way remote_trace_copying = {
	.copies		= true,
	.begin		= copying_begin,
	.peek		= copying_peek,
};

static bool following_begin(const struct remote_trace_merge *merge,
			    struct remote_trace_cursor *cursor)
{
	cursor->walk = &cursor->copy.walk;
	/* All slots, the consumer's page, and finding no news, before it settles too */
	cursor->pages = cursor->tcpu->reader.nr_slots + 3;

	return true;
}

static const struct remote_ring_event *following_peek(struct remote_trace_cursor *cursor)
{
	return copy_peek(cursor, remote_ring_follow);
}

/* What comes after the last merge, which stays there too. The user says where the first begins */
const struct remote_trace_way remote_trace_following = {
	.copies		= true,
	.live		= true,
	.begin		= following_begin,
	.peek		= following_peek,
};

static bool dumping_begin(const struct remote_trace_merge *merge,
			  struct remote_trace_cursor *cursor)
{
	cursor->walk = &cursor->dump.walk;
	remote_ring_dump_init(&cursor->dump, &cursor->tcpu->reader, merge->lines);

	return true;
}

static const struct remote_ring_event *dumping_peek(struct remote_trace_cursor *cursor)
{
	return remote_ring_dump_peek(&cursor->dump);
}

/* The newest events, without a lock and without asking the remote */
const struct remote_trace_way remote_trace_dumping = {
	.begin		= dumping_begin,
	.peek		= dumping_peek,
};
