// SPDX-License-Identifier: GPL-2.0
/*
 * Overwrite mode keeps the newest events, and what is read and what is lost add up. The first part
 * is what a user sees with buffer_size_kb 7 and 10,000 events on one CPU.
 */
#include "ring.h"

#define EVENTS	10000

static void seven_kb(void)
{
	u64 id, first, lost;
	struct test_id_event event;
	struct test_ring ring;

	/* 7 KB is two pages, and the one that the reader holds comes on top */
	test_ring_start(&ring, 2, true);
	for (id = 1; id <= EVENTS; id++)
		CHECK(test_write_id(&ring, id, id));

	CHECK(test_read_id(&ring, &event));
	first = event.id;
	lost = event.lost;
	CHECK_EQ(first, lost + 1);
	/* 340 records of 12 bytes fit in a page; the oldest of the two slots goes as a whole */
	CHECK_EQ(first, 1 + (EVENTS - 1) / 340 * 340 - 340);

	for (id = first + 1; id <= EVENTS; id++)
		CHECK_READ(&ring, id, 0);
	CHECK_NOTHING(&ring);

	CHECK_EQ(ring.reader.lost, lost);
	CHECK_EQ(ring.reader.read, EVENTS - lost);
	CHECK_EQ(ring.meta->overrun, lost);
	CHECK_EQ(ring.meta->dropped, 0);
	CHECK_EQ(ring.reader.read + ring.reader.lost, EVENTS);
	test_ring_free(&ring);
}

/* A reader that stands still in the middle of a page keeps it, however often the writer passes */
static void reader_keeps_its_page(void)
{
	struct test_ring ring;
	u64 id;

	test_ring_start(&ring, 2, true);
	for (id = 1; id <= 1000; id++)
		CHECK(test_write_id(&ring, id, id));

	/* 341 .. 680 and 681 .. 1000 are left */
	CHECK_READ(&ring, 341, 340);
	for (; id <= 5000; id++)
		CHECK(test_write_id(&ring, id, id));
	for (id = 342; id <= 680; id++)
		CHECK_READ(&ring, id, 0);

	/* Sequence 14 and 15 are left: what lies between has been overwritten */
	CHECK_READ(&ring, 13 * 340 + 1, 12 * 340 - 340);
	for (id = 13 * 340 + 2; id <= 5000; id++)
		CHECK_READ(&ring, id, 0);
	CHECK_NOTHING(&ring);
	CHECK_EQ(ring.reader.read + ring.reader.lost, 5000);
	CHECK_EQ(ring.meta->overrun, ring.reader.lost);
	test_ring_free(&ring);
}

int main(void)
{
	seven_kb();
	reader_keeps_its_page();

	return 0;
}
