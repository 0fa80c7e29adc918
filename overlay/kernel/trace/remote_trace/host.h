/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What ftrace tells remotes: that a switch of one of the host's event files has moved. Any event's,
 * for ftrace knows no remotes; those that are not a remote's are not looked at further.
 */
#ifndef _KERNEL_REMOTE_TRACE_HOST_H
#define _KERNEL_REMOTE_TRACE_HOST_H

struct trace_event_file;

#ifdef CONFIG_REMOTE_TRACE
bool remote_trace_host_owns(const struct trace_event_file *file);
void remote_trace_host_switched(const struct trace_event_file *file);
void remote_trace_host_triggered(struct trace_event_file *file, bool on);
#else
static inline bool remote_trace_host_owns(const struct trace_event_file *file) { return false; }
static inline void remote_trace_host_switched(const struct trace_event_file *file) { }
static inline void remote_trace_host_triggered(struct trace_event_file *file, bool on) { }
#endif

#endif /* _KERNEL_REMOTE_TRACE_HOST_H */
