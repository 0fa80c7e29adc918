/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracing inside the hypervisor: the hooks where it is entered and left, el2_trace_<event>() for
 * each event of <trace/events/hypervisor.h>, and trace_hyp_printk().
 *
 * A "stay" is the time a CPU spends at EL2, from an exception to the eret that ends it. Whether a
 * stay is traced is decided once, when it begins, so that hyp_enter and hyp_exit always pair up;
 * and so is whether an account is kept of it. Other events are recorded only within a traced stay.
 */
#ifndef __ARM64_KVM_HYP_NVHE_EL2_TRACE_H
#define __ARM64_KVM_HYP_NVHE_EL2_TRACE_H

#include <linux/bits.h>
#include <linux/kvm_host.h>

#include <asm/kvm_el2_events.h>
#include <asm/kvm_el2_trace.h>

#include <nvhe/el2_functions.h>
#include <nvhe/el2_trace_printk.h>
#include <nvhe/el2_trace_ring.h>

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
 * Here an event is a check of the word it is recorded by, which is 0 while the event is off or
 * tracing is, and else a call. <nvhe/el2_trace_filter.h> says what is in the word.
 */
#define DEFINE_EVENT(template, name, proto, args)			\
	extern u64 el2_event_id_##name;					\
	void __el2_trace_##name(u64 __word, proto);			\
	static __always_inline void el2_trace_##name(proto)		\
	{								\
		u64 __word = READ_ONCE(el2_event_id_##name);		\
									\
		if (unlikely(__word))					\
			__el2_trace_##name(__word, args);		\
	}
#include <trace/events/hypervisor.h>

void el2_trace_set_ids(const u16 *ids);
u32 el2_trace_record_size(u32 event);

/*
 * What is done about stays that begin now: their events are recorded, accounts of them are kept; or
 * about those that have begun, what is recorded or kept of them is to their end. 0 if there is
 * nothing.
 */
#define EL2_TRACE_RINGS		BIT(0)
#define EL2_TRACE_ACCOUNTS	BIT(1)
#define EL2_TRACE_ENDING	BIT(2)
/* With EL2_TRACE_RINGS: they are recorded indeed, and do not only have triggers to be fired */
#define EL2_TRACE_OPEN		BIT(4)
extern unsigned long el2_trace_on;

/*
 * What there is to be done where a part of a stay begins besides opening the ring: stacks are
 * recorded, or what is done on behalf of some is not, or the host asks whether CPUs are busy.
 * Mostly 0. Written under trace_lock.
 */
#define EL2_OPEN_STACKS		BIT(0)
#define EL2_OPEN_PIDS		BIT(1)
#define EL2_OPEN_BUSY		BIT(2)
extern u32 el2_trace_opening;

/* ... from now on, or no longer */
static inline void el2_trace_open_more(u32 what, bool on)
{
	WRITE_ONCE(el2_trace_opening, on ? el2_trace_opening | what : el2_trace_opening & ~what);
}

/**
 * struct el2_trace_stay - what the hooks of a stay have to tell each other
 * @on:		el2_trace_on, when it began
 * @cpu:	this CPU; means nothing if @on is 0
 */
struct el2_trace_stay {
	unsigned long		on;
	struct el2_trace_cpu	*cpu;
};

struct el2_trace_cpu *__el2_trace_begin(unsigned long on, u64 esr);
struct el2_trace_cpu *__el2_trace_begin_account(unsigned long on, u64 esr);
void __el2_trace_end(unsigned long on, struct el2_trace_cpu *cpu);
void __el2_trace_end_account(struct el2_trace_cpu *cpu);
void __el2_trace_to_guest(struct kvm_vcpu *vcpu);
void __el2_trace_from_guest(struct kvm_vcpu *vcpu, u64 exit_code);
void __el2_trace_psci(u32 func_id);
void __el2_trace_smc(struct kvm_cpu_context *host_ctxt, u64 func_id, bool handled);

/**
 * el2_trace_begin - an exception from the host begins a stay
 * @esr:	of the exception
 *
 * Return: what el2_trace_hcall() and el2_trace_end() want to know.
 */
static __always_inline struct el2_trace_stay el2_trace_begin(u64 esr)
{
	struct el2_trace_stay stay = { .on = READ_ONCE(el2_trace_on) };

	/* Whatever it is: while all is off not even to set it is worth an instruction */
	asm("" : "=r" (stay.cpu));

	if (unlikely(stay.on)) {
		if (stay.on & EL2_TRACE_RINGS)
			stay.cpu = __el2_trace_begin(stay.on, esr);
		else
			stay.cpu = __el2_trace_begin_account(stay.on, esr);
	}

	return stay;
}

/**
 * el2_trace_hcall - the exception is a hypercall
 * @stay:	from el2_trace_begin()
 * @id:		which, without hints
 * @invalid:	it is refused
 */
static __always_inline void el2_trace_hcall(struct el2_trace_stay stay, u64 id, bool invalid)
{
	if (unlikely(stay.on)) {
		/* Whether or not there is an account: to ask costs more */
		if (!invalid)
			stay.cpu->cause = id;
		if (stay.on & EL2_TRACE_RINGS)
			el2_trace_host_hcall(id, invalid);
	}
}

/**
 * el2_trace_end - the stay is over, and leads to the host
 * @stay:	from el2_trace_begin()
 */
static __always_inline void el2_trace_end(struct el2_trace_stay stay)
{
	if (unlikely(stay.on)) {
		if (stay.on & EL2_TRACE_RINGS)
			__el2_trace_end(stay.on, stay.cpu);
		else if (stay.on & EL2_TRACE_ACCOUNTS)
			__el2_trace_end_account(stay.cpu);
	}
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

/**
 * el2_trace_psci - an SMC of the host's is a PSCI call
 * @func_id:	the function
 * @arg:	its first argument
 */
static __always_inline void el2_trace_psci(u32 func_id, u64 arg)
{
	if (unlikely(READ_ONCE(el2_trace_on)))
		__el2_trace_psci(func_id);
	el2_trace_psci_call(func_id, arg);
}

void el2_trace_to_firmware(enum el2_reason reason);
void el2_trace_from_firmware(enum el2_reason reason);
void el2_trace_cpu_entry(void);
void el2_trace_close(void);
void el2_trace_die(void);
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

struct el2_trace_stay { };

static inline struct el2_trace_stay el2_trace_begin(u64 esr)
{
	return (struct el2_trace_stay) { };
}

static inline void el2_trace_hcall(struct el2_trace_stay stay, u64 id, bool invalid) { }
static inline void el2_trace_end(struct el2_trace_stay stay) { }
static inline void el2_trace_to_guest(struct kvm_vcpu *vcpu) { }
static inline void el2_trace_from_guest(struct kvm_vcpu *vcpu, u64 exit_code) { }
static inline void el2_trace_smc(struct kvm_cpu_context *host_ctxt, u64 func_id,
				 bool handled) { }
static inline void el2_trace_psci(u32 func_id, u64 arg) { }
static inline void el2_trace_to_firmware(enum el2_reason reason) { }
static inline void el2_trace_from_firmware(enum el2_reason reason) { }
static inline void el2_trace_cpu_entry(void) { }
static inline void el2_trace_panic(void) { }

#endif /* CONFIG_KVM_EL2_TRACE */

#undef TRACE_HEADER_MULTI_READ

#endif /* __ARM64_KVM_HYP_NVHE_EL2_TRACE_H */
