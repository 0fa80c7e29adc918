// SPDX-License-Identifier: GPL-2.0
/*
 * What the writer makes of the pages that a swap names: those there are, from the lowest on, as
 * many as it has pages for, the one being written last; and of those that there are not.
 */
#include "ring.h"

#define SLOTS		4
#define PER_PAGE	340

/* The reader's page @index is the @seq-th, complete or not; and it is where the reader looks */
static void check_taken(const struct test_ring *ring, u32 index, u64 seq, bool complete)
{
	const struct remote_ring_taken *told = &ring->meta->readers[index];
	const struct remote_ring_slot *slot = test_slot(ring, ring->nr_slots + index);
	const struct remote_ring_page *page = ring->pages[told->id];
	u64 id;

	CHECK_EQ(told->seq, seq);
	CHECK_EQ(told->event, (seq - 1) * PER_PAGE);
	CHECK_EQ(told->entries, complete ? PER_PAGE : 0);
	CHECK_EQ(slot->id, told->id);
	CHECK(slot->page == (u64)page);
	memcpy(&id, page->data + 4, sizeof(id));
	CHECK_EQ(id, told->event);
}

static void check_untouched(const struct test_ring *ring, u32 index)
{
	static const struct remote_ring_taken none;

	CHECK(!memcmp(&ring->meta->readers[index], &none, sizeof(none)));
	CHECK_EQ(test_slot(ring, ring->nr_slots + index)->id, ring->nr_slots + index);
}

/* Each page is somewhere, and only there */
static void check_pages(const struct test_ring *ring)
{
	u32 i, nr_pages = ring->nr_slots + ring->nr_readers;
	u64 seen = 0;

	for (i = 0; i < nr_pages; i++) {
		const struct remote_ring_slot *slot = test_slot(ring, i);

		CHECK(slot->page == (u64)ring->pages[slot->id]);
		seen |= 1ULL << slot->id;
	}
	CHECK_EQ(seen, (1ULL << nr_pages) - 1);
}

/* A ring whose tail is page @tail, with one event on it */
static void start(struct test_ring *ring, u32 nr_readers, u64 tail)
{
	u64 id;

	memset(ring, 0, sizeof(*ring));
	test_ring_load(ring, SLOTS, nr_readers, true);
	remote_ring_writer_accept(&ring->writer, true);
	remote_ring_writer_enter(&ring->writer);
	for (id = 0; tail && id <= (tail - 1) * PER_PAGE; id++)
		CHECK(test_write_id(ring, 1 + id, id));
	CHECK_EQ(ring->meta->tail, tail);
}

static void refused(void)
{
	static const u32 readers[] = { 1, 2, 5, 31, 32 };
	struct remote_ring_meta before;
	struct test_ring ring;
	u32 i, bit;

	for (i = 0; i < ARRAY_SIZE(readers); i++) {
		snprintf(test_context, sizeof(test_context), "%u pages", readers[i]);
		start(&ring, readers[i], 2);
		before = *ring.meta;

		CHECK_EQ(remote_ring_writer_swap(&ring.writer, 0), -EINVAL);
		for (bit = readers[i]; bit < 64; bit++) {
			CHECK_EQ(remote_ring_writer_swap(&ring.writer, 1ULL << bit), -EINVAL);
			CHECK_EQ(remote_ring_writer_swap(&ring.writer, 1ULL << bit | 1), -EINVAL);
		}
		CHECK_EQ(remote_ring_writer_swap(&ring.writer, ~0ULL), -EINVAL);
		CHECK(!memcmp(&before, ring.meta, sizeof(before)));
		check_pages(&ring);

		/* The last there is will do */
		CHECK_EQ(remote_ring_writer_swap(&ring.writer, 1ULL << (readers[i] - 1)), 1);
		check_taken(&ring, readers[i] - 1, 1, true);
		check_pages(&ring);
		test_ring_free(&ring);
	}
	test_context[0] = '\0';
}

