/* SPDX-License-Identifier: GPL-2.0 */
/* In place of the overlay's: of all that is in there, printf.c needs this one function. */
#ifndef _LINUX_REMOTE_TRACE_H
#define _LINUX_REMOTE_TRACE_H

#include <linux/compiler.h>
#include <linux/types.h>

struct trace_seq;

__printf(2, 3) void remote_trace_printf(struct trace_seq *seq, const char *fmt, ...);

#endif /* _LINUX_REMOTE_TRACE_H */
