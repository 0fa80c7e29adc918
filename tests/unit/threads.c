// SPDX-License-Identifier: GPL-2.0
/*
 * A thread that writes, one that reads, and one that resets and stops and starts the ring, all as
 * fast as they can. No record may be torn, none may be missing that is not counted, and time must
 * not go backwards. Once with a reader that follows the writer event by event, and once with one
 * that takes pages without copying them and keeps them for a while. Also built for ThreadSanitizer.
 *
 * As threads-weak, stores come out in any order that a weakly ordered machine allows, which shows
 * what x86 would hide: that the tail must not be seen before the last commit on the page before it.
 *
 * Usage: threads [EVENTS [SEED [COPY]]]
 *
 * With COPY not 0, the reader also looks at events without consuming them. ThreadSanitizer would
 * complain: pages are copied while they may be overwritten, and fences tell whether they were.
 */
#include <pthread.h>
#include <sched.h>

#include "ring.h"

struct payload {
	u64	id;
	u64	time;
	u64	sum;
	u8	filler[];
};

/* Pages of the reader that takes them */
#define READERS	5

static const u32 sizes[] = { 24, 40, 120, 1000 };

struct run {
	struct test_ring	ring;
	u64			events;
	u64			seed;
	bool			overwrite;
	bool			disturb;
	bool			copy;
	bool			take;
	u64			taken;
	u64			skipped;
	struct remote_ring_page	*buf;
	struct remote_ring_page	*copied;
	/* By the writer, when it is done */
	u64			counted;
	u64			written;
	bool			done;
	pthread_barrier_t	start;
};

static u64 checksum(u64 id, u64 time)
{
	return test_random(&(u64){ id ^ (time << 20) });
}

/* Neighbouring records differ in every byte of their filler */
static u8 filler(u64 id)
{
	return id * 7 + (id >> 8);
}

/* Which of the reader's pages is @page? */
static u32 page_index(const struct remote_ring_reader *reader, const struct remote_ring_page *page)
{
	u32 i;

	for (i = 0; i < READERS; i++)
		if (reader->pages[reader->ids[reader->nr_slots + i]] == page)
			return i;
	test_fail(__FILE__, __LINE__, "one of the reader's pages");

	return 0;
}

static void *writer_thread(void *arg)
{
	struct run *run = arg;
	struct remote_ring_writer *ring = &run->ring.writer;
	struct remote_ring_record record;
	u64 seed = run->seed, now = 1000, n = 0, r;
	u32 len;

	pthread_barrier_wait(&run->start);
	while (n < run->events) {
		r = test_random(&seed);
		/* The interesting things happen where the two are close: let the reader catch up */
		for (u32 i = r >> 16 & 7 ? 0 : 2000; i; i--) {
			if (remote_ring_reader_empty(&run->ring.reader))
				break;
			if (!(i & 255))
				sched_yield();
		}
		if (!(r & 0xff00))
			remote_ring_writer_detach(ring);
		remote_ring_writer_enter(ring);
		for (u32 burst = 1 + (r & 63); burst; burst--, n++) {
			struct payload payload;

			r = test_random(&seed);
			now += r & 0xfff;
			if (!(r >> 54))
				now += 1 << 28;
			len = sizes[r >> 32 & (r >> 40 & 7 ? 1 : 3)];

			if (!test_reserve(ring, now, len, &record)) {
				/* Refused for want of room: counted. Else nobody wanted it. */
				run->counted += !run->overwrite;
				continue;
			}
			payload.id = run->counted++;
			payload.time = now;
			payload.sum = checksum(payload.id, now);
			memset((char *)record.payload + sizeof(payload), filler(payload.id),
			       len - sizeof(payload));
			memcpy(record.payload, &payload, sizeof(payload));
			remote_ring_writer_commit(ring, record);
			run->written++;
		}
		remote_ring_writer_leave(ring);
	}
	remote_ring_writer_detach(ring);
	__atomic_store_n(&run->done, true, __ATOMIC_RELEASE);

	return NULL;
}

/* Returns the event's own idea of which one it is */
static u64 check_event(const struct remote_ring_event *event)
{
	const u8 *byte = event->data;
	struct payload payload;
	u32 i;

	CHECK(event->len >= sizeof(payload));
	memcpy(&payload, byte, sizeof(payload));
	CHECK_EQ(payload.sum, checksum(payload.id, payload.time));
	CHECK_EQ(payload.time, event->time);
	for (i = sizeof(payload); i < event->len; i++)
		CHECK_EQ(byte[i], filler(payload.id));

	return payload.id;
}

static int sync(void *priv, int cpu __maybe_unused, u64 seq)
{
	struct test_ring *ring = priv;
	int ret = remote_ring_writer_sync(&ring->writer, seq);

	/* Give the writer time to pass by before the page is copied */
	sched_yield();
	return ret;
}

