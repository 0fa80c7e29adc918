/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the accounts of the hypervisor are kept by, and how it hands them to the host.
 */
#ifndef __ARM64_KVM_EL2_ACCOUNTS_H
#define __ARM64_KVM_EL2_ACCOUNTS_H

#include <linux/build_bug.h>
#include <linux/math.h>
#include <linux/remote_account.h>
#include <linux/sizes.h>

#include <asm/kvm_el2_events.h>
#include <asm/kvm_el2_trace.h>

/*
 * The PSCI functions that are causes of their own: prefix and name, as HYP_PSCI_CALLS() has them.
 * After the others nobody asks, or nobody lives to ask. An account is not small.
 */
#define EL2_PSCI_CAUSES(f)		\
	f(0_2_FN64, CPU_SUSPEND)	\
	f(0_2_FN, CPU_OFF)		\
	f(0_2_FN64, CPU_ON)		\
	f(0_2_FN64, AFFINITY_INFO)	\
	f(1_0_FN64, SYSTEM_SUSPEND)

#define EL2_CAUSE_OF_CALL(prefix, name)		EL2_CAUSE_CALL_##name,
#define EL2_CAUSE_OF_RETURN(prefix, name)	EL2_CAUSE_RETURN_##name,
#define EL2_CAUSE_OF_HCALL(nr, name)	EL2_CAUSE_HCALL_##name = (nr),
#define EL2_CAUSE_OF_EXIT(nr, name)	EL2_CAUSE_EXIT_##name,

/* Of HYP_EXIT_CLASSES(), what has no account of its own */
#define EL2_NO_CAUSE(nr, name)

/*
 * The causes of what hyp_enter and hyp_exit have between them: of a hypercall which one, with 0 for
 * one that is refused; another reason; of an SMC that is a PSCI call, and of the way back from the
 * firmware, which function; of an exit of a guest its code, or its class: UNKNOWN for one that only
 * AArch32 has.
 */
enum el2_cause {
	EL2_CAUSE_HCALL,
	HYP_HCALLS(EL2_CAUSE_OF_HCALL)
	EL2_CAUSE_REASON,
	EL2_CAUSE_LAST_REASON = EL2_CAUSE_REASON + EL2_REASON_UNKNOWN,
	EL2_PSCI_CAUSES(EL2_CAUSE_OF_CALL)
	EL2_PSCI_CAUSES(EL2_CAUSE_OF_RETURN)
	EL2_CAUSE_EXIT_IRQ,
	EL2_CAUSE_EXIT_EL1_SERROR,
	EL2_CAUSE_EXIT_IL,
	EL2_CAUSE_EXIT_UNKNOWN,
	HYP_EXIT_CLASSES(EL2_CAUSE_OF_EXIT, EL2_NO_CAUSE)
	EL2_NR_CAUSES
};

#undef EL2_CAUSE_OF_CALL
#undef EL2_CAUSE_OF_RETURN
#undef EL2_CAUSE_OF_HCALL
#undef EL2_CAUSE_OF_EXIT

/* The first of the calls; the way back from each is so many behind it */
#define EL2_CAUSE_FIRST_CALL	EL2_CAUSE_CALL_CPU_SUSPEND
#define EL2_NR_PSCI_CAUSES	(EL2_CAUSE_RETURN_CPU_SUSPEND - EL2_CAUSE_CALL_CPU_SUSPEND)

/* Threads of virtual CPUs that a CPU has accounts of, and one for all others, which is the last */
#define EL2_NR_VCPU_ACCOUNTS	32

/**
 * struct el2_accounts - all accounts of one CPU, as __el2_trace_read_accounts() hands them over
 * @causes:	by enum el2_cause
 * @vcpus:	of virtual CPUs that ran on this one, first come first; the last is of those for
 *		which there was no room
 */
struct el2_accounts {
	struct remote_account		causes[EL2_NR_CAUSES];
	struct remote_account_vcpu	vcpus[EL2_NR_VCPU_ACCOUNTS];
};

/*
 * The hypervisor has one for each CPU, always, among its per-CPU data. KVM allocates these in one
 * piece, which is a power of 2: 64 KB are to do for these, what is KVM's own, some 11 KB, and all
 * else that tracing has, less than 2 KB and the graph of functions most of it.
 */
static_assert(sizeof(struct el2_accounts) <= SZ_64K - 13 * SZ_1K);

/*
 * What __el2_trace_set_accounts() is told: keep none; of stays that begin from now on; of those
 * that have begun to their end, but of no other, which is what comes before none.
 */
#define EL2_ACCOUNTS_OFF	0
#define EL2_ACCOUNTS_ON		1
#define EL2_ACCOUNTS_ENDING	2

/* A call hands over a page of it, the last one what there is */
#define EL2_ACCOUNTS_PARTS	DIV_ROUND_UP(sizeof(struct el2_accounts), PAGE_SIZE)

#endif /* __ARM64_KVM_EL2_ACCOUNTS_H */
