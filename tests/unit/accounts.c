// SPDX-License-Identifier: GPL-2.0
/*
 * Accounts at EL2 against a reference: each stay that begins while they are on is in them, whole,
 * and no other, whatever it leads through and whatever another CPU switches meanwhile; virtual CPUs
 * have what was done for them. And what a host may ask for that means no good.
 *
 * Usage: accounts [SEED [ROUNDS]]
 */
#include <setjmp.h>
#include <stdlib.h>

#include <asm/kvm_asm.h>

#include <nvhe/el2_account.h>

#include "el2.h"

#define CPU	1
#define PFN	(EL2_PFN + 3)
#define SMC_CAUSE	(EL2_CAUSE_REASON + EL2_REASON_SMC)
#define PSCI_CAUSE	(EL2_CAUSE_REASON + EL2_REASON_PSCI)
#define VCPUS	(EL2_NR_VCPU_ACCOUNTS + 5)

/* What ought to be in the accounts of CPU */
static struct el2_accounts want;
static u32 nr_want;

static u64 seed;
/* What is switched, and what the stay has that is under way; -1 if there is none */
static u64 how;
static int stay_has = -1;
static u64 stays, guests, others, switched;
static u32 patience = 10;
/* Of the CPU's next start */
static u32 entry_cause;
static jmp_buf switched_off;

/* As the kernel is to do it: what is under way ends before accounts are off */
static void meanwhile(void)
{
	u32 this = shim_cpu;

	shim_counter += test_below(&seed, 8) ? test_below(&seed, 4000) :
					       1ULL << test_below(&seed, 36);
	/* In some rounds often, in others seldom enough for many virtual CPUs to come */
	if (test_below(&seed, patience))
		return;

	shim_cpu = 0;
	if (how == EL2_ACCOUNTS_OFF) {
		CHECK_EQ(el2_call(reset_accounts, CPU), 0);
		memset(&want, 0, sizeof(want));
		nr_want = 0;
		how = EL2_ACCOUNTS_ON;
		switched++;
	} else if (how == EL2_ACCOUNTS_ON) {
		how = EL2_ACCOUNTS_ENDING;
	} else if (stay_has < 0) {
		how = EL2_ACCOUNTS_OFF;
	}
	CHECK_EQ(el2_call(set_accounts, how), 0);
	shim_cpu = this;
}

static u64 ns(u64 from)
{
	return el2_trace_clock_delta_ns(el2_trace_cpu[CPU].clock, shim_counter - from);
}

static void account(u32 cause, u64 time)
{
	u32 bucket = REMOTE_ACCOUNT_BUCKETS - 1;

	if (!stay_has)
		return;
	while (time >= 2 && time >= 2 * remote_account_bucket_min(bucket) && bucket)
		bucket--;
	/* The shortest are counted together */
	if (time >= 2)
		CHECK(time >= remote_account_bucket_min(bucket));
	want.causes[cause].total += time;
	want.causes[cause].times[bucket]++;
	if (time > want.causes[cause].longest)
		want.causes[cause].longest = time;
	stays++;
}

/* The account of a virtual CPU: the first come are served, and the rest is one */
static struct remote_account_vcpu *vcpu_account(const struct kvm_vcpu *vcpu)
{
	u32 i;

	for (i = 0; i < nr_want; i++)
		if (want.vcpus[i].pid == (u32)vcpu->arch.pid)
			return &want.vcpus[i];
	if (i == EL2_NR_VCPU_ACCOUNTS - 1) {
		others++;
		return &want.vcpus[i];
	}
	nr_want++;
	want.vcpus[i] = (struct remote_account_vcpu) {
		.pid = vcpu->arch.pid,
		.vm = vcpu->kvm->arch.pkvm.handle,
		.index = vcpu->vcpu_idx,
	};

	return &want.vcpus[i];
}

