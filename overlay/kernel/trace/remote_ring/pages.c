// SPDX-License-Identifier: GPL-2.0
/*
 * A remote ring's pages as a whole: consumed in ftrace's binary form, and counted.
 *
 * The records are passed on as they are. What is checked is what the reader itself goes by: that a
 * page's commit lies on the page, and that it has no more events than the writer has written.
 */
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/remote_ring_reader.h>
#include <linux/sched.h>
#include <linux/string.h>

#include <asm/barrier.h>

/* Bytes of records on the page being read: those of its next event at the least */
static u32 page_commit(const struct remote_ring_reader *reader)
{
	/* Pairs with the smp_store_release() in remote_ring_writer_commit() */
	u64 commit = smp_load_acquire(&reader->page->commit);
	u32 least = reader->pos + reader->next_size;

	/* It was good a moment ago, and an event is good still, so take no more than that */
	if (unlikely(commit > REMOTE_RING_DATA_SIZE || commit % 4 || commit < least))
		return least;

	return commit;
}

/* Walk as far as records are of the most usual form, and fit; returns how many events there are */
static u32 count_short(struct remote_ring_reader *walk, u32 commit)
{
	const struct remote_ring_page *page = walk->page;
	u32 pos = walk->pos, nr = 0;
	u64 time = walk->time;

	while (pos < commit) {
		u32 header = READ_ONCE(*(const u32 *)(page->data + pos));
		u32 type = header & REMOTE_RING_TYPE_MASK;

		if (!type || type > REMOTE_RING_TYPE_MAX_WORDS || 4 + type * 4 > commit - pos)
			break;
		pos += 4 + type * 4;
		time += header >> REMOTE_RING_TYPE_BITS;
		nr++;
	}
	walk->pos = pos;
	walk->time = time;

	return nr;
}

/* Walk to the end of @walk's page; returns how many events there are */
static u64 count_page(struct remote_ring_reader *walk)
{
	u64 nr = 0;

	while (remote_ring_reader_step(walk)) {
		remote_ring_reader_consume(walk);
		nr += 1 + count_short(walk, page_commit(walk));
	}

	return nr;
}

/*
 * Events left on the page being read if the writer has counted them, which it has when the page was
 * complete; otherwise 0
 */
static u32 page_entries(const struct remote_ring_reader *reader)
{
	u64 rest = READ_ONCE(reader->meta->events) - reader->next_event;

	return likely(reader->entries <= rest) ? reader->entries : 0;
}

static void consume_page(struct remote_ring_reader *reader, u32 commit, u64 nr)
{
	WRITE_ONCE(reader->pos, commit);
	reader->next_size = 0;
	reader->next.lost = 0;
	reader->next_event += nr;
	reader->read += nr;
	reader->entries = 0;
}

/* Make what is in @page a page in ftrace's binary form, after @lost events */
static void finish_page(struct remote_ring_page *page, u32 commit, u64 lost)
{
	u64 bits = 0;

	if (commit < REMOTE_RING_DATA_SIZE)
		memset(page->data + commit, 0, REMOTE_RING_DATA_SIZE - commit);
	if (unlikely(lost)) {
		bits = REMOTE_RING_MISSED_EVENTS;
		if (commit + sizeof(lost) <= REMOTE_RING_DATA_SIZE) {
			bits |= REMOTE_RING_MISSED_STORED;
			memcpy(page->data + commit, &lost, sizeof(lost));
		}
	}
	WRITE_ONCE(page->commit, commit | bits);
}

/**
 * remote_ring_reader_read_page - consume what there is of one page, as a page
 * @reader:	any reader
 * @buf:	one page, overwritten
 *
 * What of the page being read has not been consumed, and is committed, is put into @buf in ftrace's
 * binary form, padded with zeroes. Events lost before it are told as ftrace tells them: by bits in
 * the commit, and their number behind the data, if there is room. The records themselves are passed
 * on as they are.
 *
 * Context: serialised by the user; may call @reader->swap_pages.
 * Return: false, and @buf is as it was, if there is nothing to read.
 */
