// SPDX-License-Identifier: GPL-2.0
/*
 * The hypervisor's events as the host knows them: what TRACE_EVENT() makes of their declarations
 * (ids, fields, formats), and a table of them in the order both sides number them by. The last of
 * them is no TRACE_EVENT() but what trace_hyp_printk() makes.
 */
#define CREATE_TRACE_POINTS
#include <trace/events/hypervisor.h>
#undef CREATE_TRACE_POINTS

#include <linux/build_bug.h>
#include <linux/remote_trace.h>
#include <linux/trace_seq.h>

#include <uapi/linux/psci.h>

#include <asm/esr.h>
#include <asm/kvm_asm.h>
#include <asm/kvm_pgtable.h>

#include "el2_trace.h"

/*
 * Formats have numbers where the code has names, because that is what a user's copy of them needs.
 * They must be the same, and a hypercall that has no name must not go unnoticed.
 */
#define check_hcall(nr, name)	static_assert(__KVM_HOST_SMCCC_FUNC(name) == (nr));
HYP_HCALLS(check_hcall)

__diag_push();
__diag_error(GCC, 8, "-Wswitch", "HYP_HCALLS must have all of them");
#define case_hcall(nr, name)	case __KVM_HOST_SMCCC_FUNC(name):
static inline void check_all_hcalls(enum __kvm_host_smccc_func func)
{
	switch (func) {
	HYP_HCALLS(case_hcall)
		break;
	}
}

__diag_pop();

static_assert(hyp_prot_perms(KVM_PGTABLE_PROT_RWX) == 7 && KVM_PGTABLE_PROT_R == 4 &&
	      KVM_PGTABLE_PROT_W == 2);
static_assert(hyp_prot_state(KVM_PGTABLE_PROT_SW0) == 1 &&
	      hyp_prot_state(KVM_PGTABLE_PROT_SW1) == 2);
#define check_psci_call(nr, prefix, name)	static_assert(PSCI_##prefix##_##name == (nr));
static_assert(PSCI_0_2_FN_PSCI_VERSION == 0x84000000);
HYP_PSCI_CALLS(check_psci_call)

#define check_exit_class(nr, name)		static_assert(ESR_ELx_EC_##name == (nr));
static_assert(ESR_ELx_EC_UNKNOWN == 0);
HYP_EXIT_CLASSES(check_exit_class, check_exit_class)

static_assert(ARM_EXCEPTION_IRQ == 0);
static_assert(ARM_EXCEPTION_EL1_SERROR == 1);
static_assert(ARM_EXCEPTION_TRAP == 2);
static_assert(ARM_EXCEPTION_IL == 3);

#define TRACE_HEADER_MULTI_READ

/*
 * The print functions that ftrace's stages make need an iterator, print the name their own way and
 * cost two formatted prints a line; ours need a trace_seq and cost one.
 */
#undef __entry
#define __entry			entry
#undef __print_symbolic
#define __print_symbolic(value, symbol_array...)					\
	({										\
		static const struct trace_print_flags symbols[] = {			\
			symbol_array, { -1, NULL }					\
		};									\
		const struct trace_print_flags *symbol = symbols;			\
											\
		while (symbol->name && symbol->mask != (value))				\
			symbol++;							\
		symbol->name ?: trace_print_symbols_seq(tmp, value, symbols);		\
	})
#undef TP_printk
#define TP_printk(fmt, args...)	fmt, args

#undef TRACE_EVENT
#define TRACE_EVENT(name, proto, args, tstruct, assign, printk)				\
	DECLARE_EVENT_CLASS(name, PARAMS(proto), PARAMS(args), PARAMS(tstruct), PARAMS(assign),	\
			    PARAMS(printk));						\
	DEFINE_EVENT(name, name, PARAMS(proto), PARAMS(args))

#undef DECLARE_EVENT_CLASS
#define DECLARE_EVENT_CLASS(template, proto, args, tstruct, assign, printk)		\
	static __always_inline void print_class_##template(struct trace_seq *seq,	\
							   struct trace_seq *tmp,	\
							   const char *name,		\
							   const void *record)		\
	{										\
		const struct trace_event_raw_##template *entry = record;		\
											\
		print_event(seq, name, printk);						\
	}

#undef DEFINE_EVENT
#define DEFINE_EVENT(template, name, proto, args)					\
	static void print_##name(struct trace_seq *seq, struct trace_seq *tmp,		\
				 const void *record, u32 len)				\
	{										\
		print_class_##template(seq, tmp, #name, record);			\
	}

#define print_event(seq, name, fmt, args...)	remote_trace_printf(seq, "%s " fmt, name, args)

#include <trace/events/hypervisor.h>

#undef DECLARE_EVENT_CLASS
#define DECLARE_EVENT_CLASS(...)

#undef DEFINE_EVENT
#define DEFINE_EVENT(template, name, proto, args)					\
	el2_trace_events[EL2_EVENT_##name] = (struct remote_trace_event) {		\
		.call = &event_##name,							\
		.print = print_##name,							\
		.size = sizeof(struct trace_event_raw_##template),			\
	}

struct remote_trace_event el2_trace_events[EL2_NR_EVENTS];

static struct trace_event_class hyp_printk_class;
static struct trace_event_call hyp_printk_call = {
	.name	= "hyp_printk",
	.class	= &hyp_printk_class,
};

static void print_hyp_printk(struct trace_seq *seq, struct trace_seq *tmp, const void *record,
			     u32 len)
{
	trace_seq_puts(seq, "hyp_printk ");
	remote_trace_bprint(seq, tmp, record, len);
}

/**
 * el2_trace_init_events - fill in el2_trace_events
 */
void __init el2_trace_init_events(void)
{
#include <trace/events/hypervisor.h>

	/* Whoever has put a call into the hypervisor wants to see it */
	el2_trace_events[EL2_EVENT_hyp_printk] = (struct remote_trace_event) {
		.call = &hyp_printk_call,
		.print = print_hyp_printk,
		.size = remote_trace_init_bprint(&hyp_printk_call),
		.on = true,
	};
}
