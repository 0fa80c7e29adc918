// SPDX-License-Identifier: GPL-2.0
/*
 * The consuming reader of a remote ring. It follows the writer page by page: walks the page it
 * holds as far as it is committed, and when the writer has moved on, swaps it for the next.
 *
 * <linux/remote_ring_reader.h> says what is trusted and who serialises.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/remote_ring_reader.h>
#include <linux/string.h>

#include <asm/barrier.h>

/**
 * remote_ring_reader_init - start reading a ring that has just been loaded
 * @reader:	to be initialised: all up to @priv is filled in, the rest is zeroes
 *
 * @reader->meta, @reader->pages and @reader->ids must outlive @reader.
 */
void remote_ring_reader_init(struct remote_ring_reader *reader)
{
	u32 i;

	for (i = 0; i < reader->nr_slots + reader->nr_readers; i++)
		reader->ids[i] = i;
}

/* Bytes of records on @page, or more than fit if the page is bad */
static u64 reader_commit(const struct remote_ring_page *page)
{
	/* Pairs with the smp_store_release() in remote_ring_writer_commit() */
	return smp_load_acquire(&page->commit);
}

/**
 * remote_ring_reader_empty - is there nothing to read?
 * @reader:	any reader
 *
 * Asks shared memory only, not the writer. False may mean that an event is about to be published,
 * so that the next peek still finds none.
 *
 * Context: any; need not be serialised with the other functions.
 */
bool remote_ring_reader_empty(const struct remote_ring_reader *reader)
{
	const struct remote_ring_page *page;
	u64 seq;

	/*
	 * Before the page, or a consumer that takes the next page in between would make us compare
	 * its sequence with what is left of the last. Pairs with the smp_store_release() in
	 * remote_ring_reader_open_page().
	 */
	seq = smp_load_acquire(&reader->seq);

	page = READ_ONCE(reader->page);
	if (page && READ_ONCE(reader->pos) < reader_commit(page))
		return false;

	return !remote_ring_reader_passed(reader, seq);
}

/**
 * remote_ring_reader_busy - may the writer hold a time stamp that is not published?
 * @reader:	any reader
 *
 * If false, every event that is published after this call has a time stamp no earlier than what
 * the caller read from the writer's clock before it, and every earlier one has been published. That
 * holds while the writer tells: <linux/remote_ring_writer.h> says how one gets it to. Otherwise it
 * means nothing.
 *
 * Context: any; need not be serialised with the other functions.
 */
bool remote_ring_reader_busy(const struct remote_ring_reader *reader)
{
	/*
	 * Orders the caller's clock read before the load, together with the clock's accessor, which
	 * must order it before later loads as the kernel's do. Pairs with remote_ring_store_sync()
	 * in remote_ring_writer_tell_busy().
	 */
	smp_mb();

	/* Pairs with the smp_store_release() in remote_ring_writer_leave() */
	return smp_load_acquire(&reader->meta->busy);
}

static void reader_drop_page(struct remote_ring_reader *reader)
{
	reader->bad_pages++;
	WRITE_ONCE(reader->page, NULL);
}

/**
 * remote_ring_reader_walk - find the next event on the page being read, up to its commit
 * @reader:	a reader that has a page and no event
 *
 * Whatever the bytes are, @reader->pos only grows and never passes the commit.
 *
 * Return: false at the commit; or if the page is bad, and then @reader has none any more.
 */
