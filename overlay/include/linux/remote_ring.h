/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A trace ring-buffer that is written outside the kernel and read inside it.
 *
 * This header is the contract between the two sides. The writer may be more privileged than the
 * kernel (a hypervisor, a firmware), or just somewhere else; all they have in common is memory.
 *
 *	data pages	written by the writer, in ftrace's own sub-buffer format
 *	meta page	written by the writer, one a ring: what the reader must know to find its way
 *
 * A ring is an array of slots, each holding one data page, plus one or more pages that the reader
 * holds. Pages are numbered by two things that must not be mixed up:
 *
 *	id		which page of memory it is; 0 .. nr_slots + nr_readers - 1, fixed when the
 *			ring is loaded
 *	sequence	the how-many-th page of the trace it carries; 1, 2, 3 ... for ever
 *
 * The page of sequence s sits in slot s % nr_slots until the reader takes it or the writer needs
 * the slot for s + nr_slots. Taking it ("swap") leaves a page that the reader held until now in the
 * slot; the reader says which. It may take the very page that is being written (the tail); the
 * writer goes on filling it where it is and the reader follows it by its commit.
 *
 * Every event the writer is asked to record has a number, counting from 0; it is never stored with
 * the event but follows from the number of its page's first event. What the reader does not see of
 * these numbers is lost, whatever the reason, so that "written = read + lost" holds by arithmetic.
 *
 * Formats: the page header is struct buffer_data_page and the record header struct
 * ring_buffer_event of kernel/trace/ring_buffer.c and include/linux/ring_buffer.h, 64-bit, as
 * tracefs describes them in events/header_page and events/header_event.
 */
#ifndef _LINUX_REMOTE_RING_H
#define _LINUX_REMOTE_RING_H

#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>

#include <asm/page.h>

/**
 * struct remote_ring_page - a data page, ftrace's sub-buffer
 * @time_stamp:	nanoseconds; the time the first record's delta adds to
 * @commit:	bytes of @data that hold complete records; stored with release, read with acquire
 * @data:	records, back to back, each a multiple of 4 bytes long
 */
struct remote_ring_page {
	u64	time_stamp;
	u64	commit;
	u8	data[];
};

static_assert(sizeof(struct remote_ring_page) == 16);

#define REMOTE_RING_DATA_SIZE	((u32)(PAGE_SIZE - sizeof(struct remote_ring_page)))

/*
 * The record header: 5 bits of type or length, then 27 bits of nanoseconds since the record before
 * it (enum ring_buffer_type in include/linux/ring_buffer.h). A length counts 4-byte words; where
 * the payload is longer than 112 bytes it is 0 and the next word holds payload and itself in bytes.
 */
#define REMOTE_RING_TYPE_BITS	5
#define REMOTE_RING_TYPE_MASK	((1U << REMOTE_RING_TYPE_BITS) - 1)
#define REMOTE_RING_DELTA_BITS	27
#define REMOTE_RING_DELTA_MASK	((1U << REMOTE_RING_DELTA_BITS) - 1)

#define REMOTE_RING_TYPE_MAX_WORDS	28
#define REMOTE_RING_TYPE_PADDING	29
#define REMOTE_RING_TYPE_TIME_EXTEND	30
#define REMOTE_RING_TYPE_TIME_STAMP	31

#define REMOTE_RING_SMALL_PAYLOAD	(REMOTE_RING_TYPE_MAX_WORDS * 4U)

/* Bytes that a payload of @len bytes takes in a page, headers included */
#define REMOTE_RING_RECORD_SIZE(len)					\
	(((len) <= REMOTE_RING_SMALL_PAYLOAD ? 4U : 8U) + (((u32)(len) + 3U) & ~3U))

/* The longest payload a page can take */
#define REMOTE_RING_MAX_PAYLOAD	(REMOTE_RING_DATA_SIZE - 8U)

/* A ring needs room to write while its oldest page waits for the reader */
#define REMOTE_RING_MIN_SLOTS	2U

