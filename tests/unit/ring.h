/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A ring with both its ends, in memory where a step over the edge of a page is a crash.
 */
#ifndef _UNIT_RING_H
#define _UNIT_RING_H

#include <sys/mman.h>

#include <linux/errno.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/remote_ring_reader.h>
#include <linux/remote_ring_writer.h>

#include "test.h"

#define TEST_MAX_SLOTS	8
#define TEST_MAX_READERS	REMOTE_RING_MAX_READERS
#define TEST_MAX_PAGES	(TEST_MAX_SLOTS + TEST_MAX_READERS)

struct test_ring {
	struct remote_ring_writer	writer;
	struct remote_ring_reader	reader;
	struct remote_ring_meta		*meta;
	struct remote_ring_page		*pages[TEST_MAX_PAGES];
	u64				*slot_pages;
	u32				nr_slot_pages;
	u32				*ids;
	u32				nr_slots;
	u32				nr_readers;
	u32				swaps;
	u32				indexes;
};

/* A zeroed page between two that cannot be touched */
static inline void *test_page(void)
{
	char *map = mmap(NULL, 3 * PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(map != MAP_FAILED);
	CHECK(!mprotect(map + PAGE_SIZE, PAGE_SIZE, PROT_READ | PROT_WRITE));
#ifdef _SHIM_WEAK_H
	weak_share(map + PAGE_SIZE, PAGE_SIZE);
#endif

	return map + PAGE_SIZE;
}

static inline void test_page_free(void *page)
{
	CHECK(!munmap((char *)page - PAGE_SIZE, 3 * PAGE_SIZE));
}

static inline int test_ring_swap(void *priv, int cpu __maybe_unused, u32 indexes)
{
	struct test_ring *ring = priv;

	ring->swaps++;
	ring->indexes = indexes;
	return remote_ring_writer_swap(&ring->writer, indexes);
}

static inline int test_ring_sync(void *priv, int cpu __maybe_unused, u64 seq)
{
	struct test_ring *ring = priv;

	return remote_ring_writer_sync(&ring->writer, seq);
}

/*
 * Start @reader. @ids is allocated anew, of exactly the right size, so that ASan sees an index that
 * is not
 */
static inline void test_reader_init(struct remote_ring_reader *reader,
				    const struct remote_ring_meta *meta,
				    struct remote_ring_page **pages, u32 **ids, u32 nr_slots,
				    u32 nr_readers, int (*swap)(void *priv, int cpu, u32 indexes),
				    void *priv)
{
	free(*ids);
	*ids = calloc(nr_slots + nr_readers, sizeof(**ids));
	CHECK(*ids);

	*reader = (struct remote_ring_reader) {
		.meta = meta,
		.pages = pages,
		.ids = *ids,
		.nr_slots = nr_slots,
		.nr_readers = nr_readers,
		.swap_pages = swap,
		.priv = priv,
	};
	remote_ring_reader_init(reader);
}

static inline struct remote_ring_slot *test_slot(const struct test_ring *ring, u32 i)
{
	return remote_ring_find_slot(ring->slot_pages, i);
}

static inline void test_slots_free(struct test_ring *ring)
{
	while (ring->nr_slot_pages)
		free((void *)ring->slot_pages[--ring->nr_slot_pages]);
	free(ring->slot_pages);
	ring->slot_pages = NULL;
}

/* Load @ring and start a reader; what was loaded before has been unloaded or is all zeroes */
static inline void test_ring_load(struct test_ring *ring, u32 nr_slots, u32 nr_readers,
				  bool overwrite)
{
	u32 i, rest, nr_pages = nr_slots + nr_readers;

	CHECK(nr_slots <= TEST_MAX_SLOTS && nr_readers <= TEST_MAX_READERS);
	if (!ring->meta) {
		ring->meta = test_page();
		for (i = 0; i < TEST_MAX_PAGES; i++)
			ring->pages[i] = test_page();
	}
	memset(ring->meta, 0, PAGE_SIZE);

	/* Of exactly the right size, so that ASan sees an index that is not */
	test_slots_free(ring);
	ring->nr_slot_pages = DIV_ROUND_UP(nr_pages, REMOTE_RING_PAGE_SLOTS);
	ring->slot_pages = calloc(ring->nr_slot_pages, sizeof(*ring->slot_pages));
	CHECK(ring->slot_pages);
	for (i = 0; i < ring->nr_slot_pages; i++) {
		rest = nr_pages - i * REMOTE_RING_PAGE_SLOTS;
		ring->slot_pages[i] = (u64)calloc(min(rest, REMOTE_RING_PAGE_SLOTS),
						  sizeof(struct remote_ring_slot));
		CHECK(ring->slot_pages[i]);
	}
	for (i = 0; i < nr_pages; i++) {
		test_slot(ring, i)->page = (u64)ring->pages[i];
		test_slot(ring, i)->id = i;
	}

	ring->nr_slots = nr_slots;
	ring->nr_readers = nr_readers;
	remote_ring_writer_load(&ring->writer, ring->meta, ring->slot_pages, nr_slots,
				nr_readers, overwrite);
	test_reader_init(&ring->reader, ring->meta, ring->pages, &ring->ids, nr_slots, nr_readers,
			 test_ring_swap, ring);
}

/* The usual: a loaded ring that may be written at once, and a reader with one page */
static inline void test_ring_start(struct test_ring *ring, u32 nr_slots, bool overwrite)
{
	memset(ring, 0, sizeof(*ring));
	test_ring_load(ring, nr_slots, 1, overwrite);
	remote_ring_writer_accept(&ring->writer, true);
	remote_ring_writer_enter(&ring->writer);
	CHECK(ring->writer.inside);
}

static inline void test_ring_free(struct test_ring *ring)
{
	u32 i;

	test_page_free(ring->meta);
	for (i = 0; i < TEST_MAX_PAGES; i++)
		test_page_free(ring->pages[i]);
	test_slots_free(ring);
	free(ring->ids);
}

static inline int test_ring_unload(struct test_ring *ring)
{
	remote_ring_writer_detach(&ring->writer);
	remote_ring_writer_accept(&ring->writer, false);
	return remote_ring_writer_unload(&ring->writer);
}

/*
 * Sizes of payload to test with: those of every branch in the record's format with both of their
 * neighbours, the largest, and some between. reserve takes only constants, hence the list.
 */
#define TEST_SIZES(size)							\
	size(1) size(3) size(4) size(5) size(8) size(16) size(20) size(24) size(33)	\
	size(40) size(64) size(107) size(108) size(109) size(111) size(112) size(113)	\
	size(115) size(116) size(117) size(120) size(128) size(500) size(1000)		\
	size(1356) size(2032) size(2033) size(REMOTE_RING_MAX_PAYLOAD - 5)		\
	size(REMOTE_RING_MAX_PAYLOAD - 4) size(REMOTE_RING_MAX_PAYLOAD - 3)		\
	size(REMOTE_RING_MAX_PAYLOAD)

#define TEST_SIZE_ENTRY(len)	(len),
static const u32 test_sizes[] __maybe_unused = { TEST_SIZES(TEST_SIZE_ENTRY) };

#define TEST_NR_SIZES		ARRAY_SIZE(test_sizes)

/*
 * reserve, for one of test_sizes[] that is known only here and now; at every other nanosecond by
 * way of try_reserve, which must make no difference
 */
static inline bool test_reserve(struct remote_ring_writer *ring, u64 now, u32 len,
				struct remote_ring_record *record)
{
	record->ok = false;

	switch (len) {
#define TEST_SIZE_CASE(len)							\
	case len:								\
		if (now & 1)							\
			*record = remote_ring_writer_try_reserve(ring, now, len);	\
		if (!record->ok)						\
			*record = remote_ring_writer_reserve(ring, now, len);	\
		break;
	TEST_SIZES(TEST_SIZE_CASE)
	default:
		test_fail(__FILE__, __LINE__, "a size of the list");
	}

	return record->ok;
}

/* What an event begins with that shall be judged before it is recorded */
static inline bool test_reserve_unfit(struct remote_ring_writer *ring, u64 now, u32 len)
{
	switch (len) {
#define TEST_UNFIT_CASE(len)							\
	case len:								\
		return remote_ring_writer_try_reserve_as(ring, now, len, ~0ULL << 32).ok;
	TEST_SIZES(TEST_UNFIT_CASE)
	default:
		test_fail(__FILE__, __LINE__, "a size of the list");
		return true;
	}
}

/* Byte @i of event @id's payload; made so that no two events share more than a byte by chance */
static inline u8 test_byte(u64 id, u32 i)
{
	return ((id + 1) * 0x9e3779b97f4a7c15 + i * 0xd1b54a32d192ed03ULL) >> 56;
}

static inline void test_fill(void *payload, u64 id, u32 len)
{
	u8 *byte = payload;
	u32 i;

	for (i = 0; i < len; i++)
		byte[i] = test_byte(id, i);
}

static inline bool test_write(struct remote_ring_writer *ring, u64 now, u64 id, u32 len)
{
	struct remote_ring_record record;

	if (!test_reserve(ring, now, len, &record))
		return false;
	test_fill(record.payload, id, len);
	remote_ring_writer_commit(ring, record);

	return true;
}

/* Is @event what test_write() wrote? */
static inline bool test_event_is(const struct remote_ring_event *event, u64 id, u32 len)
{
	const u8 *byte = event->data;
	u32 i;

	if (event->len != ((len + 3) & ~3U))
		return false;
	for (i = 0; i < len; i++)
		if (byte[i] != test_byte(id, i))
			return false;

	return true;
}

/* The smallest event that can say which one it is */
static inline bool test_write_id(struct test_ring *ring, u64 now, u64 id)
{
	struct remote_ring_record record;

	if (!test_reserve(&ring->writer, now, sizeof(id), &record))
		return false;
	memcpy(record.payload, &id, sizeof(id));
	remote_ring_writer_commit(&ring->writer, record);

	return true;
}

struct test_id_event {
	u64	id;
	u64	time;
	u64	lost;
};

/* Read one event of test_write_id() */
static inline bool test_read_id(struct test_ring *ring, struct test_id_event *out)
{
	const struct remote_ring_event *event = remote_ring_reader_peek(&ring->reader);

	if (!event)
		return false;
	CHECK_EQ(event->len, sizeof(out->id));
	memcpy(&out->id, event->data, sizeof(out->id));
	out->time = event->time;
	out->lost = event->lost;
	remote_ring_reader_consume(&ring->reader);

	return true;
}

/* The next event is @id, and @lost were lost before it */
#define CHECK_READ(ring, want_id, want_lost)					\
	do {									\
		struct test_id_event _event;					\
										\
		CHECK(test_read_id(ring, &_event));				\
		CHECK_EQ(_event.id, want_id);					\
		CHECK_EQ(_event.lost, want_lost);				\
	} while (0)

#define CHECK_NOTHING(ring)	CHECK(!remote_ring_reader_peek(&(ring)->reader))

/* Events that were refused since the newest page that was read was opened: no gap shows them yet */
static inline u64 test_lost_later(const struct test_ring *ring)
{
	const struct remote_ring_taken *newest = &ring->meta->readers[0];
	u32 i;

	for (i = 1; i < ring->nr_readers; i++)
		if (ring->meta->readers[i].seq > newest->seq)
			newest = &ring->meta->readers[i];

	/* What was dropped and discarded is not */
	return ring->meta->events - (ring->reader.first_event > newest->event ?
				     ring->reader.first_event : newest->event);
}

#endif /* _UNIT_RING_H */
