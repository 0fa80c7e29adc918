// SPDX-License-Identifier: GPL-2.0
/*
 * Waking the host: by an interrupt, which the hypervisor has no other use for than this. The
 * physical timer of EL2 is nobody's where the host is not at EL2 itself. To set it to a time that
 * has passed is an interrupt on this CPU, private to it, that the host takes as soon as it is back,
 * or the guest leaves for: on any interrupt controller, and without one word to that. It stays
 * until the timer is off, which is what the host then asks for.
 *
 * The host says what it wants to be woken for, once: when it has been, it says so again. Until then
 * the end of each stay is diverted here (EL2_EVENT_WAKE), and nothing else is. What is wanted is
 * told apart by rounds: all of it belongs to the round in which it was said, and ends with that. So
 * it does when a ring is loaded: what was wanted of one that is no more nobody would ever see.
 *
 * Lost are none: who asks makes hyp_exit's word say so, and looks then who is in a stay (@busy of
 * the ring's meta page), and what there is. A stay that is not seen to have begun finds the word,
 * which it reads when all can see that it has begun: see remote_ring_writer_tell_busy(), which it
 * calls because who is going to ask has said so before (__el2_trace_tell_busy). Of one that is seen
 * the host cannot know, and looks again soon.
 *
 * A CPU that goes into the firmware does not wake the host for what it has written on its way: it
 * would never sleep. It does so when it is back; or another one's host learns that it is off.
 *
 * Trust: all that a host can do here is to have its own CPUs interrupted. Nobody else's interrupt
 * comes from this timer, and guests do not see it.
 */
#include <asm/barrier.h>
#include <asm/kvm_hyp.h>
#include <asm/sysreg.h>

#include <clocksource/arm_arch_timer.h>

#include <nvhe/el2_trace_ring.h>
#include <nvhe/el2_trace_wake.h>

/**
 * struct el2_wake - what the host wants to know of a CPU
 * @listening:	the host takes its interrupt; written by the CPU itself, as the next
 * @raised:	it has been interrupted, and has not answered
 * @any:	the round in which any event was wanted; under trace_lock, as all that follows
 * @written:	... which is another number of events than this
 * @page:	the round in which a page was
 * @tail:	... which is this one, or one after it
 */
struct el2_wake {
	bool	listening;
	bool	raised;
	u64	any;
	u64	written;
	u64	page;
	u64	tail;
};

static DEFINE_PER_CPU(struct el2_wake, el2_wake);

/* Something is wanted: hyp_exit has another word. trace_lock */
bool el2_trace_wake_wanted;

/* The round, and the one in which it was wanted to know of switches. At EL2 there is no .data */
static u64 wake_round;
static u64 switch_round;

/* 0 is no round */
static u64 this_round(void)
{
	return READ_ONCE(wake_round) + 1;
}

/**
 * el2_trace_wake_quiet - take back this CPU's interrupt, if there is one
 *
 * Context: any.
 */
void el2_trace_wake_quiet(void)
{
	/*
	 * Off alone would be enough, but QEMU has a CPU that is reset while the timer is on have a
	 * register that says off, and an interrupt: which goes when the register changes.
	 */
	write_sysreg_s(ARCH_TIMER_CTRL_ENABLE | ARCH_TIMER_CTRL_IT_MASK, SYS_CNTHP_CTL_EL2);
	write_sysreg_s(0, SYS_CNTHP_CTL_EL2);
	/* The interrupt is gone before the host says that it has seen it */
	isb();
	this_cpu_ptr(&el2_wake)->raised = false;
}

/**
 * el2_trace_wake_listen - the host takes interrupts on this CPU from now on, or no longer
 * @on:		it does
 */
void el2_trace_wake_listen(bool on)
{
	this_cpu_ptr(&el2_wake)->listening = on;
}

/**
 * el2_trace_wake_done - all that was wanted is not wanted any more
 *
 * Context: trace_lock is held; the words of events have yet to be made anew.
 */
