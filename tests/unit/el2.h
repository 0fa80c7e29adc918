/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What overlay/arch/arm64/kvm/hyp/nvhe/ runs in: memory of which each page is the host's, shared or
 * the hypervisor's, and pinned or not. It is mapped twice, once as the host sees it and once as EL2
 * does, each with the rights it has: what EL2 may not touch (with pKVM: what it does not own and
 * has not pinned) it cannot touch, and neither can the host.
 */
#ifndef _UNIT_EL2_H
#define _UNIT_EL2_H

#include <unistd.h>

#include <sys/mman.h>

#include <linux/math.h>
#include <linux/remote_ring_reader.h>

#include <asm/esr.h>
#include <asm/kvm_asm.h>
#include <asm/kvm_hyp.h>
#include <asm/sections.h>
#include <asm/stacktrace/nvhe.h>

#include <nvhe/el2_clock.h>
#include <nvhe/mem_protect.h>
#include <nvhe/memory.h>
#include <nvhe/el2_trace.h>
#include <nvhe/el2_trace_hcalls.h>
#include <nvhe/el2_trace_ring.h>
#include <nvhe/el2_trace_stack.h>

#include "test.h"

#ifndef EL2_PAGES
#define EL2_PAGES	4096
#endif
#define EL2_PFN		0x80000ULL

/* CPU 2 exists, but has no memory at EL2 */
#define EL2_NO_CPU	2

/* What hcalls.c says is the most that one call does; twice, for one that fails and undoes it */
#define EL2_DONATED_BATCH	(PAGE_SIZE < 0x10000 ? 0x10000 / PAGE_SIZE : 1)
#define EL2_RING_BATCH	64
#define EL2_MAX_WORK	(2 * (EL2_DONATED_BATCH + EL2_RING_BATCH + 1))
#define EL2_MAX_DESC_PAGES	(EL2_TRACE_DESC_MAX_SIZE / PAGE_SIZE)

enum el2_state {
	EL2_HOST,
	EL2_SHARED,
	EL2_HYP,
};

struct el2_books {
	u8	state[EL2_PAGES];
	u8	pins[EL2_PAGES];
};

static struct el2_books el2;
static char *el2_memory, *el2_host_memory;
static bool el2_protected;
static u32 el2_transitions;
/* Of these, those that are some hypercall's which has ended */
static u32 el2_told;
/* How often somebody has looked for a CPU's memory */
static u64 el2_looks;

/* The taking of a page, donated or pinned, that is to fail for no reason; 0 for none */
static u32 el2_takes, el2_failing_take;
/* Called whenever EL2 pins a page, if it is not NULL */
static void (*el2_on_pin)(void);

/*
 * A page of which the host has written one thing to memory, by a mapping that is not cacheable,
 * while the cache still has another: that is what is read until the line is evicted, which may be
 * at any time. It is when EL2 cleans and invalidates the page, or pins some page.
 */
static struct {
	bool	armed;
	u32	index;
	u64	data[PAGE_SIZE / sizeof(u64)];
} el2_behind;

/* Called instead, for memory that is none of these pages, if it is not NULL */
static void (*el2_on_clean)(void *addr, u64 size);

/* The page was nothing but zeroes when it was cleaned last */
static bool el2_clean[EL2_PAGES];

u32 shim_nospecs;
bool shim_protected_initialized;
u32 shim_warnings, shim_cpu, shim_locks_held;
void (*shim_meanwhile)(void);
u64 shim_physvirt_offset, shim_esr, shim_contextidr;
volatile u64 shim_counter;
unsigned long kvm_arm_hyp_percpu_base[NR_CPUS];
/* Nobody's stack is anywhere, unless the test says so */
DEFINE_PER_CPU(struct kvm_nvhe_init_params, kvm_init_params);
char shim_hyp_text[SHIM_HYP_TEXT_SIZE];

#ifdef CONFIG_KVM_EL2_FUNCTION_TRACE

/* Called when what must not happen does, if it is not NULL; does not return */
static void (*el2_on_bug)(void);

DEFINE_PER_CPU(unsigned long [OVERFLOW_STACK_SIZE / sizeof(long)], overflow_stack);

