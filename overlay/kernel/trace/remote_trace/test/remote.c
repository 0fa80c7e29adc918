// SPDX-License-Identifier: GPL-2.0
/*
 * A remote that is no other than the kernel: what rings, files and their readers do can be tested
 * with it on any machine, with all that checks a kernel at run time. It is registered as any remote
 * is and has nothing that others do not have.
 *
 * Rings are in the kernel's own memory, so loading one is no more than a list of its pages. A CPU
 * writes with interrupts off, so one that has taken an interrupt is not writing. The rings' locks
 * are never taken in an interrupt: threads write, and whoever reads may sleep.
 */
#include <linux/cpumask.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/ktime.h>
#include <linux/math.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/trace_events.h>

#include "test.h"

/* More than any test has memory for, and few enough that the list of them can be allocated */
#define TEST_MAX_PAGES	BIT(20)

/* Pages of each ring's slots, NULL if it is not loaded */
static DEFINE_PER_CPU(u64 *, slots);

static struct remote_ring_writer *test_ring(int cpu)
{
	return &per_cpu_ptr(&remote_trace_test_cpus, cpu)->ring;
}

static void free_slots(u64 *slot_pages)
{
	u64 *page;

	for (page = slot_pages; *page; page++)
		free_page(*page);
	kvfree(slot_pages);
}

/* Pages of slots, ended by 0 */
static u64 *alloc_slots(u32 nr)
{
	u32 i, nr_slot_pages = DIV_ROUND_UP(nr, REMOTE_RING_PAGE_SLOTS);
	u64 *slot_pages = kvcalloc(nr_slot_pages + 1, sizeof(*slot_pages), GFP_KERNEL);

	if (!slot_pages)
		return NULL;

	for (i = 0; i < nr_slot_pages; i++) {
		slot_pages[i] = get_zeroed_page(GFP_KERNEL);
		if (!slot_pages[i]) {
			free_slots(slot_pages);
			return NULL;
		}
	}

	return slot_pages;
}

static void unload_ring(int cpu)
{
	u64 **slot_pages = per_cpu_ptr(&slots, cpu);

	/* When not all could be loaded there is nothing of the rest */
	if (!*slot_pages)
		return;

	WARN_ON(remote_ring_writer_unload(test_ring(cpu)));
	free_slots(*slot_pages);
	*slot_pages = NULL;
}

static void test_unload(void *priv)
{
	int cpu;

	/* No CPU writes: tracing is off, and test_enable() has waited for those that did */
	for_each_possible_cpu(cpu) {
		remote_ring_writer_detach(test_ring(cpu));
		unload_ring(cpu);
		cond_resched();
	}
}

static int load_ring(int cpu, const struct remote_trace_ring *ring,
		     const struct remote_trace_layout *layout)
{
	u32 i, nr_pages = remote_trace_layout_pages(layout);
	u64 *slot_pages = alloc_slots(nr_pages);

	if (!slot_pages)
		return -ENOMEM;

	for (i = 0; i < nr_pages; i++) {
		*remote_ring_find_slot(slot_pages, i) = (struct remote_ring_slot) {
			.page = (unsigned long)ring->pages[i],
			.id = i,
		};
	}
	*per_cpu_ptr(&slots, cpu) = slot_pages;

	per_cpu_ptr(&remote_trace_test_cpus, cpu)->written = 0;
	remote_ring_writer_load(test_ring(cpu), ring->meta, slot_pages, layout->nr_slots,
				layout->nr_readers, layout->overwrite);

	return 0;
}

static int test_load(void *priv, struct remote_trace_ring *rings,
		     const struct remote_trace_layout *layout)
{
	int cpu, ret;

	for_each_possible_cpu(cpu) {
		ret = load_ring(cpu, &rings[cpu], layout);
		if (ret) {
			test_unload(priv);
			return ret;
		}
		cond_resched();
	}

	return 0;
}

static void nothing(void *unused)
{
}

static int test_enable(void *priv, bool on)
{
	int cpu;

	for_each_possible_cpu(cpu)
		remote_ring_writer_accept(test_ring(cpu), on);
	remote_trace_test_set_on(on);

	/* Who has seen it on has written when it has taken an interrupt */
	if (on)
		remote_trace_test_wake_threads();
	else
		on_each_cpu(nothing, NULL, true);

	return 0;
}

static int test_swap(void *priv, int cpu, u32 indexes)
{
	return remote_ring_writer_swap(test_ring(cpu), indexes);
}

static int test_reset(void *priv, int cpu)
{
	return remote_ring_writer_reset(test_ring(cpu));
}

static int test_sync(void *priv, int cpu, u64 seq)
{
	return remote_ring_writer_sync(test_ring(cpu), seq);
}

static int test_enable_event(void *priv, unsigned int event, bool on)
{
	remote_trace_test_set_event(event,
				    on ? remote_trace_test_events[event].call->event.type : 0);

	return 0;
}

static int test_write_event(void *priv, u64 value)
{
	remote_trace_test_write_value(value);

	return 0;
}

static int test_record_stacks(void *priv, u32 id)
{
	remote_trace_test_set_stack(id);

	/* A CPU that is writing goes on as it began */
	on_each_cpu(nothing, NULL, true);

	return 0;
}

static int test_tell_busy(void *priv, bool on)
{
	/* Nor does a CPU come or go in the middle of that: interrupts are off there */
	remote_trace_test_set_busy(on);
	on_each_cpu(nothing, NULL, true);

	return 0;
}

static u64 test_now(void *priv)
{
	return ktime_get_boottime_ns();
}

static const struct remote_trace_ops test_ops = {
	.max_pages	= TEST_MAX_PAGES,
	.load		= test_load,
	.unload		= test_unload,
	.enable		= test_enable,
	.swap_pages	= test_swap,
	.reset		= test_reset,
	.sync		= test_sync,
	.enable_event	= test_enable_event,
	.write_event	= test_write_event,
	.record_stacks	= test_record_stacks,
	.tell_busy	= test_tell_busy,
	.now		= test_now,
};

/* Events that each CPU has written since the rings were loaded, or until they were unloaded */
static int written_get(char *buffer, const struct kernel_param *kp)
{
	int cpu, len = 0;

	for_each_possible_cpu(cpu) {
		const struct test_cpu *tcpu = per_cpu_ptr(&remote_trace_test_cpus, cpu);

		len += scnprintf(buffer + len, PAGE_SIZE - len, "%llu\n",
				 READ_ONCE(tcpu->written));
	}

	return len;
}

static const struct kernel_param_ops written_ops = {
	.get	= written_get,
};

module_param_cb(written, &written_ops, NULL, 0400);

static int __init test_init(void)
{
	int ret;

	remote_trace_test_init_events();

	ret = remote_trace_test_start_threads();
	if (ret)
		return ret;

	/* There is no stopping the threads, and they do nothing that would need it */
	return remote_trace_register("remote_test", &test_ops, NULL, remote_trace_test_events,
				     TEST_NR_EVENTS);
}
late_initcall(test_init);
