// SPDX-License-Identifier: GPL-2.0
/*
 * native - our writer and LTTng-UST's, in one process, on the machine this is started on.
 *
 * Both record an event of one 64-bit field, read CLOCK_MONOTONIC for it, and overwrite what is
 * oldest. The rounds of the two take turns, so that whatever slows the machine down slows both; the
 * best round of each counts. Prints lines of "name value", in nanoseconds an event.
 *
 * bench/native builds it and puts a session daemon behind it.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <linux/remote_ring_writer.h>

#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE
#include "native_tp.h"

#define ROUNDS		2000
#define EVENTS		2000	/* in a round */
#define SLOTS		16	/* 64 KB of pages; bench/native gives LTTng as much */

/* What the hypervisor records: the head that all events of ftrace have, and the field */
struct record {
	u32 id;
	s32 pid;
	u64 value;
};

static struct remote_ring_writer ring;

static u64 clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);

	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static void *page_alloc(void)
{
	void *page = aligned_alloc(PAGE_SIZE, PAGE_SIZE);

	if (!page) {
		fputs("native: no memory\n", stderr);
		exit(1);
	}
	/* Touch it now, not while it is timed */
	memset(page, 0, PAGE_SIZE);

	return page;
}

static void ring_start(void)
{
	static struct remote_ring_slot slots[SLOTS + 1];
	static const u64 slot_pages[] = { (u64)slots };
	unsigned int i;

	/* The last is the reader's */
	for (i = 0; i < SLOTS + 1; i++) {
		slots[i].page = (u64)page_alloc();
		slots[i].id = i;
	}
	remote_ring_writer_load(&ring, page_alloc(), slot_pages, SLOTS, 1, true);
	remote_ring_writer_accept(&ring, true);
	remote_ring_writer_enter(&ring);
}

/* Out of line, as at EL2, and as LTTng's are */
static __attribute__((noinline)) void ring_event(u64 value)
{
	struct remote_ring_record record;

	record = remote_ring_writer_reserve(&ring, clock_ns(), sizeof(struct record));
	if (record.ok) {
		struct record *entry = record.payload;

		entry->id = 1;
		entry->pid = 0;
		entry->value = value;
		remote_ring_writer_commit(&ring, record);
	}
}

static u64 round_ring(void)
{
	u64 i, start = clock_ns();

	for (i = 0; i < EVENTS; i++)
		ring_event(i);

	return clock_ns() - start;
}

static u64 round_lttng(void)
{
	u64 i, start = clock_ns();

	for (i = 0; i < EVENTS; i++)
		lttng_ust_tracepoint(hyptrace, selftest, i);

	return clock_ns() - start;
}

static u64 round_clock(void)
{
	u64 i, start = clock_ns();

	for (i = 0; i < EVENTS; i++)
		clock_ns();

	return clock_ns() - start;
}

int main(void)
{
	static const struct {
		const char *name;
		u64 (*fn)(void);
	} sides[] = {
		{ "native.ring", round_ring },
		{ "native.lttng", round_lttng },
		{ "native.clock", round_clock },
	};
	u64 best[3] = { ~0ULL, ~0ULL, ~0ULL };
	cpu_set_t set;
	int i, round;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
	ring_start();

	if (!lttng_ust_tracepoint_enabled(hyptrace, selftest)) {
		fputs("native: LTTng has not enabled the event\n", stderr);
		return 1;
	}

	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < 3; i++) {
			u64 took = sides[i].fn();

			if (took < best[i])
				best[i] = took;
		}
	}

	for (i = 0; i < 3; i++)
		printf("%s %.2f\n", sides[i].name, (double)best[i] / EVENTS);

	return 0;
}
