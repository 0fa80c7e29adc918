// SPDX-License-Identifier: GPL-2.0
/*
 * What the hypervisor writes into its rings: the events, and the stays they belong to.
 *
 * Everything here runs on the CPU that owns the ring; EL2 is not preemptible.
 */
#include <linux/arm-smccc.h>
#include <linux/arm_ffa.h>
#include <linux/string.h>

#include <asm/esr.h>
#include <asm/kvm_asm.h>
#include <asm/kvm_hyp.h>

#include <nvhe/el2_account.h>
#include <nvhe/el2_clock.h>
#include <nvhe/el2_functions.h>
#include <nvhe/ffa.h>
#include <nvhe/el2_trace.h>
#include <nvhe/el2_trace_filter.h>
#include <nvhe/el2_trace_pids.h>
#include <nvhe/el2_trace_ring.h>
#include <nvhe/el2_trace_stack.h>
#include <nvhe/el2_trace_trigger.h>
#include <nvhe/el2_trace_wake.h>
#include <nvhe/trap_handler.h>

/* Each CPU begins with a copy of it: an event may look for the clock before there is a time */
DEFINE_PER_CPU_ALIGNED(struct el2_trace_cpu, el2_trace_cpu) = {
	.clock = &el2_clocks[0],
};

unsigned long el2_trace_on;

/* An event of a class of its own is both, in each of the stages below */
#undef TRACE_EVENT
#define TRACE_EVENT(name, proto, args, tstruct, assign, print)				\
	DECLARE_EVENT_CLASS(name, PARAMS(proto), PARAMS(args), PARAMS(tstruct), PARAMS(assign),	\
			    PARAMS(print));						\
	DEFINE_EVENT(name, name, PARAMS(proto), PARAMS(args))

#undef DECLARE_EVENT_CLASS
#define DECLARE_EVENT_CLASS(...)

#undef DEFINE_EVENT
#define DEFINE_EVENT(template, name, proto, args)	u64 el2_event_id_##name

#define TRACE_HEADER_MULTI_READ
#include <trace/events/hypervisor.h>
#undef TRACE_HEADER_MULTI_READ

u32 el2_event_id_hyp_printk;
u32 el2_plain_id_hyp_printk;

/*
 * A class is the layout of a record, the one that the kernel's own stages give it, and how it is
 * filled in. One function for each event writes it whole: sizes are constants and there is no
 * buffer in between. A function apart for the event that does not fit saves the other its stack
 * frame. An event that has a filter never fits (el2_event_word()), so that is where it comes to be
 * judged, by a record made for that: what is not wanted shall leave no trace in the ring, where it
 * would count. What judges is a third function, for the same reason as the second, and a fourth
 * asks the event's triggers.
 */
#undef __field
#define __field(type, item)	type item;
#undef TP_STRUCT__entry
#define TP_STRUCT__entry(args...) args
#undef TP_fast_assign
#define TP_fast_assign(args...) args

#undef DECLARE_EVENT_CLASS
#define DECLARE_EVENT_CLASS(name, proto, args, tstruct, assign, print)			\
	struct el2_event_##name {							\
		struct el2_event_header header;						\
		tstruct									\
	};										\
											\
	static __always_inline void el2_event_assign_##name(struct el2_event_##name *__entry,	\
							    proto)			\
	{										\
		assign									\
	}

/* What a filter or a trigger may see, between fields, too: nothing of the stack */
#define el2_trace_fill_subject(template, args)						\
	memset(&subject.entry, 0, sizeof(subject.entry));				\
	subject.cpu = cpu->number;							\
	subject.entry.header.id = (u32)__word;						\
	subject.entry.header.pid = cpu->pid;						\
	el2_event_assign_##template(&subject.entry, args)

