/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A host for overlay/arch/arm64/kvm/el2_trace.c, and a hypervisor under it that keeps the books:
 * each page is free, the host's own, shared or donated, and nothing but the transitions that the
 * real one allows can happen to it. What the host must not touch it cannot touch: that is a crash.
 *
 * "Steps" are what may fail on the way to a loaded trace, "undos" what is called to get back. Each
 * is counted, and the one whose number the test has named fails without having done anything.
 */
#ifndef _UNIT_HOST_H
#define _UNIT_HOST_H

#include <sys/mman.h>

#include <linux/cpu.h>
#include <linux/gfp.h>
#include <linux/kvm_host.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/reboot.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/trace_events.h>

#include <asm/kvm_mmu.h>
#include <asm/kvm_pkvm.h>
#include <asm/sections.h>

#include <el2_trace.h>
#include "test.h"

/* Enough for one ring of which the descriptor has several pages: 700 MiB that are never touched */
#define HOST_PAGES	180000
/* A page frame number that is none of the small numbers it might be mistaken for */
#define HOST_PFN	0x40000ULL

enum host_state {
	HOST_FREE,
	HOST_OWNED,
	HOST_SHARED,
	HOST_DONATED,
};

/* All that must be the same again after a failure */
struct host_books {
	u8	state[HOST_PAGES];
	u8	pinned[HOST_PAGES];
	/* Where a range of alloc_pages_exact() starts: its size */
	u32	range[HOST_PAGES];
	bool	attached[NR_CPUS];
	bool	enabled;
	bool	clock_on;
	/* What EL2 has: each CPU's descriptor, and how many pages of the ring it names */
	u64	desc[NR_CPUS];
	u32	desc_pages[NR_CPUS];
	u32	nr_slots[NR_CPUS];
	u32	nr_readers[NR_CPUS];
	u32	taken[NR_CPUS];
};

static struct host_books host, host_before;
/* Mapped at EL2 where the host maps; such a mapping stays for ever */
static u8 host_mapped[HOST_PAGES];
static char *host_memory;
static u32 host_next;
static bool host_protected;

/* How many pages of a ring EL2 takes or gives back in one call */
#define HOST_BATCH	2
static u32 host_batch;

/* Hypercalls for each page or batch since the host has rescheduled */
static u32 host_calls;

static u32 host_steps, host_failing_step;
static u32 host_undos, host_failing_undo;
static int host_error;
static enum shim_hcall host_failed_undo;
/* Pages that EL2 did not give back when it was asked to */
static u32 host_kept;

u32 shim_warnings, shim_cpu, shim_possible_cpus, shim_online_cpus, shim_cpus_locked, shim_irqs_off;

/* There is a hypervisor to be called; if not, asking for it gives this */
static bool host_virt;
static int host_virt_error;

/* Of accounts there is accounts.c, which is not here */
const struct remote_trace_accounts el2_trace_accounts;

static const struct remote_trace_ops *host_ops;
static u32 host_registered;

struct remote_trace_event el2_trace_events[EL2_NR_EVENTS];
char __hyp_text_start[1];

int shim_late_initcall(void);

u32 shim_check_cpu(u32 cpu)
{
	CHECK(cpu < NR_CPUS && shim_possible_cpus >> cpu & 1);
	return cpu;
}

static u32 host_index(const void *page)
{
	u64 offset = (const char *)page - host_memory;

	CHECK(page && offset < HOST_PAGES * PAGE_SIZE && !(offset % PAGE_SIZE));
	return offset / PAGE_SIZE;
}

static void *host_page(u64 pfn)
{
	CHECK(pfn >= HOST_PFN && pfn < HOST_PFN + HOST_PAGES);
	return host_memory + (pfn - HOST_PFN) * PAGE_SIZE;
}

static u32 host_pfn_index(u64 pfn)
{
	return host_index(host_page(pfn));
}

static void host_set(u32 first, u32 nr, enum host_state from, enum host_state to)
{
	bool access = to == HOST_OWNED || to == HOST_SHARED;
	u32 i;

	for (i = first; i < first + nr; i++) {
		CHECK_EQ(host.state[i], from);
		CHECK(!host.pinned[i]);
		host.state[i] = to;
	}
	CHECK(!mprotect(host_memory + first * PAGE_SIZE, nr * PAGE_SIZE,
			access ? PROT_READ | PROT_WRITE : PROT_NONE));
}

