// SPDX-License-Identifier: GPL-2.0
/*
 * Being woken by the hypervisor: the interrupt of EL2's physical timer, which the hypervisor sets
 * off when something that was asked for has happened (nvhe/el2_trace/wake.c has the other half).
 *
 * The timer's driver does not ask for it where the kernel is not at EL2, so it is free. A CPU takes
 * it while it is online and the machine awake. What it has written in the last moments before that
 * ends nobody is told of: so when it has ended, and when it begins again, somebody has to look.
 */
#include <linux/acpi.h>
#include <linux/cpuhotplug.h>
#include <linux/interrupt.h>
#include <linux/kvm_host.h>
#include <linux/of.h>
#include <linux/of_irq.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/syscore_ops.h>

#include <asm/kvm_el2_trace.h>

#include <clocksource/arm_arch_timer.h>

#include "el2_trace.h"

/* 0 if there is none, or none that could be had. Fixed once the hypervisor has been started */
static unsigned int wake_irq;

/* Who is told; there is but one */
static struct remote_trace *listener;

static DEFINE_PER_CPU(bool, wake_cookie);

static void tell_news(void)
{
	/* Pairs with nothing: who was not there yet has not asked yet */
	struct remote_trace *remote = READ_ONCE(listener);

	if (remote)
		remote_trace_news(remote);
}

/* Like kvm_call_hyp_nvhe(), leaving no trace, from where there may be nobody to call */
static long hvc_quietly(u64 function, u64 arg1, u64 arg2, u64 arg3)
{
	register u64 x0 asm("x0") = function;
	register u64 x1 asm("x1") = arg1;
	register u64 x2 asm("x2") = arg2;
	register u64 x3 asm("x3") = arg3;

	asm volatile("hvc %4"
		     : "+r" (x0), "+r" (x1), "+r" (x2), "+r" (x3)
		     : "i" (EL2_TRACE_QUIET)
		     : "memory");

	/* Without pKVM a CPU that is going off, or coming, may have no hypervisor */
	return x0 == SMCCC_RET_SUCCESS ? (long)x1 : -EAGAIN;
}

/* As el2_trace_call(). That a CPU has been woken, or waits to be, would be news in itself */
static long call_quietly(u64 function, u64 arg1, u64 arg2, u64 arg3)
{
	unsigned long flags;
	long ret = -EIO;

	local_irq_save(flags);
	if (likely(!READ_ONCE(el2_trace_gone)))
		ret = hvc_quietly(function, arg1, arg2, arg3);
	local_irq_restore(flags);

	return ret;
}

static long listen(bool on)
{
	return call_quietly(KVM_HOST_SMCCC_FUNC(__el2_trace_listen), on, 0, 0);
}

static irqreturn_t wake_handler(int irq, void *unused)
{
	/* There is nobody who would take it back */
	if (listen(true) == -EIO)
		disable_percpu_irq(irq);
	tell_news();

	return IRQ_HANDLED;
}

/* On this CPU, whose interrupts are off or which nobody is taken from */
static void begin_listening(void)
{
	if (!listen(true))
		enable_percpu_irq(wake_irq, IRQ_TYPE_NONE);
}

static void end_listening(void)
{
	disable_percpu_irq(wake_irq);
	listen(false);
}

static int wake_cpu_online(unsigned int cpu)
{
	begin_listening();
	tell_news();

	return 0;
}

static int wake_cpu_offline(unsigned int cpu)
{
	end_listening();

	return 0;
}

static int wake_cpu_dead(unsigned int cpu)
{
	tell_news();

	return 0;
}

/* An interrupt for what is written on the way to sleep would be the end of the sleep */
static int wake_suspend(void *unused)
{
	end_listening();

	return 0;
}

static void wake_resume(void *unused)
{
	begin_listening();
	tell_news();
}

static const struct syscore_ops wake_syscore_ops = {
	.suspend	= wake_suspend,
	.resume		= wake_resume,
};

static struct syscore wake_syscore = {
	.ops = &wake_syscore_ops,
};

static void stop_cpu(void *unused)
{
	end_listening();
}

/**
 * el2_trace_wake_stop - no CPU is woken any more: the machine goes down
 *
 * There is a hypervisor, el2_trace_wake_start() has been called.
 *
 * Context: process.
 */
void el2_trace_wake_stop(void)
{
	if (wake_irq)
		on_each_cpu(stop_cpu, NULL, true);
}

/**
 * el2_trace_wake - struct remote_trace_ops::wake of the hypervisor
 * @priv:	unused
 * @remote:	who is told
 * @news:	of what
 * @cpu:	where, or -1 for all
 * @tail:	the page
 *
 * Return: 0, or a negative error.
 */
int el2_trace_wake(void *priv, struct remote_trace *remote, enum remote_trace_news news, int cpu,
		   u64 tail)
{
	static const u8 what[] = {
		[REMOTE_TRACE_NEWS_EVENT] = EL2_WAKE_EVENT,
		[REMOTE_TRACE_NEWS_PAGE] = EL2_WAKE_PAGE,
		[REMOTE_TRACE_NEWS_SWITCH] = EL2_WAKE_SWITCH,
	};

	if (!wake_irq)
		return -EOPNOTSUPP;

	WRITE_ONCE(listener, remote);

	return call_quietly(KVM_HOST_SMCCC_FUNC(__el2_trace_wake), what[news],
			    cpu < 0 ? EL2_WAKE_ALL_CPUS : cpu, tail);
}

/**
 * el2_trace_wake_start - have the CPUs take the interrupt, now that there is a hypervisor
 *
 * Context: process; once.
 */
void el2_trace_wake_start(void)
{
	int ret;

	if (!wake_irq)
		return;

	ret = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "kvm/el2_trace:dead", NULL,
					wake_cpu_dead);
	if (ret >= 0)
		ret = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "kvm/el2_trace:wake",
					wake_cpu_online, wake_cpu_offline);
	if (ret < 0) {
		pr_info("hypervisor: CPUs take no interrupt (%d); another timer is used\n",
			ret);
		wake_irq = 0;
		return;
	}
	register_syscore(&wake_syscore);
}

#ifdef CONFIG_ACPI_GTDT
static unsigned int __init find_acpi_irq(void)
{
	return acpi_gtdt_map_ppi(ARCH_TIMER_HYP_PPI);
}
#else
static unsigned int __init find_acpi_irq(void)
{
	return 0;
}
#endif

/* As the timer's driver does, which keeps it to itself; to map it again gives the same */
static unsigned int __init find_irq(void)
{
	struct device_node *np;
	int irq;

	if (!acpi_disabled)
		return find_acpi_irq();

	np = of_find_compatible_node(NULL, NULL, "arm,armv8-timer");
	if (!np)
		return 0;

	if (of_property_present(np, "interrupt-names"))
		irq = of_irq_get_byname(np, "hyp-phys");
	else
		irq = of_irq_get(np, ARCH_TIMER_HYP_PPI);
	of_node_put(np);

	return max(irq, 0);
}

/**
 * el2_trace_wake_init - find the interrupt
 */
void __init el2_trace_wake_init(void)
{
	unsigned int irq = find_irq();
	int ret = irq ? request_percpu_irq(irq, wake_handler, "el2_trace", &wake_cookie) : -ENOENT;

	if (ret)
		pr_info("hypervisor: EL2's timer has no interrupt (%d); another timer is used\n",
			ret);
	else
		wake_irq = irq;
}
