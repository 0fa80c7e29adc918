/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Filters of events at EL2. See filter.c.
 */
#ifndef __ARM64_KVM_HYP_NVHE_EL2_TRACE_FILTER_H
#define __ARM64_KVM_HYP_NVHE_EL2_TRACE_FILTER_H

#include <linux/bits.h>
#include <linux/remote_filter.h>
#include <linux/remote_ring.h>

#include <nvhe/el2_trace_ring.h>
#include <nvhe/el2_trace_trigger.h>

/*
 * The word that an event is recorded by while it is on: its id, and above that the room it takes
 * (remote_ring_writer_try_reserve_as()). The path of an event that fits adds that to the offset,
 * where it would otherwise add a constant, so it costs nothing to have what takes more room than
 * there ever is: an event with a filter, or with triggers, whether it has a filter or not.
 */
#define EL2_EVENT_ADVANCE_SHIFT	32
#define EL2_EVENT_FILTERED	((u64)~0U << EL2_EVENT_ADVANCE_SHIFT)
#define EL2_EVENT_TRIGGERED	((u64)(~0U >> 1) << EL2_EVENT_ADVANCE_SHIFT)

/* Of an event with triggers, what it lacks if it is not on, and has a word for these alone */
#define EL2_EVENT_ON		BIT_ULL(EL2_EVENT_ADVANCE_SHIFT)

static __always_inline bool el2_event_filtered(u64 word)
{
	return (s64)word < 0;
}

/* ... if it is not filtered */
static __always_inline bool el2_event_triggered(u64 word)
{
	return word & BIT_ULL(62);
}

bool el2_trace_filter_exists(u32 event);
int el2_trace_filter_insn(u64 index, const struct remote_filter_insn *insn);
int el2_trace_filter_set(u32 event, u64 nr, u32 size);
bool el2_trace_filter_take(struct remote_filter *program, u64 nr, u32 size);

/* The instructions for each event that has a filter; NULL for one that has none */
extern const struct remote_filter_insn *el2_trace_filters[];

/**
 * el2_trace_filter_match - is this event wanted?
 * @event:	its number, below EL2_NR_EVENTS
 * @subject:	EL2_FILTER_SUBJECT() of its record, with no byte in it that is not its own or 0
 *
 * Part of whoever asks: a call would cost as much as a comparison or two.
 *
 * Context: EL2, where no CPU is preempted. Bounded.
 * Return: true also if there is no filter yet, or any more.
 */
static __always_inline bool el2_trace_filter_match(u32 event, const void *subject)
{
	/*
	 * What it points to is read by its address, and so after it; pairs with the
	 * smp_store_release() in el2_trace_filter_set().
	 */
	const struct remote_filter_insn *filter = READ_ONCE(el2_trace_filters[event]);

	return !filter || remote_filter_match(filter, subject);
}

/* The word of an event that is recorded with @id, 0 if it is not, and has records of @size bytes */
static inline u64 el2_event_word(u16 id, u32 event, u32 size)
{
	u16 trigger_id = el2_trace_trigger_id(event);

	if (!id)
		return trigger_id ? trigger_id | (EL2_EVENT_TRIGGERED & ~EL2_EVENT_ON) : 0;
	if (el2_trace_trigger_diverts(event))
		return id | EL2_EVENT_TRIGGERED;

	return el2_trace_filter_exists(event) ? id | EL2_EVENT_FILTERED :
	       id | (u64)REMOTE_RING_RECORD_SIZE(size) << EL2_EVENT_ADVANCE_SHIFT;
}

/* What a filter is about: a @record, and around it what <linux/remote_filter.h> says */
#define EL2_FILTER_SUBJECT(name, record)					\
	struct {								\
		u32	cpu;							\
		u32	reserved;						\
		record	entry;							\
		u8	behind[REMOTE_FILTER_BEHIND];				\
	} __aligned(8) name __uninitialized

#endif /* __ARM64_KVM_HYP_NVHE_EL2_TRACE_FILTER_H */
