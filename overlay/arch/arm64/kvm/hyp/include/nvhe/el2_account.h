/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accounts of stays: how often, for how long and why a CPU was at EL2, and for whom.
 *
 * Whether an account is kept of a stay is decided when it begins, and then it is kept of all of it.
 * Who switches accounts off lets the stays that have one come to their end before the hooks may be
 * passed by.
 */
#ifndef __ARM64_KVM_HYP_NVHE_EL2_ACCOUNT_H
#define __ARM64_KVM_HYP_NVHE_EL2_ACCOUNT_H

#include <linux/kvm_host.h>

#include <asm/esr.h>
#include <asm/kvm_el2_accounts.h>
#include <asm/kvm_hyp.h>

#include <nvhe/el2_clock.h>
#include <nvhe/el2_trace.h>
#include <nvhe/el2_trace_ring.h>

#define EL2_CAUSE_FIRST_EXIT	EL2_CAUSE_EXIT_IRQ

extern const u8 el2_account_host_causes[ESR_ELx_EC_MAX + 1];

/**
 * el2_account_host_cause - why the host comes to EL2
 * @esr:	of the exception
 *
 * Return: enum el2_cause; of a hypercall, what it is if it is refused.
 */
static __always_inline enum el2_cause el2_account_host_cause(u64 esr)
{
	return el2_account_host_causes[ESR_ELx_EC(esr)];
}

/**
 * el2_account_host_reason - the same as events tell it
 * @cause:	from el2_account_host_cause()
 */
static __always_inline enum el2_reason el2_account_host_reason(enum el2_cause cause)
{
	return cause == EL2_CAUSE_HCALL ? EL2_REASON_HVC : cause - EL2_CAUSE_REASON;
}

/**
 * el2_account_return_cause - why this CPU comes back from the firmware
 * @cpu:	this CPU; its cause is still that with which it has called
 * @reason:	what it called for, if that is no function with a cause of its own
 *
 * Return: enum el2_cause.
 */
static __always_inline enum el2_cause el2_account_return_cause(const struct el2_trace_cpu *cpu,
							       enum el2_reason reason)
{
	u64 call = cpu->cause - EL2_CAUSE_FIRST_CALL;

	if (call < EL2_NR_PSCI_CAUSES)
		return EL2_CAUSE_FIRST_CALL + EL2_NR_PSCI_CAUSES + call;

	return EL2_CAUSE_REASON + reason;
}

/**
 * el2_account_entry_cause - why the firmware starts this CPU, after a call that has not returned
 * @cpu:	this CPU
 *
 * Return: enum el2_cause.
 */
static __always_inline enum el2_cause el2_account_entry_cause(const struct el2_trace_cpu *cpu)
{
	if (cpu->account_away)
		return el2_account_return_cause(cpu, EL2_REASON_PSCI);

	return EL2_CAUSE_REASON + EL2_REASON_PSCI;
}

/**
 * el2_account_vm - the handle of a virtual CPU's VM; 0 for one that the host alone knows
 * @vcpu:	the virtual CPU
 */
static __always_inline u32 el2_account_vm(struct kvm_vcpu *vcpu)
{
	return is_protected_kvm_enabled() ? vcpu->kvm->arch.pkvm.handle : 0;
}

/**
 * el2_account_open - from here on the CPU's time is accounted for
 * @cpu:	this CPU, with el2_trace_cpu::cause set
 *
 * What brought it here was an exception, which no reading of the counter goes ahead of.
 */
static __always_inline void el2_account_open(struct el2_trace_cpu *cpu)
{
	cpu->since = read_sysreg(cntpct_el0);
}

/* ... and this is the cause */
static __always_inline void el2_account_open_for(struct el2_trace_cpu *cpu, enum el2_cause cause)
{
	cpu->cause = cause;
	el2_account_open(cpu);
}

/* From one counter value to another: always the smaller way, so no more than 36 years */
static __always_inline u64 el2_account_ns(const struct el2_trace_cpu *cpu, u64 from, u64 to)
{
	return el2_trace_clock_delta_ns(READ_ONCE(cpu->clock), to - from);
}

/**
 * el2_account_close - what has been opened ends
 * @cpu:	this CPU
 * @now:	counter value
 *
 * Return: what has been added to the account, nanoseconds.
 */
static __always_inline u64 el2_account_close(struct el2_trace_cpu *cpu, u64 now)
{
	struct remote_account *account = &cpu->accounts.causes[cpu->cause];
	u64 ns = el2_account_ns(cpu, cpu->since, now);

	/* Or its address is computed twice */
	OPTIMIZER_HIDE_VAR(account);
	cpu->since = 0;
	remote_account_add(account, ns);

	return ns;
}

/* The account of the virtual CPU that ran last */
static __always_inline struct remote_account_vcpu *el2_account_last_vcpu(struct el2_trace_cpu *cpu)
{
	return &cpu->accounts.vcpus[cpu->vcpu_account];
}

void el2_account_to_guest(struct el2_trace_cpu *cpu, struct kvm_vcpu *vcpu);
void el2_account_from_guest(struct el2_trace_cpu *cpu, u64 exit_code);
void el2_account_to_firmware(struct el2_trace_cpu *cpu);
void el2_account_from_firmware(struct el2_trace_cpu *cpu, enum el2_reason reason);
void el2_account_reset(u64 cpu);
void el2_account_copy(u64 cpu, void *page, u64 part);

#endif /* __ARM64_KVM_HYP_NVHE_EL2_ACCOUNT_H */
