/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the accounts of the hypervisor are kept by, and how it hands them to the host.
 */
#ifndef __ARM64_KVM_EL2_ACCOUNTS_H
#define __ARM64_KVM_EL2_ACCOUNTS_H

#include <linux/math.h>
#include <linux/remote_account.h>

#include <asm/kvm_el2_events.h>
#include <asm/kvm_el2_trace.h>

#define EL2_CAUSE_OF_HCALL(nr, name)	EL2_CAUSE_HCALL_##name = (nr),
#define EL2_CAUSE_OF_EXIT(nr, name)	EL2_CAUSE_EXIT_##name,

/*
 * The causes of what hyp_enter and hyp_exit have between them: of a hypercall which one, with 0 for
 * one that is refused; another reason; of an exit of a guest its code, or its class.
 */
enum el2_cause {
	EL2_CAUSE_HCALL,
	HYP_HCALLS(EL2_CAUSE_OF_HCALL)
	EL2_CAUSE_REASON,
	EL2_CAUSE_EXIT_IRQ = EL2_CAUSE_REASON + EL2_REASON_UNKNOWN + 1,
	EL2_CAUSE_EXIT_EL1_SERROR,
	EL2_CAUSE_EXIT_IL,
	EL2_CAUSE_EXIT_UNKNOWN,
	HYP_EXIT_CLASSES(EL2_CAUSE_OF_EXIT)
	EL2_NR_CAUSES
};

#undef EL2_CAUSE_OF_HCALL
#undef EL2_CAUSE_OF_EXIT

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
 * What __el2_trace_set_accounts() is told: keep none; of stays that begin from now on; of those
 * that have begun to their end, but of no other, which is what comes before none.
 */
#define EL2_ACCOUNTS_OFF	0
#define EL2_ACCOUNTS_ON		1
#define EL2_ACCOUNTS_ENDING	2

/* A call hands over a page of it, the last one what there is */
#define EL2_ACCOUNTS_PARTS	DIV_ROUND_UP(sizeof(struct el2_accounts), PAGE_SIZE)

#endif /* __ARM64_KVM_EL2_ACCOUNTS_H */
