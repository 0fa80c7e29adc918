// SPDX-License-Identifier: GPL-2.0
/*
 * Accounts of stays, kept by each CPU for itself where the host cannot reach, and handed to the
 * host as a copy.
 *
 * The host chooses which CPU's are reset or copied and may do so from another CPU while that one
 * writes them. Then it gets numbers that do not fit together, and nothing else happens: all that is
 * used as an index stays one. A host that means well lets each CPU do it for itself.
 */
#include <linux/array_size.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include <asm/kvm_asm.h>
#include <asm/kvm_hyp.h>

#include <uapi/linux/psci.h>

#include <nvhe/el2_account.h>
#include <nvhe/el2_clock.h>

static_assert(EL2_NR_CAUSES <= U8_MAX);

#define CAUSE_UNKNOWN	(EL2_CAUSE_REASON + EL2_REASON_UNKNOWN)

/* By class of exception */
const u8 el2_account_host_causes[ESR_ELx_EC_MAX + 1] = {
	[0 ... ESR_ELx_EC_HVC64 - 1] = CAUSE_UNKNOWN,
	[ESR_ELx_EC_HVC64] = EL2_CAUSE_HCALL,
	[ESR_ELx_EC_SMC64] = EL2_CAUSE_REASON + EL2_REASON_SMC,
	[ESR_ELx_EC_SMC64 + 1 ... ESR_ELx_EC_IABT_LOW - 1] = CAUSE_UNKNOWN,
	[ESR_ELx_EC_IABT_LOW] = EL2_CAUSE_REASON + EL2_REASON_HOST_ABORT,
	[ESR_ELx_EC_IABT_LOW + 1 ... ESR_ELx_EC_DABT_LOW - 1] = CAUSE_UNKNOWN,
	[ESR_ELx_EC_DABT_LOW] = EL2_CAUSE_REASON + EL2_REASON_HOST_ABORT,
	[ESR_ELx_EC_DABT_LOW + 1 ... ESR_ELx_EC_MAX] = CAUSE_UNKNOWN,
};

/* Likewise, of a guest's; 0 for those that it cannot cause, or that have no account */
#define EXIT_CAUSE(nr, name)	[nr] = EL2_CAUSE_EXIT_##name,
static const u8 exit_causes[ESR_ELx_EC_MAX + 1] = { HYP_EXIT_CLASSES(EXIT_CAUSE, EL2_NO_CAUSE) };

/* Of PSCI functions, those that have one of their own */
#define PSCI_CAUSE(prefix, name)	{ PSCI_##prefix##_##name, EL2_CAUSE_CALL_##name },
static const struct {
	u32	func_id;
	u8	cause;
} psci_causes[] = { EL2_PSCI_CAUSES(PSCI_CAUSE) };

/* See el2_trace_end() */
void __el2_trace_end_account(struct el2_trace_cpu *cpu)
{
	u64 ns = el2_account_close(cpu, el2_clock_cyc());

	if (cpu->cause >= EL2_CAUSE_FIRST_EXIT)
		el2_account_last_vcpu(cpu)->remote += ns;
}

/* See el2_trace_psci(). Whether or not there is an account: as el2_trace_hcall() does */
void __el2_trace_psci(u32 func_id)
{
	struct el2_trace_cpu *cpu = this_cpu_ptr(&el2_trace_cpu);
	u32 i;

	/* Otherwise it remains an SMC */
	for (i = 0; i < ARRAY_SIZE(psci_causes); i++) {
		if (psci_causes[i].func_id == func_id)
			cpu->cause = psci_causes[i].cause;
	}
}

static bool is_account_of(const struct remote_account_vcpu *account, struct kvm_vcpu *vcpu)
{
	return account->pid == vcpu->arch.pid && account->vm == el2_account_vm(vcpu) &&
	       account->index == vcpu->vcpu_idx;
}

