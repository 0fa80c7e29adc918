// SPDX-License-Identifier: GPL-2.0
/*
 * One page of a trace makes no sense, or the meta page does not for once: the reader drops that
 * page, counts it, says how many events are missing, and reads all the others.
 */
#include "hostile.h"

#define SLOTS		4
#define COMMIT		48

/* Three events on page 2, of 16 bytes of record each; what is wrong with it */
struct flaw {
	const char	*what;
	u64		commit;
	/* Words to put into the page, by index */
	struct {
		u32	index;
		u32	word;
	} put[2];
	/* Events that can be read before it is found */
	u32		good;
	/* Or what is wrong with the meta page when page 2 is taken */
	void		(*meta)(struct remote_ring_meta *meta);
};

static void id_next(struct remote_ring_meta *meta)
{
	meta->readers[0].id = SLOTS + 1;
}

static void id_max(struct remote_ring_meta *meta)
{
	meta->readers[0].id = ~0U;
}

static void event_back(struct remote_ring_meta *meta)
{
	meta->readers[0].event = 2;
}

static void event_never(struct remote_ring_meta *meta)
{
	meta->readers[0].event = ~0ULL;
}

static void event_ahead(struct remote_ring_meta *meta)
{
	meta->readers[0].event = 1000;
}

static void seq_zero(struct remote_ring_meta *meta)
{
	meta->readers[0].seq = 0;
}

static void seq_same(struct remote_ring_meta *meta)
{
	meta->readers[0].seq = 1;
}

static void seq_ahead(struct remote_ring_meta *meta)
{
	meta->readers[0].seq = 1000;
}

static void seq_never(struct remote_ring_meta *meta)
{
	meta->readers[0].seq = ~0ULL;
}

static const struct flaw flaws[] = {
	{ "commit past the page", .commit = 4084 },
	{ "commit far past the page", .commit = 1ULL << 32 | COMMIT },
	{ "commit -1", .commit = ~0ULL },
	{ "commit -4", .commit = ~3ULL },
	{ "commit between words", .commit = COMMIT - 1 },
	{ "record past the commit", .commit = COMMIT - 4, .good = 2 },
	{ "short record past the commit", .put = { { 8, 4 } }, .good = 2 },
	{ "short record past the page", .commit = 4080, .put = { { 8, 0 }, { 9, 4084 - 32 } },
	  .good = 2 },
	{ "second word past the commit", .commit = COMMIT + 4, .put = { { 12, 0 } }, .good = 3 },
	{ "time extend past the commit", .commit = COMMIT + 4, .put = { { 12, 30 } }, .good = 3 },
	{ "long record past the commit", .put = { { 8, 0 }, { 9, 16 } }, .good = 2 },
	{ "long record of length 0", .put = { { 4, 0 }, { 5, 0 } }, .good = 1 },
	{ "long record of length 4", .put = { { 4, 0 }, { 5, 4 } }, .good = 1 },
	{ "long record between words", .put = { { 4, 0 }, { 5, 10 } }, .good = 1 },
	{ "long record of length -4", .put = { { 4, 0 }, { 5, ~3U } }, .good = 1 },
	{ "long record of length -1", .put = { { 4, 0 }, { 5, ~0U } }, .good = 1 },
	{ "padding", .put = { { 0, 29 }, { 1, 12 } } },
	{ "padding to the end", .put = { { 4, 29 }, { 5, 28 } }, .good = 1 },
	{ "absolute time", .put = { { 4, 31 } }, .good = 1 },
	{ "id past the last", .meta = id_next },
	{ "id -1", .meta = id_max },
	{ "event number goes back", .meta = event_back },
	{ "event number -1", .meta = event_never },
	{ "event number not reached yet", .meta = event_ahead },
	{ "sequence 0", .meta = seq_zero },
	{ "sequence again", .meta = seq_same },
	{ "sequence not reached yet", .meta = seq_ahead },
	{ "sequence -1", .meta = seq_never },
};

static const struct flaw *flaw;
static u64 seq;

/* The pages come one after the other, in order, with three events each */
static int swap(struct hostile *ring, u32 indexes __maybe_unused)
{
	if (seq == ring->meta->tail)
		return -EAGAIN;
	seq++;
	ring->meta->readers[0].seq = seq;
	ring->meta->readers[0].event = 3 * (seq - 1);
	ring->meta->readers[0].id = seq - 1;
	if (seq == 2 && flaw->meta)
		flaw->meta(ring->meta);

	return 1;
}