void el2_trace_wake_done(void)
{
	WRITE_ONCE(wake_round, wake_round + 1);
	el2_trace_wake_wanted = false;
}

/**
 * el2_trace_wake_arm - wake the host when anything is written
 * @cpu:	where
 *
 * What was not seen by one who has wanted that before stays new.
 *
 * Context: trace_lock is held; the words of events have yet to be made anew.
 */
void el2_trace_wake_arm(u64 cpu)
{
	struct el2_wake *wake = per_cpu_ptr(&el2_wake, cpu);

	if (wake->any == this_round())
		return;

	WRITE_ONCE(wake->written,
		   remote_ring_writer_written(&per_cpu_ptr(&el2_trace_cpu, cpu)->ring));
	/* Pairs with the smp_load_acquire() in has_news() */
	smp_store_release(&wake->any, this_round());
	el2_trace_wake_wanted = true;
}

/**
 * el2_trace_wake_arm_page - wake the host when a page is being written
 * @cpu:	where
 * @tail:	sequence of the page
 *
 * Context: trace_lock is held; the words of events have yet to be made anew.
 */
void el2_trace_wake_arm_page(u64 cpu, u64 tail)
{
	struct el2_wake *wake = per_cpu_ptr(&el2_wake, cpu);

	if (wake->page != this_round() || tail < wake->tail)
		WRITE_ONCE(wake->tail, tail);
	/* Pairs with the smp_load_acquire() in has_news() */
	smp_store_release(&wake->page, this_round());
	el2_trace_wake_wanted = true;
}

/**
 * el2_trace_wake_arm_switch - wake the host when a trigger switches tracing
 *
 * Context: trace_lock is held.
 */
void el2_trace_wake_arm_switch(void)
{
	WRITE_ONCE(switch_round, this_round());
	/* Wanted, and then the host looks; pairs with the one in el2_trace_wake_switched() */
	smp_mb();
}

static void raise(struct el2_wake *wake)
{
	if (!wake->listening || wake->raised)
		return;

	wake->raised = true;
	write_sysreg_s(0, SYS_CNTHP_CVAL_EL2);
	/* What follows on the way to the host synchronises it */
	write_sysreg_s(ARCH_TIMER_CTRL_ENABLE, SYS_CNTHP_CTL_EL2);
}

static bool has_news(const struct el2_wake *wake, const struct remote_ring_writer *ring)
{
	/* Pairs with the smp_store_release() in el2_trace_wake_arm() */
	if (smp_load_acquire(&wake->any) == this_round() &&
	    ring->events + ring->entries != READ_ONCE(wake->written))
		return true;

	/* Pairs with the smp_store_release() in el2_trace_wake_arm_page() */
	return smp_load_acquire(&wake->page) == this_round() &&
	       ring->tail >= READ_ONCE(wake->tail);
}

/**
 * el2_trace_wake_exit - part of a stay is over, and the host wants to be woken for something
 * @cpu:	this CPU, whose ring has not been left
 * @reason:	what it leaves EL2 for
 */
void el2_trace_wake_exit(struct el2_trace_cpu *cpu, enum el2_reason reason)
{
	struct el2_wake *wake = this_cpu_ptr(&el2_wake);

	/* The others lead to the firmware */
	if (reason != EL2_REASON_ERET_HOST && reason != EL2_REASON_ERET_GUEST)
		return;

	if (cpu->ring.inside && has_news(wake, &cpu->ring))
		raise(wake);
}

/**
 * el2_trace_wake_switched - a trigger has switched tracing, and left word of it
 *
 * Context: any that a trigger fires in.
 */
void el2_trace_wake_switched(void)
{
	/* What it left, and then whether it is wanted; pairs with el2_trace_wake_arm_switch() */
	smp_mb();
	if (READ_ONCE(switch_round) == this_round())
		raise(this_cpu_ptr(&el2_wake));
}
