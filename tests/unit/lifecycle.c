// SPDX-License-Identifier: GPL-2.0
/* Loading, accepting, attaching and all of their undoing, in the right order and in the wrong. */
#include "ring.h"

static void not_loaded(void)
{
	struct remote_ring_writer ring = {};
	struct remote_ring_record record;

	CHECK_EQ(remote_ring_writer_swap(&ring, 1), -ENODEV);
	CHECK_EQ(remote_ring_writer_reset(&ring), -ENODEV);
	CHECK_EQ(remote_ring_writer_sync(&ring, 0), -ENODEV);
	CHECK_EQ(remote_ring_writer_unload(&ring), -ENODEV);

	/* Neither can it be made to accept anything */
	remote_ring_writer_accept(&ring, true);
	remote_ring_writer_enter(&ring);
	CHECK(!test_reserve(&ring, 1, 8, &record));
	remote_ring_writer_leave(&ring);
	remote_ring_writer_detach(&ring);
	CHECK_EQ(remote_ring_writer_unload(&ring), -ENODEV);
}

static void busy(void)
{
	struct test_ring ring = {};

	test_ring_load(&ring, 2, 1, true);

	/* Loaded, but nobody has said that it may be written */
	remote_ring_writer_enter(&ring.writer);
	remote_ring_writer_tell_busy(&ring.writer);
	CHECK_EQ(ring.meta->busy, 0);
	CHECK(!test_write_id(&ring, 1, 1));
	remote_ring_writer_leave(&ring.writer);
	CHECK_EQ(ring.meta->busy, 0);
	CHECK_EQ(ring.meta->tail, 0);
	CHECK_EQ(remote_ring_writer_swap(&ring.writer, 1), -EAGAIN);
	CHECK_EQ(remote_ring_writer_reset(&ring.writer), 0);

	remote_ring_writer_accept(&ring.writer, true);
	CHECK_EQ(remote_ring_writer_unload(&ring.writer), -EBUSY);
	remote_ring_writer_enter(&ring.writer);
	CHECK_EQ(ring.meta->busy, 0);
	remote_ring_writer_tell_busy(&ring.writer);
	CHECK(remote_ring_reader_busy(&ring.reader));
	CHECK(test_write_id(&ring, 2, 2));
	CHECK_EQ(remote_ring_writer_unload(&ring.writer), -EBUSY);

	/* No longer accepting, but its owner may be writing */
	remote_ring_writer_accept(&ring.writer, false);
	CHECK_EQ(remote_ring_writer_unload(&ring.writer), -EBUSY);
	remote_ring_writer_leave(&ring.writer);
	CHECK(!remote_ring_reader_busy(&ring.reader));
	CHECK_EQ(remote_ring_writer_unload(&ring.writer), -EBUSY);
	remote_ring_writer_detach(&ring.writer);

	/* What has been written can be read as long as it is loaded */
	remote_ring_writer_enter(&ring.writer);
	CHECK(!test_write_id(&ring, 3, 3));
	CHECK_READ(&ring, 2, 0);
	CHECK_NOTHING(&ring);
	CHECK_EQ(ring.meta->dropped, 0);

	CHECK_EQ(remote_ring_writer_unload(&ring.writer), 0);
	CHECK_EQ(remote_ring_writer_unload(&ring.writer), -ENODEV);
	CHECK_EQ(remote_ring_writer_swap(&ring.writer, 1), -ENODEV);
	CHECK_EQ(remote_ring_writer_reset(&ring.writer), -ENODEV);
	CHECK_EQ(remote_ring_writer_sync(&ring.writer, 0), -ENODEV);
	test_ring_free(&ring);
}

/* A ring that is loaded again knows nothing of what it was before */
static void again(void)
{
	struct test_ring ring = {};
	u64 id, first;
	u32 round;

	for (round = 0; round < 50; round++) {
		u32 nr_slots = 2 + round % (TEST_MAX_SLOTS - 1);

		test_ring_load(&ring, nr_slots, 1 + round % 3, round & 1);
		CHECK(remote_ring_reader_empty(&ring.reader));
		CHECK_NOTHING(&ring);
		remote_ring_writer_accept(&ring.writer, true);
		remote_ring_writer_enter(&ring.writer);

		/* An earlier time than the last event of the round before */
		for (id = 1; id <= 340 * nr_slots; id++)
			CHECK(test_write_id(&ring, 10 + id, id));
		CHECK_EQ(test_write_id(&ring, 10 + id, id), round & 1);

		first = round & 1 ? 341 : 1;
		for (u64 i = first; i <= id - !(round & 1); i++) {
			struct test_id_event event;

			CHECK(test_read_id(&ring, &event));
			CHECK_EQ(event.id, i);
			CHECK_EQ(event.time, 10 + i);
			CHECK_EQ(event.lost, i == first ? first - 1 : 0);
		}
		CHECK_NOTHING(&ring);
		CHECK_EQ(test_ring_unload(&ring), 0);
	}
	test_ring_free(&ring);
}

/* Between detaching and attaching nothing is lost, and no room is given away */
static void detach(void)
{
	struct test_ring ring;
	u64 id = 1;

	test_ring_start(&ring, 4, true);
	for (u32 round = 0; round < 100; round++) {
		CHECK(test_write_id(&ring, id, id));
		id++;
		CHECK(test_write_id(&ring, id, id));
		id++;
		if (round % 3)
			remote_ring_writer_tell_busy(&ring.writer);
		CHECK_EQ(remote_ring_reader_busy(&ring.reader), !!(round % 3));
		remote_ring_writer_detach(&ring.writer);
		CHECK(!remote_ring_reader_busy(&ring.reader));
		CHECK(!test_write_id(&ring, id, 0));
		remote_ring_writer_detach(&ring.writer);

		remote_ring_writer_enter(&ring.writer);
		CHECK(test_write_id(&ring, id, id));
		id++;
		CHECK_EQ(ring.meta->tail, (id - 2) / 340 + 1);

		if (round % 2) {
			for (u64 i = id - 6; i < id; i++)
				CHECK_READ(&ring, i, 0);
			CHECK_NOTHING(&ring);
		}
	}
	CHECK_EQ(ring.reader.read, id - 1);
	CHECK_EQ(ring.reader.lost, 0);
	test_ring_free(&ring);
}

int main(void)
{
	not_loaded();
	busy();
	again();
	detach();

	return 0;
}
