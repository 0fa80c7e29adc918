/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The writer of a remote ring (include/linux/remote_ring.h has the format).
 *
 * One ring belongs to one CPU, and only code that runs on that CPU and cannot be preempted or
 * interrupted there writes to it. So the path from reserve to commit needs no lock and no atomic
 * operation: one release store publishes the event. All that touches two CPUs is kept out of it:
 *
 *	owner fields	data, time, offset, room, entries: the ring's CPU alone, at any time. Others
 *			may set them only while the ring is detached.
 *	locked fields	everything else, under @lock. The owner takes the lock only to cross into
 *			the next page; a reader takes it to swap. Both hold it for a bounded
 *			handful of instructions.
 *
 * "Attached" means the owner may use the ring's memory without asking. It attaches by itself,
 * under the lock, when it enters, and only it detaches, so a ring found detached under the lock
 * has no writer and cannot get one before the lock is dropped.
 *
 * "Busy" is what a CPU says in the meta page while it may hold a time stamp that it has not
 * published, for those who merge rings while they are filled. To have said so before it reads the
 * clock takes a barrier that is among the dearest there are, so it is said only while somebody asks
 * (remote_ring_writer_tell_busy()), and how that is known is the business of whoever writes. For
 * @busy to be the truth, whoever begins to ask
 *
 *	1. lets it be known,
 *	2. waits until each CPU has been seen outside enter and leave: what it wrote before is
 *	   published by then, and from its next entry on it tells,
 *	3. reads the clock, and then @busy, by remote_ring_reader_busy().
 *
 * Of a CPU that tells, 3. and remote_ring_writer_tell_busy() are either side of what Dekker's
 * algorithm begins with: the one stores @busy and reads the clock, the other reads the clock and
 * then @busy, and each has a barrier in between that waits for what is before it. So if @busy is
 * not seen, the CPU's clock was read after the other's. Of a CPU that does not tell yet, 2. says
 * that it has left; how that is learned orders what it published before what is read in 3. To ask
 * no longer takes nothing but that nobody believes @busy any more: a CPU that has told keeps in
 * mind that it has (@busy of struct remote_ring_writer), and takes it back when it leaves.
 *
 * The build brings <remote_ring_port.h>: remote_ring_lock_t (all zeroes when unlocked),
 * remote_ring_lock(), remote_ring_unlock(), and remote_ring_store_sync(), which returns when every
 * store before it can be seen by all CPUs.
 */
#ifndef _LINUX_REMOTE_RING_WRITER_H
#define _LINUX_REMOTE_RING_WRITER_H

#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/remote_ring.h>

#include <asm/barrier.h>

#include <remote_ring_port.h>

/**
 * struct remote_ring_writer - the writer's private state of one ring
 * @data:	owner: the data of the page being written, the tail
 * @time:	owner: nanoseconds, time of the last event
 * @offset:	owner: bytes of @data in use; REMOTE_RING_DATA_SIZE closes the page
 * @room:	owner: what @offset may grow to; 0 outside enter and leave and between reserve and
 *		commit, so that one comparison catches every case that needs the slow path;
 *		REMOTE_RING_DIVERTED if the next event shall take it in any case
 * @entries:	owner: events in @data
 * @attached:	owner, under @lock: the owner uses the ring's memory
 * @inside:	owner: between enter and leave
 * @busy:	owner: ... and the meta page says so
 * @meta:	shared memory, written only, never read back
 * @lock:	the lock of all that follows
 * @accepting:	the owner may attach
 * @overwrite:	when full, give up the oldest page (true) or the new event (false)
 * @nr_slots:	slots of the ring; 0 if it is not loaded
 * @nr_readers:	pages the reader holds
 * @slot_pages:	private memory: @nr_slots slots, then the reader's pages, kept like slots, for
 *		remote_ring_find_slot()
 * @head:	as published in struct remote_ring_meta
 * @tail:	likewise
 * @stored:	events on the pages that are complete and in a slot
 * @overrun:	as published
 * @dropped:	owner; as published
 * @events:	owner; as published
 */
struct remote_ring_writer {
	u8				*data;
	u64				time;
	unsigned long			offset;
	unsigned long			room;
	u32				entries;
	bool				attached;
	bool				inside;
	bool				busy;

	struct remote_ring_meta		*meta;
	remote_ring_lock_t		lock;
	bool				accepting;
	bool				overwrite;
	u32				nr_slots;
	u32				nr_readers;
	const u64			*slot_pages;
	u64				head;
	u64				tail;
	u64				stored;
	u64				overrun;
	u64				dropped;
	u64				events;
};

/* A room that no record fits, the smallest being 8 bytes, and that is not 0 either */
#define REMOTE_RING_DIVERTED	1UL

