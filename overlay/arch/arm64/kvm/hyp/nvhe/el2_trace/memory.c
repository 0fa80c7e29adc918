// SPDX-License-Identifier: GPL-2.0
/*
 * The memory that rings at EL2 are made of: how it is taken from the host, bit by bit, and given
 * back. hcalls.c tells whom to trust with what.
 *
 * A host may have mapped a page as not cacheable before it donates it, and have written past a
 * cache line that is there: then memory and cache differ, and what is read changes when the line
 * is evicted. After donation no mapping of the host's is left, and all that it has written has
 * arrived, so cleaning and invalidating the page once makes the two the same for good: whatever
 * enters the cache from then on, speculatively or not, is what is in memory, and only we write. On
 * the way back what we have zeroed is cleaned, lest such a mapping shows what was there before.
 */
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include <asm/kvm_hyp.h>
#include <asm/kvm_mmu.h>

#include <nvhe/el2_trace.h>
#include <nvhe/el2_trace_ring.h>
#include <nvhe/mem_protect.h>
#include <nvhe/memory.h>
#include <nvhe/mm.h>

/*
 * Pages that one call takes or gives back at the most: of the descriptor and of slots, each of
 * which changes owner and is cleaned, and of the ring, each of which is pinned or unpinned. Walks
 * of page tables are most of it: some 2200 instructions to take one of the former, 1000 for one of
 * the latter.
 */
#define DONATED_BATCH	MAX(SZ_64K / PAGE_SIZE, 1)
#define RING_BATCH	64

enum ring_state {
	RING_NONE,
	/* Some of its pages have been taken, and others will be */
	RING_LOADING,
	RING_LOADED,
	/* Some of its pages have been given back, or will be */
	RING_UNLOADING,
};

/**
 * struct ring_memory - the memory of one CPU's ring; el2_trace_memory_load() has the locking
 * @state:	what may be done with it; all else is valid unless this is RING_NONE
 * @overwrite:	as in the descriptor, as is
 * @nr_slots:	likewise
 * @nr_readers:	likewise
 * @desc:	the descriptor: its first @desc_taken pages are ours
 * @slot_pages:	of the slots, in @desc: the first @slot_pages_taken are ours, and addresses; and so
 *		are what the first @ring_taken slots name
 * @meta:	the meta page, NULL as long as the descriptor has not been read
 * @desc_pages:	size of the descriptor
 * @desc_taken:	how many of them have been donated
 * @slot_pages_taken: how many pages of slots have been donated
 * @ring_taken:	how many data pages have been pinned
 */
struct ring_memory {
	enum ring_state		state;
	bool			overwrite;
	u32			nr_slots;
	u32			nr_readers;
	struct el2_trace_desc	*desc;
	u64			*slot_pages;
	void			*meta;
	u32			desc_pages;
	u32			desc_taken;
	u32			slot_pages_taken;
	u32			ring_taken;
};

static DEFINE_PER_CPU(struct ring_memory, ring_memory);

/*
 * A page at a time: of several in an area that the host has not touched yet, 6.12 looks at the
 * first only, and the last may be beyond the end of memory.
 */
static int take_page(void *page)
{
	int ret;

	if (!is_protected_kvm_enabled())
		return 0;

	ret = __pkvm_host_donate_hyp(hyp_virt_to_pfn(page), 1);
	if (!ret)
		kvm_flush_dcache_to_poc(page, PAGE_SIZE);

	return ret;
}

static void give_page(void *page)
{
	/* Addresses of ours are nobody else's business */
	memset(page, 0, PAGE_SIZE);

	if (!is_protected_kvm_enabled())
		return;

	kvm_flush_dcache_to_poc(page, PAGE_SIZE);
	WARN_ON(__pkvm_hyp_donate_host(hyp_virt_to_pfn(page), 1));
}

/**
 * el2_trace_memory_unpin - the undo of el2_trace_memory_pin()
 * @page:	what that has returned
 */
void el2_trace_memory_unpin(void *page)
{
	if (is_protected_kvm_enabled())
		hyp_unpin_shared_mem(page, page + PAGE_SIZE);
}

/**
 * el2_trace_memory_pin - keep the host from taking back a page that it shares
 * @pfn:	page frame number, as the host has it
 *
 * Without pKVM the host is believed that it is shared.
 *
 * Return: the page's address at EL2; NULL if the host may not have us write there, or if somebody
 * has it pinned.
 */
