/* SPDX-License-Identifier: GPL-2.0 */
/*
 * In place of kernel/trace/remote_trace/internal.h and merge.h: included first, it keeps these out,
 * and with them the better part of the kernel. A merge is of one ring.
 */
#ifndef _KERNEL_REMOTE_TRACE_INTERNAL_H
#define _KERNEL_REMOTE_TRACE_INTERNAL_H
#define _KERNEL_REMOTE_TRACE_MERGE_H

#include <errno.h>
#include <stdlib.h>

#include <linux/compiler.h>
#include <linux/remote_ring_reader.h>
#include <linux/trace_seq.h>
#include <linux/types.h>

#define __init
#define NSEC_PER_SEC			1000000000L
#define NSEC_PER_USEC			1000L
#define TRACE_MODE_WRITE		0640
#define ARRAY_SIZE(array)		(sizeof(array) / sizeof((array)[0]))
#define offsetofend(type, member)	(offsetof(type, member) + sizeof(((type *)0)->member))
#define struct_size(p, member, nr)	(sizeof(*(p)) + (nr) * sizeof((p)->member[0]))
#define kvfree(p)			free(p)
#define seq_printf(m, fmt, ...)		trace_seq_printf(&(m)->seq, fmt, ##__VA_ARGS__)
#define tracefs_create_file(name, mode, dir, data, fops)	((dir) || true)
#define remote_trace_alloc_array(nr, size)	calloc(nr, size)

#define REMOTE_TRACE_VALUE_RW(_name, _llseek, _write)					\
static const struct file_operations _name ## _fops __maybe_unused = {			\
	_name ## _show, _name ## _store							\
}

struct dentry;

struct file_operations {
	void	(*show)(struct trace_seq *s, void *data);
	int	(*store)(void *data, unsigned long value);
};

struct seq_file {
	struct trace_seq	seq;
};

struct trace_event_call {
	const char		*name;
};

struct remote_trace_event {
	struct trace_event_call	*call;
	void			(*print)(struct trace_seq *seq, struct trace_seq *tmp,
					 const void *entry, u32 len);
	u32			size;
};

struct remote_trace {
	struct remote_trace_tracer	*tracer;
};

struct remote_trace_scope {
	struct remote_trace	*remote;
	int			cpu;
};

struct remote_trace_cpu {
	struct remote_trace_scope	scope;
};

struct remote_trace_cursor {
	struct remote_trace_cpu		*tcpu;
	const struct remote_ring_event	*event;
	struct remote_ring_reader	*walk;
};

struct remote_trace_text {
	struct trace_seq		seq;
	struct trace_seq		tmp;
	struct remote_trace_graph	*graph;
};

struct remote_trace_file { };
struct remote_trace_merge;

/* The test's */
extern unsigned int nr_cpu_ids;
const struct remote_trace_event *remote_trace_find_event(const struct remote_trace *remote,
							 unsigned int id);
void remote_trace_merge_next(struct remote_trace_merge *merge);
void remote_trace_merge_next_pair(struct remote_trace_merge *merge);

static inline const char *trace_event_name(const struct trace_event_call *call)
{
	return call->name;
}

static inline u64 div_u64_rem(u64 value, u32 by, u32 *rest)
{
	*rest = value % by;

	return value / by;
}

#endif /* _KERNEL_REMOTE_TRACE_INTERNAL_H */
