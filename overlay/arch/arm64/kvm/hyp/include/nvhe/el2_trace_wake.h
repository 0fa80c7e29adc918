/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Waking the host at EL2. See wake.c.
 */
#ifndef __ARM64_KVM_HYP_NVHE_EL2_TRACE_WAKE_H
#define __ARM64_KVM_HYP_NVHE_EL2_TRACE_WAKE_H

#include <linux/bits.h>

#include <asm/kvm_el2_events.h>
#include <asm/kvm_el2_trace.h>

#include <nvhe/el2_trace_filter.h>

/*
 * In the word of hyp_exit while the host wants to be woken, whether that event is on or not: it is
 * what every stay comes to at its end, and costs nothing more as long as it is not diverted.
 */
#define EL2_EVENT_WAKE		BIT_ULL(31)

/* What diverts an event that has neither filter nor triggers; the same bits that these have */
#define EL2_EVENT_DIVERTED	((u64)(~0U >> 2) << EL2_EVENT_ADVANCE_SHIFT)

/* ... and so hyp_exit's @word, 0 if it is off */
static __always_inline u64 el2_event_wake(u64 word)
{
	if (el2_event_filtered(word) || el2_event_triggered(word))
		return word | EL2_EVENT_WAKE;

	return word | EL2_EVENT_WAKE | EL2_EVENT_DIVERTED;
}

extern bool el2_trace_wake_wanted;

/* What becomes of the @word of an event. trace_lock is held */
static __always_inline u64 el2_trace_wake_word(u32 event, u64 word)
{
	return event == EL2_EVENT_hyp_exit && el2_trace_wake_wanted ? el2_event_wake(word) : word;
}

struct el2_trace_cpu;

void el2_trace_wake_quiet(void);
void el2_trace_wake_listen(bool on);
void el2_trace_wake_done(void);
void el2_trace_wake_arm(u64 cpu);
void el2_trace_wake_arm_page(u64 cpu, u64 tail);
void el2_trace_wake_arm_switch(void);

void el2_trace_wake_exit(struct el2_trace_cpu *cpu, enum el2_reason reason);
void el2_trace_wake_switched(void);

#endif /* __ARM64_KVM_HYP_NVHE_EL2_TRACE_WAKE_H */
