// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps the hypervisor's trace clock in step with CLOCK_BOOTTIME.
 *
 * Both count the same counter. The hypervisor multiplies it by a constant; timekeeping changes its
 * own factor all the time, steered by NTP. So once a second the two are compared and the constant
 * becomes the rate that was measured, and a little more or less, so that the difference fades. The
 * clock never jumps by that: the new line starts where the old one is. Only after a real jump of
 * boot time (a suspend in which the counter stood still) does it start anew from boot time.
 *
 * A machine that has been off and goes on where it was, from memory or from a disk, may have a
 * counter that began at 0 again. What the old line makes of that is nonsense, and no later event of
 * a ring could be earlier. So the clock stands still while the machine sleeps, from before the
 * hypervisor goes until after it is back.
 */
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/kvm_host.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/seqlock.h>
#include <linux/syscore_ops.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>

#include <asm/arch_timer.h>
#include <asm/kvm_el2_trace.h>

#include "el2_trace.h"
#include "fail.h"

#define CLOCK_PERIOD		HZ

/* Nanoseconds; above this it is no drift. The steepest slew there is makes 83 ms a second */
#define CLOCK_MAX_DRIFT		(200 * NSEC_PER_MSEC)

/*
 * What part of the difference to make up for in a period. Not all of it: the next comparison may
 * come much later, after a suspend in which the counter goes on, and the rate stays till then.
 */
#define CLOCK_CATCH_UP		4

/*
 * Nanoseconds that a clock reading for comparison is set back: more than what two copies of the
 * clock, one of them just being replaced, can differ by.
 */
#define CLOCK_MARGIN		16

/* Times to try for a good comparison */
#define CLOCK_TRIES		8

/*
 * The hypervisor's clock as last set, and, while it is being changed, as it will be; @clock itself
 * is changed by the work alone while that is scheduled.
 */
static struct el2_trace_clock clock, next_clock;
static seqcount_t clock_seq = SEQCNT_ZERO(clock_seq);

/* When the two clocks were last compared */
static u64 last_cyc;
static u64 last_boot;

/* A counter value and the boot time at it, as good as can be had */
static void clock_compare(u64 *cyc, u64 *boot)
{
	u64 best = U64_MAX;
	int i;

	for (i = 0; i < CLOCK_TRIES; i++) {
		unsigned long flags;
		u64 before, after, ns;

		local_irq_save(flags);
		before = __arch_counter_get_cntpct();
		ns = ktime_get_boottime_ns();
		after = __arch_counter_get_cntpct();
		local_irq_restore(flags);

		/* Boot time was read in between; the narrower, the better we know when */
		if (after - before < best) {
			best = after - before;
			*cyc = before + best / 2;
			*boot = ns;
		}
	}
}

static void clock_publish(const struct el2_trace_clock *now, const struct el2_trace_clock *next)
{
	write_seqcount_begin(&clock_seq);
	clock = *now;
	next_clock = *next;
	write_seqcount_end(&clock_seq);
}

/* Interrupts are off: one of them may want to know the time */
static int clock_set(const struct el2_trace_clock *new)
{
	struct el2_trace_clock old = clock;
	int ret;

	/* Meanwhile el2_trace_clock_now() does not know which of them an event will get */
	clock_publish(&old, new);
	ret = el2_trace_fail(-EINVAL) ?:
	      el2_trace_call(__el2_trace_set_clock, new->epoch_cyc, new->epoch_ns, new->mult,
			     new->shift);
	if (ret)
		new = &old;
	clock_publish(new, new);

	return ret;
}

static void clock_work(struct work_struct *work)
{
	struct el2_trace_clock new = clock;
	u64 cyc, boot, cycles, ns, fix;
	unsigned long flags;
	bool jump;
	s64 error;
	int ret;

	clock_compare(&cyc, &boot);
	cycles = cyc - last_cyc;
	error = boot - el2_trace_clock_ns(&clock, cyc);

	jump = abs(error) > CLOCK_MAX_DRIFT;
	if (jump) {
		new.epoch_cyc = cyc;
		new.epoch_ns = boot;
	} else {
		/* A period is a second, and the rate may have been measured over many */
		ns = boot - last_boot;
		fix = mul_u64_u64_div_u64(abs(error), ns, (u64)CLOCK_CATCH_UP * NSEC_PER_SEC);
		new.mult = mul_u64_u64_div_u64(error < 0 ? ns - fix : ns + fix,
					       1ULL << (64 - new.shift), cycles);
	}

	/* The lines shall part as late as can be: until EL2 has the new one, it follows the old */
	local_irq_save(flags);
	if (!jump) {
		new.epoch_cyc = __arch_counter_get_cntpct();
		new.epoch_ns = el2_trace_clock_ns(&clock, new.epoch_cyc);
	}
	ret = clock_set(&new);
	local_irq_restore(flags);
	/* After a panic the hypervisor needs no clock any more, nor where there is none */
	if (ret == -EIO)
		return;
	WARN_ON_ONCE(ret);
	last_cyc = cyc;
	last_boot = boot;

	queue_delayed_work(system_freezable_power_efficient_wq, to_delayed_work(work),
			   CLOCK_PERIOD);
}

