// SPDX-License-Identifier: GPL-2.0
/* Every size of event in turn fills pages to the edge and no further, and comes out as it was. */
#include "ring.h"

static void fill(u32 len)
{
	/* What one record takes: a header of 4 bytes up to 112 of payload, of 8 beyond */
	u32 record = (len <= 112 ? 4 : 8) + (len + 3) / 4 * 4;
	u32 per_page = (PAGE_SIZE - 16) / record;
	const struct remote_ring_event *event;
	struct test_ring ring;
	u32 i;

	snprintf(test_context, sizeof(test_context), "%u bytes", len);
	CHECK_EQ(REMOTE_RING_RECORD_SIZE(len), record);
	test_ring_start(&ring, 3, false);

	for (i = 0; i < 3 * per_page; i++) {
		CHECK(test_write(&ring.writer, 1000 + i, i, len));
		CHECK_EQ(ring.meta->tail, i / per_page + 1);
	}
	CHECK(!test_write(&ring.writer, 1000 + i, i, len));

	for (i = 0; i < 3 * per_page; i++) {
		event = remote_ring_reader_peek(&ring.reader);
		CHECK(event);
		CHECK_EQ(event->time, 1000 + i);
		CHECK_EQ(event->lost, 0);
		CHECK(test_event_is(event, i, len));
		/* It stays until it is consumed */
		CHECK(event == remote_ring_reader_peek(&ring.reader));
		remote_ring_reader_consume(&ring.reader);
	}
	CHECK_NOTHING(&ring);

	test_ring_free(&ring);
}

int main(void)
{
	u32 i;

	for (i = 0; i < TEST_NR_SIZES; i++)
		fill(test_sizes[i]);

	return 0;
}
