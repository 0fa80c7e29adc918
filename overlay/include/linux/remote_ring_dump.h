/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The newest events of a remote ring when nobody can be asked any more: not the writer, which may
 * be dead, and not the consumer, which may have been stopped wherever it was.
 */
#ifndef _LINUX_REMOTE_RING_DUMP_H
#define _LINUX_REMOTE_RING_DUMP_H

#include <linux/remote_ring_reader.h>

/**
 * struct remote_ring_dump - a walk through the newest events of a ring
 * @reader:	the ring's reader; not changed
 * @walk:	reads the page the walk is at, where it lies
 * @first:	sequence of the oldest page in a slot; the reader's page comes before it
 * @last:	sequence of the newest page
 * @seq:	sequence of the page the walk is at
 * @begin:	the first event that is wanted, counting those walked from 0
 * @end:	the last of them, plus 1
 */
struct remote_ring_dump {
	const struct remote_ring_reader	*reader;
	struct remote_ring_reader	walk;
	u64				first;
	u64				last;
	u64				seq;
	u64				begin;
	u64				end;
};

void remote_ring_dump_init(struct remote_ring_dump *dump, const struct remote_ring_reader *reader,
			   u32 nr_events);
const struct remote_ring_event *remote_ring_dump_peek(struct remote_ring_dump *dump);

#endif /* _LINUX_REMOTE_RING_DUMP_H */
