// SPDX-License-Identifier: GPL-2.0
/* The hypervisor of many_cpus.c: its memory, and its hypercalls by number. */
#include "many_cpus.h"

#define EL2_PAGES	MANY_PAGES
#include "el2.h"

static_assert(EL2_PFN == MANY_PFN);

struct many_hcall many_hcalls[MANY_HCALLS];

#define HANDLER(name)	handle_##name

static void (*const handlers[])(struct kvm_cpu_context *) = {
	EL2_TRACE_HCALLS(HANDLER)
};

static_assert(MANY_LOAD + ARRAY_SIZE(handlers) <= MANY_HCALLS);

char *many_boot(void)
{
	el2_boot(true);
	/* Here it has memory, as all others have */
	kvm_arm_hyp_percpu_base[EL2_NO_CPU] = 1;

	return el2_host_memory;
}

static s64 change_share(u64 pfn, enum el2_state from, enum el2_state to)
{
	u64 i = pfn - EL2_PFN;

	if (i >= EL2_PAGES || el2.state[i] != from || el2.pins[i])
		return -EPERM;
	el2_set(i, 1, to);

	return 0;
}

static s64 call(u32 nr, const u64 *args)
{
	switch (nr) {
	case MANY_SHARE:
		return change_share(args[0], EL2_HOST, EL2_SHARED);
	case MANY_UNSHARE:
		return change_share(args[0], EL2_SHARED, EL2_HOST);
	default:
		CHECK(nr - MANY_LOAD < ARRAY_SIZE(handlers));
		return el2_hypercall(handlers[nr - MANY_LOAD], args);
	}
}

s64 many_hypercall(u32 nr, const u64 *args)
{
	struct many_hcall *hcall = &many_hcalls[nr];
	u64 looks = el2_looks;
	s64 ret = call(nr, args);

	looks = el2_looks - looks;
	hcall->calls++;
	hcall->looks = max(hcall->looks, looks);

	return ret;
}

void many_pass_time(u64 ns)
{
	shim_counter += ns;
}

u64 many_now(void)
{
	return shim_counter;
}

void many_check_all_back(void)
{
	u32 i;

	for (i = 0; i < EL2_PAGES; i++) {
		CHECK_EQ(el2.state[i], EL2_HOST);
		CHECK_EQ(el2.pins[i], 0);
	}
	CHECK_EQ(shim_warnings, 0);
}