/* Runs a virtual CPU; returns the cause of the rest of the stay, which began at *since */
static u32 vcpu_run(u64 *since, struct remote_account_vcpu **vcpu_of)
{
	static const struct {
		u64	code;
		u32	class;
		u32	cause;
	} exits[] = {
		{ ARM_EXCEPTION_IRQ, ESR_ELx_EC_DABT_LOW, EL2_CAUSE_EXIT_IRQ },
		{ ARM_EXCEPTION_IRQ | 1UL << 31, 0, EL2_CAUSE_EXIT_IRQ },
		{ ARM_EXCEPTION_EL1_SERROR, 0, EL2_CAUSE_EXIT_EL1_SERROR },
		{ ARM_EXCEPTION_IL, 0, EL2_CAUSE_EXIT_IL },
		{ ARM_EXCEPTION_TRAP, ESR_ELx_EC_DABT_LOW, EL2_CAUSE_EXIT_DABT_LOW },
		{ ARM_EXCEPTION_TRAP, 0x01, EL2_CAUSE_EXIT_WFx },
		{ ARM_EXCEPTION_TRAP, 0x3c, EL2_CAUSE_EXIT_BRK64 },
		{ ARM_EXCEPTION_TRAP, 0x00, EL2_CAUSE_EXIT_UNKNOWN },
		{ ARM_EXCEPTION_TRAP, 0x03, EL2_CAUSE_EXIT_UNKNOWN },
		{ ARM_EXCEPTION_TRAP, 0x3a, EL2_CAUSE_EXIT_UNKNOWN },
		{ ARM_EXCEPTION_TRAP, 0x3f, EL2_CAUSE_EXIT_UNKNOWN },
	};
	u32 which = test_below(&seed, VCPUS), cause = EL2_CAUSE_HCALL___kvm_vcpu_run, exit;
	struct kvm kvm = { .arch = { .pkvm = { .handle = 0x1000 + which / 4 } } };
	struct kvm_vcpu vcpu = {
		.kvm = &kvm,
		.vcpu_idx = which % 4,
		.arch = { .pid = 100 + which },
	};

	do {
		meanwhile();
		el2_trace_to_guest(&vcpu);
		if (stay_has)
			*vcpu_of = vcpu_account(&vcpu);
		account(cause, ns(*since));
		if (stay_has)
			(*vcpu_of)->remote += ns(*since);
		*since = shim_counter;
		meanwhile();
		exit = test_below(&seed, ARRAY_SIZE(exits));
		shim_esr = (u64)exits[exit].class << 26;
		el2_trace_from_guest(&vcpu, exits[exit].code);
		cause = exits[exit].cause;
		if (stay_has) {
			(*vcpu_of)->runs++;
			(*vcpu_of)->guest += ns(*since);
			guests++;
		}
		*since = shim_counter;
		meanwhile();
	} while (test_below(&seed, 3));

	return cause;
}

/* PSCI functions that are told apart, one that is not, and what is none; and their causes */
static const struct {
	u32	func_id;
	u32	call, back;
} functions[] = {
	{ 0xc4000001, EL2_CAUSE_CALL_CPU_SUSPEND, EL2_CAUSE_RETURN_CPU_SUSPEND },
	{ 0x84000002, EL2_CAUSE_CALL_CPU_OFF, EL2_CAUSE_RETURN_CPU_OFF },
	{ 0xc4000003, EL2_CAUSE_CALL_CPU_ON, EL2_CAUSE_RETURN_CPU_ON },
	{ 0xc4000004, EL2_CAUSE_CALL_AFFINITY_INFO, EL2_CAUSE_RETURN_AFFINITY_INFO },
	{ 0xc400000e, EL2_CAUSE_CALL_SYSTEM_SUSPEND, EL2_CAUSE_RETURN_SYSTEM_SUSPEND },
	{ 0x8400000a, SMC_CAUSE, PSCI_CAUSE },
	{ 0x84000001, SMC_CAUSE, PSCI_CAUSE },
	{ 0x95c1ba5e, SMC_CAUSE, PSCI_CAUSE },
};

/* Returns as vcpu_run(), or not at all */
static u32 firmware(enum el2_reason reason, u32 cause, u32 back, u64 *since, bool off)
{
	meanwhile();
	el2_trace_to_firmware(reason);
	account(cause, ns(*since));
	/* What comes after a call that has an account is the way back from it. */
	entry_cause = stay_has ? back : PSCI_CAUSE;
	meanwhile();
	if (off)
		longjmp(switched_off, 1);
	el2_trace_from_firmware(reason);
	*since = shim_counter;
	meanwhile();

	return back;
}

/* An SMC: handled without the firmware, or by it; returns as firmware() */
static u32 smc(u32 cause, u64 *since)
{
	u32 which = test_below(&seed, ARRAY_SIZE(functions));

	if (!test_below(&seed, 3))
		return firmware(EL2_REASON_SMC, cause, cause, since, false);
	el2_trace_psci(functions[which].func_id, 0);
	cause = functions[which].call;
	meanwhile();
	if (!test_below(&seed, 4))
		return cause;

	cause = firmware(EL2_REASON_PSCI, cause, functions[which].back, since,
			 !test_below(&seed, 4));
	/* Nothing tells what it is called for again, in the same stay */
	if (test_below(&seed, 8))
		return cause;

	return firmware(EL2_REASON_PSCI, cause, PSCI_CAUSE, since, false);
}