/* The owner's fields leave room for others' on a cache line of 64 bytes */
static_assert(offsetof(struct remote_ring_writer, meta) <= 40);

void remote_ring_writer_load(struct remote_ring_writer *ring, struct remote_ring_meta *meta,
			     const u64 *slot_pages, u32 nr_slots, u32 nr_readers, bool overwrite);
int remote_ring_writer_unload(struct remote_ring_writer *ring);
void remote_ring_writer_accept(struct remote_ring_writer *ring, bool accept);
bool remote_ring_writer_attach(struct remote_ring_writer *ring);
void remote_ring_writer_detach(struct remote_ring_writer *ring);
int remote_ring_writer_swap(struct remote_ring_writer *ring, u64 indexes);
int remote_ring_writer_reset(struct remote_ring_writer *ring);
int remote_ring_writer_sync(struct remote_ring_writer *ring, u64 seq);
u64 remote_ring_writer_written(struct remote_ring_writer *ring);
bool remote_ring_writer_make_room(struct remote_ring_writer *ring, u64 *now, u32 size);

/**
 * struct remote_ring_record - an event between reserve and commit
 * @ok:		there is an event; otherwise the rest means nothing
 * @payload:	where the payload goes; 4-byte aligned
 * @data:	the page it is on
 * @end:	bytes of the page in use once the event is committed
 * @room:	to be given back to the ring
 *
 * Passed by value: the compiler keeps it in registers.
 */
struct remote_ring_record {
	bool		ok;
	void		*payload;
	u8		*data;
	unsigned long	end;
	unsigned long	room;
};

/**
 * remote_ring_writer_try_reserve_as - start an event that fits, as far as the caller is concerned
 * @ring:	the ring of the CPU this runs on
 * @now:	nanoseconds
 * @len:	bytes of payload, 1 .. REMOTE_RING_MAX_PAYLOAD, a compile-time constant
 * @advance:	in its upper half REMOTE_RING_RECORD_SIZE(@len), or U32_MAX for an event that shall
 *		not fit. The lower half is the caller's
 *
 * For callers that keep remote_ring_writer_reserve() out of line. It calls nothing, so that the
 * function around it need not save registers. @advance is for those who have more to do with some
 * events, know which, and would pay for asking: the sum is made anyway.
 *
 * Context: the owner, not preemptible.
 * Return: a record that is ok: its payload can be written, and remote_ring_writer_commit() follows;
 * or one that is not: only remote_ring_writer_reserve() can tell, and nothing was counted.
 */
static __always_inline struct remote_ring_record
remote_ring_writer_try_reserve_as(struct remote_ring_writer *ring, u64 now, const u32 len,
				  u64 advance)
{
	const u32 size = REMOTE_RING_RECORD_SIZE(len);
	unsigned long offset = ring->offset;
	unsigned long room = ring->room, end;
	u64 delta = now - ring->time;
	u8 *data = ring->data;
	u32 *word;

	BUILD_BUG_ON(!len || len > REMOTE_RING_MAX_PAYLOAD);

	if (unlikely(delta >> REMOTE_RING_DELTA_BITS))
		return (struct remote_ring_record) { .ok = false };

	end = offset + (advance >> 32);
	if (unlikely(end > room))
		return (struct remote_ring_record) { .ok = false };

	/* An event that is begun before the commit finds no room, and is counted as dropped */
	WRITE_ONCE(ring->room, 0);
	ring->time = now;

	word = (u32 *)(data + offset);
	if (len > REMOTE_RING_SMALL_PAYLOAD) {
		*word++ = (u32)delta << REMOTE_RING_TYPE_BITS;
		*word++ = size - 4;
	} else {
		*word++ = (u32)delta << REMOTE_RING_TYPE_BITS | (size - 4) / 4;
	}

	return (struct remote_ring_record) {
		.ok = true,
		.payload = word,
		.data = data,
		.end = end,
		.room = room,
	};
}

/* remote_ring_writer_try_reserve_as() of an event that is like any other */
static __always_inline struct remote_ring_record
remote_ring_writer_try_reserve(struct remote_ring_writer *ring, u64 now, const u32 len)
{
	return remote_ring_writer_try_reserve_as(ring, now, len,
						 (u64)REMOTE_RING_RECORD_SIZE(len) << 32);
}

/**
 * remote_ring_writer_reserve - start an event
 * @ring:	the ring of the CPU this runs on
 * @now:	nanoseconds; a time before the last event's counts as the last event's
 * @len:	bytes of payload, 1 .. REMOTE_RING_MAX_PAYLOAD, a compile-time constant
 *
 * Context: the owner, not preemptible. Bounded; takes the ring's lock when the page is full.
 * Return: a record that is ok: its payload can be written, and remote_ring_writer_commit() follows;
 * or one that is not: the event is refused, which has been counted unless this is outside enter and
 * leave.
 */
