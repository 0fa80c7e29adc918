/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __ARM64_KVM_EL2_TRACE_HOST_H
#define __ARM64_KVM_EL2_TRACE_HOST_H

#include <linux/remote_trace.h>

#include <asm/kvm_el2_events.h>

/* events.c */
extern struct remote_trace_event el2_trace_events[EL2_NR_EVENTS];
void el2_trace_init_events(void);

/* clock.c */
int el2_trace_clock_start(void);
void el2_trace_clock_stop(void);
u64 el2_trace_clock_now(void);

#endif /* __ARM64_KVM_EL2_TRACE_HOST_H */
