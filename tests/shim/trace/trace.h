/* SPDX-License-Identifier: GPL-2.0 */
/* What of kernel/trace/trace.h the tests of records need; the records are ftrace's own. */
#ifndef _SHIM_TRACE_TRACE_H
#define _SHIM_TRACE_TRACE_H

#include <linux/compiler.h>
#include <linux/types.h>

enum { TRACE_FN = 1, TRACE_STACK = 4, TRACE_BPRINT = 6, TRACE_GRAPH_RET = 10, TRACE_GRAPH_ENT };

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

struct ftrace_graph_ent_entry {
	struct trace_entry	ent;
	struct {
		unsigned long	func;
		int		depth;
	} __packed		graph_ent;
} __packed;

struct ftrace_graph_ret_entry {
	struct trace_entry	ent;
	struct {
		unsigned long	func;
		int		depth;
		unsigned int	overrun;
		unsigned long long calltime;
		unsigned long long rettime;
	} __packed		ret;
	/* Linux 6.12.117 has them, and leaves them as they are */
	unsigned long long	calltime;
	unsigned long long	rettime;
} __packed;

/* The test's */
char trace_find_mark(unsigned long long ns);

bool trace_is_tracepoint_string(const char *text);

#endif /* _SHIM_TRACE_TRACE_H */