/* A stay, as handle_trap() has it with the patches */
static void trap(void)
{
	static const u8 classes[] = {
		ESR_ELx_EC_HVC64, ESR_ELx_EC_HVC64, ESR_ELx_EC_HVC64, ESR_ELx_EC_SMC64,
		ESR_ELx_EC_IABT_LOW, ESR_ELx_EC_DABT_LOW, 0x18,
	};
	static const u32 causes[] = {
		EL2_CAUSE_HCALL, EL2_CAUSE_HCALL, EL2_CAUSE_HCALL,
		SMC_CAUSE, EL2_CAUSE_REASON + EL2_REASON_HOST_ABORT,
		EL2_CAUSE_REASON + EL2_REASON_HOST_ABORT, EL2_CAUSE_REASON + EL2_REASON_UNKNOWN,
	};
	u32 kind = test_below(&seed, ARRAY_SIZE(classes)), cause = causes[kind];
	struct remote_account_vcpu *vcpu = NULL;
	struct el2_trace_stay stay;
	u64 since;
	u32 id;

	shim_cpu = CPU;
	/* By the way: the switch is read when the stay begins, and not again */
	stay_has = how == EL2_ACCOUNTS_ON;
	since = shim_counter;
	stay = el2_trace_begin((u64)classes[kind] << 26 | 0x123);
	meanwhile();

	if (classes[kind] == ESR_ELx_EC_HVC64) {
		id = test_below(&seed, 3) ? 1 + test_below(&seed, EL2_CAUSE_REASON - 1) :
					    EL2_CAUSE_HCALL___kvm_vcpu_run;
		if (test_below(&seed, 8)) {
			el2_trace_hcall(stay, id, false);
			cause = id;
			if (id == EL2_CAUSE_HCALL___kvm_vcpu_run)
				cause = vcpu_run(&since, &vcpu);
		} else {
			el2_trace_hcall(stay, test_below(&seed, 2) ? ~0ULL : id, true);
		}
	} else if (classes[kind] == ESR_ELx_EC_SMC64) {
		cause = smc(cause, &since);
	}

	meanwhile();
	el2_trace_end(stay);
	account(cause, ns(since));
	if (stay_has && vcpu)
		vcpu->remote += ns(since);
	stay_has = -1;
}

static void start_cpu(void)
{
	stay_has = -1;
	meanwhile();
	shim_cpu = CPU;
	stay_has = how == EL2_ACCOUNTS_ON;
	el2_trace_cpu_entry();
	account(entry_cause, 0);
	stay_has = -1;
}

static void one_stay(void)
{
	if (!setjmp(switched_off))
		trap();
	else
		start_cpu();
	shim_cpu = 0;
	meanwhile();
}

static struct el2_accounts *read_accounts(void)
{
	static struct el2_accounts got;
	u32 part;

	shim_cpu = 0;
	for (part = 0; part < EL2_ACCOUNTS_PARTS; part++) {
		size_t from = part * PAGE_SIZE, size = sizeof(got) - from;

		memset(el2_host_page(3), 0xa5, PAGE_SIZE);
		CHECK_EQ(el2_call(read_accounts, CPU, PFN, part), 0);
		CHECK_EQ(el2.pins[3], 0);
		memcpy((char *)&got + from, el2_host_page(3), size < PAGE_SIZE ? size : PAGE_SIZE);
	}

	return &got;
}

static void check_accounts(void)
{
	struct el2_accounts *got = read_accounts();
	u32 i, bucket;

	for (i = 0; i < EL2_NR_CAUSES; i++) {
		CHECK_EQ(got->causes[i].total, want.causes[i].total);
		CHECK_EQ(got->causes[i].longest, want.causes[i].longest);
		for (bucket = REMOTE_ACCOUNT_FIRST; bucket < REMOTE_ACCOUNT_BUCKETS; bucket++)
			CHECK_EQ(got->causes[i].times[bucket], want.causes[i].times[bucket]);
	}
	CHECK(!memcmp(got->vcpus, want.vcpus, sizeof(got->vcpus)));
}

static void rounds(u64 start, u64 nr)
{
	u64 round;
	u32 i;

	for (round = 0; round < nr; round++) {
		seed = start + round;
		patience = round / 50 % 2 ? 2000 : 10;
		snprintf(test_context, sizeof(test_context), "round %llu", start + round);
		for (i = 0; i < 100; i++)
			one_stay();
		check_accounts();
	}
	CHECK(stays && guests && others && switched);
}

/* Where the places of a histogram begin and end, and the longest time there can be */
static void buckets(void)
{
	struct remote_account account = {};
	u32 i;

	for (i = 1; i < 62; i++) {
		u64 time = 1ULL << i;

		CHECK_EQ(remote_account_bucket_min(remote_account_bucket(time)), time);
		CHECK_EQ(remote_account_bucket(2 * time - 1), remote_account_bucket(time));
		CHECK(remote_account_bucket(time - 1) != remote_account_bucket(time));
	}
	CHECK_EQ(remote_account_bucket(0), remote_account_bucket(1));
	CHECK_EQ(remote_account_bucket_min(remote_account_bucket(0)), 0);
	CHECK_EQ(remote_account_bucket((1ULL << 62) - 1), REMOTE_ACCOUNT_FIRST);

	/* Nonsense stays in its account, whatever it is; the sanitizers watch */
	for (i = 0; i < 64; i++)
		remote_account_add(&account, ~0ULL >> i);
}

