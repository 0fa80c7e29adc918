/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Time, for overlay/arch/arm64/kvm/el2_trace/clock.c: a counter, a boot time that timekeeping makes
 * of it at a rate which it changes as it likes, and the hypervisor's clock. Everything takes time,
 * some of it at random.
 */
#ifndef _UNIT_CLOCK_SIM_H
#define _UNIT_CLOCK_SIM_H

#include <linux/irqflags.h>
#include <linux/kvm_host.h>
#include <linux/syscore_ops.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>

#include <asm/arch_timer.h>

#include <el2_trace.h>

#include "test.h"

/* Nanoseconds by which a new clock may be behind the old one: nothing that a reader would notice */
#define SIM_STEP_BACK	16

struct sim {
	u64		seed;
	/* The counter, and what a tick of it has been used up of, in 1 / frequency ns */
	u64		frequency;
	u64		cyc;
	u64		rest;
	/* Boot time at a counter value, in 2^-32 ns, and what a tick adds to it */
	__int128	boot;
	u64		boot_cyc;
	__int128	boot_rate;
	/* At most so many nanoseconds is the worker away when something else comes between */
	u32		preempted;
	/* Boot time is what has gone back, so the clock may */
	bool		set_back;
	/* What the hypervisor has, how much it went back when it got it, and how much it may */
	struct el2_trace_clock	el2;
	u32		sets;
	s64		worst_step_back;
	s64		step_back;
	/* What el2_trace_clock_now() has said that no event would be before any more */
	u64		promised;
};

static struct sim sim;

u32 shim_warnings, shim_cpu, shim_irqs_off;
struct workqueue_struct *system_freezable_power_efficient_wq;
struct delayed_work *shim_work;
unsigned long shim_work_delay;

static struct syscore *sim_syscore;

void register_syscore(struct syscore *syscore)
{
	CHECK(!sim_syscore);
	sim_syscore = syscore;
}

static void sim_pass(u64 ns)
{
	__int128 ticks = (__int128)ns * sim.frequency + sim.rest;

	sim.cyc += (u64)(ticks / NSEC_PER_SEC);
	sim.rest = ticks % NSEC_PER_SEC;
}

static u64 sim_boot(u64 cyc)
{
	return (sim.boot + (__int128)(s64)(cyc - sim.boot_cyc) * sim.boot_rate) >> 32;
}

static u64 sim_el2(u64 cyc)
{
	return el2_trace_clock_ns(&sim.el2, cyc);
}

/* From now on, boot time runs that many parts in 10^9 faster than the counter says */
static void sim_set_rate(s64 ppb)
{
	sim.boot += (__int128)(s64)(sim.cyc - sim.boot_cyc) * sim.boot_rate;
	sim.boot_cyc = sim.cyc;
	sim.boot_rate = ((__int128)(NSEC_PER_SEC + ppb) << 32) / sim.frequency;
}

u32 arch_timer_get_cntfrq(void)
{
	return sim.frequency;
}

u64 __arch_counter_get_cntpct(void)
{
	u64 cyc;

	/* Interrupts may be off, but firmware and hypervisors come as they like */
	sim_pass(10 + test_below(&sim.seed, 20));
	if (!test_below(&sim.seed, 50))
		sim_pass(test_below(&sim.seed, 20000));
	cyc = sim.cyc;
	sim_pass(5 + test_below(&sim.seed, 10));

	return cyc;
}

u64 ktime_get_boottime_ns(void)
{
	u64 ns;

	sim_pass(5 + test_below(&sim.seed, 20));
	ns = sim_boot(sim.cyc);
	sim_pass(5 + test_below(&sim.seed, 20));

	return ns;
}

/* An event at EL2, on another CPU */
static void sim_event(void)
{
	CHECK((s64)(sim_el2(sim.cyc) - sim.promised) > 0);
}

/* A reader takes its horizon, on another CPU */
static void sim_reader(void)
{
	u64 now = el2_trace_clock_now();

	if ((s64)(now - sim.promised) > 0)
		sim.promised = now;
	sim_event();
}

/* Readers read, others run */
void shim_irqs_on(void)
{
	if (!sim.sets || shim_irqs_off)
		return;
	sim_reader();
	if (sim.preempted) {
		sim_pass(test_below(&sim.seed, sim.preempted));
		sim_reader();
	}
}

bool el2_trace_gone;

unsigned long shim_hypercall(enum shim_hcall hcall, const u64 *args)
{
	struct el2_trace_clock new = {
		.epoch_cyc = args[0], .epoch_ns = args[1], .mult = args[2], .shift = args[3],
	};
	s64 step;

	CHECK_EQ(hcall, SHIM_HCALL(__el2_trace_set_clock));
	/* As the hypervisor sees it */
	CHECK(new.mult && !(new.mult >> 63));
	CHECK(new.shift >= 1 && new.shift <= 63);

	sim_pass(300 + test_below(&sim.seed, 2000));
	shim_irqs_on();
	step = el2_trace_clock_ns(&new, sim.cyc) - sim_el2(sim.cyc);
	if (sim.sets++ && !sim.set_back && step < sim.worst_step_back)
		sim.worst_step_back = step;
	sim.el2 = new;
	/* No promise holds when boot time is set back, nor was there one before the first time */
	if (sim.sets == 1 || sim.set_back)
		sim.promised = 0;
	sim_event();
	sim_pass(300 + test_below(&sim.seed, 500));
	/* Other CPUs do not wait for the host's copy to be the new one */
	if (sim.sets > 1)
		sim_reader();
	shim_irqs_on();

	return 0;
}

/* A machine that has been up for a while */
static void sim_boot_machine(u64 frequency, u64 cyc, u64 seed)
{
	memset(&sim, 0, sizeof(sim));
	sim.seed = seed;
	sim.frequency = frequency;
	sim.cyc = cyc;
	sim.boot_cyc = cyc;
	sim.boot = (__int128)test_below(&sim.seed, 1U << 31) * NSEC_PER_SEC << 32;
	sim.step_back = SIM_STEP_BACK;
	sim_set_rate(0);
	shim_work = NULL;
	shim_warnings = 0;
}

/* Do the work that is due */
static inline void sim_work(void)
{
	struct delayed_work *work = shim_work;

	CHECK(work);
	CHECK_EQ(shim_work_delay, HZ);
	shim_work = NULL;
	work->work.func(&work->work);
	CHECK(shim_work);
	CHECK_EQ(shim_irqs_off, 0);
}

#endif /* _UNIT_CLOCK_SIM_H */