/* Find the account of a virtual CPU, or make it, or take that of the rest */
static void find_vcpu(struct el2_trace_cpu *cpu, struct kvm_vcpu *vcpu)
{
	u32 i, nr = min(READ_ONCE(cpu->nr_vcpu_accounts), EL2_NR_VCPU_ACCOUNTS - 1);

	for (i = 0; i < nr; i++) {
		if (is_account_of(&cpu->accounts.vcpus[i], vcpu))
			goto found;
	}

	if (i < EL2_NR_VCPU_ACCOUNTS - 1) {
		cpu->accounts.vcpus[i] = (struct remote_account_vcpu) {
			.pid = vcpu->arch.pid,
			.vm = el2_account_vm(vcpu),
			.index = vcpu->vcpu_idx,
		};
		cpu->nr_vcpu_accounts = i + 1;
	}
found:
	cpu->vcpu_account = i;
}

/**
 * el2_account_to_guest - the CPU leaves EL2 for a guest
 * @cpu:	this CPU, of whose stay an account is kept
 * @vcpu:	about to run
 */
void el2_account_to_guest(struct el2_trace_cpu *cpu, struct kvm_vcpu *vcpu)
{
	u64 now;

	if (unlikely(!is_account_of(el2_account_last_vcpu(cpu), vcpu)))
		find_vcpu(cpu, vcpu);

	now = el2_clock_cyc();
	el2_account_last_vcpu(cpu)->remote += el2_account_close(cpu, now);
	cpu->guest_since = now;
}

/**
 * el2_account_from_guest - the CPU is back; the other half of el2_account_to_guest()
 * @cpu:	this CPU
 * @exit_code:	why: ARM_EXCEPTION_IRQ and so on
 *
 * Context: before anything else changes ESR_EL2.
 */
void el2_account_from_guest(struct el2_trace_cpu *cpu, u64 exit_code)
{
	struct remote_account_vcpu *account = el2_account_last_vcpu(cpu);
	enum el2_cause cause;

	switch (ARM_EXCEPTION_CODE(exit_code)) {
	case ARM_EXCEPTION_IRQ:
		cause = EL2_CAUSE_EXIT_IRQ;
		break;
	case ARM_EXCEPTION_EL1_SERROR:
		cause = EL2_CAUSE_EXIT_EL1_SERROR;
		break;
	case ARM_EXCEPTION_IL:
		cause = EL2_CAUSE_EXIT_IL;
		break;
	default:
		cause = exit_causes[ESR_ELx_EC(read_sysreg_el2(SYS_ESR))] ?:
			EL2_CAUSE_EXIT_UNKNOWN;
	}

	el2_account_open_for(cpu, cause);
	account->runs++;
	account->guest += el2_account_ns(cpu, cpu->guest_since, cpu->since);
	cpu->guest_since = 0;
}

/**
 * el2_account_to_firmware - the CPU leaves EL2 for the firmware, perhaps for good
 * @cpu:	this CPU, of whose stay an account is kept
 */
void el2_account_to_firmware(struct el2_trace_cpu *cpu)
{
	el2_account_close(cpu, el2_clock_cyc());
	cpu->account_away = true;
}

/**
 * el2_account_from_firmware - the CPU is back; the other half of el2_account_to_firmware()
 * @cpu:	this CPU
 * @reason:	what it left for
 */
void el2_account_from_firmware(struct el2_trace_cpu *cpu, enum el2_reason reason)
{
	cpu->account_away = false;
	el2_account_open_for(cpu, el2_account_return_cause(cpu, reason));
}

/**
 * el2_account_reset - begin to count anew
 * @cpu:	which CPU's, checked
 *
 * Of a stay that goes on, what there will be is counted.
 */
void el2_account_reset(u64 cpu)
{
	struct el2_trace_cpu *tcpu = per_cpu_ptr(&el2_trace_cpu, cpu);

	tcpu->nr_vcpu_accounts = 0;
	memset(&tcpu->accounts, 0, sizeof(tcpu->accounts));
}

/**
 * el2_account_copy - copy a page's worth of accounts
 * @cpu:	which CPU's, checked
 * @page:	where to
 * @part:	which, below EL2_ACCOUNTS_PARTS
 */
void el2_account_copy(u64 cpu, void *page, u64 part)
{
	size_t from = part * PAGE_SIZE;

	memcpy(page, (void *)&per_cpu_ptr(&el2_trace_cpu, cpu)->accounts + from,
	       min(sizeof(struct el2_accounts) - from, PAGE_SIZE));
}