#undef DEFINE_EVENT
#define DEFINE_EVENT(template, name, proto, args)					\
	static void slow_el2_trace_##name(u64 __word, proto, struct el2_trace_cpu *cpu); \
	static void judge_el2_trace_##name(u64 __word, proto, struct el2_trace_cpu *cpu); \
	static void trigger_el2_trace_##name(u64 __word, proto, struct el2_trace_cpu *cpu); \
											\
	void __el2_trace_##name(u64 __word, proto)					\
	{										\
		struct el2_trace_cpu *cpu = this_cpu_ptr(&el2_trace_cpu);		\
											\
		el2_trace_event(cpu, template, name, PARAMS(args))			\
	}										\
											\
	static noinline void slow_el2_trace_##name(u64 __word, proto,			\
						   struct el2_trace_cpu *cpu)		\
	{										\
		el2_trace_record(cpu, template, PARAMS(args), reserve)			\
		if (record.ok)								\
			el2_trace_stack(cpu, __builtin_frame_address(0),		\
					el2_event_filtered(__word));			\
	}										\
											\
	static noinline void judge_el2_trace_##name(u64 __word, proto,			\
						    struct el2_trace_cpu *cpu)		\
	{										\
		EL2_FILTER_SUBJECT(subject, struct el2_event_##template);		\
		el2_trace_fill_subject(template, PARAMS(args));				\
											\
		if (el2_trace_filter_match(EL2_EVENT_##name, &subject))			\
			slow_el2_trace_##name(__word, args, cpu);			\
	}										\
											\
	static noinline void trigger_el2_trace_##name(u64 __word, proto,		\
						      struct el2_trace_cpu *cpu)	\
	{										\
		EL2_FILTER_SUBJECT(subject, struct el2_event_##template);		\
		const unsigned long *frame = __builtin_frame_address(0);		\
		u32 what;								\
											\
		el2_trace_fill_subject(template, PARAMS(args));				\
											\
		what = el2_trace_trigger_match(EL2_EVENT_##name, &subject,		\
					       __word & EL2_EVENT_ON);			\
		/* One in between, as if there was a filter */				\
		if (what & EL2_TRIGGER_RECORD)						\
			slow_el2_trace_##name(__word | EL2_EVENT_FILTERED, args, cpu);	\
		el2_trace_trigger_fire(EL2_EVENT_##name, what, frame[0]);		\
	}

/* On this CPU, which is @cpu */
#define el2_trace_event(cpu, template, name, args)					\
	el2_trace_record(cpu, template, PARAMS(args), try_reserve_as, __word)		\
	else if (el2_event_filtered(__word))						\
		judge_el2_trace_##name(__word, args, cpu);				\
	else if (el2_event_triggered(__word))						\
		trigger_el2_trace_##name(__word, args, cpu);				\
	else										\
		slow_el2_trace_##name(__word, args, cpu);

/* @how, and what it takes besides the size */
#define el2_trace_record(cpu, template, args, how, more...)				\
	pid_t pid = (cpu)->pid;								\
	struct remote_ring_record record =						\
		remote_ring_writer_##how(&(cpu)->ring, el2_clock_ns(READ_ONCE((cpu)->clock)), \
					 sizeof(struct el2_event_##template), ##more);	\
											\
	if (likely(record.ok)) {							\
		struct el2_event_##template *__entry = record.payload;			\
											\
		__entry->header.id = (u32)__word;					\
		__entry->header.pid = pid;						\
		el2_event_assign_##template(__entry, args);				\
		remote_ring_writer_commit(&(cpu)->ring, record);			\
	}

#define TRACE_HEADER_MULTI_READ
#include <trace/events/hypervisor.h>
#undef TRACE_HEADER_MULTI_READ

/*
 * The two that every traced stay has, by those who know the CPU's state: to look for it, as all
 * other events do, is every tenth instruction of an event.
 */
static noinline void el2_trace_cpu_enter(u64 __word, u32 reason, pid_t vcpu,
					 struct el2_trace_cpu *cpu)
{
	el2_trace_event(cpu, hyp_stay, hyp_enter, PARAMS(reason, vcpu))
}

/* If the host wants to be woken. One that is not on has no id */
static noinline void el2_trace_cpu_exit_wake(u64 __word, u32 reason, pid_t vcpu,
					     struct el2_trace_cpu *cpu)
{
	__word &= ~EL2_EVENT_WAKE;
	if (el2_event_filtered(__word))
		judge_el2_trace_hyp_exit(__word, reason, vcpu, cpu);
	else if (el2_event_triggered(__word))
		trigger_el2_trace_hyp_exit(__word, reason, vcpu, cpu);
	else if ((u32)__word)
		/* One in between, as if there was a filter */
		slow_el2_trace_hyp_exit(__word | EL2_EVENT_FILTERED, reason, vcpu, cpu);

	el2_trace_wake_exit(cpu, reason);
}

static noinline void el2_trace_cpu_exit(u64 __word, u32 reason, pid_t vcpu,
					struct el2_trace_cpu *cpu)
{
	el2_trace_record(cpu, hyp_stay, PARAMS(reason, vcpu), try_reserve_as, __word)
	else if (__word & EL2_EVENT_WAKE)
		el2_trace_cpu_exit_wake(__word, reason, vcpu, cpu);
	else if (el2_event_filtered(__word))
		judge_el2_trace_hyp_exit(__word, reason, vcpu, cpu);
	else if (el2_event_triggered(__word))
		trigger_el2_trace_hyp_exit(__word, reason, vcpu, cpu);
	else
		slow_el2_trace_hyp_exit(__word, reason, vcpu, cpu);
}

/**
 * el2_trace_record_size - how long are the records of an event?
 * @event:	its number, below EL2_NR_EVENTS
 *
 * Return: bytes that each of them has, without the ring's header.
 */
u32 el2_trace_record_size(u32 event)
{
#undef DECLARE_EVENT_CLASS
#define DECLARE_EVENT_CLASS(...)

#undef DEFINE_EVENT
#define DEFINE_EVENT(template, name, proto, args)					\
	case EL2_EVENT_##name:								\
		return sizeof(struct el2_event_##template)

	switch (event) {
#define TRACE_HEADER_MULTI_READ
#include <trace/events/hypervisor.h>
#undef TRACE_HEADER_MULTI_READ
	default:
		return sizeof(struct el2_printk_record);
	}
}

/**
 * el2_trace_set_ids - switch events on and off, or filters of those that are on
 * @ids:	the id each event is recorded with, by number; 0 for off. NULL for all off
 *
 * Context: trace_lock is held, or everything is switched off for good.
 */
void el2_trace_set_ids(const u16 *ids)
{
#undef DEFINE_EVENT
#define DEFINE_EVENT(template, name, proto, args)					\
	if (ids || ((u32)EL2_EVENT_##name != (u32)EL2_EVENT_hyp_enter &&		\
		    (u32)EL2_EVENT_##name != (u32)EL2_EVENT_hyp_exit))			\
		WRITE_ONCE(el2_event_id_##name, !ids ? 0 :				\
			   el2_trace_wake_word(EL2_EVENT_##name,			\
				el2_event_word(ids[EL2_EVENT_##name], EL2_EVENT_##name,	\
					       sizeof(struct el2_event_##template))))

#define TRACE_HEADER_MULTI_READ
#include <trace/events/hypervisor.h>
#undef TRACE_HEADER_MULTI_READ

	WRITE_ONCE(el2_event_id_hyp_printk, !ids ? 0 : ids[EL2_EVENT_hyp_printk] ?:
		   el2_printk_id_off(el2_trace_trigger_id(EL2_EVENT_hyp_printk)));
	WRITE_ONCE(el2_plain_id_hyp_printk,
		   !ids || el2_trace_filter_exists(EL2_EVENT_hyp_printk) ||
		   el2_trace_trigger_diverts(EL2_EVENT_hyp_printk) ? 0 :
		   ids[EL2_EVENT_hyp_printk]);

	if (!ids) {
		/*
		 * The last to go: who has no enter has nothing else, and who has one has an exit.
		 * Both pair with the smp_load_acquire() in el2_trace_start().
		 */
		smp_store_release(&el2_event_id_hyp_enter, 0);
		/* As above */
		smp_store_release(&el2_event_id_hyp_exit, 0);
	}
}

#ifdef CONFIG_KVM_EL2_TRACE_PANIC_TEST
static void panic_in_event(void)
{
	struct el2_trace_cpu *cpu = this_cpu_ptr(&el2_trace_cpu);
	struct remote_ring_record record =
		remote_ring_writer_reserve(&cpu->ring, el2_clock_ns(READ_ONCE(cpu->clock)),
					   sizeof(struct el2_event_selftest));

	if (record.ok) {
		struct el2_event_selftest *entry = record.payload;

		entry->header.id = (u32)READ_ONCE(el2_event_id_selftest);
		entry->id = EL2_TRACE_PANIC_TEST;
	}
	BUG();
}

/**
 * el2_trace_panic_test - obey, if what is written to write_event is an order of a test
 * @value:	EL2_TRACE_PANIC_TEST or EL2_TRACE_DEATH_TEST; or a number like any other
 */
void el2_trace_panic_test(u64 value)
{
	if (value == EL2_TRACE_PANIC_TEST)
		panic_in_event();
	if (value == EL2_TRACE_DEATH_TEST)
		el2_trace_die();
}
#endif

/*
 * Part of a stay that is not wanted leaves the ring as it is outside of any: events are refused and
 * not counted, and that is all. Once it is open it is open to its end, whatever becomes wanted.
 */
static noinline void el2_trace_open_choosy(struct el2_trace_cpu *cpu, u32 how)
{
	if (how & EL2_OPEN_PIDS && !el2_trace_pids_want(cpu->pid)) {
		cpu->away = EL2_UNWANTED;
		return;
	}

	remote_ring_writer_enter(&cpu->ring);
	/* Before anything is read that the host has set and that it then looks for busy CPUs for */
	if (how & EL2_OPEN_BUSY)
		remote_ring_writer_tell_busy(&cpu->ring);
	if (how & EL2_OPEN_STACKS)
		remote_ring_writer_divert(&cpu->ring);
}

/* With all that it is judged by set */
static __always_inline void el2_trace_open(struct el2_trace_cpu *cpu)
{
	u32 how = READ_ONCE(el2_trace_opening);

	if (unlikely(how))
		el2_trace_open_choosy(cpu, how);
	else
		remote_ring_writer_enter(&cpu->ring);
}

static void el2_trace_enter(struct el2_trace_cpu *cpu, enum el2_reason reason)
{
	el2_trace_open(cpu);

	/* Somebody may have begun to wait, and does not know that the stay began before */
	if (cpu->exit_id && READ_ONCE(el2_event_id_hyp_exit) & EL2_EVENT_WAKE)
		cpu->exit_id = el2_event_wake(cpu->exit_id);

	if (cpu->enter_id)
		el2_trace_cpu_enter(cpu->enter_id, reason, cpu->vcpu, cpu);
}

static __always_inline void el2_trace_leave(struct el2_trace_cpu *cpu, enum el2_reason reason)
{
	u64 exit_id = cpu->exit_id ?: READ_ONCE(el2_event_id_hyp_exit);

	/* If both are on now, an exit without its enter is one too many */
	if (exit_id && (cpu->enter_id || !READ_ONCE(el2_event_id_hyp_enter)))
		el2_trace_cpu_exit(exit_id, reason, cpu->vcpu, cpu);
	else if (unlikely(exit_id & EL2_EVENT_WAKE))
		el2_trace_wake_exit(cpu, reason);
	remote_ring_writer_leave(&cpu->ring);
}

/**
 * el2_trace_close - of the stay that goes on nothing is recorded any more but that it ends
 *
 * For a ring that is to be detached, while tracing may be on.
 */
void el2_trace_close(void)
{
	el2_trace_leave(this_cpu_ptr(&el2_trace_cpu), EL2_REASON_ERET_HOST);
}

/* The host's thread, if the host says so: the register is its own until a guest is entered */
static __always_inline pid_t el2_trace_host_pid(void)
{
	return IS_ENABLED(CONFIG_PID_IN_CONTEXTIDR) ? read_sysreg_el1(SYS_CONTEXTIDR) : 0;
}

/* @cause is the CPU's, by now */
static __always_inline void el2_trace_start(struct el2_trace_cpu *cpu, pid_t pid)
{
	cpu->pid = pid;
	cpu->vcpu = 0;

	el2_trace_open(cpu);

	/* el2_trace_on, and then the ids that it promises; pairs with el2_trace_switch() */
	smp_rmb();
	el2_graph_begin(&cpu->graph);

	/*
	 * For the whole stay, even if they are switched off meanwhile: or pairs would break. In
	 * this order, and all other ids later; pairs with the smp_store_release() in
	 * el2_trace_set_ids().
	 */
	cpu->exit_id = smp_load_acquire(&el2_event_id_hyp_exit);
	/* As above */
	cpu->enter_id = smp_load_acquire(&el2_event_id_hyp_enter);
	if (cpu->enter_id) {
		el2_trace_cpu_enter(cpu->enter_id, el2_account_host_reason(cpu->cause), cpu->vcpu,
				    cpu);
	} else if (!(READ_ONCE(el2_trace_on) & EL2_TRACE_OPEN)) {
		/* It is being switched off, so that is why; or is, and a trigger may change that */
		cpu->exit_id = 0;
		remote_ring_writer_leave(&cpu->ring);
	}
}

/* Instead of that, if it is so called: nothing of the stay is recorded, whoever wants it */
static noinline void el2_trace_start_quiet(struct el2_trace_cpu *cpu, u64 esr)
{
	/* To others the bit means something else */
	if (ESR_ELx_EC(esr) != ESR_ELx_EC_HVC64) {
		el2_trace_start(cpu, el2_trace_host_pid());
		return;
	}

	cpu->enter_id = 0;
	cpu->exit_id = 0;
	cpu->away = EL2_UNWANTED;
}

static __always_inline void el2_trace_stop(struct el2_trace_cpu *cpu)
{
	/* The exit is still its thread's, but leads to no guest */
	cpu->vcpu = 0;
	/* It may have gone away traced and come back when tracing was off */
	cpu->away = 0;
	el2_graph_end(&cpu->graph);
	el2_trace_leave(cpu, EL2_REASON_ERET_HOST);
}

/* See el2_trace_begin() */
struct el2_trace_cpu *__el2_trace_begin(unsigned long on, u64 esr)
{
	struct el2_trace_cpu *cpu = this_cpu_ptr(&el2_trace_cpu);

	cpu->cause = el2_account_host_cause(esr);
	if (on & EL2_TRACE_ACCOUNTS)
		el2_account_open(cpu);
	if (unlikely(esr & EL2_TRACE_QUIET))
		el2_trace_start_quiet(cpu, esr);
	else
		el2_trace_start(cpu, el2_trace_host_pid());

	return cpu;
}

/* See el2_trace_begin(): the same for an account alone, which needs no stack frame */
struct el2_trace_cpu *__el2_trace_begin_account(unsigned long on, u64 esr)
{
	struct el2_trace_cpu *cpu = this_cpu_ptr(&el2_trace_cpu);

	cpu->cause = el2_account_host_cause(esr);
	if (on & EL2_TRACE_ACCOUNTS)
		el2_account_open(cpu);

	return cpu;
}

/* See el2_trace_end() */
void __el2_trace_end(unsigned long on, struct el2_trace_cpu *cpu)
{
	el2_trace_stop(cpu);
	if (on & EL2_TRACE_ACCOUNTS)
		__el2_trace_end_account(cpu);
}

/* See el2_trace_to_guest() */
void __el2_trace_to_guest(struct kvm_vcpu *vcpu)
{
	struct el2_trace_cpu *cpu = this_cpu_ptr(&el2_trace_cpu);

	/* If not, the host's call to run the vCPU came before tracing was on */
	if (cpu->ring.inside) {
		cpu->pid = vcpu->arch.pid;
		cpu->vcpu = cpu->pid;
		el2_trace_vcpu_run(el2_account_vm(vcpu), vcpu->vcpu_idx);
		el2_trace_leave(cpu, EL2_REASON_ERET_GUEST);
		cpu->away = EL2_AWAY;
	} else if (cpu->away) {
		/* What has not been wanted was the host's, and what comes may be the vCPU's */
		cpu->pid = vcpu->arch.pid;
		cpu->vcpu = cpu->pid;
		cpu->away = EL2_AWAY;
	}
	/* Likewise */
	if (cpu->since)
		el2_account_to_guest(cpu, vcpu);
}

/* See el2_trace_from_guest() */
void __el2_trace_from_guest(struct kvm_vcpu *vcpu, u64 exit_code)
{
	struct el2_trace_cpu *cpu = this_cpu_ptr(&el2_trace_cpu);

	if (cpu->guest_since)
		el2_account_from_guest(cpu, exit_code);

	if (!(cpu->away & EL2_AWAY))
		return;

	cpu->away = 0;
	el2_trace_enter(cpu, EL2_REASON_GUEST_EXIT);
	/* An interrupt leaves ESR_EL2 as it was, which may be another guest's */
	el2_trace_vcpu_exit(el2_account_vm(vcpu), vcpu->vcpu_idx, exit_code,
			    ARM_EXCEPTION_CODE(exit_code) == ARM_EXCEPTION_IRQ ? 0 :
			    ESR_ELx_EC(read_sysreg_el2(SYS_ESR)));
}

/* As ffa.c has it */
static bool el2_trace_is_ffa(u64 func_id)
{
	return ARM_SMCCC_IS_FAST_CALL(func_id) &&
	       ARM_SMCCC_OWNER_NUM(func_id) == ARM_SMCCC_OWNER_STANDARD &&
	       ARM_SMCCC_FUNC_NUM(func_id) >= FFA_MIN_FUNC_NUM &&
	       ARM_SMCCC_FUNC_NUM(func_id) <= FFA_MAX_FUNC_NUM;
}

/* See el2_trace_smc() */
void __el2_trace_smc(struct kvm_cpu_context *host_ctxt, u64 func_id, bool handled)
{
	int err = 0;

	el2_trace_host_smc(func_id, !handled);

	if (!el2_trace_is_ffa(func_id))
		return;

	if (!handled) {
		el2_trace_host_ffa_call(func_id, 0, 0, 0, 0, false, 0);
		return;
	}

	/* What the host gets to see: three results; FFA_VERSION has its error before them */
	if (cpu_reg(host_ctxt, 0) == FFA_ERROR)
		err = cpu_reg(host_ctxt, 2);
	else if ((u32)func_id == FFA_VERSION && (int)cpu_reg(host_ctxt, 0) < 0)
		err = cpu_reg(host_ctxt, 0);

	el2_trace_host_ffa_call(func_id, cpu_reg(host_ctxt, 1), cpu_reg(host_ctxt, 2),
				cpu_reg(host_ctxt, 3), 0, true, err);
}

/**
 * el2_trace_to_firmware - this CPU calls the firmware on the host's behalf
 * @reason:	EL2_REASON_PSCI, or EL2_REASON_SMC for a call that the hypervisor only forwards
 *
 * It may take long, and it may switch the CPU off. In case it does, the ring is detached, so that
 * it can be unloaded meanwhile: whoever returns from here attaches it again.
 */
void el2_trace_to_firmware(enum el2_reason reason)
{
	struct el2_trace_cpu *cpu = this_cpu_ptr(&el2_trace_cpu);

	if (cpu->ring.attached) {
		if (cpu->ring.inside) {
			el2_trace_leave(cpu, reason);
			cpu->away = EL2_AWAY;
		}
		remote_ring_writer_detach(&cpu->ring);
	}
	/* Of a stay that is not wanted, what comes is judged anew as well */
	if (cpu->away)
		cpu->away = EL2_AWAY;
	if (cpu->since)
		el2_account_to_firmware(cpu);
}

/**
 * el2_trace_from_firmware - the call has returned; the other half of el2_trace_to_firmware()
 * @reason:	as there
 */
void el2_trace_from_firmware(enum el2_reason reason)
{
	struct el2_trace_cpu *cpu = this_cpu_ptr(&el2_trace_cpu);

	if (cpu->account_away)
		el2_account_from_firmware(cpu, reason);
	if (!(cpu->away & EL2_AWAY))
		return;

	cpu->away = 0;
	el2_trace_enter(cpu, reason);
}

/**
 * el2_trace_cpu_entry - the firmware has started this CPU, which goes straight on to the host
 */
void el2_trace_cpu_entry(void)
{
	struct el2_trace_cpu *cpu = this_cpu_ptr(&el2_trace_cpu);
	unsigned long on = READ_ONCE(el2_trace_on);
	enum el2_cause cause = el2_account_entry_cause(cpu);

	/* The call that switched it off never returned */
	cpu->away = 0;
	cpu->account_away = false;
	el2_graph_end(&cpu->graph);

	if (on & EL2_TRACE_ACCOUNTS)
		el2_account_open(cpu);
	if (on & EL2_TRACE_RINGS) {
		cpu->cause = EL2_CAUSE_REASON + EL2_REASON_PSCI;
		/* No thread of the host's has run yet, and its registers say nothing */
		el2_trace_start(cpu, 0);
		el2_trace_stop(cpu);
	}
	/* Events have a reason, and accounts have the function too */
	cpu->cause = cause;
	if (on & EL2_TRACE_ACCOUNTS)
		__el2_trace_end_account(cpu);
}