bool remote_ring_reader_walk(struct remote_ring_reader *reader)
{
	const struct remote_ring_page *page = reader->page;
	u32 pos = reader->pos;
	u64 commit;

	commit = reader_commit(page);
	if (unlikely(commit > REMOTE_RING_DATA_SIZE || commit % 4))
		goto bad;

	while (pos < commit) {
		const u32 *word = (const u32 *)(page->data + pos);
		u32 header = READ_ONCE(word[0]);
		u32 type = header & REMOTE_RING_TYPE_MASK;
		u32 left = commit - pos;
		u32 words, len;

		if (likely(type && type <= REMOTE_RING_TYPE_MAX_WORDS)) {
			words = 1;
			len = type * 4;
		} else if (unlikely(left < 8)) {
			goto bad;
		} else if (!type) {
			words = 2;
			len = READ_ONCE(word[1]) - 4;
		} else if (likely(type == REMOTE_RING_TYPE_TIME_EXTEND)) {
			reader->time += header >> REMOTE_RING_TYPE_BITS;
			reader->time += (u64)READ_ONCE(word[1]) << REMOTE_RING_DELTA_BITS;
			pos += 8;
			continue;
		} else {
			/* Our writer makes neither padding nor absolute time stamps */
			goto bad;
		}

		if (unlikely(!len || len % 4 || len > left - words * 4))
			goto bad;

		reader->time += header >> REMOTE_RING_TYPE_BITS;
		reader->next_size = words * 4 + len;
		reader->next.data = word + words;
		reader->next.len = len;
		reader->next.time = reader->time;
		break;
	}

	WRITE_ONCE(reader->pos, pos);

	return reader->next_size;

bad:
	reader_drop_page(reader);
	return false;
}

/**
 * remote_ring_reader_open_page - go on with a page that has just been swapped
 * @reader:	a reader that has read all of its page
 * @index:	where the writer has put it
 *
 * Return: false, and @reader has no page, if it is one that the writer cannot have.
 */
bool remote_ring_reader_open_page(struct remote_ring_reader *reader, u32 index)
{
	const struct remote_ring_meta *meta = reader->meta;
	const struct remote_ring_taken *taken = &meta->readers[index];
	u32 *given = &reader->ids[reader->nr_slots + index];
	u64 seq, event;
	u32 id;

	/* The swap ran to its end before it returned, on this CPU: nothing to order here */
	seq = READ_ONCE(taken->seq);
	event = READ_ONCE(taken->event);
	id = READ_ONCE(taken->id);

	/* Numbers that do not lie between the last ones and the writer's own would stick */
	if (unlikely(id >= reader->nr_slots + reader->nr_readers || seq <= reader->seq ||
		     seq > READ_ONCE(meta->tail) || event < reader->next_event ||
		     event > READ_ONCE(meta->events))) {
		reader_drop_page(reader);
		return false;
	}

	/* The writer does not publish which page is where, but every exchange is one of ours */
	reader->ids[seq % reader->nr_slots] = *given;
	*given = id;
	reader->index = index;

	reader->next.lost += event - reader->next_event;
	reader->lost += event - reader->next_event;
	reader->next_event = event;
	reader->first_event = event;
	reader->entries = READ_ONCE(taken->entries);
	WRITE_ONCE(reader->pos, 0);
	WRITE_ONCE(reader->page, reader->pages[id]);
	reader->time = READ_ONCE(reader->page->time_stamp);
	/* Pairs with the smp_load_acquire() in remote_ring_reader_empty() */
	smp_store_release(&reader->seq, seq);

	return true;
}

/* Returns false if the writer has no other page for us */
static bool reader_next_page(struct remote_ring_reader *reader)
{
	return reader->swap_pages(reader->priv, reader->cpu, 1U << reader->index) == 1 &&
	       remote_ring_reader_open_page(reader, reader->index);
}

/**
 * remote_ring_reader_peek - the oldest event that has not been consumed
 * @reader:	any reader
 *
 * Context: serialised by the user; may call @reader->swap_pages.
 * Return: the event, the same until it is consumed; NULL if there is none.
 */
const struct remote_ring_event *remote_ring_reader_peek(struct remote_ring_reader *reader)
{
	u32 budget = reader->nr_slots + 1;

	if (reader->next_size)
		return &reader->next;

	for (;;) {
		/* Before the walk: a page that is no longer the tail has its last commit */
		bool news = remote_ring_reader_passed(reader, reader->seq);

		if (reader->page && remote_ring_reader_walk(reader))
			return &reader->next;

		/* The budget is for a writer that always claims to have another empty page */
		if (!news || !budget-- || !reader_next_page(reader))
			return NULL;
	}
}

