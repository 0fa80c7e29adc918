// SPDX-License-Identifier: GPL-2.0
/*
 * The ring against a model of it: a list of pages, each a list of events, without any bytes.
 * Random operations are done to both, and after every single one all that can be seen of the ring
 * must be what the model says. The reader has up to as many pages as it may have, and the user
 * keeps those that he has taken for as long as he likes, during which they must not change.
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
	u64			seq;
	u64			first;
	u32			nr;
	struct model_event	event[];
};

static struct model {
	/* The writer */
	struct model_page	*slot[TEST_MAX_SLOTS];
	struct model_page	*tail_page;
	u32			nr_slots;
	bool			overwrite;
	bool			accepting;
	bool			attached;
	bool			inside;
	bool			tells;
	bool			reserved;
	u64			head, tail;
	u32			used;
	u64			time;
	u64			counted, dropped, overrun;

	/* The reader */
	struct {
		struct model_page	*page;
		/* What the writer has said about it */
		u32			entries;
		/* The user has it, and what was on it then */
		bool			taken;
		u8			*copy;
	} held[TEST_MAX_READERS];
	u32			nr_readers;
	u32			index;
	u32			opens;
	bool			open;
	u64			seq;
	u32			pos;
	u64			next, gap;
	u64			read, lost, discarded;
} model;

static struct test_ring ring;
static struct remote_ring_page *buf;
static u64 seed, last_id, now;

static u32 below(u32 n)
{
	return test_below(&seed, n);
}

static struct model_page **model_slot(u64 seq)
{
	return &model.slot[seq % model.nr_slots];
}

static void model_give_up_head(void)
{
	free(*model_slot(model.head));
	*model_slot(model.head) = NULL;
	model.head++;
}

static void model_load(u32 nr_slots, u32 nr_readers, bool overwrite)
{
	u32 i;

	for (i = 0; i < TEST_MAX_SLOTS; i++)
		free(model.slot[i]);
	for (i = 0; i < TEST_MAX_READERS; i++) {
		free(model.held[i].page);
		free(model.held[i].copy);
	}

	model = (struct model) {
		.nr_slots = nr_slots,
		.nr_readers = nr_readers,
		.overwrite = overwrite,
		.head = 1,
	};
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
		page->seq = model.tail;
		*model_slot(model.tail) = page;
		model.tail_page = page;
		model.used = 0;
		extend = 0;
	}

	model.used += extend + size;
	model.time = time;
	model.reserved = true;
	*event = &model.tail_page->event[model.tail_page->nr];
	**event = (struct model_event) { .id = last_id, .time = time, .len = len };

	return true;

drop:
	model.counted++;
	model.dropped++;
	return false;
}

static void model_commit(void)
{
	model.tail_page->nr++;
	model.counted++;
	model.reserved = false;
}

/* Returns how many pages the reader gets */
static u32 model_swap(u32 indexes)
{
	u32 i, nr = 0;

	for (i = 0; i < model.nr_readers; i++) {
		if (!(indexes >> i & 1) || model.head > model.tail)
			continue;
		CHECK(!model.held[i].taken);
		free(model.held[i].page);
		model.held[i].page = *model_slot(model.head);
		model.held[i].entries = model.head < model.tail ? model.held[i].page->nr : 0;
		*model_slot(model.head) = NULL;
		model.head++;
		nr++;
	}

	return nr;
}

static struct model_page *model_page(void)
{
	return model.held[model.index].page;
}

static void model_open(u32 index)
{
	model.index = index;
	model.open = true;
	model.opens++;
	model.seq = model_page()->seq;
	model.pos = 0;
	model.gap += model_page()->first - model.next;
	model.lost += model_page()->first - model.next;
	model.next = model_page()->first;
}

static bool model_unread(void)
{
	return model.open && model.pos < model_page()->nr;
}

