// SPDX-License-Identifier: GPL-2.0
/*
 * A thread on each CPU that is online, to write events at a rate that can be set.
 */
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/smpboot.h>

#include "test.h"

/* Whatever the rate, no more at a time: other threads want to run, too */
#define TEST_MAX_BURST	10000U

/* Events a second, of each CPU */
static unsigned int rate;

static DEFINE_PER_CPU(struct task_struct *, threads);
static DEFINE_PER_CPU(u64, last_time);

static int thread_should_run(unsigned int cpu)
{
	return READ_ONCE(rate) && remote_trace_test_is_on();
}

static void thread_fn(unsigned int cpu)
{
	u64 *last = per_cpu_ptr(&last_time, cpu), now = ktime_get_boottime_ns(), nr;

	/* After a pause this is more than was meant, by a burst at the most */
	nr = mul_u64_u64_div_u64(now - *last, READ_ONCE(rate), NSEC_PER_SEC);
	if (nr) {
		*last = now;
		remote_trace_test_write_many(min_t(u64, nr, TEST_MAX_BURST));
	}
	schedule_timeout_interruptible(1);
}

static struct smp_hotplug_thread hotplug_threads = {
	.store			= &threads,
	.thread_should_run	= thread_should_run,
	.thread_fn		= thread_fn,
	.thread_comm		= "remote_test/%u",
};

/**
 * remote_trace_test_wake_threads - have the threads look what there is to do
 */
void remote_trace_test_wake_threads(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct task_struct *thread = per_cpu(threads, cpu);

		/* None before they have been started */
		if (thread)
			wake_up_process(thread);
	}
}

static int rate_set(const char *text, const struct kernel_param *kp)
{
	int ret = param_set_uint(text, kp);

	remote_trace_test_wake_threads();

	return ret;
}

static const struct kernel_param_ops rate_ops = {
	.set	= rate_set,
	.get	= param_get_uint,
};

module_param_cb(rate, &rate_ops, &rate, 0600);

/**
 * remote_trace_test_start_threads - start a thread on each CPU
 *
 * Return: 0 or a negative error.
 */
int __init remote_trace_test_start_threads(void)
{
	return smpboot_register_percpu_thread(&hotplug_threads);
}