/**
 * remote_ring_reader_consume - done with the event that remote_ring_reader_peek() returned
 * @reader:	its reader
 *
 * Context: serialised by the user.
 */
void remote_ring_reader_consume(struct remote_ring_reader *reader)
{
	WRITE_ONCE(reader->pos, reader->pos + reader->next_size);
	reader->next_size = 0;
	reader->next.lost = 0;
	reader->next_event++;
	reader->read++;
	if (reader->entries)
		reader->entries--;
}

/**
 * remote_ring_reader_ahead - look at the event after the one that is next
 * @reader:	a reader that has an event, of the ring or of a copy
 * @event:	filled in on success; valid until the next one is consumed and then as long as that
 *
 * It looks no further than the page being read, up to its commit.
 *
 * Context: serialised by the user.
 * Return: false if there is none, as far as it looks.
 */
bool remote_ring_reader_ahead(const struct remote_ring_reader *reader,
			      struct remote_ring_event *event)
{
	struct remote_ring_reader ahead = *reader;

	if (!ahead.page)
		return false;

	remote_ring_reader_consume(&ahead);
	if (!remote_ring_reader_walk(&ahead))
		return false;
	*event = ahead.next;

	return true;
}

/**
 * remote_ring_reader_discard - forget all events up to now
 * @reader:	any reader; to be quick, let the writer do remote_ring_writer_reset() before
 * @sync:	asks the writer for remote_ring_writer_sync(); returns what that returns
 *
 * What was overwritten or dropped up to now is forgotten, too: it does not count as lost. Events
 * written while this runs may stay. Walks that look at the ring go on behind what is forgotten.
 *
 * Context: serialised by the user; calls @sync and may call @reader->swap_pages.
 * Return: 0, or @sync's error and nothing has changed.
 */
int remote_ring_reader_discard(struct remote_ring_reader *reader,
			       int (*sync)(void *priv, int cpu, u64 seq))
{
	const struct remote_ring_meta *meta = reader->meta;
	u64 read = reader->read, lost = reader->lost;
	u64 end = REMOTE_RING_DATA_SIZE;
	u32 budget = reader->nr_slots + 2;
	u64 seq = reader->seq;
	u64 tail, events;
	int ret;

	ret = sync(reader->priv, reader->cpu, 0);
	if (ret)
		return ret;

	/* Both of one moment */
	tail = READ_ONCE(meta->sync.tail);
	events = READ_ONCE(meta->sync.events);

	while (remote_ring_reader_peek(reader) && reader->seq <= tail) {
		/* Against a writer that always claims to have another page */
		if (reader->seq != seq && !budget--)
			break;
		seq = reader->seq;
		if (seq == tail) {
			/* As much as was committed when we came here, not what follows */
			if (end == REMOTE_RING_DATA_SIZE)
				end = reader_commit(reader->page);
			if (reader->pos >= end)
				break;
		}
		remote_ring_reader_consume(reader);
	}

	reader->discarded += reader->read - read + reader->lost - lost;
	reader->read = read;
	reader->lost = lost;
	reader->next.lost = 0;

	/*
	 * What was dropped since the last page was begun would be found with the next page. A sync
	 * may count a nested event before it is published; those before that one are forgotten.
	 */
	events = min(events, READ_ONCE(meta->events));
	if (reader->seq == tail && events > reader->first_event) {
		reader->discarded += events - reader->first_event;
		reader->next_event += events - reader->first_event;
		reader->first_event = events;
	}

	reader->discarded_to = (struct remote_ring_place) {
		.seq = reader->seq,
		.event = reader->next_event,
		.pos = reader->pos,
	};
	WRITE_ONCE(reader->discards, reader->discards + 1);

	return 0;
}
