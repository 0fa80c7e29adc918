// SPDX-License-Identifier: GPL-2.0
/*
 * The promise that merging rings by time rests on: where a reader looks at the clock, then finds
 * the ring not busy, then reads all there is, no event comes later that is older than that look.
 *
 * The machine breaks it if the writer's busy flag may be seen after its clock was read, which even
 * x86 does without the barrier in between.
 *
 * Usage: busy [ENTRIES]
 */
#include <pthread.h>
#include <sched.h>
#include <time.h>

#include "ring.h"

static struct test_ring ring;
static u64 entries;
static bool done;

/* Read by the processor in order, so that what is seen is the ring's mistake and not the clock's */
static u64 test_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static void *writer_thread(void *arg)
{
	(void)arg;
	for (u64 i = 0; i < entries; i++) {
		remote_ring_writer_enter(&ring.writer);
		test_write_id(&ring, test_clock(), i);
		remote_ring_writer_leave(&ring.writer);
		/* Stay out for a while, or the reader hardly ever finds it so */
		for (u32 j = i % 64; j; j--)
			barrier();
	}
	__atomic_store_n(&done, true, __ATOMIC_RELEASE);

	return NULL;
}

int main(int argc, char **argv)
{
	struct test_id_event event;
	u64 horizon = 0, idle = 0, time;
	pthread_t thread;

	entries = test_arg(argc, argv, 1, 3000000);
	memset(&ring, 0, sizeof(ring));
	test_ring_load(&ring, 8, 1, true);
	remote_ring_writer_accept(&ring.writer, true);
	CHECK(!pthread_create(&thread, NULL, writer_thread, NULL));

	while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE)) {
		time = test_clock();
		if (remote_ring_reader_busy(&ring.reader))
			time = 0;
		else
			idle++;

		while (test_read_id(&ring, &event))
			CHECK(event.time >= horizon);
		if (time)
			horizon = time;
	}
	CHECK(!pthread_join(thread, NULL));

	printf("%llu entries, found idle %llu times\n", entries, idle);
	/* Had the two never met, nothing would have been shown */
	CHECK(idle > 100);
	test_ring_free(&ring);

	return 0;
}
