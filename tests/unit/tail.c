// SPDX-License-Identifier: GPL-2.0
/* The reader takes the very page that is being written, and follows the writer on it and off it. */
#include "ring.h"

int main(void)
{
	struct test_ring ring;
	u64 id;

	test_ring_start(&ring, 2, true);
	CHECK(remote_ring_reader_empty(&ring.reader));
	CHECK_NOTHING(&ring);
	/* The meta page told it that there is nothing: no need to bother the writer */
	CHECK_EQ(ring.swaps, 0);

	/* Event by event: one swap a page, and one page after the other, for ten rounds */
	for (id = 1; id <= 340 * 20; id++) {
		CHECK(test_write_id(&ring, id, id));
		CHECK(!remote_ring_reader_empty(&ring.reader));
		CHECK_READ(&ring, id, 0);
		CHECK(remote_ring_reader_empty(&ring.reader));
		CHECK_NOTHING(&ring);
		CHECK_EQ(ring.meta->readers[0].seq, ring.meta->tail);
		CHECK_EQ(ring.meta->head, ring.meta->tail + 1);
		CHECK_EQ(ring.swaps, (id - 1) / 340 + 1);
	}
	CHECK_EQ(ring.meta->tail, 20);

	/* It holds the newest page already */
	CHECK_EQ(remote_ring_writer_swap(&ring.writer, 1), -EAGAIN);
	CHECK_EQ(remote_ring_writer_swap(&ring.writer, 1), -EAGAIN);
	CHECK_EQ(ring.meta->readers[0].seq, 20);

	/* A record that is reserved when its page is taken is not lost, and not seen half done */
	for (int i = 0; i < 3; i++) {
		struct remote_ring_record record;

		CHECK(test_reserve(&ring.writer, id, sizeof(id), &record));
		CHECK_NOTHING(&ring);
		memcpy(record.payload, &id, sizeof(id));
		CHECK_NOTHING(&ring);
		remote_ring_writer_commit(&ring.writer, record);
		CHECK_READ(&ring, id, 0);
		id++;
	}

	test_ring_free(&ring);
	return 0;
}
