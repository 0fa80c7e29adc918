/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __ARM64_KVM_HYP_TRACE_HOST_H
#define __ARM64_KVM_HYP_TRACE_HOST_H

#include <linux/trace_remote.h>

#include <asm/kvm_hyp_events.h>

/* hyp_trace_events.c */
extern struct trace_remote_event hyp_trace_events[HYP_NR_EVENTS];
void hyp_trace_init_events(void);

/* hyp_trace_clock.c */
int hyp_trace_clock_start(void);
void hyp_trace_clock_stop(void);
u64 hyp_trace_clock_now(void);

#endif /* __ARM64_KVM_HYP_TRACE_HOST_H */