/* Of function-entry.S, where functions are made to return to: anywhere in the text */
asm(".globl el2_function_return; .set el2_function_return, shim_hyp_text + 0x800");

void shim_bug(void)
{
	if (el2_on_bug)
		el2_on_bug();
	test_fail(__FILE__, __LINE__, "no BUG_ON()");
	__builtin_unreachable();
}

#endif

u32 shim_check_cpu(u32 cpu)
{
	CHECK(cpu < NR_CPUS && kvm_arm_hyp_percpu_base[cpu]);
	el2_looks++;
	return cpu;
}

bool is_protected_kvm_enabled(void)
{
	return el2_protected;
}

static void el2_protect(u32 first, u32 nr)
{
	bool hyp = !el2_protected || el2.state[first] == EL2_HYP || el2.pins[first];
	bool host = el2.state[first] != EL2_HYP;

	CHECK(!mprotect(el2_memory + first * PAGE_SIZE, nr * PAGE_SIZE,
			hyp ? PROT_READ | PROT_WRITE : PROT_NONE));
	CHECK(!mprotect(el2_host_memory + first * PAGE_SIZE, nr * PAGE_SIZE,
			host ? PROT_READ | PROT_WRITE : PROT_NONE));
}

static bool el2_is(u64 first, u64 nr, enum el2_state state)
{
	u64 i;

	if (first >= EL2_PAGES || nr > EL2_PAGES - first)
		return false;
	for (i = first; i < first + nr; i++)
		if (el2.state[i] != state || el2.pins[i])
			return false;

	return true;
}

static void el2_evict(void)
{
	if (!el2_behind.armed || el2.state[el2_behind.index] != EL2_HYP)
		return;
	el2_behind.armed = false;
	memcpy(el2_memory + el2_behind.index * PAGE_SIZE, el2_behind.data, PAGE_SIZE);
}

static bool el2_take_fails(void)
{
	return ++el2_takes == el2_failing_take;
}

static void el2_set(u32 first, u32 nr, enum el2_state state)
{
	memset(el2.state + first, state, nr);
	el2_protect(first, nr);
}

/*
 * As 6.12 has it: where the host has touched nothing yet, so at the end of memory, the first page
 * is taken for all of them.
 */
int __pkvm_host_donate_hyp(u64 pfn, u64 nr_pages)
{
	u64 first = pfn - EL2_PFN, nr = nr_pages;

	el2_transitions++;
	if (first < EL2_PAGES && nr > EL2_PAGES - first)
		nr = EL2_PAGES - first;
	if (!el2_is(first, nr, EL2_HOST) || el2_take_fails())
		return -EPERM;
	el2_set(first, nr, EL2_HYP);
	memset(el2_clean + first, 0, nr);

	return 0;
}

int __pkvm_hyp_donate_host(u64 pfn, u64 nr_pages)
{
	char *byte = el2_memory + (pfn - EL2_PFN) * PAGE_SIZE;
	u64 i;

	el2_transitions++;
	CHECK(el2_is(pfn - EL2_PFN, nr_pages, EL2_HYP));
	/* Not a byte of what EL2 thought may get out, not even past the cache */
	for (i = 0; i < nr_pages * PAGE_SIZE; i++)
		CHECK(!byte[i]);
	for (i = 0; i < nr_pages; i++)
		CHECK(el2_clean[pfn - EL2_PFN + i]);
	el2_set(pfn - EL2_PFN, nr_pages, EL2_HOST);

	return 0;
}

/* Page number of an address at EL2, or of none */
static u64 el2_index(const void *addr)
{
	return ((u64)addr - (u64)el2_memory) / PAGE_SIZE;
}

void kvm_flush_dcache_to_poc(void *addr, u64 size)
{
	u64 i, index = el2_index(addr);
	char *byte = addr;

	CHECK(el2_protected);
	if (index >= EL2_PAGES && el2_on_clean) {
		el2_on_clean(addr, size);
		return;
	}
	CHECK(index < EL2_PAGES && !((u64)addr % PAGE_SIZE));
	CHECK_EQ(size, PAGE_SIZE);
	/* Before that the host can still write to it, after that it can read */
	CHECK_EQ(el2.state[index], EL2_HYP);
	if (el2_behind.index == index)
		el2_evict();
	for (i = 0; i < size && !byte[i]; i++)
		;
	el2_clean[index] = i == size;
}

