// SPDX-License-Identifier: GPL-2.0
/*
 * The hypervisor's clock for trace events. The host computes, the hypervisor multiplies.
 *
 * Trust: a host that sets nonsense gets nonsense in the time stamps of its own trace. The ring sees
 * to it that time does not go backwards.
 */
#include <asm/kvm_hyp.h>

#include <nvhe/el2_clock.h>
#include <nvhe/el2_trace_ring.h>

/*
 * The one in use, and one to prepare the next in. Every CPU has the address of the one in use for
 * itself, a valid one from the beginning: who finds an event switched on may, in no order that we
 * could afford to enforce there, read the address before the host has set a clock.
 */
struct el2_trace_clock el2_clocks[2];
static u32 el2_clock_nr;

/**
 * el2_clock_set - change the clock on all CPUs
 * @epoch_cyc:	see struct el2_trace_clock, and so on
 * @epoch_ns:	...
 * @mult:	...
 * @shift:	...
 *
 * A CPU that reads the clock meanwhile uses the old one or the new one. Only a host that calls this
 * twice within such a read can make it use a mixture.
 *
 * Context: serialised by the caller.
 * Return: 0, or -EINVAL if @mult or @shift is out of range.
 */
int el2_clock_set(u64 epoch_cyc, u64 epoch_ns, u64 mult, u64 shift)
{
	struct el2_trace_clock *clock = &el2_clocks[!el2_clock_nr];
	u32 cpu;

	if (!mult || mult >> 63 || !shift || shift > 63)
		return -EINVAL;

	*clock = (struct el2_trace_clock) {
		.epoch_cyc = epoch_cyc,
		.epoch_ns = epoch_ns,
		.mult = mult,
		.shift = shift,
	};
	el2_clock_nr = !el2_clock_nr;

	for (cpu = 0; cpu < NR_CPUS; cpu++) {
		if (!kvm_arm_hyp_percpu_base[cpu])
			continue;
		/* Pairs with the address dependency that el2_clock_ns() asks for */
		smp_store_release(&per_cpu_ptr(&el2_trace_cpu, cpu)->clock, clock);
	}

	return 0;
}

/**
 * el2_clock_is_set - has the host told the time?
 *
 * Context: serialised by the caller with el2_clock_set().
 */
bool el2_clock_is_set(void)
{
	return el2_clocks[el2_clock_nr].mult;
}
