// SPDX-License-Identifier: GPL-2.0
/*
 * Failures of the hypervisor, for tests: what the host asks of it for tracing is refused when
 * fault injection says so, as Documentation/fault-injection/ has it. A task that has said which of
 * its allocations shall fail has these refused in the same count, so that all that can go wrong in
 * a system call does in turn.
 *
 *	/sys/kernel/debug/fail_el2_trace/	probability, interval, times, ...
 *	/sys/kernel/debug/fail_el2_trace_owners	how many pages of memory there are of each kind: who
 *						has them, who has them pinned
 */
#include <linux/debugfs.h>
#include <linux/fault-inject.h>
#include <linux/init.h>
#include <linux/memblock.h>
#include <linux/pfn.h>
#include <linux/sched.h>
#include <linux/seq_file.h>

#include <asm/virt.h>

#include "el2_trace.h"
#include "fail.h"
#include "hostile.h"

/* Kinds of pages: there are not many */
#define OWNERS_MAX_KINDS	64

static DECLARE_FAULT_ATTR(el2_trace_fail_attr);

/**
 * el2_trace_fail - whether something the hypervisor is about to be asked shall be refused instead
 * @error:	that it is refused with
 *
 * Not for what undoes something else, which must not fail.
 *
 * Context: any.
 * Return: @error, and the hypervisor is not to be asked; or 0.
 */
int el2_trace_fail(int error)
{
	return should_fail(&el2_trace_fail_attr, 1) ? error : 0;
}

/* A page's state that is -ENOENT is no page */
static int owners_show(struct seq_file *seq, void *unused)
{
	u64 pfn, end = PHYS_PFN(memblock_end_of_DRAM());
	struct {
		int	state;
		u64	pages;
	} kinds[OWNERS_MAX_KINDS];
	u32 i, nr = 0;

	for (pfn = PHYS_PFN(memblock_start_of_DRAM()); pfn < end; pfn++) {
		int state = hostile_page_state(pfn);

		cond_resched();
		for (i = 0; i < nr && kinds[i].state != state; i++)
			;
		if (i == OWNERS_MAX_KINDS)
			return -E2BIG;
		if (i == nr) {
			kinds[nr].state = state;
			kinds[nr++].pages = 0;
		}
		kinds[i].pages++;
	}

	for (i = 0; i < nr; i++)
		seq_printf(seq, "%#x %llu\n", kinds[i].state, kinds[i].pages);

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(owners);

static int __init el2_trace_fail_init(void)
{
	if (!is_kvm_arm_initialised() || is_kernel_in_hyp_mode())
		return 0;

	fault_create_debugfs_attr("fail_el2_trace", NULL, &el2_trace_fail_attr);
	/* Where the host is trusted all pages are its own */
	if (is_protected_kvm_enabled())
		debugfs_create_file("fail_el2_trace_owners", 0400, NULL, NULL, &owners_fops);

	return 0;
}
late_initcall(el2_trace_fail_init);
