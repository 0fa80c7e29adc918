// SPDX-License-Identifier: GPL-2.0
/*
 * The writer of a remote ring: everything but the path of an event that fits, which is inline in
 * <linux/remote_ring_writer.h>.
 *
 * Freestanding: this runs where the kernel's libraries are not, at EL2 for one, and is built as it
 * stands into userspace tests.
 *
 * Trust: what is in shared memory (data pages, the meta page) is written and never read back. The
 * slots and struct remote_ring_writer are in memory nobody else can write.
 */
#include <linux/errno.h>
#include <linux/nospec.h>
#include <linux/remote_ring_writer.h>

static struct remote_ring_slot *ring_slot(struct remote_ring_writer *ring, u64 seq)
{
	/* A division, but only one or two a page */
	return remote_ring_find_slot(ring->slot_pages, seq % ring->nr_slots);
}

/**
 * remote_ring_writer_load - give a ring its memory
 * @ring:	a ring that is not loaded
 * @meta:	one zeroed shared page; the writer's until the ring is unloaded
 * @slot_pages:	private memory, as are the pages whose addresses are there, for
 *		remote_ring_find_slot() to find @nr_slots + @nr_readers slots in: @page of each
 *		being the address of a shared page, @id its index, the rest 0; the writer's until
 *		the ring is unloaded
 * @nr_slots:	REMOTE_RING_MIN_SLOTS at least
 * @nr_readers:	pages that the reader holds, 1 .. REMOTE_RING_MAX_READERS; at first the last
 *		of the slots
 * @overwrite:	what to do when the ring is full
 *
 * The ring does not accept events yet. The caller has checked every address.
 *
 * Context: any CPU, serialised with unload by the caller. Bounded: nothing is done for each slot.
 */
void remote_ring_writer_load(struct remote_ring_writer *ring, struct remote_ring_meta *meta,
			     const u64 *slot_pages, u32 nr_slots, u32 nr_readers, bool overwrite)
{
	remote_ring_lock(&ring->lock);

	ring->data = NULL;
	ring->time = 0;
	/* A closed page: the first event opens one */
	ring->offset = REMOTE_RING_DATA_SIZE;
	ring->entries = 0;
	ring->meta = meta;

	ring->overwrite = overwrite;
	ring->nr_slots = nr_slots;
	ring->nr_readers = nr_readers;
	ring->slot_pages = slot_pages;
	ring->head = 1;
	ring->tail = 0;
	ring->stored = 0;
	ring->overrun = 0;
	ring->dropped = 0;
	ring->events = 0;

	WRITE_ONCE(meta->head, 1);

	remote_ring_unlock(&ring->lock);
}

/**
 * remote_ring_writer_unload - take a ring's memory away
 * @ring:	any ring
 *
 * Context: any CPU, serialised with load by the caller.
 * Return: 0 and the ring's memory is the caller's again, the pages in another order; -ENODEV if it
 * is not loaded; -EBUSY if its owner has not detached or it still accepts events.
 */
int remote_ring_writer_unload(struct remote_ring_writer *ring)
{
	int ret = 0;

	remote_ring_lock(&ring->lock);
	if (!ring->nr_slots)
		ret = -ENODEV;
	else if (ring->attached || ring->accepting)
		ret = -EBUSY;
	else
		ring->nr_slots = 0;
	remote_ring_unlock(&ring->lock);

	return ret;
}

/**
 * remote_ring_writer_accept - let a ring take events, or not
 * @ring:	any ring; one that is not loaded stays as it is
 * @accept:	if false, an owner that is attached may still write until it detaches; what
 *		events there are is for others to decide
 *
 * Context: any CPU.
 */
void remote_ring_writer_accept(struct remote_ring_writer *ring, bool accept)
{
	remote_ring_lock(&ring->lock);
	ring->accepting = accept && ring->nr_slots;
	remote_ring_unlock(&ring->lock);
}

/**
 * remote_ring_writer_attach - the owner starts using the ring's memory
 * @ring:	the ring of the CPU this runs on
 *
 * Context: the owner; see remote_ring_writer_enter(), its only caller.
 * Return: false if the ring is not accepting events.
 */
bool remote_ring_writer_attach(struct remote_ring_writer *ring)
{
	remote_ring_lock(&ring->lock);
	ring->attached = ring->accepting;
	remote_ring_unlock(&ring->lock);

	return ring->attached;
}

/**
 * remote_ring_writer_detach - the owner stops using the ring's memory
 * @ring:	the ring of the CPU this runs on; or of one that is known not to run
 *
 * The page being written stays as it is, and the owner goes on there when it attaches again, unless
 * the ring has been loaded anew: its fields are either its own or the new ring's. Whoever unloads
 * and loads does so under the lock, which attaching takes, so the owner needs no other barrier to
 * see them. Harmless for a ring that is not attached.
 *
 * Context: the owner, between events.
 */
void remote_ring_writer_detach(struct remote_ring_writer *ring)
{
	remote_ring_writer_leave(ring);

	remote_ring_lock(&ring->lock);
	ring->attached = false;
	remote_ring_unlock(&ring->lock);
}