void *el2_trace_memory_pin(u64 pfn)
{
	void *page = hyp_phys_to_virt(hyp_pfn_to_phys(pfn));

	if (!is_protected_kvm_enabled())
		return page;

	/* Bits that get lost on the way to an address would name some other page */
	if (hyp_virt_to_pfn(page) != pfn || hyp_pin_shared_mem(page, page + PAGE_SIZE))
		return NULL;

	if (hyp_page_count(page) != 1) {
		el2_trace_memory_unpin(page);
		return NULL;
	}

	return page;
}

static u32 nr_ring_pages(const struct ring_memory *mem)
{
	return mem->nr_slots + mem->nr_readers;
}

static u32 nr_slot_pages(const struct ring_memory *mem)
{
	return DIV_ROUND_UP(nr_ring_pages(mem), REMOTE_RING_PAGE_SLOTS);
}

/* The descriptor is ours: read what it says of the ring as a whole, once */
static int read_desc(struct ring_memory *mem)
{
	u64 room = (mem->desc_pages * PAGE_SIZE - sizeof(*mem->desc)) / sizeof(u64) *
		   REMOTE_RING_PAGE_SLOTS;
	u32 nr_slots = READ_ONCE(mem->desc->nr_slots);
	u32 nr_readers = READ_ONCE(mem->desc->nr_readers);
	u32 overwrite = READ_ONCE(mem->desc->overwrite);

	if (READ_ONCE(mem->desc->reserved) || overwrite > 1 ||
	    nr_slots < REMOTE_RING_MIN_SLOTS || nr_slots > room ||
	    !nr_readers || nr_readers > REMOTE_RING_MAX_READERS || nr_readers > room - nr_slots)
		return -EINVAL;

	mem->nr_slots = nr_slots;
	mem->nr_readers = nr_readers;
	mem->overwrite = overwrite;
	mem->slot_pages = mem->desc->slot_pages;
	mem->meta = el2_trace_memory_pin(READ_ONCE(mem->desc->meta));

	return mem->meta ? 0 : -EPERM;
}

/* Take a batch. Returns 0 if that was the last, -EAGAIN if it was not, or an error */
static int take_memory(struct ring_memory *mem)
{
	u32 donated = DONATED_BATCH, pinned = RING_BATCH;
	int ret;

	for (; mem->desc_taken < mem->desc_pages; mem->desc_taken++) {
		if (!donated--)
			return -EAGAIN;

		ret = take_page((void *)mem->desc + mem->desc_taken * PAGE_SIZE);
		if (ret)
			return ret;
	}

	if (!mem->meta) {
		ret = read_desc(mem);
		if (ret)
			return ret;
	}

	for (; mem->slot_pages_taken < nr_slot_pages(mem); mem->slot_pages_taken++) {
		u64 *slots = &mem->slot_pages[mem->slot_pages_taken];
		u64 pfn = READ_ONCE(*slots);
		void *page = hyp_phys_to_virt(hyp_pfn_to_phys(pfn));

		if (!donated--)
			return -EAGAIN;

		/* Bits that get lost on the way to an address would name some other page */
		ret = hyp_virt_to_pfn(page) == pfn ? take_page(page) : -EPERM;
		if (ret)
			return ret;

		*slots = (u64)page;
	}

	for (; mem->ring_taken < nr_ring_pages(mem); mem->ring_taken++) {
		struct remote_ring_slot *slot = remote_ring_find_slot(mem->slot_pages,
								      mem->ring_taken);
		void *page;

		if (!pinned--)
			return -EAGAIN;

		page = el2_trace_memory_pin(READ_ONCE(slot->page));
		if (!page)
			return -EPERM;

		*slot = (struct remote_ring_slot) {
			.page = (u64)page,
			.id = mem->ring_taken,
		};
	}

	return 0;
}

/*
 * Give back a batch of what has been taken, in reverse order. Swaps have moved the ring's pages
 * around, but they are still the same. Returns 0 if that was the last, or -EAGAIN.
 */
