/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracing inside the hypervisor: the hooks where it is entered and left, trace_<event>() for each
 * event of <trace/events/hypervisor.h>, and trace_hyp_printk().
 *
 * A "stay" is the time a CPU spends at EL2, from an exception to the eret that ends it. Whether a
 * stay is traced is decided once, when it begins, so that hyp_enter and hyp_exit always pair up.
 * Other events are recorded only within a traced stay.
 */
#ifndef __ARM64_KVM_HYP_NVHE_EL2_TRACE_H
#define __ARM64_KVM_HYP_NVHE_EL2_TRACE_H

#include <linux/kvm_host.h>

#include <asm/kvm_el2_events.h>
#include <asm/kvm_el2_trace.h>

#include <nvhe/el2_trace_printk.h>

#define TRACE_HEADER_MULTI_READ

/* What an event records is of no interest here, but who is asked to record it */
#undef DECLARE_EVENT_CLASS
#define DECLARE_EVENT_CLASS(...)

#undef TRACE_EVENT
#define TRACE_EVENT(name, proto, args, tstruct, assign, print)		\
	DEFINE_EVENT(name, name, PARAMS(proto), PARAMS(args))

#undef DEFINE_EVENT

#ifdef CONFIG_KVM_EL2_TRACE

/*
 * Here an event is a check of the id it is recorded with, which is 0 while the event is off or
 * tracing is, and else a call.
 */
#define DEFINE_EVENT(template, name, proto, args)			\
	extern u32 el2_event_id_##name;					\
	void __el2_trace_##name(u32 __id, proto);			\
	static __always_inline void el2_trace_##name(proto)		\
	{								\
		u32 __id = READ_ONCE(el2_event_id_##name);		\
									\
		if (unlikely(__id))					\
			__el2_trace_##name(__id, args);			\
	}
#include <trace/events/hypervisor.h>

void el2_trace_set_ids(const u16 *ids);

/* Tracing is on; stays that begin now are traced */
extern u32 el2_trace_on;

bool __el2_trace_stay(struct kvm_cpu_context *host_ctxt,
		      void (*handler)(struct kvm_cpu_context *));
void __el2_trace_to_guest(struct kvm_vcpu *vcpu);
void __el2_trace_from_guest(struct kvm_vcpu *vcpu, u64 exit_code);
void __el2_trace_smc(struct kvm_cpu_context *host_ctxt, u64 func_id, bool handled);

/**
 * el2_trace_stay - handle an exception from the host as a stay, if tracing is on
 * @host_ctxt:	for @handler
 * @handler:	the function this is called from, first thing
 *
 * With tracing off this costs the check and nothing else: no wrapper, no second stack frame. With
 * tracing on it calls @handler once more, which then finds itself within the stay.
 *
 * Return: true if the exception has been handled; false if @handler is to go on.
 */
static __always_inline bool el2_trace_stay(struct kvm_cpu_context *host_ctxt,
					   void (*handler)(struct kvm_cpu_context *))
{
	return unlikely(READ_ONCE(el2_trace_on)) && __el2_trace_stay(host_ctxt, handler);
}

/**
 * el2_trace_to_guest - the stay ends, for now, in the guest
 * @vcpu:	about to run
 */
static __always_inline void el2_trace_to_guest(struct kvm_vcpu *vcpu)
{
	if (unlikely(READ_ONCE(el2_trace_on)))
		__el2_trace_to_guest(vcpu);
}

/**
 * el2_trace_from_guest - the stay goes on; the other half of el2_trace_to_guest()
 * @vcpu:	has just run
 * @exit_code:	why it does no more: ARM_EXCEPTION_IRQ and so on
 *
 * Context: before anything else changes ESR_EL2.
 */
static __always_inline void el2_trace_from_guest(struct kvm_vcpu *vcpu, u64 exit_code)
{
	if (unlikely(READ_ONCE(el2_trace_on)))
		__el2_trace_from_guest(vcpu, exit_code);
}

/**
 * el2_trace_smc - record an SMC of the host, as host_smc and, if it is one, as host_ffa_call
 * @host_ctxt:	with the results, if it has been handled
 * @func_id:	the function, without hints
 * @handled:	by the hypervisor; otherwise it is about to be forwarded
 */
static __always_inline void el2_trace_smc(struct kvm_cpu_context *host_ctxt, u64 func_id,
					  bool handled)
{
	if (unlikely(READ_ONCE(el2_event_id_host_smc) | READ_ONCE(el2_event_id_host_ffa_call)))
		__el2_trace_smc(host_ctxt, func_id, handled);
}

void el2_trace_to_firmware(enum el2_reason reason);
void el2_trace_from_firmware(enum el2_reason reason);
void el2_trace_cpu_entry(void);
void el2_trace_panic(void);

#ifdef CONFIG_KVM_EL2_TRACE_PANIC_TEST
void el2_trace_panic_test(u64 value);
#else
static inline void el2_trace_panic_test(u64 value) { }
#endif

#ifdef CONFIG_KVM_EL2_TRACE_HOSTILE_TEST
bool el2_trace_hostile_test(u64 value, u64 arg, int *ret);
#else
static inline bool el2_trace_hostile_test(u64 value, u64 arg, int *ret)
{
	return false;
}
#endif

#else /* !CONFIG_KVM_EL2_TRACE */

#define DEFINE_EVENT(template, name, proto, args)			\
	static __always_inline void el2_trace_##name(proto) { }
#include <trace/events/hypervisor.h>

static inline bool el2_trace_stay(struct kvm_cpu_context *host_ctxt,
				  void (*handler)(struct kvm_cpu_context *))
{
	return false;
}

static inline void el2_trace_to_guest(struct kvm_vcpu *vcpu) { }
static inline void el2_trace_from_guest(struct kvm_vcpu *vcpu, u64 exit_code) { }
static inline void el2_trace_smc(struct kvm_cpu_context *host_ctxt, u64 func_id,
				 bool handled) { }
static inline void el2_trace_to_firmware(enum el2_reason reason) { }
static inline void el2_trace_from_firmware(enum el2_reason reason) { }
static inline void el2_trace_cpu_entry(void) { }
static inline void el2_trace_panic(void) { }

#endif /* CONFIG_KVM_EL2_TRACE */

#undef TRACE_HEADER_MULTI_READ

#endif /* __ARM64_KVM_HYP_NVHE_EL2_TRACE_H */