static void *host_alloc(u32 nr)
{
	u32 first, i;

	/* Round and round, so that what has been freed is not at once in use again */
	for (first = host_next, i = 0; i < nr; i++) {
		if (first + nr > HOST_PAGES) {
			first = 0;
			i = 0;
		}
		if (host.state[first + i]) {
			first += i + 1;
			i = -1;
		}
	}
	host_next = first + nr;
	host_set(first, nr, HOST_FREE, HOST_OWNED);

	return host_memory + first * PAGE_SIZE;
}

static bool host_step_fails(int error)
{
	if (++host_steps != host_failing_step)
		return false;
	host_error = error;

	return true;
}

void cond_resched(void)
{
	host_calls = 0;
}

/* To be killed is one of the things that may happen at any time on the way */
bool fatal_signal_pending(struct task_struct *task)
{
	CHECK(task == current);
	return host_step_fails(-EINTR);
}

static bool host_undo_fails(enum shim_hcall hcall)
{
	if (++host_undos != host_failing_undo)
		return false;
	host_failed_undo = hcall;

	return true;
}

void *alloc_pages_exact(size_t size, gfp_t gfp)
{
	u32 nr = size / PAGE_SIZE;
	void *pages;

	CHECK(nr && !(size % PAGE_SIZE));
	if (host_step_fails(-ENOMEM))
		return NULL;
	pages = host_alloc(nr);
	host.range[host_index(pages)] = nr;
	memset(pages, gfp & __GFP_ZERO ? 0 : 0x5a, size);

	return pages;
}

void free_pages_exact(void *addr, size_t size)
{
	u32 first = host_index(addr);

	CHECK_EQ(host.range[first], size / PAGE_SIZE);
	host.range[first] = 0;
	host_set(first, size / PAGE_SIZE, HOST_OWNED, HOST_FREE);
}

unsigned long __get_free_page(gfp_t gfp)
{
	return (unsigned long)alloc_pages_exact(PAGE_SIZE, gfp);
}

void free_page(unsigned long addr)
{
	free_pages_exact((void *)addr, PAGE_SIZE);
}

/* What is not a page of its own cannot get lost on the way to EL2 */
void *kvcalloc(size_t nr, size_t size, gfp_t gfp __maybe_unused)
{
	return host_step_fails(-ENOMEM) ? NULL : calloc(nr, size);
}

void kvfree(const void *addr)
{
	free((void *)addr);
}

struct page *virt_to_page(const void *addr)
{
	/* Any value will do that can be turned back; 0 is not one of them */
	return (struct page *)(HOST_PFN + host_index(addr));
}

u64 page_to_pfn(const struct page *page)
{
	return (u64)page;
}

int create_hyp_mappings(void *from, void *to, enum kvm_pgtable_prot prot)
{
	u32 first = host_index(from), nr = ((char *)to - (char *)from) / PAGE_SIZE, i;

	CHECK(!host_protected);
	CHECK_EQ(prot, PAGE_HYP);
	if (host_step_fails(-EEXIST))
		return -EEXIST;
	for (i = first; i < first + nr; i++) {
		CHECK_EQ(host.state[i], HOST_OWNED);
		host_mapped[i] = 1;
	}

	return 0;
}

bool is_protected_kvm_enabled(void)
{
	return host_protected;
}

int kvm_enable_virtualization(void)
{
	/* It is for good, so once is enough */
	CHECK(!host_virt);
	host_virt = !host_virt_error;

	return host_virt_error;
}

bool is_kvm_arm_initialised(void)
{
	return true;
}

bool is_kernel_in_hyp_mode(void)
{
	return false;
}

/* Nobody is woken: what there is to that is not here either */
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
	return -EOPNOTSUPP;
}

void el2_trace_clock_init(void)
{
	/* Who comes later is the first to be told of a sleep, and must be: it makes hypercalls */
	CHECK(host_virt);
}

int el2_trace_clock_start(void)
{
	CHECK(!host.clock_on);
	if (host_step_fails(-ERANGE))
		return -ERANGE;
	host.clock_on = true;

	return 0;
}

void el2_trace_clock_stop(void)
{
	CHECK(host.clock_on);
	host.clock_on = false;
}

u64 el2_trace_clock_now(void)
{
	return 4711;
}

void shim_irqs_on(void)
{
}

static struct notifier_block *host_reboot_nb;