static void fill(struct hostile *ring)
{
	u32 i, j;

	memset(ring->meta, 0, PAGE_SIZE);
	for (i = 0; i < SLOTS; i++) {
		struct remote_ring_page *page = ring->pages[i];
		u32 *word = (u32 *)page->data;

		/* What is past the commit would do as a record */
		for (j = 0; j < 1020; j++)
			word[j] = 3;
		for (j = 0; j < 3; j++)
			word[4 * j + 1] = 3 * i + j;
		page->time_stamp = 1000 * i;
		page->commit = COMMIT;

		if (i != 1)
			continue;
		if (flaw->commit)
			page->commit = flaw->commit;
		for (j = 0; j < 2; j++)
			if (flaw->put[j].word || flaw->put[j].index)
				word[flaw->put[j].index] = flaw->put[j].word;
	}
}

static void check(struct hostile *ring)
{
	u64 next = 0, lost = 0;
	const struct remote_ring_event *event;
	u32 id;

	snprintf(test_context, sizeof(test_context), "%s", flaw->what);
	hostile_init(ring, SLOTS, 1, swap);
	fill(ring);
	seq = 0;

	/* The bad one is the newest for a while, and there is one more when all have been read */
	for (u64 tail = 2; tail <= 4; tail++) {
		ring->meta->tail = tail;
		ring->meta->events = 3 * (tail - 1);
		for (;;) {
			event = hostile_peek(ring);
			/* It is dropped once, not each time that somebody looks */
			if (!event)
				event = hostile_peek(ring);
			if (!event)
				break;
			memcpy(&id, event->data, sizeof(id));
			if (id == 3 + flaw->good || (next == 3 + flaw->good && flaw->good < 3)) {
				CHECK_EQ(event->lost, 3 - flaw->good);
				next = 6;
			} else {
				CHECK_EQ(event->lost, 0);
			}
			lost += event->lost;
			CHECK_EQ(id, next);
			next++;
			hostile_consume(ring);
		}
	}
	CHECK_EQ(next, 12);
	CHECK_EQ(ring->reader.read, 9 + flaw->good);
	CHECK_EQ(ring->reader.lost, 3 - flaw->good);
	CHECK_EQ(lost, 3 - flaw->good);
	CHECK_EQ(ring->reader.bad_pages, 1);
	CHECK(remote_ring_reader_empty(&ring->reader));
}

static int endless(struct hostile *ring, u32 indexes __maybe_unused)
{
	ring->meta->readers[0].seq++;
	ring->meta->readers[0].event = ring->reader.next_event;
	ring->meta->readers[0].id = ring->meta->readers[0].seq % SLOTS;

	return 1;
}

static int sync(void *priv, int cpu __maybe_unused, u64 seq __maybe_unused)
{
	struct hostile *ring = priv;

	ring->meta->sync.tail = ring->meta->tail;
	ring->meta->sync.events = ring->meta->events;

	return 0;
}

int main(void)
{
	static const struct flaw none = { "nothing", .good = 3 };
	static struct hostile ring;

	for (u32 i = 0; i < ARRAY_SIZE(flaws); i++) {
		flaw = &flaws[i];
		check(&ring);
	}

	/* A writer that has yet another page, each time it is asked: one call comes to an end */
	flaw = &none;
	hostile_init(&ring, SLOTS, 1, endless);
	fill(&ring);
	ring.meta->tail = ~0ULL;
	ring.meta->events = ~0ULL;
	hostile_discard(&ring, sync);
	CHECK(ring.reader.discarded);
	if (hostile_peek(&ring))
		hostile_consume(&ring);
	for (u32 i = 0; i < SLOTS; i++)
		ring.pages[i]->commit = 0;
	CHECK(!hostile_peek(&ring));

	/* Records that reach to the end of the page, exactly, are none of the above */
	flaw = &none;
	hostile_init(&ring, SLOTS, 1, swap);
	fill(&ring);
	seq = 0;
	ring.meta->tail = 1;
	ring.pages[0]->commit = REMOTE_RING_DATA_SIZE;
	for (u32 i = 0; i < REMOTE_RING_DATA_SIZE / 16; i++) {
		CHECK(hostile_peek(&ring));
		hostile_consume(&ring);
	}
	CHECK(!hostile_peek(&ring));
	CHECK_EQ(ring.reader.bad_pages, 0);

	hostile_free(&ring);
	return 0;
}
