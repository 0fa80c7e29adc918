// SPDX-License-Identifier: GPL-2.0
/*
 * Triggers at EL2: what is done when an event happens, there and then. traceoff leaves the ring of
 * the CPU, whose last event this is then, and closes those of the others from their next stay on.
 * traceon opens them again. stacktrace has a stack follow the event.
 *
 * An event that has triggers is diverted as one with a filter is (<nvhe/el2_trace_filter.h>), so
 * others do not pay for it. It may happen under any lock of the hypervisor's, so what fires takes
 * none but that of a ring, which the event may take as well: it changes el2_trace_on as anybody
 * does, atomically, and leaves word of it here. What else has to be done the host asks for when it
 * hears of it (el2_trace_settle() in hcalls.c). It hears by a number in the page that it shares for
 * this CPU's ring, which is written then and never read, and is woken to look at it (wake.c).
 *
 * Trust: as with filters. A trigger that is there is not changed, and its place is free again as
 * soon as it is taken away. If a host puts another one there without waiting for each CPU to leave
 * EL2, the old one's comparisons may be made with the new one's numbers, which is harmless
 * (<linux/remote_filter.h>), and its trace is not what it might have been.
 *
 * While a traceon is there and tracing is off, stays still begin as if they were traced
 * (EL2_TRACE_RINGS), lest no hyp_enter could ever fire, and leave their ring where they find that
 * it is not open (EL2_TRACE_OPEN): in el2_trace_start(), or here if there is a hyp_enter.
 */
#include <linux/atomic.h>

#include <asm/kvm_hyp.h>
#include <asm/sections.h>

#include <nvhe/el2_clock.h>
#include <nvhe/el2_trace.h>
#include <nvhe/el2_trace_filter.h>
#include <nvhe/el2_trace_ring.h>
#include <nvhe/el2_trace_stack.h>
#include <nvhe/el2_trace_trigger.h>
#include <nvhe/el2_trace_wake.h>

/**
 * struct el2_trigger - a trigger, or room for one
 * @action:	what it does, 0 if there is none
 * @nr:		instructions of @program, 0 for none, or ...
 * @id:		of its event
 * @stack_id:	what stacks are recorded with
 * @count:	how often it may fire in all
 * @left:	how often it still may
 * @program:	for which records
 */
struct el2_trigger {
	u32			action;
	u32			nr;
	u16			id;
	u16			stack_id;
	u64			count;
	u64			left;
	struct remote_filter	program;
};

/* By what they exclude: one that switches tracing, and one that does not */
#define NR_KINDS	2

/* Changed under trace_lock, but for @left */
static struct el2_trigger triggers[EL2_NR_EVENTS][NR_KINDS];
static u32 nr_traceon;

/*
 * Who has switched tracing off: the number of the event plus one, and in the upper half that of the
 * CPU; 0 if nobody has since it was switched on. Who puts it there is the one that switches.
 */
static u64 switched_by;

/* How often this CPU has switched, for the host to see that it has */
static DEFINE_PER_CPU(u64, switches);

static struct el2_trigger *find_trigger(u32 event, u64 action)
{
	return &triggers[event][action == REMOTE_TRIGGER_STACKTRACE];
}

/**
 * el2_trace_trigger_armed - may tracing be switched on by an event?
 *
 * Context: any; trace_lock is held if that is not to change.
 */
bool el2_trace_trigger_armed(void)
{
	return READ_ONCE(nr_traceon);
}

/**
 * el2_trace_trigger_id - the id of an event that has triggers
 * @event:	its number, below EL2_NR_EVENTS
 *
 * Context: trace_lock is held.
 * Return: the id; 0 if the event has none.
 */
u16 el2_trace_trigger_id(u32 event)
{
	u32 kind;

	for (kind = 0; kind < NR_KINDS; kind++) {
		if (triggers[event][kind].action)
			return triggers[event][kind].id;
	}

	return 0;
}

/**
 * el2_trace_trigger_diverts - is el2_trace_trigger_match() to be asked about an event?
 * @event:	its number, below EL2_NR_EVENTS
 *
 * Which it is about hyp_enter also if another has a traceon: the head of this file says why.
 *
 * Context: trace_lock is held.
 */
bool el2_trace_trigger_diverts(u32 event)
{
	return el2_trace_trigger_id(event) || (event == EL2_EVENT_hyp_enter && nr_traceon);
}

