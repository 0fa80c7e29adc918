/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __ARM64_KVM_HYP_NVHE_EL2_CLOCK_H
#define __ARM64_KVM_HYP_NVHE_EL2_CLOCK_H

#include <linux/compiler.h>

#include <asm/arch_timer.h>
#include <asm/kvm_el2_trace.h>

extern struct el2_trace_clock el2_clocks[2];

/**
 * el2_clock_cyc - the counter, read when all before it has been done
 *
 * Return: counter value.
 */
static __always_inline u64 el2_clock_cyc(void)
{
	u64 cyc;

	/*
	 * The isb, or the SS of the register, keeps the counter from being read before the store
	 * that remote_ring_writer_tell_busy() waits for. Later stores need no order against it:
	 * nobody sees the event before it is published, so no arch_counter_enforce_ordering().
	 */
	asm volatile(ALTERNATIVE("isb\n mrs %0, cntpct_el0",
				 "nop\n" __mrs_s("%0", SYS_CNTPCTSS_EL0),
				 ARM64_HAS_ECV)
		     : "=r" (cyc));

	return cyc;
}

/**
 * el2_clock_ns - nanoseconds of the host's CLOCK_BOOTTIME, as far as the host keeps us in step
 * @clock:	this CPU's, as read from struct el2_trace_cpu by READ_ONCE() just now: an address
 *		dependency that pairs with the smp_store_release() in el2_clock_set(). To be read
 *		before the counter, so that a new epoch is never applied to a counter value much
 *		older than it
 *
 * Context: any CPU.
 * Return: nanoseconds; 0 before the host's first __el2_trace_set_clock.
 */
static __always_inline u64 el2_clock_ns(const struct el2_trace_clock *clock)
{
	return el2_trace_clock_ns(clock, el2_clock_cyc());
}

int el2_clock_set(u64 epoch_cyc, u64 epoch_ns, u64 mult, u64 shift);
bool el2_clock_is_set(void);

#endif /* __ARM64_KVM_HYP_NVHE_EL2_CLOCK_H */
