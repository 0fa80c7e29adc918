/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A heap of CPUs by the time of their next event, for those who put events in the order of time.
 */
#ifndef _KERNEL_TRACE_REMOTE_HEAP_H
#define _KERNEL_TRACE_REMOTE_HEAP_H

#include <linux/min_heap.h>

struct trace_remote_cpu;

/**
 * struct trace_remote_source - a CPU that has events
 * @time:	time of the oldest of them
 * @tcpu:	the CPU
 */
struct trace_remote_source {
	u64			time;
	struct trace_remote_cpu	*tcpu;
};

DEFINE_MIN_HEAP(struct trace_remote_source, trace_remote_heap);

static inline bool trace_remote_source_less(const void *lhs, const void *rhs, void *unused)
{
	const struct trace_remote_source *l = lhs, *r = rhs;

	return l->time < r->time;
}

static inline void trace_remote_source_swap(void *lhs, void *rhs, void *unused)
{
	swap(*(struct trace_remote_source *)lhs, *(struct trace_remote_source *)rhs);
}

static const struct min_heap_callbacks trace_remote_heap_callbacks = {
	.less	= trace_remote_source_less,
	.swp	= trace_remote_source_swap,
};

/* Order the sources that have just been put in */
static inline void trace_remote_heap_build(struct trace_remote_heap *heap)
{
	min_heapify_all(heap, &trace_remote_heap_callbacks, NULL);
}

/* The first source's next event is of @time: find its place. Mostly it is where it is */
static inline void trace_remote_heap_update(struct trace_remote_heap *heap, u64 time)
{
	struct trace_remote_source *data = heap->data;

	data[0].time = time;
	if (unlikely((heap->nr > 1 && time > data[1].time) ||
		     (heap->nr > 2 && time > data[2].time)))
		min_heap_sift_down(heap, 0, &trace_remote_heap_callbacks, NULL);
}

/* The first source has no more events */
static inline void trace_remote_heap_pop(struct trace_remote_heap *heap)
{
	min_heap_pop(heap, &trace_remote_heap_callbacks, NULL);
}

#endif /* _KERNEL_TRACE_REMOTE_HEAP_H */
