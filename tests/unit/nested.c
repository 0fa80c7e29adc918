// SPDX-License-Identifier: GPL-2.0
/* Events that come where none may be written: inside another, or outside enter and leave. */
#include "ring.h"

static void nested(void)
{
	struct remote_ring_record outer, inner;
	struct test_ring ring;
	u64 id = 1;

	test_ring_start(&ring, 2, true);

	CHECK(test_reserve(&ring.writer, 100, sizeof(id), &outer));
	CHECK(!test_reserve(&ring.writer, 101, 4, &inner));
	CHECK(!test_reserve(&ring.writer, 102, REMOTE_RING_MAX_PAYLOAD, &inner));
	/* Not even one for which the time would have to be moved, or a page opened */
	CHECK(!test_reserve(&ring.writer, 1ULL << 40, 4, &inner));
	CHECK(!test_reserve(&ring.writer, 1ULL << 60, 4, &inner));
	CHECK_EQ(ring.meta->dropped, 4);

	/* A reader that looks now sees neither */
	CHECK_NOTHING(&ring);

	memcpy(outer.payload, &id, sizeof(id));
	remote_ring_writer_commit(&ring.writer, outer);
	CHECK_READ(&ring, 1, 0);
	CHECK_NOTHING(&ring);
	CHECK_EQ(test_lost_later(&ring), 4);

	/* The time is the outer's and its own; the next page shows the gap */
	for (id = 2; ring.meta->tail == 1; id++)
		CHECK(test_write_id(&ring, id + 200, id));
	for (u64 i = 2; i < id - 1; i++)
		CHECK_READ(&ring, i, 0);
	CHECK_READ(&ring, id - 1, 4);
	CHECK_NOTHING(&ring);
	CHECK_EQ(ring.reader.read + ring.reader.lost, id - 1 + 4);
	test_ring_free(&ring);
}

static void outside(void)
{
	struct test_ring ring;

	test_ring_start(&ring, 2, true);
	CHECK(test_write_id(&ring, 1, 1));

	remote_ring_writer_leave(&ring.writer);
	CHECK(!test_write_id(&ring, 2, 2));
	/* Twice is as good as once */
	remote_ring_writer_leave(&ring.writer);
	CHECK(!test_write_id(&ring, 3, 3));

	remote_ring_writer_enter(&ring.writer);
	CHECK(test_write_id(&ring, 4, 4));

	CHECK_READ(&ring, 1, 0);
	CHECK_READ(&ring, 4, 0);
	CHECK_NOTHING(&ring);
	CHECK_EQ(ring.meta->dropped, 0);
	CHECK_EQ(test_lost_later(&ring), 0);
	test_ring_free(&ring);
}

int main(void)
{
	nested();
	outside();

	return 0;
}