bool remote_ring_reader_read_page(struct remote_ring_reader *reader, struct remote_ring_page *buf)
{
	struct remote_ring_reader walk;
	u32 *first, commit, size;
	u64 nr;

	if (!remote_ring_reader_peek(reader))
		return false;

	commit = page_commit(reader);
	size = commit - reader->pos;
	memcpy(buf->data, reader->page->data + reader->pos, size);

	/* The page begins with its first event, and so does its time */
	buf->time_stamp = reader->next.time;
	first = (u32 *)buf->data;
	*first &= REMOTE_RING_TYPE_MASK;

	nr = page_entries(reader);
	if (!nr) {
		/* The page goes on, and then from the time of the last of these */
		buf->commit = size;
		walk = (struct remote_ring_reader) { .page = buf, .time = buf->time_stamp };
		nr = count_page(&walk);
		reader->time = walk.time;
	}

	finish_page(buf, size, reader->next.lost);
	consume_page(reader, commit, nr);

	return true;
}

/* Take the page being read if it is complete and nothing of it has been consumed */
static __always_inline struct remote_ring_page *take_page(struct remote_ring_reader *reader)
{
	u32 commit, nr = page_entries(reader);
	struct remote_ring_page *page = reader->page;

	if (reader->pos || !nr)
		return NULL;

	commit = page_commit(reader);
	if (unlikely(!commit))
		return NULL;

	finish_page(page, commit, reader->next.lost);
	consume_page(reader, commit, nr);
	WRITE_ONCE(reader->page, NULL);

	return page;
}

/**
 * remote_ring_reader_take_pages - consume pages without copying them
 * @reader:	any reader
 * @spares:	a bit for each of the pages that the reader holds and nobody else uses, but for the
 *		one at @reader->index
 * @pages:	filled in
 * @max:	how many pages are wanted at most
 *
 * Pages are as remote_ring_reader_read_page() would have made them, but the ring's own. Each is the
 * caller's until its place among those that the reader holds is named in @spares.
 *
 * Context: serialised by the user; may call @reader->swap_pages, once.
 * Return: how many pages; 0 if there is no spare, nothing to read, or if only
 * remote_ring_reader_read_page() can tell: what comes next is on a page that is not complete, of
 * which something has been consumed, or that is bad.
 */
u32 remote_ring_reader_take_pages(struct remote_ring_reader *reader, u32 spares,
				  struct remote_ring_page **pages, u32 max)
{
	/* Before the walk: a page that is no longer the tail has its last commit */
	bool news = remote_ring_reader_passed(reader, reader->seq);
	u32 nr = 0, want, indexes;
	int got;

	if (!spares || !max)
		return 0;

	if (remote_ring_reader_step(reader)) {
		pages[0] = take_page(reader);
		if (!pages[0])
			return 0;
		nr = 1;
		reader->index = __ffs(spares);
		spares &= spares - 1;
	}

	indexes = BIT(reader->index);
	/* One is to be left to go on with when all are taken */
	for (want = nr + 1; want < max && spares & (spares - 1); want++) {
		indexes |= spares & -spares;
		spares &= spares - 1;
	}
	if (!spares || !news || nr == max)
		return nr;

	got = reader->swap_pages(reader->priv, reader->cpu, indexes);
	if (got <= 0)
		return nr;

	for (; got && indexes; got--, indexes &= indexes - 1) {
		if (!remote_ring_reader_open_page(reader, __ffs(indexes)))
			continue;
		pages[nr] = take_page(reader);
		if (pages[nr]) {
			nr++;
			continue;
		}
		/* The tail can only be the last */
		if (got == 1)
			return nr;
		reader->bad_pages++;
		WRITE_ONCE(reader->page, NULL);
	}
	reader->index = __ffs(spares);

	return nr;
}

