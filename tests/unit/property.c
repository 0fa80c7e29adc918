// SPDX-License-Identifier: GPL-2.0
/*
 * The ring against a model of it: a list of pages, each a list of events, without any bytes.
 * Random operations are done to both, and after every single one all that can be seen of the ring
 * must be what the model says.
 *
 * Usage: property [SEED [ROUNDS]]. A failure prints what it takes to repeat it.
 */
#include "ring.h"

#define MAX_EVENTS	(REMOTE_RING_DATA_SIZE / 8)
#define DELTA_EXTEND	(1ULL << 27)
#define DELTA_PAGE	(1ULL << 59)

struct model_event {
	u64	id;
	u64	time;
	u32	len;
};

struct model_page {
	u64			first;
	u32			nr;
	struct model_event	event[];
};

static struct model {
	/* The writer */
	struct model_page	*slot[TEST_MAX_SLOTS];
	u32			nr_slots;
	bool			overwrite;
	bool			accepting;
	bool			attached;
	bool			inside;
	bool			reserved;
	u64			head, tail;
	u32			used;
	u64			time;
	u64			counted, dropped, overrun;

	/* The reader */
	struct model_page	*held;
	u64			held_seq;
	u32			pos;
	u64			next, gap;
	u64			read, lost, discarded;
} model;

static struct test_ring ring;
static u64 seed, last_id, now;

static u32 below(u32 n)
{
	return test_below(&seed, n);
}

static struct model_page **model_slot(u64 seq)
{
	return &model.slot[seq % model.nr_slots];
}

static struct model_page *model_tail(void)
{
	return model.held_seq == model.tail ? model.held : *model_slot(model.tail);
}

static void model_give_up_head(void)
{
	free(*model_slot(model.head));
	*model_slot(model.head) = NULL;
	model.head++;
}

static void model_load(u32 nr_slots, bool overwrite)
{
	u32 i;

	for (i = 0; i < TEST_MAX_SLOTS; i++)
		free(model.slot[i]);
	free(model.held);

	model = (struct model) { .nr_slots = nr_slots, .overwrite = overwrite, .head = 1 };
	model.used = REMOTE_RING_DATA_SIZE;
}

/* Returns whether the event is taken; *@event is it then */
static bool model_reserve(u64 time, u32 len, struct model_event **event)
{
	u32 size = (len <= 112 ? 4 : 8) + (len + 3) / 4 * 4;
	u32 extend = 0;

	if (!model.inside)
		return false;
	if (model.reserved)
		goto drop;

	if (time < model.time)
		time = model.time;
	if (time - model.time >= DELTA_EXTEND)
		extend = 8;

	if (time - model.time >= DELTA_PAGE ||
	    model.used + extend + size > REMOTE_RING_DATA_SIZE) {
		struct model_page *page;

		if (model.tail - model.head + 1 == model.nr_slots) {
			model.used = REMOTE_RING_DATA_SIZE;
			if (!model.overwrite)
				goto drop;
			model.overrun += (*model_slot(model.head))->nr;
			model_give_up_head();
		}

		page = calloc(1, sizeof(*page) + MAX_EVENTS * sizeof(page->event[0]));
		CHECK(page);
		page->first = model.counted;
		model.tail++;
		*model_slot(model.tail) = page;
		model.used = 0;
		extend = 0;
	}

	model.used += extend + size;
	model.time = time;
	model.reserved = true;
	*event = &model_tail()->event[model_tail()->nr];
	**event = (struct model_event) { .id = last_id, .time = time, .len = len };

	return true;

drop:
	model.counted++;
	model.dropped++;
	return false;
}

static void model_commit(void)
{
	model_tail()->nr++;
	model.counted++;
	model.reserved = false;
}

static const struct model_event *model_peek(void)
{
	for (;;) {
		if (model.held && model.pos < model.held->nr)
			return &model.held->event[model.pos];
		if (model.head > model.tail)
			return NULL;

		free(model.held);
		model.held = *model_slot(model.head);
		*model_slot(model.head) = NULL;
		model.held_seq = model.head++;
		model.pos = 0;
		model.gap += model.held->first - model.next;
		model.lost += model.held->first - model.next;
		model.next = model.held->first;
	}
}

