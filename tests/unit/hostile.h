/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A reader whose writer is not one: pages, meta page and what a swap brings are the test's to
 * invent. Whatever they are, the reader must stay inside the pages and come to an end.
 */
#ifndef _UNIT_HOSTILE_H
#define _UNIT_HOSTILE_H

#include "ring.h"

struct hostile {
	struct remote_ring_reader	reader;
	struct remote_ring_meta		*meta;
	struct remote_ring_page		*pages[TEST_MAX_SLOTS + 1];
	struct remote_ring_page		*buf;
	u32				slot_ids[TEST_MAX_SLOTS];
	u32				nr_slots;
	u32				swaps;
	u32				max_swaps;
	int				(*swap)(struct hostile *ring);
};

static inline int hostile_swap(void *priv, int cpu __maybe_unused)
{
	struct hostile *ring = priv;

	/* One call must not go on for as long as the writer likes to */
	CHECK(ring->swaps++ < ring->max_swaps);
	return ring->swap(ring);
}

static inline void hostile_init(struct hostile *ring, u32 nr_slots,
				int (*swap)(struct hostile *ring))
{
	u32 i;

	if (!ring->meta) {
		ring->meta = test_page();
		ring->buf = test_page();
		for (i = 0; i <= TEST_MAX_SLOTS; i++)
			ring->pages[i] = test_page();
	}
	ring->nr_slots = nr_slots;
	ring->swap = swap;
	remote_ring_reader_init(&ring->reader, ring->meta, ring->pages, nr_slots, 0, hostile_swap,
				ring);
	remote_ring_reader_track(&ring->reader, ring->slot_ids);
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

static inline const struct remote_ring_event *hostile_peek(struct hostile *ring)
{
	u64 read = ring->reader.read, bad = ring->reader.bad_pages;
	const struct remote_ring_event *event;
	u32 i;

	ring->swaps = 0;
	ring->max_swaps = ring->nr_slots + 2;
	event = remote_ring_reader_peek(&ring->reader);

	CHECK_EQ(ring->reader.read, read);
	CHECK(ring->reader.bad_pages >= bad);
	CHECK(ring->reader.bad_pages <= bad + ring->nr_slots + 3);
	if (!event)
		return NULL;

	for (i = 0; i <= ring->nr_slots; i++)
		if (hostile_event_on(event, ring->pages[i]))
			return event;

	test_fail(__FILE__, __LINE__, "an event on one of the pages we gave");
	return NULL;
}

static inline void hostile_consume(struct hostile *ring)
{
	u64 read = ring->reader.read;

	remote_ring_reader_consume(&ring->reader);
	CHECK_EQ(ring->reader.read, read + 1);
}

static inline void hostile_discard(struct hostile *ring)
{
	u64 read = ring->reader.read, lost = ring->reader.lost;

	/* Each page that has an event may come after as many that have none */
	ring->swaps = 0;
	ring->max_swaps = (ring->nr_slots + 4) * (ring->nr_slots + 2);
	remote_ring_reader_discard(&ring->reader);

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
			remote_ring_copy_consume(&copy);
			CHECK(events++ < 5 * REMOTE_RING_DATA_SIZE / 8);
		}
		ring->swaps = 0;
		ring->max_swaps = 16;
		if (!remote_ring_copy_next_page(&copy, &ring->reader, sync))
			break;
	}
	CHECK(!memcmp(&before, &ring->reader, sizeof(before)));
}

static inline void hostile_read_page(struct hostile *ring)
{
	u64 pos;

	ring->swaps = 0;
	ring->max_swaps = ring->nr_slots + 2;
	remote_ring_reader_read_page(&ring->reader, ring->buf);
	pos = ring->reader.pos;
	CHECK(pos <= REMOTE_RING_DATA_SIZE && !(pos % 4));
}

static inline void hostile_free(struct hostile *ring)
{
	u32 i;

	test_page_free(ring->meta);
	test_page_free(ring->buf);
	for (i = 0; i <= TEST_MAX_SLOTS; i++)
		test_page_free(ring->pages[i]);
}

#endif /* _UNIT_HOSTILE_H */