static __always_inline struct remote_ring_record
remote_ring_writer_reserve(struct remote_ring_writer *ring, u64 now, const u32 len)
{
	struct remote_ring_record record = remote_ring_writer_try_reserve(ring, now, len);

	if (likely(record.ok))
		return record;

	if (!remote_ring_writer_make_room(ring, &now, REMOTE_RING_RECORD_SIZE(len)))
		return record;

	return remote_ring_writer_try_reserve(ring, now, len);
}

/**
 * remote_ring_writer_commit - publish the event started by remote_ring_writer_reserve()
 * @ring:	the same ring
 * @record:	what reserve returned; its payload has been written
 *
 * Context: as remote_ring_writer_reserve().
 */
static __always_inline void remote_ring_writer_commit(struct remote_ring_writer *ring,
						      struct remote_ring_record record)
{
	struct remote_ring_page *page;

	page = container_of(record.data, struct remote_ring_page, data[0]);
	ring->offset = record.end;
	WRITE_ONCE(ring->entries, ring->entries + 1);
	/*
	 * Pairs with the smp_load_acquire() in reader_commit(), page_commit() and
	 * remote_ring_copy_page().
	 */
	smp_store_release(&page->commit, record.end);
	WRITE_ONCE(ring->room, record.room);
}

/**
 * remote_ring_writer_enter - from here on this CPU may write events
 * @ring:	the ring of the CPU this runs on
 *
 * Called once where the CPU enters the writer's world, not for every event. It attaches the ring
 * if it has to and may. Events outside enter and leave are refused.
 *
 * Context: the owner, not preemptible, between events. Bounded; takes the ring's lock if it is not
 * attached.
 */
static __always_inline void remote_ring_writer_enter(struct remote_ring_writer *ring)
{
	if (unlikely(!ring->attached) && !remote_ring_writer_attach(ring))
		return;

	ring->inside = true;
	ring->room = REMOTE_RING_DATA_SIZE;
}

/**
 * remote_ring_writer_tell_busy - tell readers that this CPU has entered
 * @ring:	the ring of the CPU this runs on
 *
 * Called after remote_ring_writer_enter() and before the clock is read for an event, each time
 * while a reader asks: one that merges rings, which must know that this CPU may hold a time stamp
 * it has not published yet.
 *
 * Context: the owner, not preemptible, between events. Without having entered it does nothing.
 */
static __always_inline void remote_ring_writer_tell_busy(struct remote_ring_writer *ring)
{
	if (!ring->inside)
		return;

	ring->busy = true;
	WRITE_ONCE(ring->meta->busy, 1);
	/*
	 * Everybody must see @busy before this CPU reads the clock for the events to come, and a
	 * clock is no memory that smp_mb() would order. What keeps the clock from being read early
	 * is its accessor, which must not be speculated. Pairs with the smp_mb() in
	 * remote_ring_reader_busy().
	 */
	remote_ring_store_sync();
}

/**
 * remote_ring_writer_leave - this CPU writes no event until it enters again
 * @ring:	the ring of the CPU this runs on
 *
 * Context: the owner, not preemptible, between events. Leaving without having entered is harmless.
 */
static __always_inline void remote_ring_writer_leave(struct remote_ring_writer *ring)
{
	if (!ring->inside)
		return;

	ring->room = 0;
	ring->inside = false;
	if (unlikely(ring->busy)) {
		ring->busy = false;
		/* Pairs with the smp_load_acquire() in remote_ring_reader_busy() */
		smp_store_release(&ring->meta->busy, 0);
	}
}

/**
 * remote_ring_writer_notice - publish a number that has nothing to do with the ring
 * @ring:	the ring of the CPU this runs on; attached
 * @notice:	the number
 *
 * For a remote that cannot call who reads, and does not want to be asked for ever.
 *
 * Context: the owner.
 */
static inline void remote_ring_writer_notice(struct remote_ring_writer *ring, u64 notice)
{
	WRITE_ONCE(ring->meta->notice, notice);
}

/**
 * remote_ring_writer_divert - have the next event take the slow path
 * @ring:	the ring of the CPU this runs on
 *
 * remote_ring_writer_try_reserve() refuses the next event even if it fits;
 * remote_ring_writer_reserve() takes it as it ever would, and that is the end of the diversion. For
 * callers that have more to do with some events than the path of an event can afford to ask about.
 *
 * Outside enter and leave, and between reserve and commit, it does nothing.
 *
 * Context: the owner, not preemptible.
 */
static __always_inline void remote_ring_writer_divert(struct remote_ring_writer *ring)
{
	if (ring->room)
		ring->room = REMOTE_RING_DIVERTED;
}

#endif /* _LINUX_REMOTE_RING_WRITER_H */
