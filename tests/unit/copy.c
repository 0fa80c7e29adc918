// SPDX-License-Identifier: GPL-2.0
/*
 * Looking at events without consuming them, reading, taking and skipping whole pages, counting what
 * is there; against an array of all that was written.
 *
 * Usage: copy [SEED [ROUNDS]]
 */
#include "asked.h"

static struct remote_ring_page *buf;
static u64 taken;

static void check_event(const struct remote_ring_event *event, u64 id)
{
	CHECK(id < nr);
	CHECK(!asked[id].dropped);
	CHECK_EQ(event->time, asked[id].time);
	CHECK(test_event_is(event, id, asked[id].len));
}

/* The first event that is still there, from @id on; what is between them has been lost */
static u64 following(u64 id)
{
	while (id < nr && asked[id].dropped)
		id++;

	return id;
}

/* Everything that is there, twice: nothing is consumed by looking */
static u64 look(void)
{
	const struct remote_ring_event *event;
	struct remote_ring_copy copy;
	u64 entries = 0, id, first;

	remote_ring_copy_init(&copy, buf, &ring.reader);
	/* A gap before an event that has not been consumed is told with it once more */
	first = ring.reader.next_event - ring.reader.next.lost;
	for (id = first;;) {
		event = remote_ring_copy_peek(&copy);
		if (!event) {
			if (!remote_ring_copy_next_page(&copy, &ring.reader, test_ring_sync))
				break;
			continue;
		}
		/* What is lost is told, and there is no other gap */
		id += event->lost;
		CHECK_EQ(id, following(id));
		check_event(event, id);
		remote_ring_reader_consume(&copy.walk);
		entries++;
		id++;
	}
	CHECK_EQ(following(id), nr);
	CHECK_EQ(copy.walk.bad_pages, 0);

	return entries;
}

static void count(u64 entries)
{
	struct remote_ring_stats stats;

	CHECK_EQ(test_ring_sync(&ring, 0, 0), 0);
	remote_ring_reader_stats(&ring.reader, &stats);
	CHECK_EQ(stats.entries, entries);
	CHECK_EQ(!stats.oldest, !entries);
	CHECK_EQ(!stats.bytes, !entries);
}

static void read_some(u32 n)
{
	const struct remote_ring_event *event;

	for (; n; n--) {
		event = remote_ring_reader_peek(&ring.reader);
		if (!event)
			break;
		check_event(event, ring.reader.next_event);
		remote_ring_reader_consume(&ring.reader);
	}
}

/* A page as userspace gets it: it begins with an event, and ends with zeroes */
static void check_page(struct remote_ring_page *page, const struct remote_ring_reader *before)
{
	struct remote_ring_reader walk = { .page = page };
	u64 id, next = before->next_event, read = before->read;
	u64 gap = 0, flags, i;
	u32 size;

	flags = page->commit & ~0xfffULL;
	page->commit &= 0xfff;
	size = page->commit;
	CHECK(size);
	gap = ring.reader.lost - before->lost;
	id = next + gap;
	/* It may have been found before, by who then left the page alone */
	gap += before->next.lost;
	walk.time = page->time_stamp;
	for (; remote_ring_reader_walk(&walk); id++) {
		check_event(&walk.next, id);
		remote_ring_reader_consume(&walk);
	}
	CHECK_EQ(walk.pos, size);
	CHECK_EQ(ring.reader.next_event, id);
	CHECK_EQ(ring.reader.read + ring.reader.lost, read + before->lost + id - next);

	if (gap && flags == 3ULL << 30) {
		memcpy(&i, page->data + size, sizeof(i));
		CHECK_EQ(i, gap);
		size += sizeof(i);
	} else if (gap) {
		CHECK_EQ(flags, 1ULL << 31);
		CHECK(size > REMOTE_RING_DATA_SIZE - sizeof(i));
	} else {
		CHECK_EQ(flags, 0);
	}
	for (; size < REMOTE_RING_DATA_SIZE; size++)
		CHECK_EQ(page->data[size], 0);
}

static void read_page(void)
{
	struct remote_ring_reader before = ring.reader;

	memset(buf, 0xa5, PAGE_SIZE);
	if (remote_ring_reader_read_page(&ring.reader, buf))
		check_page(buf, &before);
	else
		CHECK_NOTHING(&ring);
}