static void model_consume(void)
{
	model.pos++;
	model.next++;
	model.read++;
	model.gap = 0;
}

static bool read_one(void)
{
	const struct remote_ring_event *event = remote_ring_reader_peek(&ring.reader);
	const struct model_event *expected = model_peek();

	if (!expected) {
		CHECK(!event);
		return false;
	}
	CHECK(event);
	CHECK_EQ(event->time, expected->time);
	CHECK_EQ(event->lost, model.gap);
	CHECK(test_event_is(event, expected->id, expected->len));
	remote_ring_reader_consume(&ring.reader);
	model_consume();

	return true;
}

static void check_state(void)
{
	bool unread = model.held && model.pos < model.held->nr;
	u64 seq, entries = 0;

	CHECK_EQ(remote_ring_reader_empty(&ring.reader), !unread && model.tail <= model.held_seq);
	CHECK_EQ(remote_ring_reader_busy(&ring.reader), model.inside);
	CHECK_EQ(ring.reader.read, model.read);
	CHECK_EQ(ring.reader.lost, model.lost);
	CHECK_EQ(ring.reader.discarded, model.discarded);
	CHECK_EQ(ring.reader.bad_pages, 0);

	CHECK_EQ(ring.meta->tail, model.tail);
	CHECK_EQ(ring.meta->head, model.head);

	seq = model.head + below(model.nr_slots + 1);
	CHECK_EQ(remote_ring_writer_sync(&ring.writer, seq), 0);
	CHECK_EQ(ring.meta->sync.seq, seq);
	CHECK_EQ(ring.meta->sync.event, seq <= model.tail ? (*model_slot(seq))->first : 0);
	CHECK_EQ(remote_ring_writer_sync(&ring.writer, below(2) * (model.head - 1)), 0);
	CHECK_EQ(ring.meta->sync.seq, model.head);
	CHECK_EQ(ring.meta->sync.tail, model.tail);
	for (seq = model.head; seq <= model.tail; seq++)
		entries += (*model_slot(seq))->nr;
	CHECK_EQ(ring.meta->sync.entries, entries);
	CHECK_EQ(ring.meta->overrun, model.overrun);
	CHECK_EQ(ring.meta->dropped, model.dropped);
	CHECK_EQ(ring.meta->events + (model.tail ? model_tail()->nr : 0), model.counted);
	CHECK_EQ(ring.meta->reader.seq, model.held_seq);
	if (model.held)
		CHECK_EQ(ring.meta->reader.event, model.held->first);
	CHECK(ring.meta->reader.id <= model.nr_slots);
}

static u64 later(void)
{
	/* Half of the 64 bits that a time has look like the past from the other half */
	if (now >> 62)
		now = model.time;

	switch (below(64)) {
	case 0:
		return now += DELTA_EXTEND - 1 + below(3);
	case 1:
		return now += test_random(&seed) >> (8 + below(40));
	case 2:
		return now += below(16) ? 0 : DELTA_PAGE - 1 + below(3);
	case 3:
		/* Backwards, this once */
		return now - below(now < 5000 ? now + 1 : 5000);
	case 4:
		/* From now on */
		return now -= now >> (1 + below(32));
	default:
		return now += below(1000);
	}
}

/* One event, with whatever may come between its two halves */
static void write_one(u32 len)
{
	struct remote_ring_record record, inner;
	struct model_event *event, *nested;
	u64 time = later();
	bool ok;

	last_id++;
	ok = test_reserve(&ring.writer, time, len, &record);
	CHECK_EQ(ok, model_reserve(time, len, &event));
	if (!ok)
		return;

	while (!below(16)) {
		if (below(2)) {
			time = later();
			len = test_sizes[below(TEST_NR_SIZES)];
			CHECK(!test_reserve(&ring.writer, time, len, &inner));
			CHECK(!model_reserve(time, len, &nested));
		} else {
			while (read_one())
				;
		}
		check_state();
	}

	test_fill(record.payload, event->id, event->len);
	remote_ring_writer_commit(&ring.writer, record);
	model_commit();
}

