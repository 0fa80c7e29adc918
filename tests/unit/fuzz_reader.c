// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer's way into the reader: its bytes are a program that scribbles on pages and meta page,
 * reads, discards, and answers when the reader asks for another page.
 *
 * Usage: fuzz_reader [libFuzzer's options] [CORPUS]
 */
#include "hostile.h"

static const u8 *input;
static size_t left;

static u64 take(u32 bytes)
{
	u64 value = 0;

	for (; bytes && left; bytes--, left--)
		value = value << 8 | *input++;

	return value;
}

static u64 number(u64 about)
{
	u8 how = take(1);

	switch (how % 4) {
	case 0:
		return take(8);
	case 1:
		return about + (s8)take(1);
	default:
		return about + how / 4;
	}
}

static int swap(struct hostile *ring, u32 indexes)
{
	struct remote_ring_meta *meta = ring->meta;
	u64 seq = ring->reader.seq, event = ring->reader.next_event;
	u8 how = take(1);
	int nr = 0;

	if (!how)
		return -EAGAIN;
	/* As an honest writer would, unless told otherwise */
	for (; indexes; indexes &= indexes - 1, nr++) {
		struct remote_ring_taken *told = &meta->readers[__builtin_ctz(indexes)];

		told->seq = how & 1 ? seq + 1 : number(seq);
		told->event = how & 2 ? event : number(event);
		told->id = how & 4 ? nr + (how >> 4) : take(4);
		told->entries = how & 16 ? take(1) % 4 : number(0);
		seq = told->seq;
		event = told->event + told->entries;
	}
	if (how & 8)
		meta->tail = number(seq);
	meta->events = how & 128 ? event : number(event);

	return how & 32 ? nr : (s8)take(1);
}

static int sync(void *priv, int cpu __maybe_unused, u64 page)
{
	struct hostile *ring = priv;
	struct remote_ring_meta *meta = ring->meta;
	u8 how = take(1);

	CHECK(ring->swaps++ < ring->max_swaps);
	if (!how)
		return -ENODEV;
	meta->sync.seq = how & 1 ? page : number(page);
	meta->sync.tail = how & 2 ? meta->tail : number(page);
	meta->sync.event = how & 4 ? ring->reader.next_event : number(ring->reader.next_event);
	meta->sync.entries = how;
	meta->sync.events = how & 8 ? meta->events : number(meta->events);
	meta->head = how & 8 ? page : number(page);

	return 0;
}

static void scribble(struct hostile *ring)
{
	struct remote_ring_page *page = ring->pages[take(1) % ring->nr_pages];
	u8 how = take(1);
	u32 words = REMOTE_RING_DATA_SIZE / 4;
	u32 *word = (u32 *)page->data;
	u32 at, n, period;

	switch (how & 3) {
	case 0:
		page->commit = take(how & 4 ? 8 : 2);
		break;
	case 1:
		page->commit = 4 * (take(2) % (words + 1));
		break;
	case 2:
		/* From a word on, some words over and over */
		at = take(2) % words;
		period = 1 + (how >> 2 & 7);
		for (n = 0; n < period && at + n < words; n++)
			word[at + n] = take(4);
		for (; at + n < words; n++)
			word[at + n] = word[at + n - period];
		break;
	case 3:
		at = take(2) % words;
		word[at] = take(how & 4 ? 4 : 1);
		break;
	}
	if (how & 128)
		page->time_stamp = take(8);
}

static void no_change(struct hostile *ring __maybe_unused)
{
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct hostile ring;
	u32 i, n;
	u8 what;

	input = data;
	left = size;
	what = take(1);
	hostile_init(&ring, 2 + what % 3, 1 + what / 3 % 8, swap);
	memset(ring.meta, 0, sizeof(*ring.meta));
	ring.meta->tail = 1;
	for (i = 0; i < ring.nr_pages; i++)
		memset(ring.pages[i], 0, PAGE_SIZE);

	while (left) {
		what = take(1);
		switch (what % 8) {
		case 0 ... 2:
			scribble(&ring);
			break;
		case 3:
			ring.meta->tail = number(ring.reader.seq);
			break;
		case 4:
			hostile_discard(&ring, sync);
			break;
		case 5:
			ring.meta->events = number(ring.reader.next_event);
			remote_ring_reader_empty(&ring.reader);
			remote_ring_reader_busy(&ring.reader);
			break;
		case 6:
			if (what & 8)
				hostile_look(&ring, sync);
			else if (what & 16)
				hostile_take_pages(&ring, take(1), what >> 5);
			else if (what & 32)
				hostile_skip_pages(&ring, take(1), what >> 6);
			else if (what & 64)
				hostile_follow(&ring, sync);
			else if (what & 128)
				hostile_dump(&ring, take(1), no_change);
			else
				hostile_read_page(&ring);
			break;
		default:
			for (n = what / 8; n && hostile_peek(&ring); n--)
				hostile_consume(&ring);
		}
	}

	return 0;
}
