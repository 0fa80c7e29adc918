/* SPDX-License-Identifier: GPL-2.0 */
/* What of ftrace's events the tests of records need: nothing is registered, no field is kept. */
#ifndef _SHIM_TRACE_LINUX_TRACE_EVENTS_H
#define _SHIM_TRACE_LINUX_TRACE_EVENTS_H

#include <errno.h>
#include <stdlib.h>

#include <linux/types.h>

enum { FILTER_OTHER };

struct trace_event_class {
	int			fields;
};

struct trace_event_call {
	struct trace_event_class	*class;
	struct {
		int		type;
	}			event;
	const char		*print_fmt;
};

#define INIT_LIST_HEAD(list)		(*(list) = 0)
#define WARN_ON(condition)		((condition) ? abort() : (void)0)
#define sizeof_field(type, member)	sizeof(((type *)NULL)->member)

static inline int trace_define_field(struct trace_event_call *call, const char *type __maybe_unused,
				     const char *name __maybe_unused, int offset __maybe_unused,
				     int size __maybe_unused, int is_signed __maybe_unused,
				     int filter __maybe_unused)
{
	call->class->fields++;

	return 0;
}

#endif /* _SHIM_TRACE_LINUX_TRACE_EVENTS_H */