/**
 * el2_trace_trigger_set - give an event a trigger, or take it away
 * @event:	its number, below EL2_NR_EVENTS
 * @action:	what the trigger does
 * @ids:	the event's id, and in the next 16 bits that of stacks, if any; 0 to take it away
 * @nr:		of how many of the instructions taken is its filter; 0 for none
 * @count:	how often it fires at the most, REMOTE_TRIGGER_UNLIMITED if always
 * @size:	bytes of the event's record
 *
 * Context: trace_lock is held; the words of events have yet to be made anew.
 * Return: 0; -EEXIST if there is one that it excludes, -ENOENT if there is none to be taken away,
 * -EINVAL if it makes no sense; after an error nothing has changed.
 */
int el2_trace_trigger_set(u32 event, u64 action, u64 ids, u64 nr, u64 count, u32 size)
{
	bool is_stacktrace = action == REMOTE_TRIGGER_STACKTRACE;
	u64 id = ids & U16_MAX, stack_id = ids >> 16;
	struct el2_trigger *trigger;

	if (action < REMOTE_TRIGGER_TRACEON || action > REMOTE_TRIGGER_STACKTRACE)
		return -EINVAL;

	trigger = find_trigger(event, action);

	if (!ids) {
		if (trigger->action != action)
			return -ENOENT;
		WRITE_ONCE(trigger->action, 0);
		nr_traceon -= action == REMOTE_TRIGGER_TRACEON;
		return 0;
	}

	/* Only what records stacks has an id for them */
	if (!id || stack_id > U16_MAX || !stack_id == is_stacktrace)
		return -EINVAL;
	if (trigger->action)
		return -EEXIST;
	if (!el2_trace_filter_take(&trigger->program, nr, size))
		return -EINVAL;

	trigger->id = id;
	WRITE_ONCE(trigger->stack_id, stack_id);
	WRITE_ONCE(trigger->nr, nr);
	trigger->count = count;
	WRITE_ONCE(trigger->left, count);
	/* Pairs with the smp_load_acquire() in el2_trace_trigger_match() */
	smp_store_release(&trigger->action, action);
	nr_traceon += action == REMOTE_TRIGGER_TRACEON;

	return 0;
}

/**
 * el2_trace_trigger_fired - how often has a trigger fired?
 * @event:	its event's number, below EL2_NR_EVENTS
 * @action:	what it does
 *
 * Context: trace_lock is held.
 * Return: how often, 0 for one that does without end; -ENOENT if there is no such trigger.
 */
s64 el2_trace_trigger_fired(u32 event, u64 action)
{
	const struct el2_trigger *trigger = find_trigger(event, action);

	if (!action || trigger->action != action)
		return -ENOENT;

	return (trigger->count - READ_ONCE(trigger->left)) & S64_MAX;
}

/**
 * el2_trace_trigger_switched - which trigger has switched tracing off?
 *
 * Return: the number of its event plus one, and in the upper half the number of the CPU; 0 if none
 * has, or if that is not known.
 */
u64 el2_trace_trigger_switched(void)
{
	return READ_ONCE(switched_by);
}

/**
 * el2_trace_trigger_restart - tracing is about to be switched on by the host
 */
void el2_trace_trigger_restart(void)
{
	WRITE_ONCE(switched_by, 0);
}

/**
 * el2_trace_trigger_match - what is to be done about an event that is diverted
 * @event:	its number, below EL2_NR_EVENTS
 * @subject:	EL2_FILTER_SUBJECT() of its record, with no byte in it that is not its own or 0
 * @on:		it is on
 *
 * Context: EL2, where no CPU is preempted. Bounded.
 * Return: EL2_TRIGGER_RECORD if it is on and wanted; and for each trigger that is to fire its bit.
 */
u32 el2_trace_trigger_match(u32 event, const void *subject, bool on)
{
	u32 kind, what = 0;

	if (on && el2_trace_filter_match(event, subject))
		what = EL2_TRIGGER_RECORD;

	/* A stay begins, or goes on after a guest: it is traced only if tracing is on */
	if (event == EL2_EVENT_hyp_enter && !(READ_ONCE(el2_trace_on) & EL2_TRACE_OPEN))
		remote_ring_writer_leave(&this_cpu_ptr(&el2_trace_cpu)->ring);

	for (kind = 0; kind < NR_KINDS; kind++) {
		const struct el2_trigger *trigger = &triggers[event][kind];
		/* Pairs with the smp_store_release() in el2_trace_trigger_set() */
		u32 action = smp_load_acquire(&trigger->action);

		if (action && (!READ_ONCE(trigger->nr) ||
			       remote_filter_match(trigger->program.insns, subject)))
			what |= BIT(action);
	}

	return what;
}

