// SPDX-License-Identifier: GPL-2.0
/*
 * Keeping the hypervisor's clock in step when things are not as they should be: the worker loses
 * the CPU half way or comes hours late, boot time is slewed as steeply as it can be. The clock is
 * off by more then, but still does not go back, and still is never behind what a reader was told.
 */
#include "clock_follow.h"

/* The worker is away for up to 20 ms wherever interrupts are on */
static void preempted(u64 frequency)
{
	s64 ppb = 0, new;
	u32 i;

	follow_begin(frequency, 0, 4, ppb);
	sim.preempted = 20 * NSEC_PER_MSEC;
	for (i = 0; i < 2000; i++) {
		if (!test_below(&sim.seed, 8)) {
			new = (s64)test_below(&sim.seed, 1000 * PPM) - 500 * PPM;
			follow_change(ppb, new);
			ppb = new;
			/* For it takes that much longer to find out and to do something */
			follow_begun = follow_begun * 5 / 4;
		}
		follow_second();
	}
	follow_end();
}

/*
 * No work for hours: a system that is suspended while its counter goes on. The rate was known to
 * some tenths of a millionth, and the difference this makes is no jump.
 */
static void late(u64 frequency)
{
	u64 hours;
	u32 i, j;

	for (i = 0; i < 50; i++) {
		follow_begin(frequency, 0, 5 + i, 100 * PPM);
		for (j = 0; j < 60; j++)
			follow_second();
		hours = 1 + test_below(&sim.seed, 12);
		/* Half a millionth, and what a coarse counter shows of a second */
		follow_begun = hours * 3600 * (500 + 4 * NSEC_PER_SEC / frequency);
		follow_period(hours * 3600 * NSEC_PER_SEC);
		for (j = 0; j < 90; j++)
			follow_second();
		follow_end();
	}
}

/* What adjtimex() can do to the rate: 500 ppm for the frequency, and 10 % by way of the tick */
static void steep(u64 frequency, s64 from, s64 to)
{
	u32 i, j;

	follow_begin(frequency, 0, 6, from);
	/* What is between two lines by the time that the hypervisor has the new one: 5 us */
	sim.step_back += (from < to ? to - from : from - to) * 5 * NSEC_PER_USEC / NSEC_PER_SEC;
	for (i = 0; i < 10; i++) {
		for (j = 0; j < 80; j++)
			follow_second();
		follow_change(i & 1 ? to : from, i & 1 ? from : to);
	}
	follow_end();
}

int main(void)
{
	static const u64 frequencies[] = { 19200000, 25000000, 62500000, 1000000000 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(frequencies); i++) {
		late(frequencies[i]);
		steep(frequencies[i], 500 * PPM, -500 * PPM);
		steep(frequencies[i], 0, 83333 * PPM);
		steep(frequencies[i], -83333 * PPM, 0);
		preempted(frequencies[i]);
	}

	return 0;
}
