// SPDX-License-Identifier: GPL-2.0
/*
 * One event's whole path, as a user of the writer compiles it. Not a program: freestanding.sh looks
 * at what the object needs, build_bug.sh at what LEN may be.
 */
#include <linux/remote_ring_writer.h>

#ifndef LEN
#define LEN	sizeof(u64)
#endif

void emit(struct remote_ring_writer *ring, u64 now, u64 id);

void emit(struct remote_ring_writer *ring, u64 now, u64 id)
{
	struct remote_ring_record record;

	remote_ring_writer_enter(ring);
	record = remote_ring_writer_reserve(ring, now, LEN);
	if (record.ok) {
		*(u32 *)record.payload = id;
		remote_ring_writer_commit(ring, record);
	}
	remote_ring_writer_leave(ring);
}