static void enter(void)
{
	remote_ring_writer_enter(&ring.writer);
	if (!model.attached)
		model.attached = model.accepting;
	model.inside = model.attached;
}

static void detach(void)
{
	remote_ring_writer_detach(&ring.writer);
	model.inside = false;
	model.attached = false;
	model.used = REMOTE_RING_DATA_SIZE;
}

static void accept(bool accepting)
{
	remote_ring_writer_accept(&ring.writer, accepting);
	model.accepting = accepting;
}

static void load(void)
{
	u32 nr_slots = REMOTE_RING_MIN_SLOTS + below(TEST_MAX_SLOTS - REMOTE_RING_MIN_SLOTS + 1);
	bool overwrite = below(3);

	test_ring_load(&ring, nr_slots, overwrite);
	model_load(nr_slots, overwrite);
	accept(true);
	enter();
}

static void discard(void)
{
	u64 read = model.read, lost = model.lost;

	remote_ring_reader_discard(&ring.reader);
	while (model_peek())
		model_consume();
	model.discarded += model.read - read + model.lost - lost;
	model.read = read;
	model.lost = lost;
	model.gap = 0;
}

static void reset(void)
{
	CHECK_EQ(remote_ring_writer_reset(&ring.writer), 0);
	while (model.head < model.tail)
		model_give_up_head();
}

static void unload(void)
{
	CHECK_EQ(remote_ring_writer_unload(&ring.writer), -EBUSY);
	if (below(2)) {
		accept(false);
		if (model.attached)
			CHECK_EQ(remote_ring_writer_unload(&ring.writer), -EBUSY);
		detach();
	} else {
		detach();
		CHECK_EQ(remote_ring_writer_unload(&ring.writer), -EBUSY);
		accept(false);
	}
	check_state();
	CHECK_EQ(remote_ring_writer_unload(&ring.writer), 0);
	CHECK_EQ(remote_ring_writer_swap(&ring.writer), -ENODEV);
}

static void operation(void)
{
	u32 i, n, len;

	switch (below(32)) {
	case 0 ... 11:
		n = below(8);
		len = test_sizes[below(TEST_NR_SIZES)];
		for (i = 0; i < n; i++)
			write_one(len);
		break;
	case 12 ... 15:
		/* Small ones in great number, to see pages fill to their very end */
		n = below(400);
		for (i = 0; i < n; i++)
			write_one(test_sizes[below(TEST_NR_SIZES / 3)]);
		break;
	case 16 ... 21:
		n = below(20);
		for (i = 0; i < n && read_one(); i++)
			;
		break;
	case 22:
		while (read_one())
			;
		break;
	case 23 ... 24:
		remote_ring_writer_leave(&ring.writer);
		model.inside = false;
		break;
	case 25 ... 26:
		enter();
		break;
	case 27:
		detach();
		break;
	case 28:
		accept(below(4));
		break;
	case 29:
		reset();
		break;
	case 30:
		if (below(2))
			reset();
		discard();
		break;
	case 31:
		/* Mostly, come back to where something happens */
		accept(true);
		enter();
		break;
	}
}

static void play(void)
{
	u32 i, n = 20 + below(100);

	now = test_random(&seed) >> (5 + below(50));
	load();
	for (i = 0; i < n; i++) {
		operation();
		check_state();
	}

	/* Whatever was written has been read, or lost, or discarded, or is counted as lost later */
	while (read_one())
		;
	check_state();
	CHECK_EQ(ring.reader.read + ring.reader.lost + ring.reader.discarded +
		 test_lost_later(&ring), model.counted);
	accept(true);
	unload();
}

int main(int argc, char **argv)
{
	u64 first = test_arg(argc, argv, 1, 1), rounds = test_arg(argc, argv, 2, 2000), round;

	printf("seed %llu, %llu rounds\n", first, rounds);
	for (round = 0; round < rounds; round++) {
		seed = first + round;
		snprintf(test_context, sizeof(test_context), "to repeat: %s %llu 1", argv[0],
			 seed);
		play();
	}

	model_load(REMOTE_RING_MIN_SLOTS, true);
	test_ring_free(&ring);
	return 0;
}
