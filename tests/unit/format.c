// SPDX-License-Identifier: GPL-2.0
/*
 * Pages and records, byte for byte as ftrace has them. The bytes expected here were worked out by
 * hand from kernel/trace/ring_buffer.c and include/linux/ring_buffer.h, not from our own header.
 */
#include "ring.h"

/* What tracefs says in events/header_page and events/header_event of a 64-bit kernel */
static_assert(offsetof(struct remote_ring_page, time_stamp) == 0);
static_assert(offsetof(struct remote_ring_page, commit) == 8);
static_assert(offsetof(struct remote_ring_page, data) == 16);
static_assert(REMOTE_RING_DATA_SIZE == 4080);
static_assert(REMOTE_RING_TYPE_PADDING == 29);
static_assert(REMOTE_RING_TYPE_TIME_EXTEND == 30);
static_assert(REMOTE_RING_TYPE_TIME_STAMP == 31);

/* BUF_MAX_DATA_SIZE of 6.12 */
static_assert(REMOTE_RING_MAX_PAYLOAD == 4072);

/* The ABI between the writer and the reader, which are not built together */
static_assert(offsetof(struct remote_ring_meta, tail) == 0);
static_assert(offsetof(struct remote_ring_meta, head) == 8);
static_assert(offsetof(struct remote_ring_meta, overrun) == 16);
static_assert(offsetof(struct remote_ring_meta, dropped) == 24);
static_assert(offsetof(struct remote_ring_meta, events) == 32);
static_assert(offsetof(struct remote_ring_meta, sync.seq) == 40);
static_assert(offsetof(struct remote_ring_meta, sync.tail) == 48);
static_assert(offsetof(struct remote_ring_meta, sync.event) == 56);
static_assert(offsetof(struct remote_ring_meta, sync.entries) == 64);
static_assert(offsetof(struct remote_ring_meta, sync.events) == 72);
static_assert(offsetof(struct remote_ring_meta, busy) == 128);
static_assert(offsetof(struct remote_ring_meta, readers[0].seq) == 192);
static_assert(offsetof(struct remote_ring_meta, readers[0].event) == 200);
static_assert(offsetof(struct remote_ring_meta, readers[0].id) == 208);
static_assert(offsetof(struct remote_ring_meta, readers[0].entries) == 212);
static_assert(offsetof(struct remote_ring_meta, readers[31].seq) == 936);

#define START	0x1122334455667788ULL

struct step {
	u64	delta;
	u32	len;
	u32	nr_words;
	u32	word[4];
	u32	padded;
};

static const struct step steps[] = {
	/* The page's time stamp is the first event's; 8 bytes are 2 words */
	{ 0, 8, 1, { 0x00000002 }, 8 },
	/* 5 bytes take 2 words; 5 ns */
	{ 5, 5, 1, { 5 << 5 | 2 }, 8 },
	{ 0, 1, 1, { 1 }, 4 },
	/* The longest short record: 28 words. The longest short delta: 2^27 - 1 */
	{ 0x7ffffff, 112, 1, { 0xfffffffc }, 112 },
	{ 0, 109, 1, { 28 }, 112 },
	/* One byte more: no type, and the second word counts itself and the padded payload */
	{ 1, 113, 2, { 0x20, 116 + 4 }, 116 },
	/* One nanosecond more: a time extend whose low 27 bits are 0, and a record without delta */
	{ 0x8000000, 4, 3, { 30, 1, 1 }, 4 },
	{ 0x8000003, 16, 3, { 3 << 5 | 30, 1, 4 }, 16 },
	{ 0x123456789abULL, 128, 4, { 0xacf1357e, 0x2468, 0, 132 }, 128 },
	/* The longest time extend: 2^59 - 1 */
	{ 0x7ffffffffffffffULL, 8, 3, { 0xfffffffe, 0xffffffff, 2 }, 8 },
};

static void put(u8 **at, u32 word)
{
	(*at)[0] = word;
	(*at)[1] = word >> 8;
	(*at)[2] = word >> 16;
	(*at)[3] = word >> 24;
	*at += 4;
}

int main(void)
{
	u8 expected[4096] = {}, *at = expected + 16;
	const struct remote_ring_event *event;
	struct test_ring ring;
	u64 now = START;
	u32 i, j;

	test_ring_start(&ring, 2, true);

	/* The time stamp, little endian */
	for (i = 0; i < 8; i++)
		expected[i] = START >> (8 * i);

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		const struct step *step = &steps[i];
		const u8 *page = (const u8 *)ring.pages[1];

		now += step->delta;
		CHECK(test_write(&ring.writer, now, i, step->len));
		for (j = 0; j < step->nr_words; j++)
			put(&at, step->word[j]);
		for (j = 0; j < step->len; j++)
			at[j] = test_byte(i, j);
		at += step->padded;

		expected[8] = at - expected - 16;
		expected[9] = (at - expected - 16) >> 8;
		/* The first sequence is 1, and so is its slot */
		for (j = 0; j < 4096; j++)
			if (page[j] != expected[j])
				fprintf(stderr, "step %u, byte %u: %02x, not %02x\n", i, j, page[j],
					expected[j]);
		CHECK(!memcmp(page, expected, 4096));
	}

	/* And the reader reads them as they were written */
	now = START;
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		now += steps[i].delta;
		event = remote_ring_reader_peek(&ring.reader);
		CHECK(event);
		CHECK_EQ(event->time, now);
		CHECK_EQ(event->lost, 0);
		CHECK(test_event_is(event, i, steps[i].len));
		remote_ring_reader_consume(&ring.reader);
	}
	CHECK_NOTHING(&ring);

	test_ring_free(&ring);
	return 0;
}