static void ring_drop_event(struct remote_ring_writer *ring)
{
	WRITE_ONCE(ring->events, ring->events + 1);
	ring->dropped++;
	WRITE_ONCE(ring->meta->events, ring->events);
	WRITE_ONCE(ring->meta->dropped, ring->dropped);
}

/* Complete the tail page and open the next one, giving up the oldest if there is no other */
static bool ring_next_page(struct remote_ring_writer *ring, u64 now)
{
	bool full = ring->tail + 1 == ring->head + ring->nr_slots;
	struct remote_ring_slot *slot;
	struct remote_ring_page *page;

	if (full) {
		/* Leave no room for a smaller event, or what is dropped would not be the newest */
		ring->offset = REMOTE_RING_DATA_SIZE;
		if (!ring->overwrite)
			return false;
	}

	/* If the reader has taken the tail page, its slot holds one that is not in use */
	if (ring->head <= ring->tail) {
		ring_slot(ring, ring->tail)->entries = ring->entries;
		ring->stored += ring->entries;
	}
	WRITE_ONCE(ring->events, ring->events + ring->entries);
	WRITE_ONCE(ring->entries, 0);
	WRITE_ONCE(ring->meta->events, ring->events);

	if (full) {
		ring->stored -= ring_slot(ring, ring->head)->entries;
		ring->overrun += ring_slot(ring, ring->head)->entries;
		WRITE_ONCE(ring->meta->overrun, ring->overrun);
		ring->head++;
		WRITE_ONCE(ring->meta->head, ring->head);
		/*
		 * Who copies the page without having taken it must see that it is gone before it
		 * changes; pairs with the smp_rmb() in remote_ring_copy_next_page() and
		 * follow_same_page().
		 */
		smp_wmb();
	}

	ring->tail++;
	slot = ring_slot(ring, ring->tail);
	slot->event = ring->events;
	slot->entries = 0;

	page = (struct remote_ring_page *)slot->page;
	WRITE_ONCE(page->commit, 0);
	WRITE_ONCE(page->time_stamp, now);
	ring->data = page->data;
	ring->time = now;
	ring->offset = 0;

	/*
	 * Pairs with the smp_load_acquire() of the tail in remote_ring_reader_passed(), and where
	 * remote_ring_copy_init(), remote_ring_follow() and remote_ring_dump_init() look for it.
	 */
	smp_store_release(&ring->meta->tail, ring->tail);

	return true;
}

/* A record of 8 bytes that only moves the time forward; the next record's delta starts from it */
static void ring_extend_time(struct remote_ring_writer *ring, u64 now)
{
	u64 delta = now - ring->time;
	u32 *word = (u32 *)(ring->data + ring->offset);

	word[0] = (u32)delta << REMOTE_RING_TYPE_BITS | REMOTE_RING_TYPE_TIME_EXTEND;
	word[1] = (u32)(delta >> REMOTE_RING_DELTA_BITS);

	ring->time = now;
	ring->offset += 8;
}

/**
 * remote_ring_writer_make_room - make an event fit that does not
 * @ring:	the ring of the CPU this runs on
 * @now:	nanoseconds, time of the event; raised to that of the last event if it is before it
 * @size:	bytes of the record, header included
 *
 * The out of line part of remote_ring_writer_reserve(), its only caller: the page is full, the
 * time since the last event takes more than 27 bits, the event was diverted or must be refused.
 *
 * Context: the owner. Bounded: no loop, and the lock is held for a handful of instructions.
 * Return: true if the event fits now; false if it is refused, and counted if it ought to have
 * been recorded.
 */
bool remote_ring_writer_make_room(struct remote_ring_writer *ring, u64 *now, u32 size)
{
	u64 delta;
	bool ok;

	if (!ring->inside)
		return false;

	if (!ring->room) {
		/* Nested: the event that this one interrupts or is an argument of, comes first */
		ring_drop_event(ring);
		return false;
	}

	/* If the event was diverted: it has arrived */
	ring->room = REMOTE_RING_DATA_SIZE;

	if ((s64)(*now - ring->time) < 0)
		*now = ring->time;
	delta = *now - ring->time;

	/*
	 * 59 bits are all that a time-extend holds. A clock that jumps by 18 years is broken or in
	 * a hostile host's hands; a new page has room for any time.
	 */
	if (!(delta >> REMOTE_RING_DELTA_BITS)) {
		if (ring->offset + size <= ring->room)
			return true;
	} else if (!(delta >> (REMOTE_RING_DELTA_BITS + 32))) {
		if (ring->offset + 8 + size <= ring->room) {
			ring_extend_time(ring, *now);
			return true;
		}
	}

	/* Inside, so attached, so the memory is ours, accepting or not */
	remote_ring_lock(&ring->lock);
	ok = ring_next_page(ring, *now);
	if (!ok)
		ring_drop_event(ring);
	remote_ring_unlock(&ring->lock);

	return ok;
}

