// SPDX-License-Identifier: GPL-2.0
/*
 * Those who look at a ring from aside: a walk that follows the writer, and the newest events found
 * without asking anybody. Both against an array of all that was written, with a consumer that
 * reads, clears and is stopped in the middle of a swap.
 *
 * Usage: dump [SEED [ROUNDS]]
 */
#include <linux/remote_ring_dump.h>

#include "asked.h"

static struct remote_ring_copy copy;
static u64 swaps_seen, gaps_seen, taken_seen;

static bool is_event(const struct remote_ring_event *event, u64 id)
{
	return id < nr && !asked[id].dropped && event->time == asked[id].time &&
	       test_event_is(event, id, asked[id].len);
}

/* The first event from @id on that was not refused */
static u64 following(u64 id)
{
	while (id < nr && asked[id].dropped)
		id++;

	return id;
}

/* The newest events, @want of them at the most: all that are in memory, and none twice */
static void dump(u32 want)
{
	const struct remote_ring_event *event;
	struct remote_ring_dump walk;
	u64 id = 0, left = nr;
	u32 got = 0, gaps = 0;

	while (left && asked[left - 1].dropped)
		left--;

	remote_ring_dump_init(&walk, &ring.reader, want);
	while ((event = remote_ring_dump_peek(&walk))) {
		CHECK(event == remote_ring_dump_peek(&walk));
		if (!got || !is_event(event, following(id))) {
			/* Between the reader's page and the oldest in a slot were others */
			gaps += got > 0;
			while (!is_event(event, id))
				CHECK(id++ < nr);
		} else {
			id = following(id);
		}
		remote_ring_reader_consume(&walk.walk);
		got++;
		id++;
	}
	CHECK_EQ(walk.walk.bad_pages, 0);
	CHECK(got <= want);
	CHECK(gaps <= 1);
	gaps_seen += gaps;
	if (!left || !want) {
		CHECK(!got);
		return;
	}

	/* To the very last, and if there are fewer than wanted nothing unread is left out */
	CHECK(got);
	CHECK_EQ(id, left);
	if (got < want)
		CHECK(got >= ring.writer.stored);
}

/* A consumer may be stopped when the writer has swapped and before it knows what it has got */
static int swap(void *priv, int cpu, u32 indexes)
{
	int ret = test_ring_swap(priv, cpu, indexes);

	if (ret > 0 && !test_below(&seed, 4)) {
		if (ring.writer.head > ring.writer.tail)
			taken_seen++;
		swaps_seen++;
		dump(test_below(&seed, 2) ? 1 : 5000);
	}

	return ret;
}

/* Follow to the end: each event is seen or counted, whatever the consumer does */
static void follow(void)
{
	const struct remote_ring_event *event;
	/* What is lost is counted before the event that follows it is there */
	u64 id = copy.walk.next_event - copy.walk.next.lost;

	if (copy.discards != ring.reader.discards) {
		CHECK(remote_ring_follow(&copy, &ring.reader, test_ring_sync));
		id = copy.walk.next_event;
	}

	for (;;) {
		event = remote_ring_copy_peek(&copy);
		if (!event) {
			if (!remote_ring_follow(&copy, &ring.reader, test_ring_sync))
				break;
			continue;
		}
		id += event->lost;
		CHECK(is_event(event, id));
		remote_ring_reader_consume(&copy.walk);
		id++;
	}
	CHECK_EQ(copy.walk.bad_pages, 0);
	CHECK_EQ(copy.walk.next_event, id + copy.walk.next.lost);
	CHECK_EQ(following(copy.walk.next_event), nr);
}

static void read_some(u32 n)
{
	for (; n && remote_ring_reader_peek(&ring.reader); n--)
		remote_ring_reader_consume(&ring.reader);
}

static void half_an_event(void)
{
	struct remote_ring_record record;

	if (!test_reserve(&ring.writer, now, 8, &record)) {
		asked[nr++].dropped = true;
		return;
	}
	memset(record.payload, 0xff, 8);
	dump(1 + test_below(&seed, 100));
	/* As if it had never been */
	ring.writer.room = record.room;
}

static void play(void)
{
	static struct remote_ring_page *buf, *page;
	bool overwrite = test_below(&seed, 2);

	if (!buf) {
		buf = test_page();
		page = test_page();
	}

	test_ring_load(&ring, 2 + test_below(&seed, TEST_MAX_SLOTS - 1), 1, overwrite);
	ring.reader.swap_pages = swap;
	remote_ring_writer_accept(&ring.writer, true);
	remote_ring_writer_enter(&ring.writer);
	now = 1000;
	nr = 0;
	dump(10);
	remote_ring_copy_init(&copy, buf, &ring.reader);
	follow();

	while (nr < EVENTS) {
		write_some(test_below(&seed, test_below(&seed, 4) ? 100 : 2000));
		dump(test_below(&seed, 2) ? test_below(&seed, 64) : 5000);
		if (test_below(&seed, 2))
			follow();
		switch (test_below(&seed, 8)) {
		case 0:
		case 1:
			read_some(test_below(&seed, 1000));
			break;
		case 2:
			remote_ring_reader_read_page(&ring.reader, page);
			break;
		case 3:
			if (!test_below(&seed, 4)) {
				remote_ring_writer_reset(&ring.writer);
				remote_ring_reader_discard(&ring.reader, test_ring_sync);
			}
			break;
		case 4:
			if (nr < EVENTS)
				half_an_event();
			break;
		}
	}
	follow();
	read_some(EVENTS);
	dump(5000);
	CHECK_EQ(test_ring_unload(&ring), 0);
}

int main(int argc, char **argv)
{
	u64 first = test_arg(argc, argv, 1, 1), rounds = test_arg(argc, argv, 2, 50), round;

	for (round = 0; round < rounds; round++) {
		seed = first + round;
		snprintf(test_context, sizeof(test_context), "to repeat: %s %llu 1", argv[0], seed);
		play();
	}

	/* None of these would have been a test of much */
	printf("%llu swaps, %llu of the tail, %llu gaps\n", swaps_seen, taken_seen, gaps_seen);
	if (rounds >= 50) {
		CHECK(swaps_seen > rounds);
		CHECK(taken_seen);
		CHECK(gaps_seen);
	}
	test_ring_free(&ring);
	return 0;
}
