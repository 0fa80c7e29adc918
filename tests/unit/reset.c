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
	CHECK_EQ(remote_ring_reader_discard(&ring.reader, test_ring_sync), 0);

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
	CHECK_EQ(remote_ring_reader_discard(&ring.reader, test_ring_sync), 0);
	CHECK_EQ(ring.reader.read + ring.reader.discarded, id);
	CHECK_NOTHING(&ring);
	test_ring_free(&ring);
}

/* Where a walk by @next_page finds itself: at event @id and no other, nothing lost before it */
static void check_walk(struct test_ring *ring, struct remote_ring_copy *copy, u64 id,
		       bool (*next_page)(struct remote_ring_copy *copy,
					 const struct remote_ring_reader *reader,
					 int (*sync)(void *priv, int cpu, u64 seq)))
{
	const struct remote_ring_event *event;

	/* It may have a copy of what is forgotten */
	CHECK(copy->discards != ring->reader.discards);
	do {
		CHECK(next_page(copy, &ring->reader, test_ring_sync));
	} while (!(event = remote_ring_copy_peek(copy)));
	CHECK(!memcmp(event->data, &id, sizeof(id)));
	CHECK_EQ(event->lost, 0);
	remote_ring_reader_consume(&copy->walk);
	while (!remote_ring_copy_peek(copy) &&
	       next_page(copy, &ring->reader, test_ring_sync))
		;
	CHECK(!remote_ring_copy_peek(copy));
}

/*
 * What was dropped before a discard does not come back as lost, wherever the reader was: @read
 * events have been read. Walks that were somewhere before go on behind it all.
 */
static void dropped(bool reset, u64 read)
{
	struct remote_ring_copy looks, follows;
	void *buf = test_page(), *more = test_page();
	struct test_ring ring;
	u64 id, i, kept = 0;

	test_ring_start(&ring, 2, false);
	CHECK(test_write_id(&ring, 1, 1));
	remote_ring_copy_init(&follows, more, &ring.reader);
	CHECK(remote_ring_follow(&follows, &ring.reader, test_ring_sync));
	CHECK(remote_ring_copy_peek(&follows));
	for (id = 2; id <= 1000; id++)
		kept += test_write_id(&ring, id, id);
	CHECK(kept < 900);
	for (i = 1; i <= read; i++)
		CHECK_READ(&ring, i, 0);
	remote_ring_copy_init(&looks, buf, &ring.reader);

	/* Once more has to do only with what was dropped since */
	for (i = 0; i < 2; i++) {
		if (reset)
			CHECK_EQ(remote_ring_writer_reset(&ring.writer), 0);
		CHECK_EQ(remote_ring_reader_discard(&ring.reader, test_ring_sync), 0);
		CHECK_NOTHING(&ring);
		CHECK_EQ(ring.reader.read, read);
		CHECK_EQ(ring.reader.lost, 0);
		CHECK_EQ(ring.reader.discarded, id - 1 - read);
		CHECK_EQ(test_lost_later(&ring), 0);
		if (!i)
			for (u64 end = id + 1000; id < end; id++)
				test_write_id(&ring, id, id);
	}

	CHECK(test_write_id(&ring, id, id));
	check_walk(&ring, &follows, id, remote_ring_follow);
	looks.end = ~0ULL;
	check_walk(&ring, &looks, id, remote_ring_copy_next_page);
	CHECK_READ(&ring, id, 0);

	/* What is dropped from now on is told */
	for (i = id + 1, kept = 0; i <= id + 1000; i++)
		kept += test_write_id(&ring, i, i);
	for (u64 j = id + 1; j <= id + kept; j++)
		CHECK_READ(&ring, j, 0);
	CHECK(test_write_id(&ring, i, i));
	CHECK_READ(&ring, i, 1000 - kept);
	CHECK_NOTHING(&ring);
	CHECK_EQ(ring.reader.read + ring.reader.lost + ring.reader.discarded, i);
	test_ring_free(&ring);
	test_page_free(buf);
	test_page_free(more);
}

/* The owner has just counted another nested event, and its store to the meta page is on its way */
static int sync_ahead(void *priv, int cpu, u64 seq)
{
	struct test_ring *ring = priv;
	int ret = test_ring_sync(priv, cpu, seq);

	ring->meta->sync.events++;

	return ret;
}

/* Nor does an event that was refused in the middle of a page, which goes on */
static void nested(int (*sync)(void *priv, int cpu, u64 seq))
{
	struct remote_ring_record record;
	struct test_ring ring;
	u64 id;

	test_ring_start(&ring, 2, true);
	CHECK(test_write_id(&ring, 1, 1));
	CHECK(test_reserve(&ring.writer, 2, 8, &record));
	CHECK(!test_write_id(&ring, 3, 3));
	memset(record.payload, 0, 8);
	remote_ring_writer_commit(&ring.writer, record);

	CHECK_EQ(remote_ring_reader_discard(&ring.reader, sync), 0);
	CHECK_EQ(ring.reader.discarded, 3);
	for (id = 4; id <= PER_PAGE + 10; id++) {
		CHECK(test_write_id(&ring, id, id));
		CHECK_READ(&ring, id, 0);
	}
	CHECK_EQ(ring.reader.lost, 0);
	CHECK_EQ(ring.reader.read + ring.reader.discarded, id - 1);
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
	for (int reset = 0; reset < 2; reset++) {
		dropped(reset, 0);
		dropped(reset, 10);
		dropped(reset, PER_PAGE + 10);
		dropped(reset, 2 * PER_PAGE);
	}
	nested(test_ring_sync);
	nested(sync_ahead);
	room();

	return 0;
}