/* The same without a copy; it may be that it takes one */
static void take_page(void)
{
	u32 all = (1U << ring.nr_readers) - 1, spares = all & ~(1U << ring.reader.index);
	struct remote_ring_reader before = ring.reader;
	struct remote_ring_page *page;

	if (remote_ring_reader_take_pages(&ring.reader, spares, &page, 1)) {
		check_page(page, &before);
		taken++;
	}
}

static void skip_page(void)
{
	struct remote_ring_reader before = ring.reader;
	struct remote_ring_skipped skipped;
	u64 id;

	if (!remote_ring_reader_skip_pages(&ring.reader, 0, &skipped, 1)) {
		CHECK_NOTHING(&ring);
		return;
	}
	CHECK_EQ(skipped.lost, before.next.lost + ring.reader.lost - before.lost);
	id = before.next_event + ring.reader.lost - before.lost;
	for (; id < ring.reader.next_event; id++)
		CHECK(!asked[id].dropped);
	CHECK_EQ(ring.reader.read + ring.reader.lost + ring.reader.discarded, id);
}

static void play(void)
{
	bool overwrite = test_below(&seed, 2);
	u64 entries;

	test_ring_load(&ring, 2 + test_below(&seed, TEST_MAX_SLOTS - 1),
		       1 + test_below(&seed, 4), overwrite);
	remote_ring_writer_accept(&ring.writer, true);
	remote_ring_writer_enter(&ring.writer);
	now = 1000;
	for (nr = 0; nr < EVENTS;) {
		write_some(test_below(&seed, test_below(&seed, 4) ? 100 : 2000));
		entries = look();
		CHECK_EQ(look(), entries);
		count(entries);
		switch (test_below(&seed, 6)) {
		case 0:
			read_some(test_below(&seed, 1000));
			break;
		case 1:
			read_page();
			break;
		case 2:
			if (!test_below(&seed, 4))
				remote_ring_writer_reset(&ring.writer);
			break;
		case 3:
			take_page();
			break;
		case 4:
			skip_page();
			break;
		}
	}
	do {
		entries = ring.reader.read;
		read_page();
	} while (ring.reader.read != entries);
	CHECK_EQ(look(), 0);
	count(0);
	CHECK_EQ(ring.reader.read + ring.reader.lost + test_lost_later(&ring), nr);
	CHECK_EQ(test_ring_unload(&ring), 0);
}

/* Once, the writer goes on before the page is copied: over it, and beyond what the walk came for */
static int sync_overtaken(void *priv, int cpu, u64 seq)
{
	struct test_ring *fast = priv;
	int ret = test_ring_sync(priv, cpu, seq);

	while (fast->meta->tail < 3)
		CHECK(test_write_id(fast, 1, fast->writer.events + fast->writer.entries));

	return ret;
}

/* A copy of a page that was overwritten meanwhile is not looked at, though there is no other */
static void overtaken(void)
{
	const struct remote_ring_event *event;
	struct remote_ring_copy copy;
	struct test_ring fast;
	u64 id;

	test_ring_start(&fast, 2, true);
	remote_ring_copy_init(&copy, buf, &fast.reader);
	CHECK(test_write_id(&fast, 1, 0));

	CHECK(!remote_ring_follow(&copy, &fast.reader, sync_overtaken));
	CHECK_EQ(fast.meta->head, 2);
	CHECK(!remote_ring_copy_peek(&copy));

	CHECK(remote_ring_follow(&copy, &fast.reader, test_ring_sync));
	event = remote_ring_copy_peek(&copy);
	CHECK(event);
	memcpy(&id, event->data, sizeof(id));
	CHECK_EQ(event->lost, id);
	CHECK_EQ(fast.writer.overrun, id);
	test_ring_free(&fast);
}

int main(int argc, char **argv)
{
	u64 first = test_arg(argc, argv, 1, 1), rounds = test_arg(argc, argv, 2, 50), round;

	buf = test_page();
	for (round = 0; round < rounds; round++) {
		seed = first + round;
		snprintf(test_context, sizeof(test_context), "to repeat: %s %llu 1", argv[0], seed);
		play();
	}
	snprintf(test_context, sizeof(test_context), "overtaken");
	overtaken();

	CHECK(taken > rounds);
	test_page_free(buf);
	test_ring_free(&ring);
	return 0;
}
