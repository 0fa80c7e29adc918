// SPDX-License-Identifier: GPL-2.0
/*
 * Copies of a remote ring's pages: to look at events without consuming them.
 *
 * A page in a slot may be overwritten while it is copied. Then the copy is thrown away: the writer
 * says that the page is gone before it changes its first byte.
 */
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/remote_ring_reader.h>
#include <linux/string.h>

#include <asm/barrier.h>

/* How often the page to be copied may be overwritten meanwhile before a walk gives up */
#define COPY_TRIES	16

/**
 * remote_ring_copy_page - copy what is committed of a page
 * @buf:	one page, overwritten
 * @page:	the page
 *
 * If @page is in a slot, the caller must see afterwards that it still is, or the copy is none.
 *
 * Context: any.
 * Return: false, and no copy, if the commit makes no sense.
 */
bool remote_ring_copy_page(struct remote_ring_page *buf, const struct remote_ring_page *page)
{
	/* Pairs with the smp_store_release() in remote_ring_writer_commit() */
	u64 commit = smp_load_acquire(&page->commit);

	if (commit > REMOTE_RING_DATA_SIZE || commit % 4)
		return false;

	buf->time_stamp = READ_ONCE(page->time_stamp);
	buf->commit = commit;
	memcpy(buf->data, page->data, commit);

	return true;
}

/**
 * remote_ring_copy_init - begin a walk at the oldest event not consumed
 * @copy:	to be initialised
 * @buf:	memory for one page, the walk's until it ends
 * @reader:	the reader of the ring
 *
 * The walk ends on the page that the writer has begun last.
 *
 * Context: serialised with the consumers of @reader.
 */
void remote_ring_copy_init(struct remote_ring_copy *copy, struct remote_ring_page *buf,
			   const struct remote_ring_reader *reader)
{
	*copy = (struct remote_ring_copy) {
		.walk = {
			.nr_slots = reader->nr_slots,
			.next_event = reader->next_event,
		},
		.buf = buf,
		/* Pairs with the smp_store_release() of the tail in ring_next_page() */
		.end = smp_load_acquire(&reader->meta->tail),
		.discards = reader->discards,
	};

	if (reader->page && remote_ring_copy_page(buf, reader->page)) {
		copy->walk.page = buf;
		copy->walk.pos = reader->pos;
		copy->walk.time = reader->time;
		copy->walk.next = reader->next;
		copy->walk.next_size = reader->next_size;
		if (reader->next_size)
			copy->walk.next.data = (void *)buf +
				(reader->next.data - (void *)reader->page);
	}
	copy->walk.seq = reader->seq;
}

/**
 * remote_ring_copy_forget_lost - have a walk that begins tell only of what is lost from now on
 * @copy:	a walk that has just been initialised
 * @reader:	the reader of the ring
 * @sync:	asks the writer for remote_ring_writer_sync(); returns what that returns
 *
 * Without an answer it tells of all that has been lost since an event was consumed last.
 *
 * Context: serialised with the consumers of @reader; calls @sync.
 */
void remote_ring_copy_forget_lost(struct remote_ring_copy *copy,
				  const struct remote_ring_reader *reader,
				  int (*sync)(void *priv, int cpu, u64 seq))
{
	if (sync(reader->priv, reader->cpu, 0))
		return;
	copy->walk.next.lost = 0;
	copy->oldest = READ_ONCE(reader->meta->sync.event);
}

/**
 * remote_ring_copy_skip_discarded - have a walk forget what the reader has forgotten
 * @copy:	any walk
 * @reader:	the reader of the ring
 *
 * Nothing if the reader has discarded nothing since the walk began or was here last. Otherwise the
 * walk goes on where the reader did then.
 *
 * Context: serialised with the consumers of @reader.
 * Return: false if there was nothing to forget; true if there may be events again.
 */
bool remote_ring_copy_skip_discarded(struct remote_ring_copy *copy,
				     const struct remote_ring_reader *reader)
{
	const struct remote_ring_place *place = &reader->discarded_to;
	struct remote_ring_reader *walk = &copy->walk;

	if (likely(copy->discards == reader->discards))
		return false;
	copy->discards = reader->discards;

	walk->seq = place->seq;
	walk->pos = 0;
	walk->next_size = 0;
	walk->page = NULL;
	if (reader->page && reader->seq == place->seq &&
	    remote_ring_copy_page(copy->buf, reader->page)) {
		walk->page = copy->buf;
		walk->time = copy->buf->time_stamp;
	}
	while (remote_ring_copy_peek(copy) && walk->pos < place->pos)
		remote_ring_reader_consume(walk);
	walk->next.lost = 0;
	walk->next_event = place->event;

	return true;
}

/**
 * remote_ring_copy_next_page - go on to the next page of a walk
 * @copy:	a walk that has no event left, or any if the reader has discarded events
 * @reader:	the reader of the ring
 * @sync:	asks the writer for remote_ring_writer_sync(); returns what that returns
 *
 * What is overwritten before it is copied counts as lost with the next event, and so does what a
 * consumer took meanwhile; but not what was discarded.
 *
 * Context: serialised with the consumers of @reader; calls @sync.
 * Return: false if the walk is at its end; true if there may be events again.
 */
bool remote_ring_copy_next_page(struct remote_ring_copy *copy,
				const struct remote_ring_reader *reader,
				int (*sync)(void *priv, int cpu, u64 seq))
{
	const struct remote_ring_meta *meta = reader->meta;
	struct remote_ring_reader *walk = &copy->walk;
	u32 budget = COPY_TRIES;
	u64 event, seq;
	u32 id;

	if (remote_ring_copy_skip_discarded(copy, reader))
		return true;

	walk->page = NULL;

	while (budget-- && !sync(reader->priv, reader->cpu, walk->seq + 1)) {
		event = READ_ONCE(meta->sync.event);
		seq = READ_ONCE(meta->sync.seq);
		if (seq <= walk->seq || seq > copy->end || seq > READ_ONCE(meta->sync.tail))
			return false;

		id = reader->ids[seq % reader->nr_slots];
		walk->page = remote_ring_copy_page(copy->buf, reader->pages[id]) ? copy->buf :
										   NULL;

		/* Pairs with the smp_wmb() in ring_next_page() */
		smp_rmb();
		if (READ_ONCE(meta->head) > seq) {
			walk->page = NULL;
			continue;
		}

		if (event > walk->next_event) {
			walk->next.lost += event - clamp(copy->oldest, walk->next_event, event);
			walk->next_event = event;
		}
		walk->seq = seq;
		walk->pos = 0;
		walk->time = copy->buf->time_stamp;

		return true;
	}

	return false;
}

/**
 * remote_ring_copy_peek - the next event of a walk
 * @copy:	any walk
 *
 * Context: serialised by the user of @copy.
 * Return: the event, the same until remote_ring_reader_consume() on @copy->walk; NULL if it takes
 * remote_ring_copy_next_page() to go on.
 */
const struct remote_ring_event *remote_ring_copy_peek(struct remote_ring_copy *copy)
{
	return remote_ring_reader_step(&copy->walk) ? &copy->walk.next : NULL;
}
