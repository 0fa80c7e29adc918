/* SPDX-License-Identifier: GPL-2.0 */
/* What <linux/trace_mmap.h> of 6.12 has, which Debian 12's headers do not. */
#ifndef _PROGS_TRACE_MMAP_H
#define _PROGS_TRACE_MMAP_H

#include <linux/types.h>
#include <sys/ioctl.h>

struct trace_buffer_meta {
	__u32	meta_page_size;
	__u32	meta_struct_len;
	__u32	subbuf_size;
	__u32	nr_subbufs;
	struct {
		__u64	lost_events;
		__u32	id;
		__u32	read;
	} reader;
	__u64	flags;
	__u64	entries;
	__u64	overrun;
	__u64	read;
	__u64	reserved[2];
};

#define TRACE_MMAP_IOCTL_GET_READER	_IO('R', 0x20)

#endif /* _PROGS_TRACE_MMAP_H */
