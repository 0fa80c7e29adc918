/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A histogram of nanoseconds. Up to 63 each has a bin of its own; above, each power of 2 is cut
 * into 32 bins of the same width. So a value taken from the middle of its bin is off by 1/64 at
 * most, 1.6%, and bins never straddle a power of 2.
 */
#ifndef HYPTRACE_LATENCY_H
#define HYPTRACE_LATENCY_H

#include <linux/types.h>

#define LATENCY_BITS	5
#define LATENCY_STEP	(1u << LATENCY_BITS)

/**
 * struct latency - count, sum, extremes and bins
 * @bins:	only from the first to the last power of 2 that there is: @nr bins from @first on
 */
struct latency {
	__u64		count, total, min, max;
	__u64		*bins;
	unsigned int	first, nr;
};

void latency_add(struct latency *latency, __u64 ns);
/* All of @from, too */
void latency_merge(struct latency *latency, const struct latency *from);
/* @count values of @ns go to their bin alone; count, sum and extremes are known already. */
void latency_fill(struct latency *latency, __u64 ns, __u64 count);
/* The smallest value of that bin */
__u64 latency_bin_start(unsigned int bin);
void latency_free(struct latency *latency);

/* The smallest of so many per mille of all values that is at least as large as they are */
__u64 latency_quantile(const struct latency *latency, unsigned int per_mille);
/* What it is below, where bins are powers of 2 */
__u64 latency_quantile_bound(const struct latency *latency, unsigned int per_mille);

/* How many values are from 2^power to 2^(power + 1) - 1, power 0 having the 0, too */
__u64 latency_octave(const struct latency *latency, unsigned int power);

static inline __u64 latency_mean(const struct latency *latency)
{
	return latency->count ? (latency->total + latency->count / 2) / latency->count : 0;
}

static inline __u64 latency_bin(const struct latency *latency, unsigned int bin)
{
	return bin - latency->first < latency->nr ? latency->bins[bin - latency->first] : 0;
}

#endif /* HYPTRACE_LATENCY_H */