static void look(struct run *run)
{
	const struct remote_ring_event *event;
	struct remote_ring_copy copy;
	u64 id, next = run->ring.reader.next_event;

	/* A gap before an event that has been peeked at was told with it already */
	if (remote_ring_reader_peek(&run->ring.reader))
		next = run->ring.reader.next_event - run->ring.reader.next.lost;

	remote_ring_copy_init(&copy, run->buf, &run->ring.reader);
	do {
		for (;;) {
			event = remote_ring_copy_peek(&copy);
			if (!event)
				break;
			id = check_event(event);
			if (!run->disturb && run->overwrite)
				CHECK_EQ(id, next + event->lost);
			next = id + 1;
			remote_ring_reader_consume(&copy.walk);
		}
	} while (remote_ring_copy_next_page(&copy, &run->ring.reader, sync));
	CHECK_EQ(copy.walk.bad_pages, 0);
}

static void *reader_thread(void *arg)
{
	struct run *run = arg;
	struct remote_ring_reader *reader = &run->ring.reader;
	const struct remote_ring_event *event;
	u64 next = 0, time = 0, seed = ~run->seed;
	u64 id;
	bool done;

	pthread_barrier_wait(&run->start);
	for (;;) {
		/* Before the look: nothing can come after it that the look does not find */
		done = __atomic_load_n(&run->done, __ATOMIC_ACQUIRE);
		event = remote_ring_reader_peek(reader);
		if (!event) {
			if (done)
				break;
			sched_yield();
			continue;
		}

		id = check_event(event);
		CHECK(event->time >= time);
		time = event->time;

		/* Each event is the very one whose turn it is */
		CHECK_EQ(id, reader->next_event);
		if (run->disturb)
			CHECK(id >= next + event->lost);
		else
			CHECK_EQ(id, next + event->lost);
		next = id + 1;
		remote_ring_reader_consume(reader);

		if (run->copy && !(test_random(&seed) & 0x7ff))
			look(run);
		if (run->disturb && !(test_random(&seed) & 0xffff)) {
			CHECK_EQ(remote_ring_reader_discard(reader, sync), 0);
			CHECK(reader->next_event >= next);
			next = reader->next_event;
		}
	}
	CHECK(remote_ring_reader_empty(reader));

	return NULL;
}

/* Check what is on a page that was taken or copied; returns the number of the event after it */
static u64 check_page(struct run *run, const struct remote_ring_page *page, u64 next)
{
	struct remote_ring_page *copy = run->copied;
	struct remote_ring_reader walk = { .page = copy };
	u64 commit, lost = 0, id;
	bool first = true;
	u32 size;

#ifdef _SHIM_WEAK_H
	/* A CPU always sees its own stores, but the shim's buffer does not show them */
	weak_flush();
#endif
	memcpy(copy, page, PAGE_SIZE);
	walk.time = copy->time_stamp;
	commit = copy->commit;
	size = commit & 0x3fffffff;
	if (commit >> 30 == 3)
		memcpy(&lost, copy->data + size, sizeof(lost));
	/* The walk wants a page without bits in its commit */
	copy->commit = size;
	for (; remote_ring_reader_walk(&walk); first = false) {
		id = check_event(&walk.next);
		if (!first || commit >> 30 == 3 || !(commit >> 30))
			CHECK(run->disturb ? id >= next + lost : id == next + lost);
		else
			CHECK(id > next);
		lost = 0;
		next = id + 1;
		remote_ring_reader_consume(&walk);
	}
	CHECK_EQ(walk.bad_pages, 0);
	CHECK(!first);

	return next;
}

/* Check what was skipped of a page, where it is; returns the same */
static u64 check_skipped(struct run *run, const struct remote_ring_skipped *skipped, u64 next)
{
	const struct remote_ring_reader *reader = &run->ring.reader;
	struct remote_ring_page *copy = run->copied;
	struct remote_ring_reader walk = { .page = copy };
	const struct remote_ring_page *page;
	u64 id, lost = skipped->lost;
	u32 events = 0;

	page = reader->pages[reader->ids[reader->nr_slots + skipped->index]];
	/* The writer may be adding to it, behind the end */
	copy->time_stamp = page->time_stamp;
	memcpy(copy->data, page->data, skipped->end);
	copy->commit = skipped->end;
	walk.time = copy->time_stamp;
	for (; remote_ring_reader_step(&walk); remote_ring_reader_consume(&walk)) {
		if (walk.pos < skipped->begin)
			continue;
		id = check_event(&walk.next);
		CHECK(run->disturb ? id >= next + lost : id == next + lost);
		lost = 0;
		next = id + 1;
		events++;
	}
	CHECK_EQ(walk.bad_pages, 0);
	CHECK_EQ(events, skipped->events);

	return next;
}

/*
 * The reader that has several pages: it takes what is complete, looks at it while it asks for more,
 * and gives it back one after the other.
 */
