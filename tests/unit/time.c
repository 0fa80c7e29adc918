// SPDX-License-Identifier: GPL-2.0
/* Times come out as they went in, whatever lies between two of them, and never go backwards. */
#include "ring.h"

struct step {
	u64	time;
	/* What the reader must say, if not @time */
	u64	read;
	u64	tail;
};

#define EXT	(1ULL << 27)
#define LONGEST	(1ULL << 59)
#define LATE	(3 * LONGEST)

static const struct step steps[] = {
	{ 1000, 0, 1 },
	{ 1000, 0, 1 },
	{ 1001, 0, 1 },
	/* The longest delta that fits, and the shortest that does not */
	{ 1001 + EXT - 1, 0, 1 },
	{ 1001 + 2 * EXT - 1, 0, 1 },
	{ 1001 + 4 * EXT, 0, 1 },
	/* Backwards, by little and by much: the time of the last event counts */
	{ 1000 + 4 * EXT, 1001 + 4 * EXT, 1 },
	{ 0, 1001 + 4 * EXT, 1 },
	{ 1001 + 4 * EXT, 0, 1 },
	{ 1002 + 4 * EXT, 0, 1 },
	/* The longest time extend; one more opens a page, whose time stamp has 64 bits */
	{ 1002 + 4 * EXT + LONGEST - 1, 0, 1 },
	{ 1002 + 4 * EXT + 2 * LONGEST - 1, 0, 2 },
	{ 1003 + 4 * EXT + 2 * LONGEST - 1, 0, 2 },
	{ LATE + LONGEST, 0, 3 },
	{ LATE + 2 * LONGEST - 1, 0, 3 },
	{ LATE, LATE + 2 * LONGEST - 1, 3 },
};

/* A time extend for which the record's own room is enough, but not 8 bytes more */
static void extend_at_the_edge(u32 len, u64 tail)
{
	const struct remote_ring_event *event;
	struct test_ring ring;

	test_ring_start(&ring, 2, true);
	/* 2044 + 2 * 1008 of 4080 bytes: 20 are left */
	CHECK(test_write(&ring.writer, 5, 0, 2033));
	CHECK(test_write(&ring.writer, 5, 1, 1000));
	CHECK(test_write(&ring.writer, 5, 2, 1000));
	CHECK_EQ(ring.writer.offset, 2044 + 2 * 1008);
	CHECK(test_write(&ring.writer, 5 + EXT, 3, len));
	CHECK_EQ(ring.meta->tail, tail);

	for (u64 i = 0; i < 4; i++) {
		event = remote_ring_reader_peek(&ring.reader);
		CHECK(event);
		CHECK_EQ(event->time, i < 3 ? 5 : 5 + EXT);
		remote_ring_reader_consume(&ring.reader);
	}
	CHECK_NOTHING(&ring);
	test_ring_free(&ring);
}

int main(void)
{
	struct test_id_event event;
	struct test_ring ring;
	u64 i;

	test_ring_start(&ring, 4, true);
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		CHECK(test_write_id(&ring, steps[i].time, i));
		CHECK_EQ(ring.meta->tail, steps[i].tail);
	}
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		CHECK(test_read_id(&ring, &event));
		CHECK_EQ(event.id, i);
		CHECK_EQ(event.lost, 0);
		CHECK_EQ(event.time, steps[i].read ? steps[i].read : steps[i].time);
	}
	CHECK_NOTHING(&ring);
	test_ring_free(&ring);

	/* A record of 12 bytes fits with its time extend; one of 20 does without, but not with */
	extend_at_the_edge(8, 1);
	extend_at_the_edge(16, 2);

	return 0;
}