/* Consume what there is of the page being read, which has an event */
static void skip_page(struct remote_ring_reader *reader, struct remote_ring_skipped *skipped)
{
	u32 commit = page_commit(reader);
	/* To clear it would cost more than all that is done for a page that is complete */
	struct remote_ring_reader walk __uninitialized;
	u64 nr = page_entries(reader);

	if (!nr) {
		/* What is bad behind the last good event is left for the next peek to find */
		walk = *reader;
		nr = count_page(&walk);
		commit = walk.pos;
		reader->time = walk.time;
	}

	*skipped = (struct remote_ring_skipped) {
		.lost = reader->next.lost,
		.index = reader->index,
		.begin = reader->pos,
		.end = commit,
		.events = nr,
	};
	consume_page(reader, commit, nr);
}

/**
 * remote_ring_reader_skip_pages - consume what there is of some pages where they are
 * @reader:	any reader
 * @spares:	as of remote_ring_reader_take_pages()
 * @skipped:	filled in
 * @max:	how many pages are wanted at most
 *
 * Nothing is written to a page. The last of them is the page being read from then on, and is the
 * writer's again when the reader goes on; what of it is still to be written is then the first of
 * what comes next. Each of the others is the caller's until its place is named in @spares.
 *
 * Context: serialised by the user; may call @reader->swap_pages.
 * Return: how many; 0 only if there is nothing to read.
 */
u32 remote_ring_reader_skip_pages(struct remote_ring_reader *reader, u32 spares,
				  struct remote_ring_skipped *skipped, u32 max)
{
	u32 nr, want, indexes = 0;
	bool news;
	int got;

	if (!max || !remote_ring_reader_peek(reader))
		return 0;

	/* Before the walk: a page that is no longer the tail has its last commit */
	news = remote_ring_reader_passed(reader, reader->seq);
	skip_page(reader, &skipped[0]);
	nr = 1;

	for (want = nr; want < max && spares; want++) {
		indexes |= spares & -spares;
		spares &= spares - 1;
	}
	if (!news || !indexes)
		return nr;

	got = reader->swap_pages(reader->priv, reader->cpu, indexes);
	/* The tail can only be the last, and may have nothing yet */
	for (; got > 0 && indexes; got--, indexes &= indexes - 1) {
		if (remote_ring_reader_open_page(reader, __ffs(indexes)) &&
		    remote_ring_reader_step(reader))
			skip_page(reader, &skipped[nr++]);
	}

	return nr;
}

/**
 * remote_ring_reader_stats - count what is there to be read
 * @reader:	any reader; remote_ring_writer_sync() has just been done for sequence 0
 * @stats:	filled in
 *
 * Context: serialised with the consumers of @reader; may sleep.
 */
void remote_ring_reader_stats(const struct remote_ring_reader *reader,
			      struct remote_ring_stats *stats)
{
	const struct remote_ring_meta *meta = reader->meta;
	struct remote_ring_reader walk = *reader;
	u64 head = READ_ONCE(meta->sync.seq);
	u64 tail = READ_ONCE(meta->sync.tail);
	u64 seq, nr;

	*stats = (struct remote_ring_stats) {
		.oldest = remote_ring_reader_step(&walk) ? walk.next.time : 0,
	};
	stats->entries = count_page(&walk);
	if (walk.page)
		stats->bytes = walk.pos - reader->pos;

	if (head > tail || tail - head >= reader->nr_slots)
		return;

	stats->entries += READ_ONCE(meta->sync.entries);
	for (seq = head, nr = tail - head + 1; nr; seq++, nr--) {
		const struct remote_ring_page *page;
		u64 commit;

		page = reader->pages[reader->ids[seq % reader->nr_slots]];
		commit = READ_ONCE(page->commit);
		stats->bytes += commit <= REMOTE_RING_DATA_SIZE ? commit : 0;
		if (!stats->oldest)
			stats->oldest = READ_ONCE(page->time_stamp);
		/* There may be a gigabyte of them */
		cond_resched();
	}
}
