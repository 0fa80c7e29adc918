/* SPDX-License-Identifier: GPL-2.0 */
/* What of kernel/trace/trace.h the tests of records need; the records are ftrace's own. */
#ifndef _SHIM_TRACE_TRACE_H
#define _SHIM_TRACE_TRACE_H

#include <linux/compiler.h>
#include <linux/types.h>

enum { TRACE_STACK = 4, TRACE_BPRINT = 6 };

struct trace_entry {
	unsigned short		type;
	unsigned char		flags;
	unsigned char		preempt_count;
	int			pid;
};

struct stack_entry {
	struct trace_entry	ent;
	int			size;
	unsigned long		caller[];
};

struct bprint_entry {
	struct trace_entry	ent;
	unsigned long		ip;
	const char		*fmt;
	u32			buf[];
};

/* The test's */
bool trace_is_tracepoint_string(const char *text);

#endif /* _SHIM_TRACE_TRACE_H */
