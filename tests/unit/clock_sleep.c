// SPDX-License-Identifier: GPL-2.0
/*
 * A machine goes to sleep, to memory or onto a disk, and comes back with a counter that has gone
 * on, stood still or begun again. Whatever it has, the hypervisor may write events after the host's
 * clock has been told of the sleep and before it is told that it is over: they have the time at
 * which it began. Afterwards the clock follows boot time as if it had just been started.
 */
#include "clock_follow.h"

/* Events between the two; then the time is told anew */
static void sleep_to(u64 cyc, u64 asleep)
{
	u64 after, boot, ns;
	s64 late;

	follow_check();
	CHECK_EQ(sim_syscore->ops->suspend(sim_syscore->data), 0);
	after = sim_el2(sim.cyc);
	late = sim_boot(sim.cyc) - after;
	CHECK(late > -50 * NSEC_PER_USEC && late < 50 * NSEC_PER_USEC);
	sim_pass(NSEC_PER_MSEC);
	sim_event();
	ns = sim_el2(sim.cyc);
	CHECK(ns <= after + 1 && ns >= after - 1);

	/* Time goes on for those who keep it, from where it was */
	boot = sim_boot(sim.cyc) + asleep;
	sim.cyc = cyc;
	sim.boot = (__int128)boot << 32;
	sim.boot_cyc = cyc;

	sim_event();
	ns = sim_el2(sim.cyc);
	CHECK(ns <= after + 1 && ns >= after - 1);
	sim_reader();
	sim_pass(NSEC_PER_MSEC);
	sim_event();
	sim_syscore->ops->resume(sim_syscore->data);
	CHECK_EQ(shim_irqs_off, 0);
	/* What the rate is, has to be found out again */
	follow_allowed = 0;
	follow_begun = 100 * PPM;
	follow_check();
}

static void sleeps(u64 frequency, s64 ppb)
{
	static const u64 starts[] = { 0, 12345, 1ULL << 62, -5000ULL };
	u32 i, j;

	follow_begin(frequency, 1ULL << 40, 7, ppb);
	/* It stops at the time at which it is told to, and is told a moment later */
	sim.step_back += 3 * NSEC_PER_USEC + NSEC_PER_SEC / frequency;
	for (i = 0; i < ARRAY_SIZE(starts); i++) {
		for (j = 0; j < 30; j++)
			follow_second();
		sleep_to(starts[i], 0);
		for (j = 0; j < 30; j++)
			follow_second();
		/* It has gone on, as has boot time */
		sleep_to(sim.cyc + 3600 * frequency, 3600 * NSEC_PER_SEC);
		/* It has stood still */
		sleep_to(sim.cyc, 0);
	}
	for (j = 0; j < 30; j++)
		follow_second();
	follow_end();
}

int main(void)
{
	static const u64 frequencies[] = { 1000000, 19200000, 62500000, 1000000000 };
	u32 i;

	el2_trace_clock_init();
	CHECK(sim_syscore);

	/* Before anything is traced there is no clock, and no hypervisor is told of one */
	sim_boot_machine(62500000, 0, 1);
	CHECK_EQ(sim_syscore->ops->suspend(sim_syscore->data), 0);
	sim_syscore->ops->resume(sim_syscore->data);
	CHECK_EQ(sim.sets, 0);

	for (i = 0; i < ARRAY_SIZE(frequencies); i++) {
		sleeps(frequencies[i], 0);
		sleeps(frequencies[i], 100 * PPM);
		sleeps(frequencies[i], -100 * PPM);
	}

	return 0;
}
