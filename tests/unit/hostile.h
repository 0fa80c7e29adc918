/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A reader whose writer is not one: pages, meta page and what a swap brings are the test's to
 * invent. Whatever they are, the reader must stay inside the pages and come to an end.
 */
#ifndef _UNIT_HOSTILE_H
#define _UNIT_HOSTILE_H

#include <linux/remote_ring_dump.h>

#include "ring.h"

struct hostile {
	struct remote_ring_reader	reader;
	struct remote_ring_meta		*meta;
	struct remote_ring_page		*pages[TEST_MAX_PAGES];
	struct remote_ring_page		*buf;
	u32				*ids;
	struct remote_ring_page		*follow_buf;
	struct remote_ring_copy		follow;
	u32				nr_slots;
	u32				nr_readers;
	u32				nr_pages;
	u32				swaps;
	u32				max_swaps;
	u32				may_give;
	int				(*swap)(struct hostile *ring, u32 indexes);
};

static inline int hostile_swap(void *priv, int cpu __maybe_unused, u32 indexes)
{
	struct hostile *ring = priv;

	/* One call must not go on for as long as the writer likes to */
	CHECK(ring->swaps++ < ring->max_swaps);
	/* Of the pages that the reader may give there is always one to go on with */
	CHECK(indexes && !(indexes & ~ring->may_give));
	return ring->swap(ring, indexes);
}

static inline void hostile_init(struct hostile *ring, u32 nr_slots, u32 nr_readers,
				int (*swap)(struct hostile *ring, u32 indexes))
{
	u32 i;

	if (!ring->meta) {
		ring->meta = test_page();
		ring->buf = test_page();
		ring->follow_buf = test_page();
		for (i = 0; i < TEST_MAX_PAGES; i++)
			ring->pages[i] = test_page();
	}
	ring->nr_slots = nr_slots;
	ring->nr_readers = nr_readers;
	ring->nr_pages = nr_slots + nr_readers;
	ring->swap = swap;
	test_reader_init(&ring->reader, ring->meta, ring->pages, &ring->ids, nr_slots, nr_readers,
			 hostile_swap, ring);
	remote_ring_copy_init(&ring->follow, ring->follow_buf, &ring->reader);
}

/* @event lies on @page, past its header, and can be touched */
static inline bool hostile_event_on(const struct remote_ring_event *event,
				    const struct remote_ring_page *page)
{
	static volatile u8 sink;
	const u8 *byte = event->data;
	u32 i;

	CHECK(event->len && event->len <= REMOTE_RING_MAX_PAYLOAD);
	CHECK(!(event->len % 4) && !((u64)byte % 4));
	if (byte < page->data + 4 || byte + event->len > page->data + REMOTE_RING_DATA_SIZE)
		return false;
	for (i = 0; i < event->len; i++)
		sink = byte[i];
	(void)sink;

	return true;
}

/* Before a call that may give some pages away, and ask for others as often as is reasonable */
static inline void hostile_begin(struct hostile *ring, u32 spares, u32 max_swaps)
{
	ring->swaps = 0;
	ring->max_swaps = max_swaps;
	ring->may_give = spares | 1U << ring->reader.index;
}

/* After it: whatever the writer has said, the reader knows only pages there are */
static inline void hostile_end(const struct hostile *ring)
{
	const struct remote_ring_reader *reader = &ring->reader;
	u32 i;

	CHECK(reader->index < ring->nr_readers);
	CHECK(ring->may_give >> reader->index & 1);
	for (i = 0; i < ring->nr_pages; i++)
		CHECK(ring->ids[i] < ring->nr_pages);
	if (reader->page)
		CHECK(reader->page == ring->pages[ring->ids[ring->nr_slots + reader->index]]);
	CHECK(reader->pos <= REMOTE_RING_DATA_SIZE && !(reader->pos % 4));
}

/* The event after the next is on its page, and looking there changes nothing */
static inline void hostile_look_ahead(const struct hostile *ring,
				      const struct remote_ring_page *page)
{
	struct remote_ring_reader before = ring->reader;
	struct remote_ring_event event;

	if (remote_ring_reader_ahead(&ring->reader, &event))
		CHECK(hostile_event_on(&event, page));
	CHECK(!memcmp(&before, &ring->reader, sizeof(before)));
}

