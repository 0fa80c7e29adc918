// SPDX-License-Identifier: GPL-2.0
/*
 * What the writer makes is read by a parser that nobody here wrote: libtraceevent's, which is what
 * trace-cmd and KernelShark use on pages from the kernel's own ring-buffer.
 */
#include <kbuffer.h>

#include "ring.h"

#define EVENTS	20000

static struct {
	u64	time;
	u32	len;
} written[EVENTS];

static u64 seed = 1, now = 12345;

static void write_one(struct test_ring *ring, u64 id)
{
	/* Mostly small ones; and the time moves on by little, by more, and by too much */
	u32 nr = test_below(&seed, 16) ? 14 : TEST_NR_SIZES;
	u32 bits = test_below(&seed, 8) ? 14 : 8 + test_below(&seed, 50);

	now += 1 + (test_random(&seed) >> (64 - bits));
	written[id].time = now;
	written[id].len = test_sizes[test_below(&seed, nr)];
	CHECK(test_write(&ring->writer, now, id, written[id].len));
}

/* Returns the number of the event after the last one on @page; @id is that of the page before */
static u64 parse(struct kbuffer *kbuf, void *page, u64 id, u64 *lost)
{
	const struct remote_ring_page *header = page;
	u32 commit = header->commit & 0x3fffffff;
	unsigned long long time;
	u64 missed = 0;
	void *data;

	CHECK(!kbuffer_load_subbuffer(kbuf, page));
	CHECK_EQ(kbuffer_subbuffer_size(kbuf), commit);
	CHECK_EQ(kbuffer_start_of_data(kbuf), 16);

	/* How many events are missing is on the page itself if there is room for that */
	while (id + missed < EVENTS && kbuffer_timestamp(kbuf) != written[id + missed].time)
		missed++;
	CHECK(id + missed < EVENTS);
	if (missed && commit + 8 > REMOTE_RING_DATA_SIZE)
		CHECK_EQ(kbuffer_missed_events(kbuf), -1);
	else
		CHECK_EQ(kbuffer_missed_events(kbuf), missed);
	id += missed;
	*lost += missed;

	for (data = kbuffer_read_event(kbuf, &time); data; id++) {
		struct remote_ring_event event = {
			.data = data,
			.len = kbuffer_event_size(kbuf),
		};

		CHECK(id < EVENTS);
		CHECK_EQ(time, written[id].time);
		CHECK(test_event_is(&event, id, written[id].len));
		data = kbuffer_next_event(kbuf, &time);
	}

	return id;
}

/* Pages as the writer has left them, taken by two and by one */
static void swapped(struct kbuffer *kbuf)
{
	u64 id, parsed = 0, pages = 0, lost = 0;
	struct test_ring ring = {};
	int i, nr;

	test_ring_load(&ring, 4, 2, false);
	remote_ring_writer_accept(&ring.writer, true);
	remote_ring_writer_enter(&ring.writer);

	for (id = 0; id < EVENTS; id++) {
		write_one(&ring, id);

		/* Never full, and the last page is parsed while it is written */
		if (ring.meta->tail - ring.meta->head < 3 && id < EVENTS - 1)
			continue;
		for (;;) {
			nr = remote_ring_writer_swap(&ring.writer, 1 + 2 * test_below(&seed, 2));
			if (nr <= 0)
				break;
			for (i = 0; i < nr; i++)
				parsed = parse(kbuf, ring.pages[ring.meta->readers[i].id], parsed,
					       &lost);
			pages += nr;
			if (ring.meta->tail - ring.meta->head < 2 && id < EVENTS - 1)
				break;
		}
	}
	CHECK_EQ(parsed, EVENTS);
	CHECK_EQ(lost, 0);
	CHECK_EQ(pages, ring.meta->tail);
	printf("%llu pages\n", pages);
	test_ring_free(&ring);
}

/* Pages as the reader passes them on, copied or not, with gaps between them */
static void consumed(struct kbuffer *kbuf)
{
	u64 id, parsed = 0, taken = 0, copied = 0, lost = 0, last = 0;
	struct remote_ring_page *pages[6], *buf = test_page();
	struct remote_ring_reader *reader;
	struct test_ring ring = {};
	u32 i, nr;

	test_ring_load(&ring, 8, ARRAY_SIZE(pages), true);
	remote_ring_writer_accept(&ring.writer, true);
	remote_ring_writer_enter(&ring.writer);
	reader = &ring.reader;

	for (id = 0; id < EVENTS; id++) {
		write_one(&ring, id);
		/* Sometimes for so long that the oldest are gone */
		if (id < EVENTS - 1 && id < last)
			continue;
		last = id + test_below(&seed, test_below(&seed, 4) ? 600 : 3000);

		do {
			if (test_below(&seed, 2))
				remote_ring_reader_peek(reader);
			nr = remote_ring_reader_take_pages(reader, 0x3f & ~(1U << reader->index),
							   pages, ARRAY_SIZE(pages));
			taken += nr;
			if (!nr && remote_ring_reader_read_page(reader, buf)) {
				pages[0] = buf;
				nr = 1;
				copied++;
			}
			for (i = 0; i < nr; i++)
				parsed = parse(kbuf, pages[i], parsed, &lost);
		} while (nr && (id == EVENTS - 1 || test_below(&seed, 4)));
	}
	CHECK_EQ(parsed, EVENTS);
	CHECK_EQ(reader->lost, lost);
	CHECK_EQ(reader->read + lost, EVENTS);
	CHECK_EQ(ring.meta->overrun, lost);
	printf("%llu pages taken, %llu copied, %llu events lost\n", taken, copied, lost);
	CHECK(taken > 10 && copied > 10 && lost);
	test_page_free(buf);
	test_ring_free(&ring);
}

int main(void)
{
	struct kbuffer *kbuf = kbuffer_alloc(KBUFFER_LSIZE_8, KBUFFER_ENDIAN_LITTLE);

	CHECK(kbuf);
	swapped(kbuf);
	consumed(kbuf);
	kbuffer_free(kbuf);

	return 0;
}