int hyp_pin_shared_mem(void *from, void *to)
{
	u64 i = el2_index(from);

	el2_transitions++;
	CHECK_EQ((u64)to - (u64)from, PAGE_SIZE);
	CHECK(!((u64)from % PAGE_SIZE));
	el2_evict();
	if (el2_on_pin)
		el2_on_pin();
	if (i >= EL2_PAGES || el2.state[i] != EL2_SHARED || el2_take_fails())
		return -EPERM;
	el2.pins[i]++;
	el2_protect(i, 1);

	return 0;
}

void hyp_unpin_shared_mem(void *from, void *to)
{
	u64 i = el2_index(from);

	el2_transitions++;
	CHECK_EQ((u64)to - (u64)from, PAGE_SIZE);
	CHECK(i < EL2_PAGES && el2.state[i] == EL2_SHARED);
	CHECK(el2.pins[i]);
	el2.pins[i]--;
	el2_protect(i, 1);
}

int hyp_page_count(void *addr)
{
	u64 i = el2_index(addr);

	CHECK(i < EL2_PAGES);
	return el2.pins[i];
}

static void (*el2_handler)(struct kvm_cpu_context *);
/* The HVC's */
static u32 el2_immediate;
/* EL2's timer, on each CPU */
DEFINE_PER_CPU(u64, shim_cnthp_ctl);
DEFINE_PER_CPU(u64, shim_cnthp_cval);

/* As patched into handle_trap() */
static void el2_trap(struct kvm_cpu_context *ctxt)
{
	struct el2_trace_stay stay = el2_trace_begin(shim_esr);

	el2_handler(ctxt);
	el2_trace_end(stay);
}