static inline const struct remote_ring_event *hostile_peek(struct hostile *ring)
{
	u64 read = ring->reader.read, bad = ring->reader.bad_pages;
	const struct remote_ring_event *event;
	u32 i;

	hostile_begin(ring, 0, ring->nr_slots + 2);
	event = remote_ring_reader_peek(&ring->reader);
	hostile_end(ring);

	CHECK_EQ(ring->reader.read, read);
	CHECK(ring->reader.bad_pages >= bad);
	CHECK(ring->reader.bad_pages <= bad + ring->nr_slots + 3);
	if (!event)
		return NULL;

	for (i = 0; i < ring->nr_pages; i++) {
		if (hostile_event_on(event, ring->pages[i])) {
			hostile_look_ahead(ring, ring->pages[i]);
			return event;
		}
	}

	test_fail(__FILE__, __LINE__, "an event on one of the pages we gave");
	return NULL;
}

static inline void hostile_consume(struct hostile *ring)
{
	u64 read = ring->reader.read;

	remote_ring_reader_consume(&ring->reader);
	CHECK_EQ(ring->reader.read, read + 1);
}

static inline void hostile_discard(struct hostile *ring,
				   int (*sync)(void *priv, int cpu, u64 seq))
{
	u64 read = ring->reader.read, lost = ring->reader.lost;

	/* Each page that has an event may come after as many that have none */
	hostile_begin(ring, 0, (ring->nr_slots + 4) * (ring->nr_slots + 2) + 1);
	remote_ring_reader_discard(&ring->reader, sync);
	hostile_end(ring);

	CHECK_EQ(ring->reader.read, read);
	CHECK_EQ(ring->reader.lost, lost);
}

/* Count, and look at events without consuming them, for some pages */
static inline void hostile_look(struct hostile *ring, int (*sync)(void *priv, int cpu, u64 seq))
{
	struct remote_ring_reader before = ring->reader;
	const struct remote_ring_event *event;
	struct remote_ring_stats stats;
	struct remote_ring_copy copy;
	u32 pages, events = 0;

	remote_ring_reader_stats(&ring->reader, &stats);
	remote_ring_copy_init(&copy, ring->buf, &ring->reader);
	for (pages = 0; pages < 5; pages++) {
		for (;;) {
			event = remote_ring_copy_peek(&copy);
			if (!event)
				break;
			CHECK(hostile_event_on(event, ring->buf));
			remote_ring_reader_consume(&copy.walk);
			CHECK(events++ < 5 * REMOTE_RING_DATA_SIZE / 8);
		}
		ring->swaps = 0;
		ring->max_swaps = 16;
		if (!remote_ring_copy_next_page(&copy, &ring->reader, sync))
			break;
	}
	CHECK(!memcmp(&before, &ring->reader, sizeof(before)));
}

/* Go on with a walk that has no end, for some pages */
static inline void hostile_follow(struct hostile *ring, int (*sync)(void *priv, int cpu, u64 seq))
{
	struct remote_ring_reader before = ring->reader;
	const struct remote_ring_event *event;
	u32 pages, events = 0;

	for (pages = 0; pages < 5; pages++) {
		while ((event = remote_ring_copy_peek(&ring->follow))) {
			CHECK(hostile_event_on(event, ring->follow_buf));
			remote_ring_reader_consume(&ring->follow.walk);
			CHECK(events++ < 5 * REMOTE_RING_DATA_SIZE / 8);
		}
		ring->swaps = 0;
		ring->max_swaps = 16;
		if (!remote_ring_follow(&ring->follow, &ring->reader, sync))
			break;
	}
	CHECK(!memcmp(&before, &ring->reader, sizeof(before)));
}

/*
 * The newest events, and as many of them as are wanted at the most, though @change may change what
 * there is after each
 */