static const struct model_event *model_peek(void)
{
	for (;;) {
		if (model_unread())
			return &model_page()->event[model.pos];
		if (!model_swap(1U << model.index))
			return NULL;
		model_open(model.index);
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
	struct remote_ring_event next;
	bool ahead;

	if (!expected) {
		CHECK(!event);
		return false;
	}
	CHECK(event);
	CHECK_EQ(event->time, expected->time);
	CHECK_EQ(event->lost, model.gap);
	CHECK(test_event_is(event, expected->id, expected->len));
	ahead = remote_ring_reader_ahead(&ring.reader, &next);
	remote_ring_reader_consume(&ring.reader);
	model_consume();

	/* What is on the same page can be told before */
	CHECK_EQ(ahead, model_unread());
	if (ahead) {
		expected = model_peek();
		CHECK_EQ(next.time, expected->time);
		CHECK_EQ(next.lost, 0);
		CHECK(test_event_is(&next, expected->id, expected->len));
	}

	return true;
}

static struct remote_ring_page *held_page(u32 index)
{
	return ring.pages[ring.ids[model.nr_slots + index]];
}

/* What the user has taken is as it was when he did */
static void check_taken(u32 index)
{
	CHECK(model.held[index].taken);
	CHECK(!memcmp(held_page(index), model.held[index].copy, PAGE_SIZE));
}

static void check_held(void)
{
	u32 i, nr_pages = model.nr_slots + model.nr_readers;
	u64 seen = 0;

	for (i = 0; i < model.nr_readers; i++) {
		const struct remote_ring_taken *told = &ring.meta->readers[i];
		const struct model_page *page = model.held[i].page;

		CHECK_EQ(told->seq, page ? page->seq : 0);
		CHECK_EQ(told->event, page ? page->first : 0);
		CHECK_EQ(told->entries, model.held[i].entries);
		if (page)
			CHECK_EQ(told->id, ring.ids[model.nr_slots + i]);
	}
	for (; i < REMOTE_RING_MAX_READERS; i++)
		CHECK(!ring.meta->readers[i].seq && !ring.meta->readers[i].id);

	/* Each page is in one place, and both sides know in which */
	for (i = 0; i < nr_pages; i++) {
		CHECK_EQ(test_slot(&ring, i)->id, ring.ids[i]);
		CHECK(test_slot(&ring, i)->page == (u64)ring.pages[ring.ids[i]]);
		seen |= 1ULL << ring.ids[i];
	}
	CHECK_EQ(seen, (1ULL << nr_pages) - 1);

	CHECK_EQ(ring.reader.index, model.index);
	CHECK_EQ(!ring.reader.page, !model.open);
	if (model.open)
		CHECK(ring.reader.page == held_page(model.index));
	i = below(model.nr_readers);
	if (model.held[i].taken)
		check_taken(i);
}

static void check_state(void)
{
	u64 seq, entries = 0;

	CHECK_EQ(remote_ring_reader_empty(&ring.reader),
		 !model_unread() && model.tail <= model.seq);
	CHECK_EQ(remote_ring_reader_busy(&ring.reader), model.inside && model.tells);
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
	CHECK_EQ(ring.meta->sync.events, ring.meta->events);
	for (seq = model.head; seq <= model.tail; seq++)
		entries += (*model_slot(seq))->nr;
	CHECK_EQ(ring.meta->sync.entries, entries);
	CHECK_EQ(ring.meta->overrun, model.overrun);
	CHECK_EQ(ring.meta->dropped, model.dropped);
	CHECK_EQ(ring.meta->events + (model.tail ? model.tail_page->nr : 0), model.counted);
	check_held();
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
	/* One that has a filter never fits, and is not asked for again if it is not wanted */
	if (!below(4)) {
		CHECK(!test_reserve_unfit(&ring.writer, time, len));
		if (below(2))
			return;
	}

	/* Which way an event takes makes no difference */
	if (!below(4))
		remote_ring_writer_divert(&ring.writer);
	ok = test_reserve(&ring.writer, time, len, &record);
	CHECK_EQ(ok, model_reserve(time, len, &event));
	if (!ok)
		return;

	while (!below(16)) {
		if (below(2)) {
			time = later();
			len = test_sizes[below(TEST_NR_SIZES)];
			if (below(2))
				remote_ring_writer_divert(&ring.writer);
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
	bool tell = below(2);

	remote_ring_writer_enter(&ring.writer);
	if (!model.attached)
		model.attached = model.accepting;
	/* Who enters without having left, and does not tell, has told before or not */
	model.tells = tell || (model.inside && model.tells);
	model.inside = model.attached;
	if (tell)
		remote_ring_writer_tell_busy(&ring.writer);
}

static void detach(void)
{
	remote_ring_writer_detach(&ring.writer);
	model.inside = false;
	model.attached = false;
}

static void accept(bool accepting)
{
	remote_ring_writer_accept(&ring.writer, accepting);
	model.accepting = accepting;
}

static void load(void)
{
	u32 nr_slots = REMOTE_RING_MIN_SLOTS + below(TEST_MAX_SLOTS - REMOTE_RING_MIN_SLOTS + 1);
	u32 nr_readers = 1 + below(below(4) ? 4 : TEST_MAX_READERS);
	bool overwrite = below(3);

	test_ring_load(&ring, nr_slots, nr_readers, overwrite);
	model_load(nr_slots, nr_readers, overwrite);
	accept(true);
	enter();
}

static void discard(void)
{
	u64 read = model.read, lost = model.lost;

	u64 dropped;

	CHECK_EQ(remote_ring_reader_discard(&ring.reader, test_ring_sync), 0);
	while (model_peek())
		model_consume();
	/* All is consumed, so what has still to be told was dropped */
	dropped = model.counted - model.next;
	model.next += dropped;
	model.discarded += model.read - read + model.lost - lost + dropped;
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
	CHECK_EQ(remote_ring_writer_swap(&ring.writer, 1), -ENODEV);
}

/* What is left of the model's page is what @walk comes to, and consumed now; returns how much */
static u32 check_events(struct remote_ring_reader *walk)
{
	u32 events = 0;

	for (; model_unread(); model_consume()) {
		const struct model_event *expected = &model_page()->event[model.pos];

		CHECK(remote_ring_reader_step(walk));
		CHECK_EQ(walk->next.time, expected->time);
		CHECK(test_event_is(&walk->next, expected->id, expected->len));
		remote_ring_reader_consume(walk);
		events++;
	}
	CHECK(!remote_ring_reader_step(walk));

	return events;
}

/* What is left of the model's page is on @page, as ftrace would have made it, and consumed now */
static void check_page(const struct remote_ring_page *page)
{
	struct remote_ring_page *whole = (struct remote_ring_page *)page;
	struct remote_ring_reader walk = { .page = whole, .time = page->time_stamp };
	u64 commit = page->commit, lost;
	u32 size = commit & 0x3fffffff;

	CHECK(size && size <= REMOTE_RING_DATA_SIZE);
	CHECK_EQ(page->time_stamp, model_page()->event[model.pos].time);
	if (model.gap && size + sizeof(lost) <= REMOTE_RING_DATA_SIZE) {
		CHECK_EQ(commit, size | 3U << 30);
		memcpy(&lost, page->data + size, sizeof(lost));
		CHECK_EQ(lost, model.gap);
		size += sizeof(lost);
	} else {
		CHECK_EQ(commit, size | (model.gap ? 1U << 31 : 0));
	}
	for (; size < REMOTE_RING_DATA_SIZE; size++)
		CHECK(!page->data[size]);

	whole->commit &= 0x3fffffff;
	check_events(&walk);
	CHECK_EQ(walk.bad_pages, 0);
	whole->commit = commit;
}

static void read_page(void)
{
	u32 i;

	memset(buf, 0xa5, PAGE_SIZE);
	if (!remote_ring_reader_read_page(&ring.reader, buf)) {
		CHECK(!model_peek());
		for (i = 0; i < PAGE_SIZE; i++)
			CHECK_EQ(((u8 *)buf)[i], 0xa5);
		return;
	}
	CHECK(model_peek());
	check_page(buf);
}

/* The pages that the user can spare, or some of them */
static u32 some_spares(void)
{
	u32 i, spares = 0, all = below(2);

	for (i = 0; i < model.nr_readers; i++)
		if (i != model.index && !model.held[i].taken && (all || below(4)))
			spares |= 1U << i;

	return spares;
}

/* The page at hand is the user's from now on */
static void model_give(void)
{
	u32 i = model.index;

	model.open = false;
	model.held[i].taken = true;
	free(model.held[i].copy);
	model.held[i].copy = malloc(PAGE_SIZE);
	CHECK(model.held[i].copy);
	memcpy(model.held[i].copy, held_page(i), PAGE_SIZE);
}

/* The user has got what the model is about to read */
static void check_take(struct remote_ring_page *page)
{
	u32 i = model.index;

	CHECK(page == held_page(i));
	CHECK(model_unread() && !model.pos && model.held[i].entries);
	check_page(page);
	model_give();
}

/* The user has been told of what the model is about to read, which stays where it is */
static void check_skip(const struct remote_ring_skipped *skipped)
{
	struct remote_ring_reader walk = { .page = buf };
	u32 before;

	CHECK_EQ(skipped->index, model.index);
	CHECK_EQ(skipped->lost, model.gap);

	memcpy(buf, held_page(model.index), PAGE_SIZE);
	CHECK(skipped->end <= buf->commit);
	buf->commit = skipped->end;
	walk.time = buf->time_stamp;
	for (before = model.pos; before; before--) {
		CHECK(remote_ring_reader_step(&walk));
		remote_ring_reader_consume(&walk);
	}
	CHECK(remote_ring_reader_step(&walk));
	CHECK_EQ(walk.pos, skipped->begin);

	CHECK_EQ(check_events(&walk), skipped->events);
	CHECK_EQ(walk.pos, skipped->end);
}

static void skip_pages(void)
{
	struct remote_ring_skipped skipped[TEST_MAX_READERS + 1] = {};
	u32 spares = some_spares(), max = below(2) ? below(4) : below(TEST_MAX_READERS + 1);
	u32 left = __builtin_popcount(spares), nr, i = 0, indexes;
	u32 swaps = ring.swaps - model.opens;

	nr = remote_ring_reader_skip_pages(&ring.reader, spares, skipped, max);
	CHECK(nr <= max);
	CHECK(!skipped[nr].events);
	if (!max || !model_peek()) {
		CHECK_EQ(nr, 0);
		return;
	}
	CHECK(nr);
	swaps += model.opens;
	check_skip(&skipped[i++]);

	if (left > max - 1)
		left = max - 1;
	if (left && model.seq < model.tail) {
		CHECK_EQ(ring.swaps, swaps + 1);
		indexes = ring.indexes;
		CHECK(!(indexes & ~spares));
		CHECK_EQ(__builtin_popcount(indexes), left);
		for (left = model_swap(indexes); left; left--, indexes &= indexes - 1) {
			/* All but the last are left alone until the user names them */
			model_give();
			model_open(__builtin_ctz(indexes));
			if (model_unread())
				check_skip(&skipped[i++]);
			else
				CHECK_EQ(left, 1);
		}
	} else {
		/* Who has left a page that may grow would miss what comes there */
		CHECK_EQ(ring.swaps, swaps);
	}
	CHECK_EQ(i, nr);
}

static void take_pages(void)
{
	struct remote_ring_page *pages[TEST_MAX_READERS + 1] = {};
	u32 spares = some_spares(), max = below(2) ? below(4) : below(TEST_MAX_READERS + 1);
	u32 left = __builtin_popcount(spares), swaps, nr, i = 0, places, indexes;

	/* Who has looked at the first event of a page can still take it */
	if (below(2))
		CHECK_EQ(!remote_ring_reader_peek(&ring.reader), !model_peek());
	swaps = ring.swaps;
	if (left > max)
		left = max;
	nr = remote_ring_reader_take_pages(&ring.reader, spares, pages, max);
	CHECK(nr <= left);
	CHECK(!pages[nr]);
	if (!left)
		return;

	places = spares;
	if (model_unread()) {
		/* Only a whole page can be taken, and no other before it */
		if (model.pos || !model.held[model.index].entries) {
			CHECK_EQ(nr, 0);
			CHECK_EQ(ring.swaps, swaps);
			return;
		}
		CHECK(nr);
		check_take(pages[i++]);
		left--;
	} else {
		places |= 1U << model.index;
	}

	/* As many more as there are, at once, each for one that nobody has; and one is left over */
	if (left && model.seq < model.tail) {
		CHECK_EQ(ring.swaps, swaps + 1);
		indexes = ring.indexes;
		CHECK(!(indexes & ~places));
		CHECK_EQ(__builtin_popcount(indexes), left);
		for (left = model_swap(indexes); left; left--, indexes &= indexes - 1) {
			model_open(__builtin_ctz(indexes));
			if (model.seq < model.tail)
				check_take(pages[i++]);
			else
				CHECK_EQ(left, 1);
		}
	} else {
		CHECK_EQ(ring.swaps, swaps);
	}
	CHECK_EQ(i, nr);

	/* Any of them will do to go on with that has not been taken */
	if (!model.open) {
		model.index = ring.reader.index;
		CHECK(places >> model.index & 1 && !model.held[model.index].taken);
	}
}

/* The user is done with a page */
static void drop_page(void)
{
	u32 i = below(model.nr_readers);

	if (model.held[i].taken) {
		check_taken(i);
		/* It is his: he may even write to it */
		memset(held_page(i), 0x5a, below(PAGE_SIZE));
		model.held[i].taken = false;
	}
}

/* What the reader does by itself, done by its user, and for more than one page */
static void swap_some(void)
{
	u32 indexes, i, n;
	int nr;

	while (model_unread())
		CHECK(read_one());
	indexes = some_spares() | (below(4) ? 1U << model.index : 0);
	nr = test_ring_swap(&ring, 0, indexes);
	if (!indexes || model.head > model.tail) {
		CHECK_EQ(nr, indexes ? -EAGAIN : -EINVAL);
		return;
	}
	CHECK_EQ(nr, model_swap(indexes));
	for (; nr; nr--, indexes &= indexes - 1) {
		i = __builtin_ctz(indexes);
		CHECK(remote_ring_reader_open_page(&ring.reader, i));
		model_open(i);
		/* The last may be left for the others to read */
		n = nr == 1 && below(2) ? below(4) : ~0U;
		while (n-- && model_unread())
			CHECK(read_one());
	}
}

static void operation(void)
{
	u32 i, n, len;

	switch (below(48)) {
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
	case 32 ... 34:
		read_page();
		break;
	case 35 ... 36:
		skip_pages();
		break;
	case 37 ... 41:
		take_pages();
		break;
	case 42 ... 45:
		drop_page();
		break;
	case 46 ... 47:
		swap_some();
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
	for (i = 0; i < model.nr_readers; i++)
		if (model.held[i].taken)
			check_taken(i);
	CHECK_EQ(ring.reader.read + ring.reader.lost + ring.reader.discarded +
		 test_lost_later(&ring), model.counted);
	accept(true);
	unload();
}

int main(int argc, char **argv)
{
	u64 first = test_arg(argc, argv, 1, 1), rounds = test_arg(argc, argv, 2, 2000), round;

	buf = test_page();
	printf("seed %llu, %llu rounds\n", first, rounds);
	for (round = 0; round < rounds; round++) {
		seed = first + round;
		snprintf(test_context, sizeof(test_context), "to repeat: %s %llu 1", argv[0],
			 seed);
		play();
	}

	model_load(REMOTE_RING_MIN_SLOTS, 1, true);
	test_page_free(buf);
	test_ring_free(&ring);
	return 0;
}
