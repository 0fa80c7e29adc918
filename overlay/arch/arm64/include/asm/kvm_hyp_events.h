/* SPDX-License-Identifier: GPL-2.0 */
/*
 * HYP_EVENT_<name>, the number of each event of <trace/events/hypervisor.h> and of hyp_printk, that
 * of trace_hyp_printk(), and HYP_NR_EVENTS: how host and hypervisor call them among each other.
 */
#ifndef __ARM64_KVM_HYP_EVENTS_H
#define __ARM64_KVM_HYP_EVENTS_H

#include <linux/tracepoint.h>

/* A declaration of an event ends with a semicolon, so it cannot be made an enumerator */
enum { HYP_EVENT_FIRST = __COUNTER__ + 1 };

#undef TRACE_EVENT
#define TRACE_EVENT(name, ...)	enum { HYP_EVENT_##name = __COUNTER__ - HYP_EVENT_FIRST }

#define TRACE_HEADER_MULTI_READ
#include <trace/events/hypervisor.h>
#undef TRACE_HEADER_MULTI_READ

#undef TRACE_EVENT

enum { HYP_EVENT_hyp_printk = __COUNTER__ - HYP_EVENT_FIRST };
enum { HYP_NR_EVENTS = __COUNTER__ - HYP_EVENT_FIRST };

#endif /* __ARM64_KVM_HYP_EVENTS_H */
