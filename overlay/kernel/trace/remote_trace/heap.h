/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A heap of CPUs by the time of their next event, for those who put events in the order of time.
 */
#ifndef _KERNEL_REMOTE_TRACE_HEAP_H
#define _KERNEL_REMOTE_TRACE_HEAP_H

#include <linux/min_heap.h>

struct remote_trace_cpu;

/**
 * struct remote_trace_source - a CPU that has events
 * @time:	time of the oldest of them
 * @tcpu:	the CPU
 */
struct remote_trace_source {
	u64			time;
	struct remote_trace_cpu	*tcpu;
};

DEFINE_MIN_HEAP(struct remote_trace_source, remote_trace_heap);

static inline bool remote_trace_source_less(const void *lhs, const void *rhs, void *unused)
{
	const struct remote_trace_source *l = lhs, *r = rhs;

	return l->time < r->time;
}

static inline void remote_trace_source_swap(void *lhs, void *rhs, void *unused)
{
	swap(*(struct remote_trace_source *)lhs, *(struct remote_trace_source *)rhs);
}

static const struct min_heap_callbacks remote_trace_heap_callbacks = {
	.less	= remote_trace_source_less,
	.swp	= remote_trace_source_swap,
};

/* Order the sources that have just been put in */
static inline void remote_trace_heap_build(struct remote_trace_heap *heap)
{
	min_heapify_all(heap, &remote_trace_heap_callbacks, NULL);
}

/* The first source's next event is of @time: find its place. Mostly it is where it is */
static inline void remote_trace_heap_update(struct remote_trace_heap *heap, u64 time)
{
	struct remote_trace_source *data = heap->data;

	data[0].time = time;
	if (unlikely((heap->nr > 1 && time > data[1].time) ||
		     (heap->nr > 2 && time > data[2].time)))
		min_heap_sift_down(heap, 0, &remote_trace_heap_callbacks, NULL);
}

/* The first source has no more events */
static inline void remote_trace_heap_pop(struct remote_trace_heap *heap)
{
	min_heap_pop(heap, &remote_trace_heap_callbacks, NULL);
}

#endif /* _KERNEL_REMOTE_TRACE_HEAP_H */
