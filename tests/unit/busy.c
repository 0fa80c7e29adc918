// SPDX-License-Identifier: GPL-2.0
/*
 * The promise that merging rings by time rests on: where a reader looks at the clock, then finds
 * the ring not busy, then reads all there is, no event comes later that is older than that look.
 *
 * The writer says that it is busy only while the reader asks, which it does, and does not, by
 * turns: while it does not the ring never is, and nothing is promised. When it begins to ask it
 * waits until the writer has answered, as a CPU answers an interrupt, outside of enter and leave.
 *
 * The machine breaks it if the writer's busy flag may be seen after its clock was read, which even
 * x86 does without the barrier in between; or if the reader believes before it has got an answer.
 *
 * Usage: busy [ENTRIES]
 */
#include <pthread.h>
#include <sched.h>
#include <time.h>

#include "ring.h"

/* Looks in a row while the reader asks, and while it does not */
#define ASKING		200
#define SILENT		50

/* So often the writer must have been found to be busy, and not to be, and not to tell */
#define MEETINGS	1000

static struct test_ring ring;
static u64 entries;
static bool enough, done, telling;
static u32 asked, answered;

/* Read by the processor in order, so that what is seen is the ring's mistake and not the clock's */
static u64 test_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/* What comes next is a release of memory that is not shared: the buffer does not know of it */
static void before_release(void)
{
#ifdef _SHIM_WEAK_H
	weak_flush();
#endif
}

static void answer(void)
{
	u32 nr = __atomic_load_n(&asked, __ATOMIC_ACQUIRE);

	if (answered == nr)
		return;
	before_release();
	__atomic_store_n(&answered, nr, __ATOMIC_RELEASE);
}

static void *writer_thread(void *arg)
{
	(void)arg;
	/* The two must have met often, or nothing has been shown: who reads may get little time */
	for (u64 i = 0; i < entries || !__atomic_load_n(&enough, __ATOMIC_RELAXED); i++) {
		remote_ring_writer_enter(&ring.writer);
		if (__atomic_load_n(&telling, __ATOMIC_RELAXED))
			remote_ring_writer_tell_busy(&ring.writer);
		test_write_id(&ring, test_clock(), i);
		remote_ring_writer_leave(&ring.writer);
		answer();
		/* Stay out for a while, or the reader hardly ever finds it so */
		for (u32 j = i % 64; j; j--)
			barrier();
	}
	before_release();
	__atomic_store_n(&done, true, __ATOMIC_RELEASE);

	return NULL;
}

static bool is_done(void)
{
	return __atomic_load_n(&done, __ATOMIC_ACQUIRE);
}

static void ask(void)
{
	__atomic_store_n(&telling, true, __ATOMIC_RELAXED);
	__atomic_store_n(&asked, asked + 1, __ATOMIC_RELEASE);
	while (__atomic_load_n(&answered, __ATOMIC_ACQUIRE) != asked && !is_done())
		sched_yield();
}

int main(int argc, char **argv)
{
	u64 horizon = 0, idle = 0, busy = 0, silent = 0, looks = 0, time;
	struct test_id_event event;
	bool asks = false;
	pthread_t thread;

	entries = test_arg(argc, argv, 1, 3000000);
	memset(&ring, 0, sizeof(ring));
	test_ring_load(&ring, 8, 1, true);
	remote_ring_writer_accept(&ring.writer, true);
	CHECK(!pthread_create(&thread, NULL, writer_thread, NULL));

	while (!is_done()) {
		if (!asks && looks % (ASKING + SILENT) == SILENT) {
			ask();
			asks = true;
		} else if (asks && looks % (ASKING + SILENT) == 0) {
			__atomic_store_n(&telling, false, __ATOMIC_RELAXED);
			asks = false;
		}
		looks++;

		time = test_clock();
		if (remote_ring_reader_busy(&ring.reader)) {
			time = 0;
			busy++;
		} else if (!asks) {
			time = 0;
			silent++;
		} else {
			idle++;
		}

		while (test_read_id(&ring, &event))
			CHECK(event.time >= horizon);
		if (time)
			horizon = time;
		if (idle >= MEETINGS && busy >= MEETINGS && silent >= MEETINGS)
			__atomic_store_n(&enough, true, __ATOMIC_RELAXED);
	}
	CHECK(!pthread_join(thread, NULL));
	CHECK_EQ(ring.meta->busy, 0);

	printf("%llu entries at least, found idle %llu times, busy %llu, silent %llu\n", entries,
	       idle, busy, silent);
	test_ring_free(&ring);

	return 0;
}
