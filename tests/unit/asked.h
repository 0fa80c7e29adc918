/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A ring, and an array of every event that it was asked to record.
 */
#ifndef _UNIT_ASKED_H
#define _UNIT_ASKED_H

#include "ring.h"

#define EVENTS	20000

/* Every event that was asked for, written or not */
static struct {
	u64	time;
	u32	len;
	bool	dropped;
} asked[EVENTS];

static struct test_ring ring;
static u64 seed, now, nr;

static void write_some(u32 n)
{
	for (; n && nr < EVENTS; n--, nr++) {
		now += test_random(&seed) >> (test_below(&seed, 8) ? 54 : 34);
		asked[nr].time = now;
		asked[nr].len = test_sizes[test_below(&seed, 16)];
		asked[nr].dropped = !test_write(&ring.writer, now, nr, asked[nr].len);
	}
}

#endif /* _UNIT_ASKED_H */
