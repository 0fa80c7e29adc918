// SPDX-License-Identifier: GPL-2.0
/* Bins between powers of 2. */
#include <stdlib.h>
#include <string.h>

#include "hyptrace.h"
#include "latency.h"

static unsigned int bin_of(__u64 ns)
{
	unsigned int power;

	if (ns < LATENCY_STEP)
		return ns;
	power = 63 - __builtin_clzll(ns);
	return (power - LATENCY_BITS) * LATENCY_STEP + (unsigned int)(ns >> (power - LATENCY_BITS));
}

/* A bin's width is a power of 2: this one of it */
static unsigned int width_of(unsigned int bin)
{
	return bin < 2 * LATENCY_STEP ? 0 : bin / LATENCY_STEP - 1;
}

__u64 latency_bin_start(unsigned int bin)
{
	if (bin < 2 * LATENCY_STEP)
		return bin;
	return (__u64)(bin % LATENCY_STEP + LATENCY_STEP) << width_of(bin);
}

/* Its middle, rounded down */
static __u64 middle_of(unsigned int bin)
{
	return latency_bin_start(bin) + ((1ULL << width_of(bin)) - 1) / 2;
}

static void make_room(struct latency *latency, unsigned int bin)
{
	unsigned int first = bin & ~(LATENCY_STEP - 1), end = first + LATENCY_STEP;
	__u64 *bins;

	if (latency->nr) {
		if (latency->first < first)
			first = latency->first;
		if (latency->first + latency->nr > end)
			end = latency->first + latency->nr;
	}
	bins = xcalloc(end - first, sizeof(*bins));
	if (latency->nr)
		memcpy(bins + (latency->first - first), latency->bins,
		       latency->nr * sizeof(*bins));
	free(latency->bins);
	latency->bins = bins;
	latency->first = first;
	latency->nr = end - first;
}

void latency_fill(struct latency *latency, __u64 ns, __u64 count)
{
	unsigned int bin = bin_of(ns);

	if (bin - latency->first >= latency->nr)
		make_room(latency, bin);
	latency->bins[bin - latency->first] += count;
}

void latency_add(struct latency *latency, __u64 ns)
{
	latency_fill(latency, ns, 1);
	if (!latency->count || ns < latency->min)
		latency->min = ns;
	if (ns > latency->max)
		latency->max = ns;
	latency->count++;
	latency->total += ns;
}

void latency_merge(struct latency *latency, const struct latency *from)
{
	unsigned int i;

	for (i = 0; i < from->nr; i++) {
		if (from->bins[i])
			latency_fill(latency, latency_bin_start(from->first + i), from->bins[i]);
	}
	if (from->count && (!latency->count || from->min < latency->min))
		latency->min = from->min;
	if (from->max > latency->max)
		latency->max = from->max;
	latency->count += from->count;
	latency->total += from->total;
}

void latency_free(struct latency *latency)
{
	free(latency->bins);
	*latency = (struct latency){ 0 };
}

/* The bin that it is in, or @nr behind the first */
static unsigned int quantile_bin(const struct latency *latency, unsigned int per_mille)
{
	__u64 rank = latency->count / 1000 * per_mille, seen = 0;
	unsigned int i;

	rank += (latency->count % 1000 * per_mille + 999) / 1000;
	for (i = 0; i < latency->nr; i++) {
		seen += latency->bins[i];
		if (seen >= rank)
			break;
	}
	return latency->first + i;
}

__u64 latency_quantile(const struct latency *latency, unsigned int per_mille)
{
	unsigned int bin = quantile_bin(latency, per_mille);
	__u64 ns;

	if (bin == latency->first + latency->nr)
		return latency->max;
	ns = middle_of(bin);
	if (ns > latency->max)
		return latency->max;
	return ns < latency->min ? latency->min : ns;
}

__u64 latency_quantile_bound(const struct latency *latency, unsigned int per_mille)
{
	__u64 ns = latency_bin_start(quantile_bin(latency, per_mille));

	return ns < 2 ? 2 : 2 * ns;
}

__u64 latency_octave(const struct latency *latency, unsigned int power)
{
	unsigned int bin, end;
	__u64 n = 0;

	if (power < LATENCY_BITS) {
		bin = power ? 1u << power : 0;
		end = 2u << power;
	} else {
		bin = (power - LATENCY_BITS + 1) * LATENCY_STEP;
		end = bin + LATENCY_STEP;
	}
	for (; bin < end; bin++)
		n += latency_bin(latency, bin);
	return n;
}