/* A hypercall; returns what it says, all 64 bits of it */
#define el2_call(name, args...)							\
	el2_hypercall(handle___el2_trace_##name, (const u64 [5]) { args })

static s64 el2_hypercall(void (*handler)(struct kvm_cpu_context *), const u64 *args)
{
	struct kvm_cpu_context ctxt = {};
	u32 i, transitions = el2_transitions, told = el2_told;

	for (i = 0; i < 5; i++)
		ctxt.regs.regs[1 + i] = args[i];
	shim_esr = (u64)ESR_ELx_EC_HVC64 << 26 | el2_immediate;
	el2_handler = handler;
	el2_trap(&ctxt);
	CHECK_EQ(shim_locks_held, 0);
	/* What other CPUs had done meanwhile is not this one's work. */
	transitions = el2_transitions - transitions - (el2_told - told);
	CHECK(transitions <= EL2_MAX_WORK);
	el2_told += transitions;

	return ctxt.regs.regs[1];
}

/* All the calls it takes to load a ring, and to unload it; they return what the last one does */
static inline int el2_load(u32 cpu, u64 pfn, u64 nr_pages)
{
	int ret;

	do
		ret = el2_call(load, cpu, pfn, nr_pages);
	while (ret == -EAGAIN);

	return ret;
}

static inline int el2_unload(u32 cpu)
{
	int ret;

	do
		ret = el2_call(unload, cpu);
	while (ret == -EAGAIN);

	return ret;
}

static inline void *el2_host_page(u32 index)
{
	CHECK(index < EL2_PAGES);
	return el2_host_memory + index * PAGE_SIZE;
}

/* Slot @i of those in pages from @first on */
static inline struct remote_ring_slot *el2_host_slot(u32 first, u32 i)
{
	struct remote_ring_slot *slots = el2_host_page(first + i / REMOTE_RING_PAGE_SLOTS);

	return &slots[i % REMOTE_RING_PAGE_SLOTS];
}

/* How many pages the slots of so many pages take */
static inline u32 el2_slot_pages(u32 nr_pages)
{
	return DIV_ROUND_UP(nr_pages, REMOTE_RING_PAGE_SLOTS);
}

/*
 * What the host hands over for a ring of @nr_slots slots, from page @first on: a descriptor of
 * @desc_pages pages, the meta page, the slots' pages, the reader's pages, the pages that hold the
 * slots.
 */
static inline struct el2_trace_desc *el2_describe(u32 first, u32 desc_pages, u32 nr_slots,
						  u32 nr_readers, bool overwrite)
{
	u32 i, nr_pages = nr_slots + nr_readers;
	struct el2_trace_desc *desc = el2_host_page(first);
	u32 slots = first + desc_pages + 1 + nr_pages, nr_slot_pages = el2_slot_pages(nr_pages);
	u64 pfn = EL2_PFN + first + desc_pages;

	CHECK(slots + nr_slot_pages <= EL2_PAGES);
	CHECK(el2_is(first, desc_pages, EL2_HOST) || el2_is(first, desc_pages, EL2_SHARED));
	el2_set(first, desc_pages, EL2_HOST);
	el2_set(slots, nr_slot_pages, EL2_HOST);
	if (el2_protected)
		el2_set(first + desc_pages, 1 + nr_pages, EL2_SHARED);
	memset(desc, 0, desc_pages * PAGE_SIZE);
	memset(el2_host_page(first + desc_pages), 0, PAGE_SIZE);
	desc->nr_slots = nr_slots;
	desc->nr_readers = nr_readers;
	desc->overwrite = overwrite;
	desc->meta = pfn++;
	for (i = 0; i < nr_slot_pages; i++) {
		memset(el2_host_page(slots + i), 0, PAGE_SIZE);
		desc->slot_pages[i] = EL2_PFN + slots + i;
	}
	for (i = 0; i < nr_pages; i++)
		el2_host_slot(slots, i)->page = pfn++;

	return desc;
}

static inline int el2_swap(void *priv __maybe_unused, int cpu, u32 indexes)
{
	return el2_call(swap, cpu, indexes);
}

/*
 * A reader for what el2_describe() has described and EL2 has loaded; @pages and @ids have room for
 * all pages there are
 */
static inline void el2_read(struct remote_ring_reader *reader, struct remote_ring_page **pages,
			    u32 *ids, u32 first, u32 desc_pages, u32 cpu, u32 nr_slots,
			    u32 nr_readers)
{
	u32 i;

	for (i = 0; i < nr_slots + nr_readers; i++)
		pages[i] = el2_host_page(first + desc_pages + 1 + i);
	*reader = (struct remote_ring_reader) {
		.meta = el2_host_page(first + desc_pages),
		.pages = pages,
		.ids = ids,
		.nr_slots = nr_slots,
		.nr_readers = nr_readers,
		.cpu = cpu,
		.swap_pages = el2_swap,
	};
	remote_ring_reader_init(reader);
}

static inline void el2_set_clock(void)
{
	/* A nanosecond a count: 2^64 / 2^1 / 2 shifted left by 1 */
	CHECK_EQ(el2_call(set_clock, 0, 0, 1ULL << 62, 2), 0);
}

static void el2_boot(bool protected)
{
	u32 cpu;
	int fd;

	if (!el2_memory) {
		fd = memfd_create("el2", 0);
		CHECK(fd >= 0 && !ftruncate(fd, EL2_PAGES * PAGE_SIZE));
		/* With as much behind it as might be taken for the end of a descriptor */
		el2_memory = mmap(NULL, EL2_PAGES * PAGE_SIZE + EL2_TRACE_DESC_MAX_SIZE, PROT_NONE,
				  MAP_SHARED, fd, 0);
		el2_host_memory = mmap(NULL, EL2_PAGES * PAGE_SIZE, PROT_NONE, MAP_SHARED, fd, 0);
		CHECK(el2_memory != MAP_FAILED && el2_host_memory != MAP_FAILED);
		close(fd);
		for (cpu = 0; cpu < NR_CPUS; cpu++)
			el2_trace_cpu[cpu] = shim_first_el2_trace_cpu;
	}
	shim_physvirt_offset = (EL2_PFN << PAGE_SHIFT) - (u64)el2_memory;
	for (cpu = 0; cpu < NR_CPUS; cpu++)
		kvm_arm_hyp_percpu_base[cpu] = cpu != EL2_NO_CPU;
	el2_protected = protected;
	memset(&el2, 0, sizeof(el2));
	el2_protect(0, EL2_PAGES);
	shim_cpu = 0;
	shim_warnings = 0;
	el2_transitions = 0;
	el2_told = 0;
	el2_failing_take = 0;
}

#endif /* _UNIT_EL2_H */
