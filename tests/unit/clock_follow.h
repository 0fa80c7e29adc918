/* SPDX-License-Identifier: GPL-2.0 */
/* What it means that the hypervisor's clock follows CLOCK_BOOTTIME, in simulated time. */
#ifndef _UNIT_CLOCK_FOLLOW_H
#define _UNIT_CLOCK_FOLLOW_H

#include <linux/minmax.h>

#include "clock_sim.h"

#define PPM	1000LL

#define FOLLOW_NOISE	1000

static u64 follow_last __maybe_unused;
/* Nanoseconds by which the clocks may differ, noise apart; and by which they just begin to */
static u64 follow_allowed __maybe_unused, follow_begun __maybe_unused;

static inline void follow_check(void)
{
	u64 ns = sim_el2(sim.cyc);
	s64 error = ns - sim_boot(sim.cyc);
	/* What cannot be seen of the counter, nobody knows */
	s64 limit = follow_allowed + follow_begun + FOLLOW_NOISE + 4 * NSEC_PER_SEC / sim.frequency;

	if (error > limit || error < -limit) {
		printf("error %lld ns, limit %lld\n", error, limit);
		CHECK(!"the clocks agree");
	}
	CHECK((s64)(ns - follow_last) >= -sim.step_back);
	follow_last = ns;
	sim_reader();
}

/* Some time with looks at the clock, and then the work */
static inline void follow_period(u64 left)
{
	u64 step;
	u32 looks;

	for (looks = 0; looks < 10; looks++) {
		step = test_below(&sim.seed, min(left / 4, 1ULL << 31));
		sim_pass(step);
		left -= step;
		follow_check();
	}
	sim_pass(left);
	follow_check();
	sim_work();
	CHECK(sim.worst_step_back >= -sim.step_back);
	follow_check();
	follow_allowed = follow_allowed * 4 / 5 + follow_begun;
	follow_begun = 0;
}

/* A second and what the worker is late */
static inline void follow_second(void)
{
	follow_period(NSEC_PER_SEC + test_below(&sim.seed, 8 * NSEC_PER_MSEC));
}

/* Boot time changes its rate, which nobody knows before the next comparison */
static inline void follow_change(s64 from, s64 to)
{
	sim_set_rate(to);
	follow_begun += (from < to ? to - from : from - to) * 102 / 100;
}

static inline void follow_begin(u64 frequency, u64 cyc, u64 seed, s64 ppb)
{
	snprintf(test_context, sizeof(test_context), "%llu Hz from %llx, seed %llu, %lld ppb",
		 frequency, cyc, seed, ppb);
	sim_boot_machine(frequency, cyc, seed);
	follow_allowed = 0;
	follow_begun = 0;
	follow_change(0, ppb);
	CHECK_EQ(el2_trace_clock_start(), 0);
	follow_last = sim_el2(sim.cyc);
}

static inline void follow_end(void)
{
	el2_trace_clock_stop();
	CHECK(!shim_work);
	CHECK_EQ(shim_warnings, 0);
}

#endif /* _UNIT_CLOCK_FOLLOW_H */