/* A host that lies, and one that does for another CPU what that one is in the middle of */
static void hostile(void)
{
	struct kvm kvm = { .arch = { .pkvm = { .handle = 1 } } };
	struct kvm_vcpu vcpu = { .kvm = &kvm };
	struct el2_trace_stay stay;
	u32 i;

	shim_cpu = 0;
	CHECK_EQ(el2_call(set_accounts, EL2_ACCOUNTS_ENDING + 1), -EINVAL);
	CHECK_EQ(el2_call(set_accounts, ~0ULL), -EINVAL);
	CHECK_EQ(el2_call(set_accounts, 1ULL << 32 | EL2_ACCOUNTS_ON), -EINVAL);
	CHECK_EQ(el2_call(reset_accounts, NR_CPUS), -EINVAL);
	CHECK_EQ(el2_call(reset_accounts, 1ULL << 32), -EINVAL);
	CHECK_EQ(el2_call(read_accounts, NR_CPUS, PFN, 0), -EINVAL);
	CHECK_EQ(el2_call(read_accounts, CPU, PFN, EL2_ACCOUNTS_PARTS), -EINVAL);
	CHECK_EQ(el2_call(read_accounts, CPU, PFN, 1ULL << 63), -EINVAL);
	/* Not shared; no page of memory; one that bits have to be lost of */
	CHECK_EQ(el2_call(read_accounts, CPU, EL2_PFN + 5, 0), -EPERM);
	CHECK_EQ(el2_call(read_accounts, CPU, EL2_PFN + EL2_PAGES, 0), -EPERM);
	CHECK_EQ(el2_call(read_accounts, CPU, PFN | 1ULL << 60, 0), -EPERM);
	/* Somebody else's */
	el2.pins[3] = 1;
	CHECK_EQ(el2_call(read_accounts, CPU, PFN, 0), -EPERM);
	CHECK_EQ(el2.pins[3], 1);
	el2.pins[3] = 0;

	for (i = 0; i < 200; i++) {
		CHECK_EQ(el2_call(set_accounts, i % 3), 0);
		shim_cpu = CPU;
		stay = el2_trace_begin((u64)ESR_ELx_EC_HVC64 << 26);
		el2_trace_hcall(stay, EL2_CAUSE_HCALL___kvm_vcpu_run, false);
		vcpu.arch.pid = i;
		el2_trace_to_guest(&vcpu);
		shim_cpu = 0;
		CHECK_EQ(el2_call(reset_accounts, CPU), 0);
		CHECK_EQ(el2_call(set_accounts, i / 3 % 3), 0);
		shim_cpu = CPU;
		el2_trace_from_guest(&vcpu, ARM_EXCEPTION_TRAP);
		shim_cpu = 0;
		CHECK_EQ(el2_call(set_accounts, i / 9 % 3), 0);
		read_accounts();
		shim_cpu = CPU;
		el2_trace_end(stay);
		shim_cpu = 0;
	}
}

/* After a panic there is no answer but one, and nothing is kept */
static void dead(void)
{
	CHECK_EQ(el2_call(set_accounts, EL2_ACCOUNTS_ON), 0);
	el2_trace_panic();
	CHECK_EQ(el2_trace_on, 0);
	CHECK_EQ(el2_call(set_accounts, EL2_ACCOUNTS_ON), -EIO);
	CHECK_EQ(el2_call(reset_accounts, CPU), -EIO);
	CHECK_EQ(el2_call(read_accounts, CPU, PFN, 0), -EIO);
	CHECK_EQ(el2_trace_on, 0);
}

int main(int argc, char **argv)
{
	u64 start = test_arg(argc, argv, 1, 1), nr = test_arg(argc, argv, 2, 1000);

	/* A counter that is 0 says that there is nothing */
	shim_counter = 1000;
	buckets();
	el2_boot(true);
	el2_set(3, 1, EL2_SHARED);
	/* There is no time yet that could be told */
	CHECK_EQ(el2_call(set_accounts, EL2_ACCOUNTS_ON), -EINVAL);
	CHECK_EQ(el2_call(set_accounts, EL2_ACCOUNTS_OFF), 0);
	el2_set_clock();
	rounds(start, nr);
	hostile();
	dead();

	printf("%llu rounds of 100 stays from seed %llu: %llu parts, %llu runs of guests, ",
	       nr, start, stays, guests);
	printf("%llu for the rest, switched on %llu times\n", others, switched);
	return 0;
}
