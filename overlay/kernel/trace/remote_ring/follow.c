// SPDX-License-Identifier: GPL-2.0
/*
 * A walk through a remote ring that has no end: it goes on with what is written after it began, and
 * like any walk by copies it takes nothing.
 *
 * To look whether a page has grown takes no more than its commit. The writer is asked once a page,
 * so a walk makes no more events of its own than fit where it walks.
 */
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/remote_ring_reader.h>

#include <asm/barrier.h>

/**
 * remote_ring_follow_init - begin a walk behind what there is
 * @copy:	to be initialised
 * @buf:	memory for one page, the walk's until it ends
 * @reader:	the reader of the ring
 * @sync:	asks the writer for remote_ring_writer_sync(); returns what that returns
 *
 * What is written while this runs may be behind it or before it.
 *
 * Context: serialised with the consumers of @reader; may call @sync.
 */
void remote_ring_follow_init(struct remote_ring_copy *copy, struct remote_ring_page *buf,
			     const struct remote_ring_reader *reader,
			     int (*sync)(void *priv, int cpu, u64 seq))
{
	const struct remote_ring_meta *meta = reader->meta;
	struct remote_ring_reader *walk = &copy->walk;
	u64 first = reader->first_event;

	remote_ring_copy_init(copy, buf, reader);

	/* The last page is enough; those before it are there no longer, so to say */
	if (copy->end > walk->seq) {
		walk->seq = copy->end - 1;
		walk->next_size = 0;
		remote_ring_copy_next_page(copy, reader, sync);
		first = walk->next_event;
	}

	while (remote_ring_copy_peek(copy))
		remote_ring_reader_consume(walk);
	walk->next.lost = 0;

	/* As remote_ring_reader_discard() does with what was dropped */
	if (!sync(reader->priv, reader->cpu, 0) && READ_ONCE(meta->sync.tail) == walk->seq) {
		u64 events = READ_ONCE(meta->sync.events);

		walk->next_event += max(events, first) - first;
	}
}

/* Copy the walk's page again; returns false if it has not grown or is gone */
static bool follow_same_page(struct remote_ring_copy *copy, const struct remote_ring_reader *reader)
{
	const struct remote_ring_meta *meta = reader->meta;
	struct remote_ring_reader *walk = &copy->walk;
	const struct remote_ring_page *page;
	u64 seq = walk->seq;

	/* Without a page the walk has not begun, or its page was bad and stays so */
	if (!walk->page)
		return false;

	page = seq == reader->seq ? reader->page :
				    reader->pages[reader->ids[seq % reader->nr_slots]];
	if (!page || READ_ONCE(page->commit) == walk->pos)
		return false;

	if (!remote_ring_copy_page(copy->buf, page)) {
		walk->page = NULL;
		return false;
	}

	/* Is it still the page it was? Pairs with the smp_wmb() in ring_next_page() */
	smp_rmb();
	if (seq != reader->seq && READ_ONCE(meta->head) > seq) {
		walk->page = NULL;
		return false;
	}

	return copy->buf->commit > walk->pos;
}

/* Go on with the consumer's page, from its beginning; nothing of it has been discarded */
static void follow_consumer(struct remote_ring_copy *copy, const struct remote_ring_reader *reader)
{
	struct remote_ring_reader *walk = &copy->walk;
	u64 event = reader->first_event;

	walk->seq = reader->seq;
	walk->pos = 0;
	walk->page = remote_ring_copy_page(copy->buf, reader->page) ? copy->buf : NULL;
	if (!walk->page)
		return;
	walk->time = copy->buf->time_stamp;

	if (event > walk->next_event) {
		walk->next.lost += event - walk->next_event;
		walk->next_event = event;
	}
}

/**
 * remote_ring_follow - go on with a walk that came to its end
 * @copy:	a walk that has no event left, or any if the reader has discarded events
 * @reader:	the reader of the ring
 * @sync:	asks the writer for remote_ring_writer_sync(); returns what that returns
 *
 * What was overwritten before the walk came to it counts as lost with the next event. So does what
 * a consumer took, unless it is still on the page that the consumer reads; but not what was
 * discarded.
 *
 * Context: serialised with the consumers of @reader; may call @sync.
 * Return: false if there is nothing new; true if there may be events again.
 */
bool remote_ring_follow(struct remote_ring_copy *copy, const struct remote_ring_reader *reader,
			int (*sync)(void *priv, int cpu, u64 seq))
{
	u64 tail;

	if (remote_ring_copy_skip_discarded(copy, reader))
		return true;

	/*
	 * Before the page: one that is no longer the tail has its last commit. Pairs with the
	 * smp_store_release() of the tail in ring_next_page().
	 */
	tail = smp_load_acquire(&reader->meta->tail);

	if (follow_same_page(copy, reader))
		return true;

	if (reader->page && reader->seq > copy->walk.seq) {
		follow_consumer(copy, reader);
		return true;
	}

	if (tail <= copy->walk.seq)
		return false;

	copy->end = tail;

	return remote_ring_copy_next_page(copy, reader, sync);
}