/* Fewer pages than places, and the other way round */
static void partial(void)
{
	struct test_ring ring;

	/* Nothing yet: what is wrong with the call is said first */
	start(&ring, 3, 0);
	CHECK_EQ(remote_ring_writer_swap(&ring.writer, 7), -EAGAIN);
	CHECK_EQ(remote_ring_writer_swap(&ring.writer, 8), -EINVAL);
	check_untouched(&ring, 0);
	test_ring_free(&ring);

	start(&ring, 6, 3);
	CHECK_EQ(remote_ring_writer_swap(&ring.writer, 0x3a), 3);
	check_taken(&ring, 1, 1, true);
	check_taken(&ring, 3, 2, true);
	check_taken(&ring, 4, 3, false);
	check_untouched(&ring, 0);
	check_untouched(&ring, 2);
	check_untouched(&ring, 5);
	CHECK_EQ(ring.meta->head, 4);
	check_pages(&ring);

	/* The tail has been given; there is no other, whoever asks */
	CHECK_EQ(remote_ring_writer_swap(&ring.writer, 0x3f), -EAGAIN);
	check_taken(&ring, 4, 3, false);
	test_ring_free(&ring);

	/* All slots are full, and two places: the two oldest go, and there is room for two */
	start(&ring, 2, SLOTS);
	CHECK_EQ(remote_ring_writer_swap(&ring.writer, 3), 2);
	check_taken(&ring, 0, 1, true);
	check_taken(&ring, 1, 2, true);
	CHECK_EQ(ring.meta->head, 3);
	CHECK_EQ(remote_ring_writer_sync(&ring.writer, 0), 0);
	CHECK_EQ(ring.meta->sync.entries, PER_PAGE + 1);
	for (u64 id = 3 * PER_PAGE + 1; id < 6 * PER_PAGE; id++)
		CHECK(test_write_id(&ring, 1 + id, id));
	CHECK_EQ(ring.meta->overrun, 0);
	CHECK_EQ(ring.meta->tail, 6);
	CHECK(test_write_id(&ring, 1 + 6 * PER_PAGE, 6 * PER_PAGE));
	CHECK_EQ(ring.meta->overrun, PER_PAGE);

	/* What the reader kept meanwhile has not been written to; now it goes, in any order */
	check_taken(&ring, 0, 1, true);
	check_taken(&ring, 1, 2, true);
	CHECK_EQ(remote_ring_writer_swap(&ring.writer, 2), 1);
	CHECK_EQ(remote_ring_writer_swap(&ring.writer, 1), 1);
	check_taken(&ring, 1, 4, true);
	check_taken(&ring, 0, 5, true);
	CHECK_EQ(remote_ring_writer_swap(&ring.writer, 3), 2);
	check_taken(&ring, 0, 6, true);
	check_taken(&ring, 1, 7, false);
	CHECK_EQ(ring.meta->head, 8);
	CHECK_EQ(remote_ring_writer_sync(&ring.writer, 0), 0);
	CHECK_EQ(ring.meta->sync.entries, 0);
	check_pages(&ring);

	/* The writer stays on the page that the reader has, and then goes its way */
	CHECK(test_write_id(&ring, 1 + 6 * PER_PAGE, 0));
	CHECK_EQ(ring.meta->tail, 7);
	CHECK_EQ(ring.pages[ring.meta->readers[1].id]->commit, 24);
	test_ring_free(&ring);
}

/* As many as there may be, in one go, over and over */
static void most(void)
{
	u32 i, round;
	struct test_ring ring;
	u64 id = 1;

	start(&ring, TEST_MAX_READERS, 1);
	for (round = 0; round < 50; round++) {
		u64 head = ring.meta->head;

		for (i = 0; i < (SLOTS - 1) * PER_PAGE; i++, id++)
			CHECK(test_write_id(&ring, 1 + id, id));
		CHECK_EQ(ring.meta->overrun, 0);
		i = ring.meta->tail - head + 1;
		CHECK_EQ(remote_ring_writer_swap(&ring.writer, ~0U), i);
		while (i--)
			check_taken(&ring, i, head + i, head + i < ring.meta->tail);
		CHECK_EQ(ring.meta->head, ring.meta->tail + 1);
		check_pages(&ring);
	}
	test_ring_free(&ring);
}

int main(void)
{
	refused();
	partial();
	most();

	return 0;
}