/* Of so many times, one. However many CPUs come at once, no more of them get one than there are */
static bool take_one(struct el2_trigger *trigger)
{
	u64 left = READ_ONCE(trigger->left);

	if (left == REMOTE_TRIGGER_UNLIMITED)
		return true;

	/* Who fails has been overtaken by one that has got one, so there is an end to it */
	do {
		if (!left)
			return false;
	} while (!try_cmpxchg(&trigger->left, &left, left - 1));

	return true;
}

static void tell_host(struct el2_trace_cpu *cpu)
{
	remote_ring_writer_notice(&cpu->ring, ++*this_cpu_ptr(&switches));
	el2_trace_wake_switched();
}

static void fire_traceoff(struct el2_trace_cpu *cpu, u32 event, struct el2_trigger *trigger)
{
	u64 by = (u64)cpu->number << 32 | (event + 1);
	unsigned long off = EL2_TRACE_OPEN;

	/* What is not recorded because the CPU came before tracing was on is not of the trace */
	if (!cpu->ring.inside || !(READ_ONCE(el2_trace_on) & EL2_TRACE_OPEN))
		return;

	/* Used up it must not keep another one's from switching, not even for a moment */
	if (!READ_ONCE(trigger->left))
		return;
	/* Another one's may have been first */
	if (cmpxchg(&switched_by, 0, by))
		return;
	if (!take_one(trigger)) {
		cmpxchg(&switched_by, by, 0);
		return;
	}

	if (!el2_trace_trigger_armed())
		off |= EL2_TRACE_RINGS;
	if (!(el2_trace_switch(off, 0) & EL2_TRACE_OPEN)) {
		/* Not us: whoever it was may switch on again at once, and @by be in the way */
		cmpxchg(&switched_by, by, 0);
		return;
	}

	/* In the middle of another event that one will be the last, and its stay come to its end */
	if (cpu->ring.room)
		remote_ring_writer_leave(&cpu->ring);
	tell_host(cpu);
}

static void fire_traceon(struct el2_trace_cpu *cpu, struct el2_trigger *trigger)
{
	u64 by = READ_ONCE(switched_by);
	unsigned long on = READ_ONCE(el2_trace_on);

	/* Not attached: the stay began before the trigger was there */
	if (!cpu->ring.attached || !(on & EL2_TRACE_RINGS) || on & EL2_TRACE_OPEN ||
	    !take_one(trigger))
		return;

	/* First, so that the next one can switch it off again */
	cmpxchg(&switched_by, by, 0);
	el2_trace_switch(0, EL2_TRACE_OPEN);
	tell_host(cpu);
}

static void fire_stacktrace(struct el2_trace_cpu *cpu, u32 what, unsigned long frame,
			    struct el2_trigger *trigger)
{
	bool recorded = what & EL2_TRIGGER_RECORD;

	if (!cpu->ring.inside || !cpu->ring.room || !take_one(trigger))
		return;

	/* It has one already, if all have */
	if (recorded && READ_ONCE(el2_trace_stack_id))
		return;

	el2_trace_stack_of(cpu, frame, READ_ONCE(trigger->stack_id),
			   recorded ? cpu->ring.time : el2_clock_ns(READ_ONCE(cpu->clock)));
}

/**
 * el2_trace_trigger_fire - do what an event's triggers do
 * @event:	its number, below EL2_NR_EVENTS
 * @what:	as el2_trace_trigger_match() has said
 * @frame:	the frame record that stacks begin with
 *
 * The stack comes first, so that it is in the trace even if that ends here.
 *
 * Context: the ring's owner, after the event has been recorded or not. Bounded.
 */
void el2_trace_trigger_fire(u32 event, u32 what, unsigned long frame)
{
	struct el2_trace_cpu *cpu = this_cpu_ptr(&el2_trace_cpu);

	if (what & BIT(REMOTE_TRIGGER_STACKTRACE))
		fire_stacktrace(cpu, what, frame, find_trigger(event, REMOTE_TRIGGER_STACKTRACE));
	if (what & BIT(REMOTE_TRIGGER_TRACEOFF))
		fire_traceoff(cpu, event, find_trigger(event, REMOTE_TRIGGER_TRACEOFF));
	if (what & BIT(REMOTE_TRIGGER_TRACEON))
		fire_traceon(cpu, find_trigger(event, REMOTE_TRIGGER_TRACEON));
}