static int give_memory(struct ring_memory *mem)
{
	u32 donated = DONATED_BATCH, pinned = RING_BATCH;

	for (; mem->ring_taken; mem->ring_taken--) {
		u32 last = mem->ring_taken - 1;

		if (!pinned--)
			return -EAGAIN;
		el2_trace_memory_unpin((void *)remote_ring_find_slot(mem->slot_pages, last)->page);
	}

	for (; mem->slot_pages_taken; mem->slot_pages_taken--) {
		if (!donated--)
			return -EAGAIN;
		give_page((void *)mem->slot_pages[mem->slot_pages_taken - 1]);
	}

	if (mem->meta) {
		el2_trace_memory_unpin(mem->meta);
		mem->meta = NULL;
	}

	for (; mem->desc_taken; mem->desc_taken--) {
		if (!donated--)
			return -EAGAIN;
		give_page((void *)mem->desc + (mem->desc_taken - 1) * PAGE_SIZE);
	}

	mem->state = RING_NONE;

	return 0;
}

/**
 * el2_trace_memory_load - take a batch of the memory of a ring, or the first
 * @cpu:	whose ring
 * @pfn:	page frame number of the descriptor, the same in each call
 * @nr_pages:	its size, likewise
 *
 * Context: serialised by the caller with all else that is done to the memory of rings.
 * Return: 0 and the ring is loaded; -EAGAIN if there is more to be taken; -EINVAL if the descriptor
 * makes no sense; -EPERM if a page is not the host's to give or to share, -ERANGE if the host can
 * have no page there; -EBUSY if the CPU has another ring, or this one has been given up. After
 * another error than -EBUSY all is given back if this was the first call; if not,
 * el2_trace_memory_unload() must follow.
 */
int el2_trace_memory_load(u64 cpu, u64 pfn, u64 nr_pages)
{
	struct ring_memory *mem = per_cpu_ptr(&ring_memory, cpu);
	struct el2_trace_desc *desc = hyp_phys_to_virt(hyp_pfn_to_phys(pfn));
	bool first = mem->state == RING_NONE;
	int ret;

	if (!nr_pages || nr_pages > EL2_TRACE_DESC_MAX_SIZE / PAGE_SIZE ||
	    hyp_virt_to_pfn(desc) != pfn)
		return -EINVAL;

	if (first) {
		*mem = (struct ring_memory) {
			.state = RING_LOADING,
			.desc = desc,
			.desc_pages = nr_pages,
		};
	} else if (mem->state != RING_LOADING || mem->desc != desc ||
		   mem->desc_pages != nr_pages) {
		return -EBUSY;
	}

	ret = take_memory(mem);
	if (!ret) {
		remote_ring_writer_load(&per_cpu_ptr(&el2_trace_cpu, cpu)->ring, mem->meta,
					mem->slot_pages, mem->nr_slots, mem->nr_readers,
					mem->overwrite);
		mem->state = RING_LOADED;
	} else if (ret != -EAGAIN) {
		mem->state = RING_UNLOADING;
		/* No more than a batch */
		if (first)
			WARN_ON(give_memory(mem));
	}

	return ret;
}

/**
 * el2_trace_memory_unload - give back a batch of the memory of a ring
 * @cpu:	whose ring, loaded or in part
 *
 * Context: as el2_trace_memory_load().
 * Return: 0 and all is the host's; -EAGAIN if there is more to be given back; -ENODEV if there is
 * nothing; -EBUSY if the CPU may be writing to it.
 */
int el2_trace_memory_unload(u64 cpu)
{
	struct remote_ring_writer *ring = &per_cpu_ptr(&el2_trace_cpu, cpu)->ring;
	struct ring_memory *mem = per_cpu_ptr(&ring_memory, cpu);
	int ret;

	if (mem->state == RING_NONE)
		return -ENODEV;

	if (mem->state == RING_LOADED) {
		/* A host that is trusted has had all CPUs detach, but for those that are offline */
		if (!(el2_trace_on & EL2_TRACE_RINGS) && !is_protected_kvm_enabled())
			remote_ring_writer_detach(ring);

		ret = remote_ring_writer_unload(ring);
		if (ret)
			return ret;
	}

	mem->state = RING_UNLOADING;

	return give_memory(mem);
}

/**
 * el2_trace_memory_loaded - whether a CPU has a ring, and all of it
 * @cpu:	which
 *
 * Context: as el2_trace_memory_load().
 */
bool el2_trace_memory_loaded(u64 cpu)
{
	return per_cpu_ptr(&ring_memory, cpu)->state == RING_LOADED;
}