static DECLARE_DELAYED_WORK(clock_delayed_work, clock_work);

/* A clock of the nominal rate, from now on */
static int clock_begin(void)
{
	u64 rate = arch_timer_get_cntfrq();
	struct el2_trace_clock new = { .shift = 1 };
	unsigned long flags;
	int ret;

	/* As many bits for the factor as leave it one to grow into, below 2^63 */
	while (((u64)NSEC_PER_SEC >> new.shift) >= rate / 4)
		if (++new.shift > 32)
			return -ERANGE;
	new.mult = mul_u64_u64_div_u64(NSEC_PER_SEC, 1ULL << (64 - new.shift), rate);

	/* The machine does not sleep between the two, and have its counter begin again */
	local_irq_save(flags);
	clock_compare(&last_cyc, &last_boot);
	new.epoch_cyc = last_cyc;
	new.epoch_ns = last_boot;
	ret = clock_set(&new);
	local_irq_restore(flags);

	return ret;
}

/* Who wants the clock to be kept in step; serialised by them */
static unsigned int clock_users;

/**
 * el2_trace_clock_start - set the hypervisor's clock and begin to keep it in step
 *
 * Nothing happens to it if somebody else has done that before.
 *
 * Context: process; serialised with el2_trace_clock_stop().
 * Return: 0; -ERANGE if the counter is slower than the clock can be told.
 */
int el2_trace_clock_start(void)
{
	int ret;

	if (!clock_users) {
		ret = clock_begin();
		if (ret)
			return ret;
		queue_delayed_work(system_freezable_power_efficient_wq, &clock_delayed_work,
				   CLOCK_PERIOD);
	}
	clock_users++;

	return 0;
}

/**
 * el2_trace_clock_stop - the undo of el2_trace_clock_start(); the clock goes on, drifting
 *
 * Context: process; serialised with el2_trace_clock_start().
 */
void el2_trace_clock_stop(void)
{
	if (!--clock_users)
		cancel_delayed_work_sync(&clock_delayed_work);
}

/**
 * el2_trace_clock_now - the hypervisor's clock, a little slow
 *
 * Context: any but NMI.
 * Return: nanoseconds; earlier than the time stamp of any event that is begun after the call.
 */
u64 el2_trace_clock_now(void)
{
	unsigned int seq;
	u64 cyc, ns;

	do {
		seq = read_seqcount_begin(&clock_seq);
		cyc = __arch_counter_get_cntpct();
		ns = min(el2_trace_clock_ns(&clock, cyc), el2_trace_clock_ns(&next_clock, cyc));
	} while (read_seqcount_retry(&clock_seq, seq));

	/* There is no clock before the first start */
	return ns > CLOCK_MARGIN ? ns - CLOCK_MARGIN : 0;
}

/* The last that is done before KVM takes its hypervisor down. One CPU, interrupts are off */
static int clock_suspend(void *unused)
{
	/* The least there is: 2^63 counts are a nanosecond, which so is what the clock may go on */
	struct el2_trace_clock still = { .shift = 1, .mult = 1 };

	/* There is nothing to stop before the first start */
	if (!clock.mult)
		return 0;

	still.epoch_cyc = __arch_counter_get_cntpct();
	still.epoch_ns = el2_trace_clock_ns(&clock, still.epoch_cyc);
	/* If the hypervisor has panicked it has no more use for the time */
	clock_set(&still);

	return 0;
}

/* The first that is done once it is back, and boot time goes on. Likewise */
static void clock_resume(void *unused)
{
	if (clock.mult)
		clock_begin();
}

static const struct syscore_ops clock_syscore_ops = {
	.suspend	= clock_suspend,
	.resume		= clock_resume,
};

static struct syscore clock_syscore = {
	.ops = &clock_syscore_ops,
};

/**
 * el2_trace_clock_init - have the clock stand still while the machine sleeps
 *
 * Those that come last are the first to be told that the machine goes to sleep, and the last that
 * it is back. So this comes after KVM's own, which kvm_enable_virtualization() sees to.
 *
 * Context: process; once.
 */
void el2_trace_clock_init(void)
{
	register_syscore(&clock_syscore);
}
