/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __ARM64_KVM_HYP_NVHE_EL2_TRACE_RING_H
#define __ARM64_KVM_HYP_NVHE_EL2_TRACE_RING_H

#include <linux/cache.h>
#include <linux/percpu.h>
#include <linux/remote_ring_writer.h>

#include <asm/kvm_el2_accounts.h>
#include <asm/kvm_el2_trace.h>

#include <nvhe/el2_functions.h>

/**
 * struct el2_trace_cpu - tracing on one CPU; the hypervisor's alone
 * @number:	of the CPU, since it has had a ring
 * @pid:	what events of this stay are recorded with: the host's thread that entered EL2, as
 *		the host has it in CONTEXTIDR_EL1, and from when a guest is entered, that of the
 *		vCPU. 0 if it is not known. The host's word, for records and nothing else
 * @vcpu:	of the vCPU's thread while the CPU works for one, otherwise 0; between @pid and
 *		@away, so that one store is enough for either and it
 * @away:	what a stay of which something may be recorded is at if that is not now: EL2_AWAY,
 *		EL2_UNWANTED, or else 0
 * @clock:	the clock in use, never NULL; set from any CPU, see el2_clock_set()
 * @ring:	the ring
 * @enter_id:	the word of hyp_enter for this stay, 0 if it is not recorded
 * @exit_id:	likewise of hyp_exit
 * @out:	it takes no events, even if tracing is on
 * @since:	counter value from when on the CPU is at EL2 and an account is kept of it, otherwise
 *		0, which is a value that the counter does not have for long
 * @cause:	why it is at EL2, enum el2_cause; valid in a stay of which anything is kept
 * @vcpu_account: the last virtual CPU that ran, as an index; or any that there is
 * @nr_vcpu_accounts: of how many there are accounts
 * @account_away: the stay is interrupted: the CPU is in the firmware
 * @guest_since: counter value from when on the CPU has been in a guest, of which an account is
 *		kept, otherwise 0
 * @graph:	the functions that it is in, as far as their ends are recorded
 * @accounts:	what the above add up to
 *
 * What every event needs is on the first cache line: all before @ring, and what is the ring's
 * owner's.
 *
 * All that is an index is one whatever the host does, which may have this reset while it is used.
 */
struct el2_trace_cpu {
	u32				number;
	pid_t				pid;
	pid_t				vcpu;
	u32				away;
	const struct el2_trace_clock	*clock;
	struct remote_ring_writer	ring;
	u64				enter_id;
	u64				exit_id;
	bool				account_away;
	bool				out;
	u64				since;
	u64				cause;
	u32				vcpu_account;
	u32				nr_vcpu_accounts;
	u64				guest_since;
	struct el2_graph		graph;
	struct el2_accounts		accounts;
} ____cacheline_aligned;

static_assert(offsetof(struct el2_trace_cpu, ring.meta) <= 64);

/* struct trace_entry with its first 4 bytes, of which the last two are always 0 here, in one */
struct el2_event_header {
	u32	id;
	pid_t	pid;
};

static_assert(sizeof(struct el2_event_header) == 8);

/* A record of trace_hyp_printk(), struct bprint_entry of ftrace's */
struct el2_printk_record {
	struct el2_event_header	header;
	u64			ip;
	u64			fmt;
	u64			buf[];
};

static_assert(sizeof(struct el2_printk_record) == 24);

DECLARE_PER_CPU_ALIGNED(struct el2_trace_cpu, el2_trace_cpu);

int el2_trace_memory_load(u64 cpu, u64 pfn, u64 nr_pages);
int el2_trace_memory_unload(u64 cpu);
bool el2_trace_memory_loaded(u64 cpu);
void *el2_trace_memory_pin(u64 pfn);
void el2_trace_memory_unpin(void *page);

#endif /* __ARM64_KVM_HYP_NVHE_EL2_TRACE_RING_H */
