// SPDX-License-Identifier: GPL-2.0
/* An event that is diverted: the short path refuses it, once, and the ring is what it would be. */
#include "ring.h"

static struct test_ring ring;

/* By the short path alone */
static bool try_write(u64 now, u64 id)
{
	struct remote_ring_record record;

	record = remote_ring_writer_try_reserve(&ring.writer, now, sizeof(id));
	if (!record.ok)
		return false;
	memcpy(record.payload, &id, sizeof(id));
	remote_ring_writer_commit(&ring.writer, record);

	return true;
}

/* By the long one, which is what comes after the short one's refusal */
static bool write(u64 now, u64 id)
{
	struct remote_ring_record record;

	record = remote_ring_writer_reserve(&ring.writer, now, sizeof(id));
	if (!record.ok)
		return false;
	memcpy(record.payload, &id, sizeof(id));
	remote_ring_writer_commit(&ring.writer, record);

	return true;
}

static void once(void)
{
	test_ring_start(&ring, 2, true);
	CHECK(write(1, 1));
	CHECK(try_write(2, 2));

	remote_ring_writer_divert(&ring.writer);
	remote_ring_writer_divert(&ring.writer);
	/* For ever, until it is taken, and nothing is counted */
	CHECK(!try_write(3, 99));
	CHECK(!try_write(4, 99));
	CHECK(write(5, 3));
	CHECK(try_write(6, 4));

	CHECK_READ(&ring, 1, 0);
	CHECK_READ(&ring, 2, 0);
	CHECK_READ(&ring, 3, 0);
	CHECK_READ(&ring, 4, 0);
	CHECK_NOTHING(&ring);
	CHECK_EQ(ring.meta->dropped, 0);
	CHECK_EQ(test_lost_later(&ring), 0);
	test_ring_free(&ring);
}

/* Where there is no event to be expected, none is made possible */
static void elsewhere(void)
{
	struct remote_ring_record record;
	u64 id = 1;

	test_ring_start(&ring, 2, true);
	record = remote_ring_writer_reserve(&ring.writer, 1, sizeof(id));
	CHECK(record.ok);
	remote_ring_writer_divert(&ring.writer);
	CHECK(!write(2, 99));
	CHECK_EQ(ring.meta->dropped, 1);
	memcpy(record.payload, &id, sizeof(id));
	remote_ring_writer_commit(&ring.writer, record);
	CHECK(try_write(3, 2));

	/* It ends with the stay */
	remote_ring_writer_divert(&ring.writer);
	remote_ring_writer_leave(&ring.writer);
	remote_ring_writer_divert(&ring.writer);
	CHECK(!write(4, 99));
	CHECK_EQ(ring.meta->dropped, 1);
	remote_ring_writer_enter(&ring.writer);
	CHECK(try_write(5, 3));

	CHECK_READ(&ring, 1, 0);
	CHECK_READ(&ring, 2, 0);
	CHECK_READ(&ring, 3, 0);
	CHECK_NOTHING(&ring);
	test_ring_free(&ring);
}

/* Every event, over many pages, with too little room for all: as many as without */
static void always(void)
{
	u64 id, kept[2];
	u32 i;

	for (i = 0; i < 2; i++) {
		test_ring_start(&ring, 2, false);
		kept[i] = 0;
		for (id = 1; id <= 5000; id++) {
			if (i)
				remote_ring_writer_divert(&ring.writer);
			kept[i] += write(id * 10, id);
		}
		CHECK_EQ(kept[i] + ring.meta->dropped, 5000);
		for (id = 1; id <= kept[i]; id++)
			CHECK_READ(&ring, id, 0);
		CHECK_NOTHING(&ring);
		test_ring_free(&ring);
	}
	CHECK_EQ(kept[0], kept[1]);
	CHECK(kept[0] > 100 && kept[0] < 5000);
}

int main(void)
{
	once();
	elsewhere();
	always();

	return 0;
}
