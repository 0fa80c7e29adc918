/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __ARM64_KVM_HYP_NVHE_EL2_TRACE_RING_H
#define __ARM64_KVM_HYP_NVHE_EL2_TRACE_RING_H

#include <linux/cache.h>
#include <linux/percpu.h>
#include <linux/remote_ring_writer.h>

#include <asm/kvm_el2_trace.h>

/**
 * struct el2_trace_cpu - tracing on one CPU; the hypervisor's alone
 * @ring:	the ring
 * @pid:	what events of this stay are recorded with: the host's thread that entered EL2, as
 *		the host has it in CONTEXTIDR_EL1, and from when a guest is entered, that of the
 *		vCPU. 0 if it is not known. The host's word, for records and nothing else
 * @vcpu:	of the vCPU's thread while the CPU works for one, otherwise 0; next to @pid, so that
 *		one store is enough for both
 * @enter_id:	id of hyp_enter for this stay, 0 if it is not recorded
 * @exit_id:	likewise of hyp_exit
 * @staying:	the CPU is in a stay that is traced
 * @away:	the stay is interrupted: the CPU is in the guest or in the firmware
 * @clock:	the clock in use, never NULL; set from any CPU, see el2_clock_set()
 */
struct el2_trace_cpu {
	struct remote_ring_writer	ring;
	pid_t				pid;
	pid_t				vcpu;
	u16				enter_id;
	u16				exit_id;
	bool				staying;
	bool				away;
	const struct el2_trace_clock	*clock;
} ____cacheline_aligned;

/* struct trace_entry with its first 4 bytes, of which the last two are always 0 here, in one */
struct el2_event_header {
	u32	id;
	pid_t	pid;
};

static_assert(sizeof(struct el2_event_header) == 8);

DECLARE_PER_CPU_ALIGNED(struct el2_trace_cpu, el2_trace_cpu);

int el2_trace_memory_load(u64 cpu, u64 pfn, u64 nr_pages);
int el2_trace_memory_unload(u64 cpu);
bool el2_trace_memory_loaded(u64 cpu);

#endif /* __ARM64_KVM_HYP_NVHE_EL2_TRACE_RING_H */
