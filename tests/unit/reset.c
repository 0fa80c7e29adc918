// SPDX-License-Identifier: GPL-2.0
/* The writer's reset and the reader's discard, alone and together. */
#include "ring.h"

#define PER_PAGE	340

/* Without a discard the events that a reset gave up are lost like any others */
static void reset_only(void)
{
	struct test_ring ring;
	u64 id;

	test_ring_start(&ring, 4, true);
	/* Nothing written, nothing to give up */
	CHECK_EQ(remote_ring_writer_reset(&ring.writer), 0);
	CHECK_NOTHING(&ring);

	for (id = 1; id <= 3 * PER_PAGE + 5; id++)
		CHECK(test_write_id(&ring, id, id));
	CHECK_EQ(remote_ring_writer_reset(&ring.writer), 0);
	CHECK_EQ(remote_ring_writer_reset(&ring.writer), 0);
	CHECK_EQ(ring.meta->head, 4);
	CHECK_EQ(remote_ring_writer_sync(&ring.writer, 0), 0);
	CHECK_EQ(ring.meta->sync.event, 3 * PER_PAGE);

	/* The page being written stays, and the writer stays on it */
	CHECK(test_write_id(&ring, id, id));
	CHECK_EQ(ring.meta->tail, 4);
	CHECK_READ(&ring, 3 * PER_PAGE + 1, 3 * PER_PAGE);
	for (u64 i = 3 * PER_PAGE + 2; i <= id; i++)
		CHECK_READ(&ring, i, 0);
	CHECK_NOTHING(&ring);
	CHECK_EQ(ring.reader.read + ring.reader.lost, id);

	/* The reader holds the newest page: there is nothing to reset */
	CHECK_EQ(remote_ring_writer_reset(&ring.writer), 0);
	CHECK_EQ(ring.meta->head, 5);
	id++;
	CHECK(test_write_id(&ring, id, id));
	CHECK_READ(&ring, id, 0);
	test_ring_free(&ring);
}

static void discard(bool reset, bool begun)
{
	u64 id, read = 0;
	struct test_ring ring;

	test_ring_start(&ring, 4, true);
	for (id = 1; id <= 10 * PER_PAGE + 5; id++) {
		CHECK(test_write_id(&ring, id, id));
		if (begun && id <= 3) {
			CHECK_READ(&ring, id, 0);
			read++;
		}
	}
	id--;

	if (reset)
		CHECK_EQ(remote_ring_writer_reset(&ring.writer), 0);
	remote_ring_reader_discard(&ring.reader);

	CHECK_NOTHING(&ring);
	CHECK(remote_ring_reader_empty(&ring.reader));
	/* What is forgotten is neither read nor lost */
	CHECK_EQ(ring.reader.read, read);
	CHECK_EQ(ring.reader.lost, 0);
	CHECK_EQ(ring.reader.discarded, id - read);

	id++;
	CHECK(test_write_id(&ring, id, id));
	CHECK_READ(&ring, id, 0);
	CHECK_EQ(ring.reader.lost, 0);
	CHECK_EQ(ring.reader.read + ring.reader.discarded, id);
	CHECK_EQ(ring.reader.bad_pages, 0);

	/* Nothing to forget */
	remote_ring_reader_discard(&ring.reader);
	CHECK_EQ(ring.reader.read + ring.reader.discarded, id);
	CHECK_NOTHING(&ring);
	test_ring_free(&ring);
}

/* A ring that refuses events takes them again once it was reset and the reader moved on */
static void room(void)
{
	struct test_ring ring;
	u64 id;

	test_ring_start(&ring, 2, false);
	for (id = 1; id <= 1000; id++)
		CHECK_EQ(test_write_id(&ring, id, id), id <= 2 * PER_PAGE);

	CHECK_EQ(remote_ring_writer_reset(&ring.writer), 0);
	CHECK(test_write_id(&ring, id, id));
	CHECK_READ(&ring, PER_PAGE + 1, PER_PAGE);
	for (u64 i = PER_PAGE + 2; i <= 2 * PER_PAGE; i++)
		CHECK_READ(&ring, i, 0);
	CHECK_READ(&ring, id, 1000 - 2 * PER_PAGE);
	CHECK_NOTHING(&ring);
	CHECK_EQ(ring.reader.read + ring.reader.lost, id);
	test_ring_free(&ring);
}

int main(void)
{
	reset_only();
	discard(false, false);
	discard(false, true);
	discard(true, false);
	discard(true, true);
	room();

	return 0;
}
