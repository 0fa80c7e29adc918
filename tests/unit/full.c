// SPDX-License-Identifier: GPL-2.0
/*
 * Once a ring that does not overwrite has refused an event, a smaller one that would still fit is
 * refused as well: else the events kept would not be the oldest, and the gap in the wrong place.
 */
#include "ring.h"

int main(void)
{
	const struct remote_ring_event *event;
	struct test_ring ring;

	test_ring_start(&ring, 2, false);
	CHECK(test_write(&ring.writer, 1, 1, 2032));
	CHECK(test_write(&ring.writer, 2, 2, REMOTE_RING_MAX_PAYLOAD));
	CHECK_EQ(ring.meta->tail, 2);

	/* The same with room on the tail: 4080 - 2040 bytes are left on it */
	event = remote_ring_reader_peek(&ring.reader);
	CHECK(event && test_event_is(event, 1, 2032));
	remote_ring_reader_consume(&ring.reader);
	CHECK(test_write(&ring.writer, 3, 3, 2032));
	CHECK_EQ(ring.meta->tail, 3);

	CHECK(!test_write(&ring.writer, 4, 4, REMOTE_RING_MAX_PAYLOAD));
	CHECK(!test_write(&ring.writer, 5, 5, 8));
	CHECK_EQ(ring.meta->dropped, 2);

	event = remote_ring_reader_peek(&ring.reader);
	CHECK(event && test_event_is(event, 2, REMOTE_RING_MAX_PAYLOAD));
	remote_ring_reader_consume(&ring.reader);

	/* There is room again, on a page of its own */
	CHECK(test_write(&ring.writer, 6, 6, 8));
	CHECK_EQ(ring.meta->tail, 4);

	event = remote_ring_reader_peek(&ring.reader);
	CHECK(event && test_event_is(event, 3, 2032));
	CHECK_EQ(event->lost, 0);
	remote_ring_reader_consume(&ring.reader);

	event = remote_ring_reader_peek(&ring.reader);
	CHECK(event && test_event_is(event, 6, 8));
	CHECK_EQ(event->lost, 2);

	test_ring_free(&ring);
	return 0;
}