/* Give the reader the oldest page, which there is, for its page @index */
static void ring_swap_page(struct remote_ring_writer *ring, u32 index)
{
	struct remote_ring_slot *reader = remote_ring_find_slot(ring->slot_pages,
							       ring->nr_slots + index);
	struct remote_ring_slot *slot = ring_slot(ring, ring->head);
	struct remote_ring_taken *told = &ring->meta->readers[index];
	struct remote_ring_slot taken = *slot;

	*slot = *reader;
	*reader = taken;

	WRITE_ONCE(told->id, taken.id);
	WRITE_ONCE(told->event, taken.event);
	if (ring->head < ring->tail) {
		ring->stored -= taken.entries;
		WRITE_ONCE(told->entries, taken.entries);
	} else {
		WRITE_ONCE(told->entries, 0);
	}
	WRITE_ONCE(told->seq, ring->head);
	ring->head++;
}

/**
 * remote_ring_writer_swap - give the reader the oldest pages for some that it holds
 * @ring:	any ring
 * @indexes:	a bit for each of the pages it gives, 0 .. nr_readers - 1; the oldest page takes the
 *		place of the lowest, and so on
 *
 * What the reader gets is published in the meta page. The last may be the one being written. If it
 * holds that one already it keeps all it has, so what it gives is never the one being written.
 *
 * Context: any CPU. Bounded by REMOTE_RING_MAX_READERS.
 * Return: how many pages were exchanged, 1 at least; -ENODEV if the ring is not loaded; -EINVAL if
 * @indexes names no page or one that there is not; -EAGAIN if there is no page to be had.
 */
int remote_ring_writer_swap(struct remote_ring_writer *ring, u64 indexes)
{
	u32 index;
	int ret;

	remote_ring_lock(&ring->lock);

	if (!ring->nr_slots) {
		ret = -ENODEV;
		goto unlock;
	}

	if (!indexes || indexes >> ring->nr_readers) {
		ret = -EINVAL;
		goto unlock;
	}

	if (ring->head > ring->tail) {
		ret = -EAGAIN;
		goto unlock;
	}

	ret = 0;
	for (index = 0; indexes && ring->head <= ring->tail; index++, indexes >>= 1) {
		if (indexes & 1) {
			/* Whoever speculates past the check of @indexes stays among them */
			ring_swap_page(ring, array_index_nospec(index, ring->nr_readers));
			ret++;
		}
	}
	WRITE_ONCE(ring->meta->head, ring->head);

unlock:
	remote_ring_unlock(&ring->lock);

	return ret;
}

/**
 * remote_ring_writer_reset - give up all pages but the one being written
 * @ring:	any ring
 *
 * The owner is not disturbed: the reader swaps next, gets the page being written and skips what
 * is on it.
 *
 * Context: any CPU. Bounded.
 * Return: 0; -ENODEV if the ring is not loaded.
 */
int remote_ring_writer_reset(struct remote_ring_writer *ring)
{
	int ret = -ENODEV;

	remote_ring_lock(&ring->lock);
	if (ring->nr_slots) {
		if (ring->head < ring->tail) {
			ring->head = ring->tail;
			ring->stored = 0;
			WRITE_ONCE(ring->meta->head, ring->head);
		}
		ret = 0;
	}
	remote_ring_unlock(&ring->lock);

	return ret;
}

/**
 * remote_ring_writer_sync - publish the state of a ring as of one moment
 * @ring:	any ring
 * @seq:	the page whose first event's number is wanted, if it is still there
 *
 * Fills in @sync of the meta page. An event that is being written may be counted or not.
 *
 * Context: any CPU. Bounded.
 * Return: 0; -ENODEV if the ring is not loaded.
 */
int remote_ring_writer_sync(struct remote_ring_writer *ring, u64 seq)
{
	struct remote_ring_meta *meta;
	u64 entries;
	int ret = 0;

	remote_ring_lock(&ring->lock);

	if (!ring->nr_slots) {
		ret = -ENODEV;
		goto unlock;
	}

	if (seq < ring->head)
		seq = ring->head;
	entries = ring->stored;
	if (ring->head <= ring->tail)
		entries += READ_ONCE(ring->entries);

	meta = ring->meta;
	WRITE_ONCE(meta->sync.seq, seq);
	WRITE_ONCE(meta->sync.tail, ring->tail);
	WRITE_ONCE(meta->sync.event, seq <= ring->tail ? ring_slot(ring, seq)->event : 0);
	WRITE_ONCE(meta->sync.entries, entries);
	/* The owner refuses nested events without the lock */
	WRITE_ONCE(meta->sync.events, READ_ONCE(ring->events));

unlock:
	remote_ring_unlock(&ring->lock);

	return ret;
}

/**
 * remote_ring_writer_written - how many events has a ring been asked to record?
 * @ring:	any ring
 *
 * The last of them may have been counted or not, unless its owner asks.
 *
 * Context: any CPU. Bounded.
 * Return: a number that grows by one with each, until the ring is loaded anew.
 */
u64 remote_ring_writer_written(struct remote_ring_writer *ring)
{
	u64 written;

	remote_ring_lock(&ring->lock);
	written = READ_ONCE(ring->events) + READ_ONCE(ring->entries);
	remote_ring_unlock(&ring->lock);

	return written;
}