static inline void hostile_dump(struct hostile *ring, u32 want,
				void (*change)(struct hostile *ring))
{
	struct remote_ring_reader before = ring->reader;
	const struct remote_ring_event *event;
	struct remote_ring_dump dump;
	bool on = true;
	u32 i;

	remote_ring_dump_init(&dump, &ring->reader, want);
	CHECK(dump.last - dump.first + 1 <= ring->nr_slots);
	while ((event = remote_ring_dump_peek(&dump))) {
		CHECK(want--);
		for (on = false, i = 0; !on && i < ring->nr_pages; i++)
			on = hostile_event_on(event, ring->pages[i]);
		CHECK(on);
		remote_ring_reader_consume(&dump.walk);
		change(ring);
	}
	CHECK(!memcmp(&before, &ring->reader, sizeof(before)));
}

static inline void hostile_read_page(struct hostile *ring)
{
	hostile_begin(ring, 0, ring->nr_slots + 2);
	remote_ring_reader_read_page(&ring->reader, ring->buf);
	hostile_end(ring);
}

/* Of any bits of @spares, those that may be named */
static inline u32 hostile_spares(const struct hostile *ring, u32 spares)
{
	return spares & ((1ULL << ring->nr_readers) - 1) & ~(1U << ring->reader.index);
}

/* @spares may have any bits; returns how many pages were skipped */
static inline u32 hostile_skip_pages(struct hostile *ring, u32 spares, u32 max)
{
	struct remote_ring_skipped skipped[TEST_MAX_READERS + 1] = {};
	u32 i, nr, places, seen = 0;
	u64 read = ring->reader.read;

	spares = hostile_spares(ring, spares);
	/* The first is looked for, the others are asked for at once */
	hostile_begin(ring, spares, ring->nr_slots + 3);
	places = ring->may_give;
	nr = remote_ring_reader_skip_pages(&ring->reader, spares, skipped, max);
	hostile_end(ring);

	CHECK(nr <= max && nr <= 1 + (u32)__builtin_popcount(spares));
	for (i = 0; i < nr; i++) {
		CHECK(skipped[i].index < ring->nr_readers && places >> skipped[i].index & 1);
		CHECK(!(seen >> skipped[i].index & 1));
		seen |= 1U << skipped[i].index;
		CHECK(skipped[i].begin < skipped[i].end && skipped[i].end <= REMOTE_RING_DATA_SIZE);
		CHECK(skipped[i].events);
		read += skipped[i].events;
	}
	CHECK_EQ(ring->reader.read, read);
	for (; i < ARRAY_SIZE(skipped); i++)
		CHECK(!skipped[i].events);

	return nr;
}

/* @spares may have any bits; returns how many pages were taken */
static inline u32 hostile_take_pages(struct hostile *ring, u32 spares, u32 max)
{
	struct remote_ring_page *pages[TEST_MAX_READERS] = {}, *at_hand = ring->reader.page;
	u64 bad = ring->reader.bad_pages, read = ring->reader.read;
	u32 i, id, nr;

	spares = hostile_spares(ring, spares);
	hostile_begin(ring, spares, 1);
	nr = remote_ring_reader_take_pages(&ring->reader, spares, pages, max);
	hostile_end(ring);

	CHECK(nr <= max && nr <= (u32)__builtin_popcount(spares));
	CHECK(ring->reader.read >= read + nr);
	CHECK(ring->reader.bad_pages <= bad + ring->nr_readers + 1);
	for (i = 0; i < nr; i++) {
		u64 commit = pages[i]->commit & 0x3fffffff;

		/* The page at hand is taken before the swap, which may have written to it since */
		CHECK(pages[i] == at_hand ||
		      (commit && commit <= REMOTE_RING_DATA_SIZE && !(commit % 4) &&
		       !((pages[i]->commit ^ commit) & ~(3ULL << 30))));
		for (id = 0; id < ring->nr_pages && pages[i] != ring->pages[id]; id++)
			;
		CHECK(id < ring->nr_pages);
	}
	/* It may have used the next as well, but nothing behind what it was given */
	for (i = max; i < ARRAY_SIZE(pages); i++)
		CHECK(!pages[i]);

	return nr;
}

static inline void hostile_free(struct hostile *ring)
{
	u32 i;

	test_page_free(ring->meta);
	test_page_free(ring->buf);
	test_page_free(ring->follow_buf);
	for (i = 0; i < TEST_MAX_PAGES; i++)
		test_page_free(ring->pages[i]);
	free(ring->ids);
}

#endif /* _UNIT_HOSTILE_H */
