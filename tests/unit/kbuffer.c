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

/* Returns the number of the event after the last one on @page */
static u64 parse(struct kbuffer *kbuf, void *page, u64 id)
{
	const struct remote_ring_page *header = page;
	unsigned long long time;
	void *data;

	CHECK(!kbuffer_load_subbuffer(kbuf, page));
	CHECK_EQ(kbuffer_subbuffer_size(kbuf), header->commit);
	CHECK_EQ(kbuffer_start_of_data(kbuf), 16);
	CHECK_EQ(kbuffer_missed_events(kbuf), 0);
	CHECK_EQ(kbuffer_timestamp(kbuf), written[id].time);

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

int main(void)
{
	struct kbuffer *kbuf = kbuffer_alloc(KBUFFER_LSIZE_8, KBUFFER_ENDIAN_LITTLE);
	u64 seed = 1, now = 12345, id, parsed = 0, pages = 0;
	struct test_ring ring;

	CHECK(kbuf);
	test_ring_start(&ring, 4, false);

	for (id = 0; id < EVENTS; id++) {
		/* Mostly small ones; and the time moves on by little, by more, and by too much */
		u32 nr = test_below(&seed, 16) ? 14 : TEST_NR_SIZES;
		u32 bits = test_below(&seed, 8) ? 14 : 8 + test_below(&seed, 50);

		now += test_random(&seed) >> (64 - bits);
		written[id].time = now;
		written[id].len = test_sizes[test_below(&seed, nr)];
		CHECK(test_write(&ring.writer, now, id, written[id].len));

		/* Never full, and the last page is parsed while it is written */
		if (ring.meta->tail - ring.meta->head == 3 || id == EVENTS - 1) {
			while (remote_ring_writer_swap(&ring.writer, 1) == 1) {
				parsed = parse(kbuf, ring.pages[ring.meta->readers[0].id], parsed);
				pages++;
				if (ring.meta->head == ring.meta->tail && id < EVENTS - 1)
					break;
			}
		}
	}
	CHECK_EQ(parsed, EVENTS);
	CHECK_EQ(pages, ring.meta->tail);
	printf("%llu pages\n", pages);

	kbuffer_free(kbuf);
	test_ring_free(&ring);

	return 0;
}