/* A swap names the reader's pages by the bits of a word */
#define REMOTE_RING_MAX_READERS	32U

/**
 * struct remote_ring_taken - a page that the reader holds
 * @seq:	its sequence; 0 if the reader has not swapped it yet
 * @event:	number of its first event
 * @id:		its id
 * @entries:	its events if it was complete when the reader got it; 0 if it was the tail
 */
struct remote_ring_taken {
	u64	seq;
	u64	event;
	u32	id;
	u32	entries;
};

static_assert(sizeof(struct remote_ring_taken) == 24);

/**
 * struct remote_ring_meta - what the writer publishes of one ring
 * @tail:		sequence of the page being written; 0 before the first event
 * @head:		sequence of the oldest page still in a slot; @tail + 1 if there is none
 * @overrun:		events overwritten before anybody read them
 * @dropped:		events refused: no room and no overwriting, nested, or too large for a page
 * @events:		events on all pages before @tail, and @dropped
 * @sync:		all of the ring at one time; written when the reader asks for it, and
 *			only then
 * @sync.seq:		the page asked for, or the oldest in a slot if that is newer
 * @sync.tail:		@tail
 * @sync.event:		number of the first event on page @sync.seq, if that is not after the tail
 * @sync.entries:	events on the pages in slots
 * @sync.events:	@events
 * @notice:		a number of the remote's own: it changes when there is something to ask
 * @reserved:		0
 * @busy:		not 0 while the writer's CPU may be between taking a time stamp and
 *			publishing the event, if it has been asked to tell; on a cache line of its
 *			own, for it often changes then
 * @more_reserved:	0
 * @readers:		the pages that the reader holds; written when it swaps them
 *
 * All counters start from 0 when the ring is loaded and never go back. The rest of the page is 0.
 */
struct remote_ring_meta {
	u64	tail;
	u64	head;
	u64	overrun;
	u64	dropped;
	u64	events;
	struct {
		u64	seq;
		u64	tail;
		u64	event;
		u64	entries;
		u64	events;
	} sync;
	u64	notice;
	u64	reserved[5];
	u32	busy;
	u32	more_reserved[15];
	struct remote_ring_taken readers[REMOTE_RING_MAX_READERS];
};

static_assert(offsetof(struct remote_ring_meta, sync) == 40);
static_assert(offsetof(struct remote_ring_meta, busy) == 128);
static_assert(offsetof(struct remote_ring_meta, readers) == 192);
static_assert(sizeof(struct remote_ring_meta) <= 4096);

/**
 * struct remote_ring_slot - one page of a ring as the writer keeps it
 * @page:	before loading, what the writer's side turns into an address (a page frame number);
 *		then that address
 * @event:	number of the first event on the page
 * @entries:	events on the page, once it is complete
 * @id:		which page this is
 *
 * In memory that only the writer can reach; the loading side fills in @page alone.
 */
struct remote_ring_slot {
	u64	page;
	u64	event;
	u32	entries;
	u32	id;
};

static_assert(sizeof(struct remote_ring_slot) == 24);

/*
 * A large ring's slots are more than one allocation can be counted on for: they come in pages. A
 * power of two, so that nothing has to be divided
 */
#define REMOTE_RING_PAGE_SLOTS	((u32)(PAGE_SIZE / 32))

static_assert(REMOTE_RING_PAGE_SLOTS * sizeof(struct remote_ring_slot) <= PAGE_SIZE);

/**
 * remote_ring_find_slot - one of many slots that are kept in pages
 * @slot_pages:	addresses of pages with REMOTE_RING_PAGE_SLOTS slots each, the last with the rest
 * @index:	which slot
 */
static inline struct remote_ring_slot *remote_ring_find_slot(const u64 *slot_pages, u64 index)
{
	struct remote_ring_slot *slots =
		(struct remote_ring_slot *)slot_pages[index / REMOTE_RING_PAGE_SLOTS];

	return &slots[index % REMOTE_RING_PAGE_SLOTS];
}

#endif /* _LINUX_REMOTE_RING_H */
