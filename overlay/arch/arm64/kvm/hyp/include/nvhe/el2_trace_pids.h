/* SPDX-License-Identifier: GPL-2.0 */
/*
 * On whose behalf what is done is recorded. See pids.c.
 */
#ifndef __ARM64_KVM_HYP_NVHE_EL2_TRACE_PIDS_H
#define __ARM64_KVM_HYP_NVHE_EL2_TRACE_PIDS_H

#include <linux/bits.h>
#include <linux/types.h>

/* el2_trace_cpu::away: the stay is interrupted, as the CPU is in a guest or in the firmware */
#define EL2_AWAY	BIT(0)
/* ... it goes on, or has just begun, on behalf of one of whom nothing is recorded */
#define EL2_UNWANTED	BIT(1)

int el2_trace_pids_add(u64 index, u64 pid);
int el2_trace_pids_set(u64 nr, u64 how);
int el2_trace_pids_change(u64 pid, bool in);
bool el2_trace_pids_want(pid_t pid);

#endif /* __ARM64_KVM_HYP_NVHE_EL2_TRACE_PIDS_H */
