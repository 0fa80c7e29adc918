// SPDX-License-Identifier: GPL-2.0
/*
 * The hypervisor's multiplication against one that has bits to spare, for all counters there may
 * be and factors as the host chooses them.
 */
#include "clock_sim.h"

#define YEAR	(31557600ULL * NSEC_PER_SEC)

/* Floor, as shifting does it; 127 bits are enough for what is within the clock's range */
static u64 exact(const struct el2_trace_clock *clock, s64 delta)
{
	__int128 product = (__int128)delta * (s64)clock->mult;
	__int128 unit = (__int128)1 << (64 - clock->shift);
	__int128 ns = product / unit;

	if (product % unit < 0)
		ns--;

	return clock->epoch_ns + (u64)ns;
}

static void check_delta(const struct el2_trace_clock *clock, s64 delta)
{
	u64 cyc = clock->epoch_cyc + (u64)delta, ns = el2_trace_clock_ns(clock, cyc);
	__int128 ideal = (__int128)delta * NSEC_PER_SEC / (s64)sim.frequency;
	s64 error = ns - clock->epoch_ns - (u64)ideal;

	snprintf(test_context, sizeof(test_context), "%llu Hz, epoch %llx, delta %lld",
		 sim.frequency, clock->epoch_cyc, delta);
	CHECK_EQ(ns, exact(clock, delta));
	/* The factor itself is cut off at its last bit, which after decades is a nanosecond */
	CHECK(error >= -2 && error <= 2);
}

static void check_frequency(u64 frequency, u64 seed)
{
	static const u64 epochs[] = {
		0, 1, 1000, (1ULL << 63) - 1000, (1ULL << 63) - 1, 1ULL << 63, (1ULL << 63) + 1000,
		-1000000ULL, -1000ULL, -1ULL,
	};
	struct el2_trace_clock clock;
	s64 most, years_36;
	u32 i, j;

	sim_boot_machine(frequency, 5, seed);
	CHECK_EQ(el2_trace_clock_start(), 0);
	clock = sim.el2;
	/* A bit to grow into */
	CHECK(!(clock.mult >> 62));
	most = (s64)((1ULL << (63 - clock.shift)) - 1);
	years_36 = (__int128)36 * YEAR * frequency / NSEC_PER_SEC;
	CHECK(years_36 <= most);

	for (i = 0; i < ARRAY_SIZE(epochs) + 20; i++) {
		clock.epoch_cyc = i < ARRAY_SIZE(epochs) ? epochs[i] : test_random(&sim.seed);
		clock.epoch_ns = i & 1 ? test_random(&sim.seed) : test_random(&sim.seed) >> 8;

		check_delta(&clock, 0);
		check_delta(&clock, most);
		check_delta(&clock, -most);
		check_delta(&clock, -most - 1);
		check_delta(&clock, years_36);
		check_delta(&clock, -years_36);
		for (j = 0; j < 3000; j++) {
			/* Of any magnitude */
			s64 delta = test_random(&sim.seed) >> (1 + test_below(&sim.seed, 63));

			delta %= most;
			check_delta(&clock, delta);
			check_delta(&clock, -delta);
			CHECK(el2_trace_clock_ns(&clock, clock.epoch_cyc + delta + 1) -
			      el2_trace_clock_ns(&clock, clock.epoch_cyc + delta) <=
			      NSEC_PER_SEC / frequency + 1);
		}
	}
	el2_trace_clock_stop();
	CHECK(!shim_work);
}

/* A factor just below the limit, which the host may set even if hyptrace would not */
static void largest_factor(void)
{
	struct el2_trace_clock clock = { .mult = (1ULL << 63) - 1, .epoch_ns = 1 };
	u64 seed = 1;
	u32 i;

	snprintf(test_context, sizeof(test_context), "the largest factor");
	for (i = 0; i < 1000000; i++) {
		s64 delta = test_random(&seed);

		clock.shift = 1 + test_below(&seed, 63);
		delta >>= clock.shift;
		clock.epoch_cyc = test_random(&seed);
		CHECK_EQ(el2_trace_clock_ns(&clock, clock.epoch_cyc + (u64)delta),
			 exact(&clock, delta));
	}
}

int main(void)
{
	static const u64 frequencies[] = {
		1000000, 1920000, 12000000, 13000000, 19200000, 24000000, 25000000, 26000000,
		31250000, 38400000, 48000000, 50000000, 54000000, 62500000, 100000000, 192000000,
		200000000, 250000000, 499999999, 500000001, 999999999, 1000000000, 3000000000,
		3200000000, 3999999999, 4000000000,
	};
	u64 seed = 1;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(frequencies); i++)
		check_frequency(frequencies[i], seed++);
	for (i = 0; i < 50; i++)
		check_frequency(1000000 + test_below(&seed, 999000000), i);
	largest_factor();

	/* No counter: an error, and nothing has been set or begun */
	for (i = 0; i < 4; i++) {
		sim_boot_machine(1000000, 5, 1);
		sim.frequency = i;
		CHECK_EQ(el2_trace_clock_start(), -ERANGE);
		CHECK_EQ(sim.sets, 0);
		CHECK(!shim_work);
	}

	return 0;
}
