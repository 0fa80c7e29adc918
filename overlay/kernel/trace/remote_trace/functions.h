/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracing a remote's functions: functions.c, and what stands for it where no remote has any.
 */
#ifndef _KERNEL_REMOTE_TRACE_FUNCTIONS_H
#define _KERNEL_REMOTE_TRACE_FUNCTIONS_H

#include <linux/errno.h>
#include <linux/string.h>
#include <linux/types.h>

struct dentry;
struct remote_ring_event;
struct remote_trace;
struct trace_seq;

#ifdef CONFIG_REMOTE_TRACE_FUNCTIONS

int remote_trace_init_functions(struct remote_trace *remote);
int remote_trace_create_functions(struct remote_trace *remote, struct dentry *dir);
const char *remote_trace_tracer(const struct remote_trace *remote);
int remote_trace_set_tracer(struct remote_trace *remote, const char *name);
bool remote_trace_function_print(struct trace_seq *seq, const struct remote_ring_event *event,
				 unsigned int id);

#else

static inline int remote_trace_init_functions(struct remote_trace *remote)
{
	return 0;
}

static inline int remote_trace_create_functions(struct remote_trace *remote, struct dentry *dir)
{
	return 0;
}

/* There is no tracer but events, by the name that ftrace has for that */
static inline const char *remote_trace_tracer(const struct remote_trace *remote)
{
	return "nop";
}

static inline int remote_trace_set_tracer(struct remote_trace *remote, const char *name)
{
	return strcmp(name, "nop") ? -EINVAL : 0;
}

static inline bool remote_trace_function_print(struct trace_seq *seq,
					       const struct remote_ring_event *event,
					       unsigned int id)
{
	return false;
}

#endif /* CONFIG_REMOTE_TRACE_FUNCTIONS */

#endif /* _KERNEL_REMOTE_TRACE_FUNCTIONS_H */
