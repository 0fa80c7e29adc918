// SPDX-License-Identifier: GPL-2.0
/*
 * The reader on random bytes, on bytes that look like records, and on numbers at the edges, with a
 * writer that answers whatever it likes. fuzz_reader does the same with a compiler's help; this
 * needs none.
 *
 * Usage: garbage [SEED [ROUNDS]]
 */
#include "hostile.h"

static u64 seed;

static u64 number(u64 about)
{
	switch (test_below(&seed, 8)) {
	case 0:
		return test_random(&seed);
	case 1:
		return ~0ULL - test_below(&seed, 8);
	case 2:
		return test_below(&seed, 16);
	case 3:
		return REMOTE_RING_DATA_SIZE - 8 + test_below(&seed, 16);
	case 4:
		return 1ULL << test_below(&seed, 64);
	default:
		return about + test_below(&seed, 3) - 1;
	}
}

static void scribble_meta(struct hostile *ring)
{
	struct remote_ring_meta *meta = ring->meta;
	const struct remote_ring_reader *reader = &ring->reader;
	u32 i;

	meta->tail = test_below(&seed, 4) ? reader->seq + 1 + test_below(&seed, 8) :
					    number(reader->seq);
	meta->head = number(meta->tail);
	meta->events = test_below(&seed, 2) ? reader->next_event + 100 :
					      number(reader->next_event);
	for (i = 0; i < ring->nr_readers; i++) {
		struct remote_ring_taken *told = &meta->readers[i];

		/* Mostly, each page comes after those at the places before it */
		told->seq = test_below(&seed, 4) ? reader->seq + 1 + i : number(reader->seq);
		told->event = test_below(&seed, 4) ?
			      reader->next_event + 8 * i + test_below(&seed, 4) :
			      number(reader->next_event);
		told->id = test_below(&seed, 8) ? test_below(&seed, ring->nr_pages) :
						  number(ring->nr_pages);
		told->entries = test_below(&seed, 2) ? test_below(&seed, 8) : number(100);
	}
	meta->sync.seq = number(reader->seq + 1);
	meta->sync.tail = test_below(&seed, 2) ? meta->tail : number(meta->sync.seq + 3);
	meta->sync.event = number(reader->next_event);
	meta->sync.entries = number(meta->events);
	meta->sync.events = number(meta->events);
	meta->busy = test_random(&seed);
}

static void scribble_page(struct remote_ring_page *page)
{
	u32 *word = (u32 *)page->data, i, kind = test_below(&seed, 4);
	u32 n = REMOTE_RING_DATA_SIZE / 4;

	page->time_stamp = number(1000);
	page->commit = test_below(&seed, 2) ? 4 * test_below(&seed, n + 2) : number(0);

	for (i = 0; i < n; i++)
		word[i] = kind ? 0xdeadbeef : test_random(&seed);
	for (i = 0; kind && i < n;) {
		u32 type = test_below(&seed, 8) ? test_below(&seed, 31) : test_below(&seed, 32);

		word[i++] = (u32)test_random(&seed) << 5 | type;
		if (i == n)
			break;
		if (!type) {
			word[i] = test_below(&seed, 8) ? 8 + 4 * test_below(&seed, 300) :
							 number(4 * (n - i));
			i += word[i] / 4 > n ? 1 : word[i] / 4;
		} else if (type < 29) {
			i += type;
		} else {
			i++;
		}
	}
	/* Let one record in a while end with the page, or nearly */
	if (!test_below(&seed, 4)) {
		page->commit = REMOTE_RING_DATA_SIZE;
		word[n - 1 - test_below(&seed, 4)] = test_below(&seed, 32);
	}
}

static int swap(struct hostile *ring, u32 indexes)
{
	scribble_meta(ring);
	scribble_page(ring->pages[test_below(&seed, ring->nr_pages)]);

	/* More than there are to give, or less than none */
	if (!test_below(&seed, 16))
		return number(0);

	return test_below(&seed, 16) ? __builtin_popcount(indexes) : -EAGAIN;
}

static int sync(void *priv, int cpu __maybe_unused, u64 page __maybe_unused)
{
	struct hostile *ring = priv;

	CHECK(ring->swaps++ < ring->max_swaps);
	if (!test_below(&seed, 4))
		scribble_meta(ring);

	return test_below(&seed, 16) ? 0 : -ENODEV;
}

/* A writer that could not be stopped */
static void change(struct hostile *ring)
{
	if (!test_below(&seed, 4))
		scribble_meta(ring);
	if (!test_below(&seed, 4))
		scribble_page(ring->pages[test_below(&seed, ring->nr_slots + 1)]);
}

int main(int argc, char **argv)
{
	u64 first = test_arg(argc, argv, 1, 1), rounds = test_arg(argc, argv, 2, 4000), round;
	u64 read = 0, bad = 0, taken = 0, skipped = 0;
	static struct hostile ring;

	printf("seed %llu, %llu rounds\n", first, rounds);
	for (round = 0; round < rounds; round++) {
		u32 i;

		seed = first + round;
		snprintf(test_context, sizeof(test_context), "to repeat: %s %llu 1", argv[0],
			 seed);
		hostile_init(&ring, 2 + test_below(&seed, TEST_MAX_SLOTS - 1),
			     1 + test_below(&seed, test_below(&seed, 8) ? 5 : TEST_MAX_READERS),
			     swap);
		for (i = 0; i < ring.nr_pages; i++)
			scribble_page(ring.pages[i]);
		scribble_meta(&ring);

		for (i = 0; i < 100; i++) {
			u32 n = test_below(&seed, 100);

			while (n-- && hostile_peek(&ring))
				hostile_consume(&ring);
			remote_ring_reader_empty(&ring.reader);
			remote_ring_reader_busy(&ring.reader);
			hostile_look(&ring, sync);
			hostile_follow(&ring, sync);
			/* No ring will ever come so far */
			if (!test_below(&seed, 64))
				ring.meta->tail = ~0ULL - test_below(&seed, 4);
			if (!test_below(&seed, 4))
				hostile_dump(&ring, test_below(&seed, 200), change);
			hostile_read_page(&ring);
			taken += hostile_take_pages(&ring, test_random(&seed),
						    test_below(&seed, TEST_MAX_READERS + 1));
			if (!test_below(&seed, 4))
				skipped += hostile_skip_pages(&ring, test_random(&seed),
							      test_below(&seed, 8));

			/* It may change while it is being looked at */
			if (!test_below(&seed, 4))
				scribble_meta(&ring);
			if (!test_below(&seed, 4))
				scribble_page(ring.pages[test_below(&seed, ring.nr_pages)]);
			if (!test_below(&seed, 16))
				hostile_discard(&ring, sync);
		}
		read += ring.reader.read;
		bad += ring.reader.bad_pages;
	}

	/* None of these would have been a test of much */
	printf("%llu events, %llu bad pages, %llu taken, %llu skipped\n", read, bad, taken,
	       skipped);
	CHECK(read > rounds);
	CHECK(bad > rounds);
	CHECK(taken > rounds);
	CHECK(skipped > rounds / 4);

	hostile_free(&ring);
	return 0;
}
