/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The consuming reader of a remote ring (include/linux/remote_ring.h has the format).
 *
 * Trust: the writer may be more privileged than the kernel, but the reader believes nothing it
 * finds in the shared pages: ids, commits, lengths and types are checked before they are used, and
 * a page that makes no sense is dropped, counted, and never walked.
 *
 * Locking: a reader has no lock of its own; all functions on one reader are serialised by its
 * user, but for remote_ring_reader_empty() and remote_ring_reader_busy(), which anybody may call
 * while the reader exists.
 */
#ifndef _LINUX_REMOTE_RING_READER_H
#define _LINUX_REMOTE_RING_READER_H

#include <linux/remote_ring.h>

#include <asm/barrier.h>

/**
 * struct remote_ring_event - an event as the reader finds it
 * @time:	nanoseconds on the writer's clock
 * @lost:	events lost since the event read before it
 * @data:	the payload, in the shared page; valid until the event is consumed
 * @len:	bytes of @data, a multiple of 4
 */
struct remote_ring_event {
	u64		time;
	u64		lost;
	const void	*data;
	u32		len;
};

/**
 * struct remote_ring_place - a place in a ring
 * @seq:	sequence of the page
 * @event:	number of the next event
 * @pos:	bytes of the page's data before it
 */
struct remote_ring_place {
	u64	seq;
	u64	event;
	u32	pos;
};

/**
 * struct remote_ring_reader - one ring from the reader's side
 * @meta:	the ring's meta page
 * @pages:	the ring's data pages by id, @nr_slots + @nr_readers of them
 * @ids:	id of the page in each slot, then of each page that the reader holds; as many
 * @nr_slots:	slots of the ring
 * @nr_readers:	pages that the reader holds
 * @cpu:	the CPU that writes the ring
 * @swap_pages:	asks the writer for remote_ring_writer_swap(), with @indexes; returns what that
 *		returns
 * @priv:	for @swap_pages
 * @index:	which of the pages it holds is @page, or is given to the writer next
 * @page:	the page being read, NULL if there is none or it was found bad
 * @entries:	events on @page not consumed, or 0 if they have not been counted
 * @seq:	sequence of the page being read, 0 if there is none yet
 * @pos:	bytes of @page's data that have been walked
 * @time:	nanoseconds, time at @pos
 * @next:	the event at @pos, if @next_size is not 0
 * @next_size:	bytes of @next's record
 * @next_event:	number of the next event that is expected
 * @first_event: number of the first event on the page of sequence @seq. What was dropped after that
 *		page was begun and discarded since counts as if it had come before
 * @read:	events consumed
 * @lost:	events that were not there to be consumed, so far
 * @discarded:	events given up by remote_ring_reader_discard(), neither read nor lost
 * @bad_pages:	pages dropped because of what they held
 * @discards:	how often events have been discarded; may be read at any time
 * @discarded_to: up to where the last time
 */
struct remote_ring_reader {
	const struct remote_ring_meta	*meta;
	struct remote_ring_page		**pages;
	u32				*ids;
	u32				nr_slots;
	u32				nr_readers;
	int				cpu;
	int				(*swap_pages)(void *priv, int cpu, u32 indexes);
	void				*priv;

	u32				index;
	struct remote_ring_page		*page;
	u32				entries;
	u64				seq;
	u32				pos;
	u32				next_size;
	u64				time;
	struct remote_ring_event	next;
	u64				next_event;
	u64				first_event;

	u64				read;
	u64				lost;
	u64				discarded;
	u64				bad_pages;

	u32				discards;
	struct remote_ring_place	discarded_to;
};

/* The page the reader is at, by id */
static inline u32 remote_ring_reader_id(const struct remote_ring_reader *reader)
{
	return reader->ids[reader->nr_slots + reader->index];
}

/* Has the writer begun a page after the one of sequence @seq? Then that one is complete. */
static inline bool remote_ring_reader_passed(const struct remote_ring_reader *reader, u64 seq)
{
	/* Pairs with the smp_store_release() of the tail in ring_next_page() */
	return smp_load_acquire(&reader->meta->tail) > seq;
}

