/* SPDX-License-Identifier: GPL-2.0 */
/*
 * In place of kernel/trace/remote_trace/internal.h: included first, it keeps that out, and with it
 * the better part of the kernel.
 */
#ifndef _KERNEL_REMOTE_TRACE_INTERNAL_H
#define _KERNEL_REMOTE_TRACE_INTERNAL_H

#include <linux/compiler.h>
#include <linux/remote_ring_reader.h>
#include <linux/remote_trace.h>
#include <linux/trace_seq.h>

struct remote_trace {
	const struct remote_trace_ops	*ops;
	void				*priv;
	int				lock;
	bool				stacktrace;
};

int remote_trace_answer(struct remote_trace *remote, int ret);
bool remote_trace_stack_print(struct trace_seq *seq, const struct remote_ring_event *event,
			      unsigned int id);

#endif /* _KERNEL_REMOTE_TRACE_INTERNAL_H */