static void *taker_thread(void *arg)
{
	struct run *run = arg;
	struct remote_ring_reader *reader = &run->ring.reader;
	struct remote_ring_page *pages[READERS];
	struct remote_ring_skipped skipped[READERS];
	u64 next = 0, seed = ~run->seed;
	u32 held = 0, all = (1U << READERS) - 1, spares, i, nr;
	bool done;

	pthread_barrier_wait(&run->start);
	for (;;) {
		/* As above */
		done = __atomic_load_n(&run->done, __ATOMIC_ACQUIRE);
		held &= test_random(&seed);
		spares = all & ~held & ~(1U << reader->index);
		/* Who has looked at the first event of a page can still take it */
		if (!(test_random(&seed) & 3))
			remote_ring_reader_peek(reader);
		nr = test_random(&seed) & 3 ?
		     remote_ring_reader_take_pages(reader, spares, pages, READERS) : 0;
		for (i = 0; i < nr; i++) {
			next = check_page(run, pages[i], next);
			held |= 1U << page_index(reader, pages[i]);
		}
		CHECK(!(held >> reader->index & 1));
		run->taken += nr;
		if (nr)
			continue;

		if (test_random(&seed) & 3) {
			if (remote_ring_reader_read_page(reader, run->buf)) {
				next = check_page(run, run->buf, next);
				continue;
			}
		} else {
			spares &= ~(1U << reader->index);
			nr = remote_ring_reader_skip_pages(reader, spares, skipped, READERS);
			for (i = 0; i < nr; i++) {
				next = check_skipped(run, &skipped[i], next);
				held |= 1U << skipped[i].index;
			}
			/* The last may still be written to */
			held &= ~(1U << reader->index);
			run->skipped += nr;
			if (nr)
				continue;
		}
		if (done)
			break;
		sched_yield();
	}
	CHECK(remote_ring_reader_empty(reader));

	return NULL;
}

static void *disturber_thread(void *arg)
{
	struct run *run = arg;
	struct remote_ring_writer *ring = &run->ring.writer;
	u64 seed = run->seed + 1;

	while (!__atomic_load_n(&run->done, __ATOMIC_ACQUIRE)) {
		CHECK(!remote_ring_writer_reset(ring));
		remote_ring_reader_empty(&run->ring.reader);
		CHECK(!remote_ring_writer_sync(ring, 0));
		CHECK_EQ(remote_ring_writer_unload(ring), -EBUSY);
		/* Without overwriting, the writer could not tell why it was refused */
		if (run->overwrite && !(test_random(&seed) & 7)) {
			remote_ring_writer_accept(ring, false);
			sched_yield();
			remote_ring_writer_accept(ring, true);
		}
		for (u32 i = test_random(&seed) & 1023; i; i--)
			barrier();
		sched_yield();
	}

	return NULL;
}

static void play(struct run *run, u32 nr_slots)
{
	struct remote_ring_reader *reader = &run->ring.reader;
	pthread_t thread[3];
	u64 later;

	snprintf(test_context, sizeof(test_context), "seed %llu, %u slots, %s%s%s",
		 run->seed, nr_slots, run->overwrite ? "overwrite" : "keep",
		 run->disturb ? ", disturbed" : "", run->take ? ", taken" : "");

	test_ring_load(&run->ring, nr_slots, run->take ? READERS : 1, run->overwrite);
	run->buf = test_page();
	run->copied = malloc(PAGE_SIZE);
	CHECK(run->copied);
	remote_ring_writer_accept(&run->ring.writer, true);

	CHECK(!pthread_barrier_init(&run->start, NULL, 2));
	CHECK(!pthread_create(&thread[0], NULL, run->take ? taker_thread : reader_thread, run));
	CHECK(!pthread_create(&thread[1], NULL, writer_thread, run));
	if (run->disturb)
		CHECK(!pthread_create(&thread[2], NULL, disturber_thread, run));
	for (int i = 0; i < 2 + run->disturb; i++)
		CHECK(!pthread_join(thread[i], NULL));

	CHECK(!pthread_barrier_destroy(&run->start));

	later = test_lost_later(&run->ring);
	printf("%s: %llu written, %llu read, %llu lost, %llu discarded\n", test_context,
	       run->counted, reader->read, reader->lost + later, reader->discarded);

	CHECK_EQ(reader->bad_pages, 0);
	CHECK_EQ(reader->read + reader->lost + reader->discarded + later, run->counted);
	CHECK_EQ(run->ring.meta->dropped, run->counted - run->written);
	if (!run->disturb)
		CHECK_EQ(reader->lost + later,
			 run->ring.meta->dropped + run->ring.meta->overrun);
	/* All asleep, and nothing passed each other */
	CHECK(reader->read);
	CHECK_EQ(test_ring_unload(&run->ring), 0);
	free(run->copied);
	test_page_free(run->buf);
	test_ring_free(&run->ring);
}

int main(int argc, char **argv)
{
	u64 events = test_arg(argc, argv, 1, 4000000);
	u64 seed = test_arg(argc, argv, 2, 1);
	bool copy = test_arg(argc, argv, 3, 0);
	u64 taken = 0, skipped = 0;

	for (u32 i = 0; i < 16; i++) {
		struct run run = {
			.events = events / 16,
			.seed = seed + i,
			.overwrite = !(i & 1),
			.disturb = i & 2,
			.copy = copy,
			.take = i & 8,
		};

		play(&run, i & 4 ? 8 : 2);
		taken += run.taken;
		skipped += run.skipped;
	}
	printf("%llu pages taken, %llu skipped\n", taken, skipped);
	CHECK(taken > 16 && skipped > 16);

	return 0;
}