int register_reboot_notifier(struct notifier_block *nb)
{
	host_reboot_nb = nb;
	return 0;
}

int unregister_reboot_notifier(struct notifier_block *nb)
{
	CHECK(host_reboot_nb == nb);
	host_reboot_nb = NULL;
	return 0;
}

void el2_trace_init_events(void)
{
	static struct trace_event_call calls[EL2_NR_EVENTS];
	u32 i;

	for (i = 0; i < EL2_NR_EVENTS; i++) {
		calls[i].event.type = 1000 + i;
		el2_trace_events[i].call = &calls[i];
	}
}

int remote_trace_register(const char *name, const struct remote_trace_ops *ops,
			  void *priv __maybe_unused, const struct remote_trace_event *events,
			  unsigned int nr_events)
{
	CHECK(!strcmp(name, "hypervisor"));
	CHECK(events == el2_trace_events);
	CHECK_EQ(nr_events, EL2_NR_EVENTS);
	host_ops = ops;
	host_registered++;

	return 0;
}

/* A page of a ring goes to EL2, which refuses one that it has already; or comes back */
static void host_pin(u64 pfn, bool pin)
{
	u32 i = host_pfn_index(pfn);

	CHECK_EQ(host.state[i], host_protected ? HOST_SHARED : HOST_OWNED);
	CHECK(host_protected || host_mapped[i]);
	CHECK_EQ(host.pinned[i], !pin);
	host.pinned[i] = pin;
}

static struct remote_ring_slot *host_slot(const struct el2_trace_desc *desc, u32 i)
{
	struct remote_ring_slot *slots = host_page(desc->slot_pages[i / REMOTE_RING_PAGE_SLOTS]);

	return &slots[i % REMOTE_RING_PAGE_SLOTS];
}

static u32 host_nr_slot_pages(u32 cpu)
{
	return DIV_ROUND_UP(host.nr_slots[cpu] + host.nr_readers[cpu], REMOTE_RING_PAGE_SLOTS);
}

/* EL2 looks into what it has been given; returns the descriptor */
static struct el2_trace_desc *host_hyp_look(u32 cpu)
{
	struct el2_trace_desc *desc = host_page(host.desc[cpu]);
	u32 i;

	CHECK(!mprotect(desc, host.desc_pages[cpu] * PAGE_SIZE, PROT_READ | PROT_WRITE));
	for (i = 0; i < host_nr_slot_pages(cpu); i++)
		CHECK(!mprotect(host_page(desc->slot_pages[i]), PAGE_SIZE, PROT_READ | PROT_WRITE));

	return desc;
}

/* And nobody else does */
static void host_hyp_looked(u32 cpu)
{
	struct el2_trace_desc *desc = host_page(host.desc[cpu]);
	u32 i;

	if (!host_protected)
		return;

	for (i = 0; i < host_nr_slot_pages(cpu); i++)
		CHECK(!mprotect(host_page(desc->slot_pages[i]), PAGE_SIZE, PROT_NONE));
	CHECK(!mprotect(desc, host.desc_pages[cpu] * PAGE_SIZE, PROT_NONE));
}

