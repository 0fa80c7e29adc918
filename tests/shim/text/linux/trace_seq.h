/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's buffer for text, of any size, on libc's formatted prints. */
#ifndef _SHIM_TEXT_LINUX_TRACE_SEQ_H
#define _SHIM_TEXT_LINUX_TRACE_SEQ_H

#include <stdarg.h>
#include <stdio.h>

#include <linux/seq_buf.h>

struct trace_seq {
	struct seq_buf	seq;
	int		full;
};

/* All of it or nothing, as in the kernel */
static inline void trace_seq_vprintf(struct trace_seq *s, const char *fmt, va_list args)
{
	size_t room = s->seq.len < s->seq.size ? s->seq.size - s->seq.len : 0;
	int len;

	if (s->full)
		return;
	len = vsnprintf(s->seq.buffer + s->seq.len, room, fmt, args);
	if ((size_t)len < room)
		s->seq.len += len;
	else
		s->full = 1;
}

#endif /* _SHIM_TEXT_LINUX_TRACE_SEQ_H */
