// SPDX-License-Identifier: GPL-2.0
/*
 * The hypervisor's clock follows CLOCK_BOOTTIME wherever NTP and suspending take it: it is less
 * than a microsecond off when it has settled, before that by no more than boot time has changed its
 * rate by in a second, which fades by a fifth a second, and it goes back only with boot time.
 *
 * Usage: clock_follow [SECONDS]
 */
#include "clock_follow.h"

/* Boot time at another rate than the counter's nominal one from the beginning */
static void drift(u64 frequency, u64 cyc, s64 ppb)
{
	u32 i;

	follow_begin(frequency, cyc, 1, ppb);
	for (i = 0; i < 60; i++)
		follow_second();
	CHECK(follow_allowed < 10);
	follow_end();
}

/* For hours, NTP changing its mind every now and then, by little and by much */
static void slews(u64 frequency, u64 cyc, u64 seconds)
{
	s64 ppb = 0, new;

	follow_begin(frequency, cyc, 2, ppb);
	while (seconds--) {
		if (!test_below(&sim.seed, 16)) {
			new = (s64)test_below(&sim.seed, 1000 * PPM) - 500 * PPM;
			if (test_below(&sim.seed, 8))
				new = ppb + test_below(&sim.seed, 100 * PPM) - 50 * PPM;
			if (new <= 500 * PPM && new >= -500 * PPM) {
				follow_change(ppb, new);
				ppb = new;
			}
		}
		follow_second();
	}
	follow_end();
}

/* The counter stands still while boot time goes on, or boot time is set back */
static void jump(u64 frequency, s64 ns)
{
	u32 i;

	follow_begin(frequency, 0, 3, 20 * PPM);
	for (i = 0; i < 30; i++)
		follow_second();
	sim.boot += (__int128)ns * (1LL << 32);
	sim_pass(NSEC_PER_SEC / 3);
	sim.set_back = ns < 0;
	sim_work();
	if (sim.set_back) {
		/* The one step back there is to be */
		sim.set_back = false;
		follow_last = sim_el2(sim.cyc);
	}
	for (i = 0; i < 30; i++)
		follow_second();
	follow_end();
}

int main(int argc, char **argv)
{
	static const u64 frequencies[] = { 1000000, 19200000, 25000000, 54000000, 62500000,
					   1000000000, 3200000000 };
	/* The counter's start: 0, and a few minutes before it is 2^63 or goes through 0 */
	static const u64 counters[] = { 0, (1ULL << 63) - 5000000000, -5000000000ULL };
	static const s64 rates[] = { 0, 1, 50, -50, 100, -100, 499, -499, 500, -500 };
	u64 seconds = test_arg(argc, argv, 1, 20000);
	u32 i, j, k;

	for (i = 0; i < ARRAY_SIZE(frequencies); i++) {
		for (j = 0; j < ARRAY_SIZE(counters); j++) {
			for (k = 0; k < ARRAY_SIZE(rates); k++)
				drift(frequencies[i], counters[j], rates[k] * PPM);
			slews(frequencies[i], counters[j], seconds);
		}
		jump(frequencies[i], 10 * NSEC_PER_SEC);
		jump(frequencies[i], -5 * NSEC_PER_SEC);
	}

	return 0;
}