/* The first call takes the descriptor and the slots as well. One that fails has done nothing */
static int host_hyp_load(u64 cpu, u64 pfn, u64 nr_pages)
{
	struct el2_trace_desc *desc = host_page(pfn);
	u32 first = host_pfn_index(pfn), i, end, ring_pages, nr_slot_pages;
	struct remote_ring_slot *slot;

	shim_check_cpu(cpu);
	if (host_step_fails(-EPERM)) {
		/* The real one has zeroed what it gives back */
		if (!host.desc[cpu])
			memset(desc, 0, nr_pages * PAGE_SIZE);
		return -EPERM;
	}

	if (!host.desc[cpu]) {
		CHECK_EQ(host.range[first], nr_pages);
		CHECK(nr_pages && nr_pages <= EL2_TRACE_DESC_MAX_SIZE / PAGE_SIZE);
		for (i = first; !host_protected && i < first + nr_pages; i++)
			CHECK(host_mapped[i]);

		CHECK(desc->overwrite <= 1);
		CHECK_EQ(desc->reserved, 0);
		CHECK(desc->nr_slots >= REMOTE_RING_MIN_SLOTS);
		CHECK(desc->nr_readers && desc->nr_readers <= REMOTE_RING_MAX_READERS);
		ring_pages = desc->nr_slots + desc->nr_readers;
		host.nr_slots[cpu] = desc->nr_slots;
		host.nr_readers[cpu] = desc->nr_readers;
		nr_slot_pages = host_nr_slot_pages(cpu);
		CHECK((char *)&desc->slot_pages[nr_slot_pages] <=
		      (char *)desc + nr_pages * PAGE_SIZE);
		for (i = 0; i < ring_pages; i++) {
			slot = host_slot(desc, i);
			CHECK(!slot->event && !slot->entries && !slot->id);
		}

		host_pin(desc->meta, true);
		host.desc[cpu] = pfn;
		host.desc_pages[cpu] = nr_pages;
		for (i = 0; i < nr_slot_pages; i++) {
			first = host_pfn_index(desc->slot_pages[i]);
			if (host_protected)
				host_set(first, 1, HOST_OWNED, HOST_DONATED);
			else
				CHECK(host_mapped[first]);
		}
		if (host_protected)
			host_set(host_pfn_index(pfn), nr_pages, HOST_OWNED, HOST_DONATED);
	}
	CHECK_EQ(host.desc[cpu], pfn);
	CHECK_EQ(host.desc_pages[cpu], nr_pages);

	host_hyp_look(cpu);
	ring_pages = host.nr_slots[cpu] + host.nr_readers[cpu];
	end = min(host.taken[cpu] + host_batch, ring_pages);
	for (i = host.taken[cpu]; i < end; i++)
		host_pin(host_slot(desc, i)->page, true);
	host.taken[cpu] = end;
	host_hyp_looked(cpu);

	return end < ring_pages ? -EAGAIN : 0;
}

/* The last call gives back the descriptor as well */
static int host_hyp_unload(u64 cpu)
{
	u32 i, first, end, nr_pages = host.desc_pages[shim_check_cpu(cpu)];
	u32 nr_slot_pages = host_nr_slot_pages(cpu);
	struct el2_trace_desc *desc;

	CHECK(host.desc[cpu]);
	if (host_undo_fails(SHIM_HCALL(__el2_trace_unload)) ||
	    (host_protected && (host.attached[cpu] || host.enabled))) {
		host_kept += nr_pages + nr_slot_pages + 1 + host.nr_slots[cpu] +
			     host.nr_readers[cpu];
		return -EBUSY;
	}

	desc = host_hyp_look(cpu);
	end = host.taken[cpu] - min(host.taken[cpu], host_batch);
	for (i = host.taken[cpu]; i > end; i--)
		host_pin(host_slot(desc, i - 1)->page, false);
	host.taken[cpu] = end;
	if (end) {
		host_hyp_looked(cpu);
		return -EAGAIN;
	}

	host_pin(desc->meta, false);
	for (i = 0; i < nr_slot_pages; i++) {
		first = host_pfn_index(desc->slot_pages[i]);
		memset(host_page(desc->slot_pages[i]), 0, PAGE_SIZE);
		if (host_protected)
			host_set(first, 1, HOST_DONATED, HOST_OWNED);
	}
	memset(desc, 0, nr_pages * PAGE_SIZE);
	if (host_protected)
		host_set(host_pfn_index(host.desc[cpu]), nr_pages, HOST_DONATED, HOST_OWNED);
	host.desc[cpu] = 0;
	host.desc_pages[cpu] = 0;
	host.nr_slots[cpu] = 0;
	host.nr_readers[cpu] = 0;
	host.attached[cpu] = false;

	return 0;
}