void remote_ring_reader_init(struct remote_ring_reader *reader);
bool remote_ring_reader_empty(const struct remote_ring_reader *reader);
bool remote_ring_reader_busy(const struct remote_ring_reader *reader);
const struct remote_ring_event *remote_ring_reader_peek(struct remote_ring_reader *reader);
void remote_ring_reader_consume(struct remote_ring_reader *reader);
bool remote_ring_reader_ahead(const struct remote_ring_reader *reader,
			      struct remote_ring_event *event);
int remote_ring_reader_discard(struct remote_ring_reader *reader,
			       int (*sync)(void *priv, int cpu, u64 seq));
bool remote_ring_reader_walk(struct remote_ring_reader *reader);
bool remote_ring_reader_open_page(struct remote_ring_reader *reader, u32 index);

/* Is there an event, on the page being read? It is then @reader->next, until it is consumed */
static inline bool remote_ring_reader_step(struct remote_ring_reader *reader)
{
	return reader->next_size || (reader->page && remote_ring_reader_walk(reader));
}

/* Set in a page's commit, in ftrace's binary form: RB_MISSED_EVENTS and RB_MISSED_STORED */
#define REMOTE_RING_MISSED_EVENTS	0x80000000U
#define REMOTE_RING_MISSED_STORED	0x40000000U

/**
 * struct remote_ring_copy - a walk through a ring that takes nothing from it
 * @walk:	reads the copied page
 * @buf:	the copy, one page
 * @end:	sequence of the last page to be copied
 * @oldest:	number of an event: none before it is told as lost
 * @discards:	those that the walk knows of
 */
struct remote_ring_copy {
	struct remote_ring_reader	walk;
	struct remote_ring_page		*buf;
	u64				end;
	u64				oldest;
	u32				discards;
};

/**
 * struct remote_ring_skipped - what has been consumed of a page where it is
 * @lost:	events lost before it
 * @index:	the page, among those that the reader holds
 * @begin:	bytes of the page's data before the record of the first event; times count from the
 *		beginning of the page all the same
 * @end:	bytes of the page's data up to the end of the last
 * @events:	how many events
 */
struct remote_ring_skipped {
	u64	lost;
	u32	index;
	u32	begin;
	u32	end;
	u32	events;
};

/**
 * struct remote_ring_stats - a ring at one time
 * @entries:	events that are there to be read
 * @bytes:	bytes of data that are there to be read, record headers included
 * @oldest:	nanoseconds, time of the oldest of them or of its page; 0 if there is none
 */
struct remote_ring_stats {
	u64	entries;
	u64	bytes;
	u64	oldest;
};

/* copy.c */
bool remote_ring_copy_page(struct remote_ring_page *buf, const struct remote_ring_page *page);
void remote_ring_copy_init(struct remote_ring_copy *copy, struct remote_ring_page *buf,
			   const struct remote_ring_reader *reader);
void remote_ring_copy_forget_lost(struct remote_ring_copy *copy,
				  const struct remote_ring_reader *reader,
				  int (*sync)(void *priv, int cpu, u64 seq));
bool remote_ring_copy_skip_discarded(struct remote_ring_copy *copy,
				     const struct remote_ring_reader *reader);
bool remote_ring_copy_next_page(struct remote_ring_copy *copy,
				const struct remote_ring_reader *reader,
				int (*sync)(void *priv, int cpu, u64 seq));
const struct remote_ring_event *remote_ring_copy_peek(struct remote_ring_copy *copy);

/* pages.c */
bool remote_ring_reader_read_page(struct remote_ring_reader *reader, struct remote_ring_page *buf);
u32 remote_ring_reader_take_pages(struct remote_ring_reader *reader, u32 spares,
				  struct remote_ring_page **pages, u32 max);
u32 remote_ring_reader_skip_pages(struct remote_ring_reader *reader, u32 spares,
				  struct remote_ring_skipped *skipped, u32 max);
void remote_ring_reader_stats(const struct remote_ring_reader *reader,
			      struct remote_ring_stats *stats);

/* follow.c */
void remote_ring_follow_init(struct remote_ring_copy *copy, struct remote_ring_page *buf,
			     const struct remote_ring_reader *reader,
			     int (*sync)(void *priv, int cpu, u64 seq));
bool remote_ring_follow(struct remote_ring_copy *copy, const struct remote_ring_reader *reader,
			int (*sync)(void *priv, int cpu, u64 seq));

#endif /* _LINUX_REMOTE_RING_READER_H */
