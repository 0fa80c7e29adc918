/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * More than one page of a mapped trace_pipe_raw at a call: an addition that remotes have to what
 * <linux/trace_mmap.h> says, and other files do not (ENOTTY).
 *
 * The call does what TRACE_MMAP_IOCTL_GET_READER does as often as there are pages and room for
 * them; struct trace_buffer_meta is as after the last. It waits as that does. What differs is that
 * all pages are told, and that they stay as they are until the next call for the same open file,
 * whatever others read. But the last is the reader's page, as after TRACE_MMAP_IOCTL_GET_READER:
 * if it is still being written, the next call begins with the rest of it, and if somebody else
 * reads meanwhile it may be overwritten.
 */
#ifndef _UAPI_LINUX_REMOTE_TRACE_MMAP_H
#define _UAPI_LINUX_REMOTE_TRACE_MMAP_H

#include <linux/ioctl.h>
#include <linux/types.h>

/**
 * struct remote_trace_mapped_page - what has been consumed of a page
 * @lost_events: how many events were lost before it
 * @id:		which page, as trace_buffer_meta::reader.id
 * @begin:	bytes of the page's data before the first of these events: before its own record,
 *		not before one that extends its time. Times count from the beginning of the page,
 *		so who goes through it from there leaves out what ends at @begin or before
 * @end:	bytes of the page's data up to the end of the last; the page itself may say that
 *		there are more
 * @events:	how many events
 */
struct remote_trace_mapped_page {
	__u64	lost_events;
	__u32	id;
	__u32	begin;
	__u32	end;
	__u32	events;
};

/**
 * struct remote_trace_get_pages - the argument of REMOTE_TRACE_IOCTL_GET_PAGES
 * @flags:	0; what a kernel does not know, it refuses (EINVAL)
 * @nr:		how many pages there is room for, at least one; then how many there are
 * @pages:	these, the oldest first
 *
 * 0 pages are no error: there is nothing. After an error @nr and @pages say nothing; what has been
 * consumed and could not be told (EFAULT) is told by the next call.
 */
struct remote_trace_get_pages {
	__u32	flags;
	__u32	nr;
	struct remote_trace_mapped_page pages[];
};

#define REMOTE_TRACE_IOCTL_GET_PAGES	_IOWR('R', 0x30, struct remote_trace_get_pages)

#endif /* _UAPI_LINUX_REMOTE_TRACE_MMAP_H */
