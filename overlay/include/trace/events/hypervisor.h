/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The events of the arm64 KVM hypervisor (EL2), each declared once. The kernel's trace macros make
 * ids, fields and formats of them (arch/arm64/kvm/hyp_trace_events.c); the hypervisor makes
 * functions that write them (arch/arm64/kvm/hyp/nvhe/events.c). The order is the numbering both
 * sides share.
 *
 * At EL2 there is TP_fast_assign() of plain fields and nothing else: no strings, no dynamic arrays.
 * Print formats use what libtraceevent can parse.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM hypervisor

#if !defined(_TRACE_HYPERVISOR_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_HYPERVISOR_H

#include <linux/tracepoint.h>

/* enum hyp_reason, in numbers: a user's copy of the format has no other way to know them */
#define show_hyp_reason(reason)			\
	__print_symbolic(reason,		\
			 { 0, "smc" },		\
			 { 1, "hvc" },		\
			 { 2, "psci" },		\
			 { 3, "host_abort" },	\
			 { 4, "guest_exit" },	\
			 { 5, "eret_host" },	\
			 { 6, "eret_guest" },	\
			 { 7, "unknown" })

TRACE_EVENT(hyp_enter,
	TP_PROTO(u8 reason, pid_t vcpu),
	TP_ARGS(reason, vcpu),

	TP_STRUCT__entry(
		__field(u8,	reason)
		__field(pid_t,	vcpu)
	),

	TP_fast_assign(
		__entry->reason = reason;
		__entry->vcpu = vcpu;
	),

	TP_printk("reason=%s vcpu=%d", show_hyp_reason(__entry->reason), __entry->vcpu)
);

TRACE_EVENT(hyp_exit,
	TP_PROTO(u8 reason, pid_t vcpu),
	TP_ARGS(reason, vcpu),

	TP_STRUCT__entry(
		__field(u8,	reason)
		__field(pid_t,	vcpu)
	),

	TP_fast_assign(
		__entry->reason = reason;
		__entry->vcpu = vcpu;
	),

	TP_printk("reason=%s vcpu=%d", show_hyp_reason(__entry->reason), __entry->vcpu)
);

TRACE_EVENT(host_hcall,
	TP_PROTO(u32 id, u8 invalid),
	TP_ARGS(id, invalid),

	TP_STRUCT__entry(
		__field(u32,	id)
		__field(u8,	invalid)
	),

	TP_fast_assign(
		__entry->id = id;
		__entry->invalid = invalid;
	),

	TP_printk("id=%u invalid=%u", __entry->id, __entry->invalid)
);

TRACE_EVENT(selftest,
	TP_PROTO(u64 id),
	TP_ARGS(id),

	TP_STRUCT__entry(
		__field(u64,	id)
	),

	TP_fast_assign(
		__entry->id = id;
	),

	TP_printk("id=%llu", __entry->id)
);

#endif /* _TRACE_HYPERVISOR_H */

/* This part must be outside protection */
#include <trace/define_trace.h>
