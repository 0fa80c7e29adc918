// SPDX-License-Identifier: GPL-2.0
/* KVM's host half of many_cpus.c, and what it asks of the kernel. */
#include <linux/cpu.h>
#include <linux/gfp.h>
#include <linux/kvm_host.h>
#include <linux/mm.h>
#include <linux/reboot.h>
#include <linux/sched.h>
#include <linux/trace_events.h>

#include <asm/kvm_mmu.h>

#include <el2_trace.h>

#include "many_cpus.h"
#include "test.h"

static_assert(SHIM_HCALL(__pkvm_host_share_hyp) == MANY_SHARE);
static_assert(SHIM_HCALL(__pkvm_host_unshare_hyp) == MANY_UNSHARE);
static_assert(SHIM_HCALL(__el2_trace_load) == MANY_LOAD);
static_assert(SHIM_HCALL(__el2_trace_unload) == MANY_UNLOAD);

u32 shim_possible_cpus = ~0U, shim_online_cpus = ~0U, shim_cpus_locked, shim_irqs_off;

const struct remote_trace_accounts el2_trace_accounts;
struct remote_trace_event el2_trace_events[EL2_NR_EVENTS];
char __hyp_text_start[1];

static const struct remote_trace_ops *ops;

int shim_late_initcall(void);

void shim_irqs_on(void)
{
}

void *alloc_pages_exact(size_t size, gfp_t gfp)
{
	void *pages = many_alloc_pages(size);

	if (gfp & __GFP_ZERO)
		memset(pages, 0, size);

	return pages;
}

void free_pages_exact(void *addr, size_t size)
{
	many_free_pages(addr, size);
}

struct page *virt_to_page(const void *addr)
{
	return (struct page *)(MANY_PFN + many_index(addr));
}

u64 page_to_pfn(const struct page *page)
{
	return (u64)page;
}

int create_hyp_mappings(void *from, void *to, enum kvm_pgtable_prot prot)
{
	return -EPERM;
}

int kvm_enable_virtualization(void)
{
	return 0;
}

bool is_kvm_arm_initialised(void)
{
	return true;
}

bool is_kernel_in_hyp_mode(void)
{
	return false;
}

int register_reboot_notifier(struct notifier_block *nb)
{
	return 0;
}

int unregister_reboot_notifier(struct notifier_block *nb)
{
	return 0;
}

unsigned long shim_hypercall(enum shim_hcall hcall, const u64 *args)
{
	return many_hypercall(hcall, args);
}

void el2_trace_wake_init(void)
{
}

void el2_trace_wake_start(void)
{
}

void el2_trace_wake_stop(void)
{
}

int el2_trace_wake(void *priv, struct remote_trace *remote, enum remote_trace_news news, int cpu,
		   u64 tail)
{
	return el2_trace_call(__el2_trace_wake, EL2_WAKE_EVENT,
			      cpu < 0 ? EL2_WAKE_ALL_CPUS : (u64)cpu, tail);
}

void el2_trace_clock_init(void)
{
}

int el2_trace_clock_start(void)
{
	/* A nanosecond a count */
	return el2_trace_call(__el2_trace_set_clock, 0, 0, 1ULL << 62, 2);
}

void el2_trace_clock_stop(void)
{
}

u64 el2_trace_clock_now(void)
{
	return many_now();
}

void el2_trace_init_events(void)
{
	static struct trace_event_call calls[EL2_NR_EVENTS];
	u32 i;

	for (i = 0; i < EL2_NR_EVENTS; i++) {
		calls[i].event.type = MANY_SELFTEST_ID - EL2_EVENT_selftest + i;
		el2_trace_events[i] = (struct remote_trace_event) {
			.call = &calls[i],
			.size = 16,
		};
	}
}

int remote_trace_register(const char *name, const struct remote_trace_ops *its_ops, void *priv,
			  const struct remote_trace_event *events, unsigned int nr_events)
{
	ops = its_ops;

	return 0;
}

const struct remote_trace_ops *many_ops(const struct remote_trace_event **events, u32 *nr,
					u32 *selftest)
{
	CHECK_EQ(shim_late_initcall(), 0);
	*events = el2_trace_events;
	*nr = EL2_NR_EVENTS;
	*selftest = EL2_EVENT_selftest;

	return ops;
}

u32 many_enable_nr(void)
{
	return SHIM_HCALL(__el2_trace_enable);
}

u32 many_set_clock_nr(void)
{
	return SHIM_HCALL(__el2_trace_set_clock);
}

u32 many_wake_nr(void)
{
	return SHIM_HCALL(__el2_trace_wake);
}
