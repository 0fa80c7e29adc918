/* SPDX-License-Identifier: GPL-2.0 */
/*
 * EL2_EVENT_<name>, the number of each event of <trace/events/hypervisor.h> and of hyp_printk, that
 * of trace_hyp_printk(), and EL2_NR_EVENTS: how host and hypervisor call them among each other.
 */
#ifndef __ARM64_KVM_EL2_EVENTS_H
#define __ARM64_KVM_EL2_EVENTS_H

#include <linux/tracepoint.h>

/* A declaration of an event ends with a semicolon, so it cannot be made an enumerator */
enum { EL2_EVENT_FIRST = __COUNTER__ + 1 };

#undef DECLARE_EVENT_CLASS
#define DECLARE_EVENT_CLASS(...)

#undef DEFINE_EVENT
#define DEFINE_EVENT(template, name, ...)					\
	enum { EL2_EVENT_##name = __COUNTER__ - EL2_EVENT_FIRST }

#undef TRACE_EVENT
#define TRACE_EVENT(name, ...)	DEFINE_EVENT(name, name)

#define TRACE_HEADER_MULTI_READ
#include <trace/events/hypervisor.h>
#undef TRACE_HEADER_MULTI_READ

#undef TRACE_EVENT
#undef DEFINE_EVENT
#undef DECLARE_EVENT_CLASS

enum { EL2_EVENT_hyp_printk = __COUNTER__ - EL2_EVENT_FIRST };
enum { EL2_NR_EVENTS = __COUNTER__ - EL2_EVENT_FIRST };

#endif /* __ARM64_KVM_EL2_EVENTS_H */