unsigned long shim_hypercall(enum shim_hcall hcall, const u64 *args)
{
	u32 cpu;

	CHECK(host_virt);
	/* Or whoever takes the hypervisor down could come between a look and the call */
	CHECK(shim_irqs_off || hcall == SHIM_HCALL(__pkvm_host_share_hyp) ||
	      hcall == SHIM_HCALL(__pkvm_host_unshare_hyp));

	if (hcall == SHIM_HCALL(__pkvm_host_share_hyp) ||
	    hcall == SHIM_HCALL(__pkvm_host_unshare_hyp) ||
	    hcall == SHIM_HCALL(__el2_trace_load) || hcall == SHIM_HCALL(__el2_trace_unload)) {
		/* The meta page goes together with the others, and a few in between */
		CHECK(++host_calls <= 8);
		/* And nobody who wants to plug a CPU is kept waiting for all of them */
		CHECK_EQ(shim_cpus_locked, 0);
	}

	switch (hcall) {
	case SHIM_HCALL(__pkvm_host_share_hyp):
		CHECK(host_protected);
		if (host_step_fails(-EACCES))
			return -EACCES;
		host_set(host_pfn_index(args[0]), 1, HOST_OWNED, HOST_SHARED);
		return 0;
	case SHIM_HCALL(__pkvm_host_unshare_hyp):
		CHECK(host_protected);
		if (host_undo_fails(hcall)) {
			host_kept++;
			return -EBUSY;
		}
		host_set(host_pfn_index(args[0]), 1, HOST_SHARED, HOST_OWNED);
		return 0;
	case SHIM_HCALL(__el2_trace_load):
		return host_hyp_load(args[0], args[1], args[2]);
	case SHIM_HCALL(__el2_trace_unload):
		return host_hyp_unload(args[0]);
	case SHIM_HCALL(__el2_trace_detach):
		CHECK(shim_cpus_locked);
		if (host_undo_fails(hcall))
			return -EBUSY;
		host.attached[shim_cpu] = false;
		return 0;
	case SHIM_HCALL(__el2_trace_enable):
		host.enabled = args[0] == EL2_ENABLE_ON;
		for (cpu = 0; cpu < NR_CPUS; cpu++)
			if (host.enabled && host.desc[cpu] && shim_online_cpus >> cpu & 1)
				host.attached[cpu] = true;
		return 0;
	default:
		/* The rest only passes something on: say what has arrived */
		return 100 * hcall + args[0] + 10 * args[1];
	}
}

/* The rings as remote_trace/core.c allocates and frees them */
static struct remote_trace_ring *host_rings(u32 nr_pages)
{
	struct remote_trace_ring *rings = calloc(NR_CPUS, sizeof(*rings));
	u32 cpu, i;

	CHECK(rings);
	for_each_possible_cpu(cpu) {
		rings[cpu].meta = host_alloc(1);
		rings[cpu].pages = calloc(nr_pages, sizeof(*rings[cpu].pages));
		CHECK(rings[cpu].pages);
		for (i = 0; i < nr_pages; i++)
			rings[cpu].pages[i] = host_alloc(1);
	}

	return rings;
}

/* Returns how many pages could not be freed because they are lost */
static u32 host_free_rings(struct remote_trace_ring *rings, u32 nr_pages)
{
	u32 cpu, i, lost = 0;

	for_each_possible_cpu(cpu) {
		for (i = 0; i < nr_pages; i++) {
			if (rings[cpu].pages[i])
				host_set(host_index(rings[cpu].pages[i]), 1, HOST_OWNED, HOST_FREE);
			else
				lost++;
		}
		if (rings[cpu].meta)
			host_set(host_index(rings[cpu].meta), 1, HOST_OWNED, HOST_FREE);
		else
			lost++;
		free(rings[cpu].pages);
	}
	free(rings);

	return lost;
}

static u32 host_in_use(void)
{
	u32 i, nr = 0;

	for (i = 0; i < HOST_PAGES; i++)
		nr += host.state[i] != HOST_FREE;

	return nr;
}

static void host_fail(u32 step, u32 undo)
{
	host_steps = 0;
	host_failing_step = step;
	host_undos = 0;
	host_failing_undo = undo;
	host_error = 0;
	host_kept = 0;
	shim_warnings = 0;
}

/* A machine that has just been switched on */
static void host_boot(bool protected, u32 possible_cpus, u32 online_cpus)
{
	if (!host_memory) {
		host_memory = mmap(NULL, HOST_PAGES * PAGE_SIZE, PROT_NONE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		CHECK(host_memory != MAP_FAILED);
	}
	CHECK(!mprotect(host_memory, HOST_PAGES * PAGE_SIZE, PROT_NONE));
	memset(&host, 0, sizeof(host));
	memset(host_mapped, 0, sizeof(host_mapped));
	host_next = 0;
	host_protected = protected;
	shim_possible_cpus = possible_cpus;
	shim_online_cpus = online_cpus;
	shim_cpu = 0;
	shim_cpus_locked = 0;
	host_batch = HOST_BATCH;
	host_calls = 0;
	host_fail(0, 0);
	CHECK_EQ(shim_late_initcall(), 0);
}

#endif /* _UNIT_HOST_H */
