// SPDX-License-Identifier: GPL-2.0
/*
 * The hypervisor's end of tracing: takes memory for rings from the host, gives it back, and serves
 * the host's tracing hypercalls.
 *
 * Trust boundary: everything the host passes is checked here, and nowhere else.
 *
 *	descriptor	donated, so the host cannot change it, before its first byte is read; each
 *			field is read once and checked; afterwards it is our private memory until
 *			unload
 *	ring pages	shared by the host and pinned, so the host cannot unshare them while we
 *			write to them; each must be pinned by us alone, which rules out naming one
 *			twice as well as naming what the hypervisor uses for something else
 *	arguments	CPU and event numbers are checked against what there is, and speculation is
 *			kept from going on with those that fail; a swap's bits are only counted off;
 *			clocks, event ids and the name of an address are only ever recorded
 *
 * A host may have mapped a page as not cacheable before it donates it, and have written past a
 * cache line that is there: then memory and cache differ, and what is read changes when the line is
 * evicted. After donation no mapping of the host's is left, and all that it has written has arrived,
 * so cleaning and invalidating the page once makes the two the same for good: whatever enters the
 * cache from then on, speculatively or not, is what is in memory, and only we write. On the way back
 * what we have zeroed is cleaned, lest such a mapping shows what was there before.
 *
 * Where the host is trusted (KVM without pKVM) memory is neither donated nor pinned, and the host
 * vouches for the CPUs that are offline.
 *
 * No CPU waits for another but for a lock, and no call holds one for longer than it takes to handle
 * DESC_BATCH and RING_BATCH pages: the host sets the clock with its interrupts off. A ring that its
 * CPU may be writing to cannot be taken away: unload says -EBUSY, and to get the CPU to detach is
 * the host's job.
 *
 * Lock order: trace_lock > the page-table locks taken by donation and pinning > ring->lock
 *
 * An event may be written under any lock of the hypervisor's: it takes no lock but ring->lock, and
 * under that nothing is locked and no event written.
 */
#include <linux/nospec.h>
#include <linux/string.h>

#include <asm/kvm_hyp.h>
#include <asm/kvm_mmu.h>

#include <nvhe/el2_clock.h>
#include <nvhe/mem_protect.h>
#include <nvhe/memory.h>
#include <nvhe/mm.h>
#include <nvhe/el2_trace.h>
#include <nvhe/el2_trace_hcalls.h>
#include <nvhe/el2_trace_ring.h>
#include <nvhe/el2_trace_stack.h>
#include <nvhe/trap_handler.h>

/* In numbers in show_hyp_owner() */
static_assert(PKVM_ID_HOST == 0 && PKVM_ID_HYP == 1 && PKVM_ID_FFA == 2);

/* Serialises all that follows but swap, reset and sync: the ring's own lock is enough for them */
static DEFINE_HYP_SPINLOCK(trace_lock);

/*
 * Pages that one call takes or gives back at the most: of the descriptor, each of which changes
 * owner and is cleaned, and of the ring, each of which is pinned or unpinned. Walks of page tables
 * are most of it: some microseconds for the former, less than one for the latter.
 */
#define DESC_BATCH	(PAGE_SIZE < SZ_64K ? SZ_64K / PAGE_SIZE : 1)
#define RING_BATCH	256

enum ring_state {
	RING_NONE,
	/* Some of its pages have been taken, and others will be */
	RING_LOADING,
	RING_LOADED,
	/* Some of its pages have been given back, or will be */
	RING_UNLOADING,
};

/**
 * struct ring_memory - the memory that one CPU's ring is made of; protected by trace_lock
 * @state:	what may be done with it; all else is valid unless this is RING_NONE
 * @overwrite:	as in the descriptor, as is
 * @nr_slots:	likewise
 * @nr_readers:	likewise
 * @desc:	the descriptor: the first @desc_taken pages are ours, in the first @ring_taken of its
 *		slots are addresses
 * @meta:	the meta page, NULL as long as the descriptor has not been read
 * @desc_pages:	size of the descriptor
 * @desc_taken:	how many of them have been donated
 * @ring_taken:	how many data pages have been pinned
 */
struct ring_memory {
	enum ring_state		state;
	bool			overwrite;
	u32			nr_slots;
	u32			nr_readers;
	struct el2_trace_desc	*desc;
	void			*meta;
	u32			desc_pages;
	u32			desc_taken;
	u32			ring_taken;
};

static DEFINE_PER_CPU(struct ring_memory, ring_memory);

/* The id each event has while it is switched on, whether or not tracing is; trace_lock */
static u16 wanted_ids[EL2_NR_EVENTS];

/* The hypervisor has panicked */
static u32 el2_trace_dead;

static void stop_for_good(void)
{
	WRITE_ONCE(el2_trace_on, 0);
	el2_trace_set_ids(NULL);
}

/**
 * el2_trace_panic - the hypervisor is about to give the machine to the host, for good
 *
 * Writing stops here too: the ring stays as it was in the last moment.
 */
void el2_trace_panic(void)
{
	WRITE_ONCE(el2_trace_dead, 1);
	/* Pairs with the one in not_dead(): we see what has been switched on, or that sees us */
	smp_mb();
	stop_for_good();
}

/*
 * For whoever may have switched something on: the hypervisor may have panicked after that was found
 * to be allowed, and the lock does not hold back a panic. Returns 0, or -EIO and nothing is on.
 */
static int not_dead(void)
{
	/* Pairs with the one in el2_trace_panic() */
	smp_mb();
	if (likely(!READ_ONCE(el2_trace_dead)))
		return 0;

	stop_for_good();

	return -EIO;
}

/* Whether there is a CPU of number *@cpu, which is safe to be used as an index afterwards */
static bool trace_cpu_exists(u64 *cpu)
{
	if (*cpu >= NR_CPUS)
		return false;

	*cpu = array_index_nospec(*cpu, NR_CPUS);

	return kvm_arm_hyp_percpu_base[*cpu];
}

static struct remote_ring_writer *trace_ring(u64 cpu)
{
	return trace_cpu_exists(&cpu) ? &per_cpu_ptr(&el2_trace_cpu, cpu)->ring : NULL;
}

/*
 * A page at a time: of several in an area that the host has not touched yet, 6.12 looks at the first
 * only, and the last may be beyond the end of memory.
 */
static int admit_desc_page(void *page)
{
	int ret;

	if (!is_protected_kvm_enabled())
		return 0;

	ret = __pkvm_host_donate_hyp(hyp_virt_to_pfn(page), 1);
	if (!ret)
		kvm_flush_dcache_to_poc(page, PAGE_SIZE);

	return ret;
}

static void return_desc_page(void *page)
{
	/* Addresses of ours are nobody else's business */
	memset(page, 0, PAGE_SIZE);

	if (!is_protected_kvm_enabled())
		return;

	kvm_flush_dcache_to_poc(page, PAGE_SIZE);
	WARN_ON(__pkvm_hyp_donate_host(hyp_virt_to_pfn(page), 1));
}

static void return_page(void *page)
{
	if (is_protected_kvm_enabled())
		hyp_unpin_shared_mem(page, page + PAGE_SIZE);
}

/* Returns the page's address at EL2, or NULL if the host may not have us write there */
static void *admit_page(u64 pfn)
{
	void *page = hyp_phys_to_virt(hyp_pfn_to_phys(pfn));

	if (!is_protected_kvm_enabled())
		return page;

	/* Bits that get lost on the way to an address would name some other page */
	if (hyp_virt_to_pfn(page) != pfn || hyp_pin_shared_mem(page, page + PAGE_SIZE))
		return NULL;

	if (hyp_page_count(page) != 1) {
		return_page(page);
		return NULL;
	}

	return page;
}

/* The descriptor is ours: read what it says of the ring as a whole, once */
static int read_desc(struct ring_memory *mem)
{
	u64 room = (mem->desc_pages * PAGE_SIZE - sizeof(*mem->desc)) / sizeof(mem->desc->slots[0]);
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
	mem->meta = admit_page(READ_ONCE(mem->desc->meta));

	return mem->meta ? 0 : -EPERM;
}

/* Take a batch. Returns 0 if that was the last, -EAGAIN if it was not, or an error */
static int take_memory(struct ring_memory *mem)
{
	u32 batch;
	int ret;

	for (batch = DESC_BATCH; mem->desc_taken < mem->desc_pages; mem->desc_taken++) {
		if (!batch--)
			return -EAGAIN;

		ret = admit_desc_page((void *)mem->desc + mem->desc_taken * PAGE_SIZE);
		if (ret)
			return ret;
	}

	if (!mem->meta) {
		ret = read_desc(mem);
		if (ret)
			return ret;
	}

	for (batch = RING_BATCH; mem->ring_taken < mem->nr_slots + mem->nr_readers;
	     mem->ring_taken++) {
		struct remote_ring_slot *slot = &mem->desc->slots[mem->ring_taken];
		void *page;

		if (!batch--)
			return -EAGAIN;

		page = admit_page(READ_ONCE(slot->page));
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
	u32 batch;

	for (batch = RING_BATCH; mem->ring_taken; mem->ring_taken--) {
		if (!batch--)
			return -EAGAIN;
		return_page((void *)mem->desc->slots[mem->ring_taken - 1].page);
	}

	if (mem->meta) {
		return_page(mem->meta);
		mem->meta = NULL;
	}

	for (batch = DESC_BATCH; mem->desc_taken; mem->desc_taken--) {
		if (!batch--)
			return -EAGAIN;
		return_desc_page((void *)mem->desc + (mem->desc_taken - 1) * PAGE_SIZE);
	}

	mem->state = RING_NONE;

	return 0;
}

static int el2_trace_load(u64 cpu, u64 pfn, u64 nr_pages)
{
	struct el2_trace_desc *desc = hyp_phys_to_virt(hyp_pfn_to_phys(pfn));
	struct ring_memory *mem;
	bool first;
	int ret;

	if (!trace_cpu_exists(&cpu) || !nr_pages || hyp_virt_to_pfn(desc) != pfn ||
	    nr_pages > EL2_TRACE_DESC_MAX_SIZE / PAGE_SIZE)
		return -EINVAL;

	mem = per_cpu_ptr(&ring_memory, cpu);

	hyp_spin_lock(&trace_lock);

	first = mem->state == RING_NONE;
	if (first) {
		*mem = (struct ring_memory) {
			.state = RING_LOADING,
			.desc = desc,
			.desc_pages = nr_pages,
		};
	} else if (mem->state != RING_LOADING || mem->desc != desc ||
		   mem->desc_pages != nr_pages) {
		ret = -EBUSY;
		goto unlock;
	}

	ret = take_memory(mem);
	if (!ret) {
		remote_ring_writer_load(trace_ring(cpu), mem->meta, mem->desc->slots,
					mem->nr_slots, mem->nr_readers, mem->overwrite);
		mem->state = RING_LOADED;
	} else if (ret != -EAGAIN) {
		mem->state = RING_UNLOADING;
		/* No more than a batch */
		if (first)
			WARN_ON(give_memory(mem));
	}

unlock:
	hyp_spin_unlock(&trace_lock);

	return ret;
}

static int el2_trace_unload(u64 cpu)
{
	struct remote_ring_writer *ring = trace_ring(cpu);
	struct ring_memory *mem;
	int ret = -ENODEV;

	if (!trace_cpu_exists(&cpu))
		return -EINVAL;

	mem = per_cpu_ptr(&ring_memory, cpu);

	hyp_spin_lock(&trace_lock);

	if (mem->state == RING_NONE)
		goto unlock;

	if (mem->state == RING_LOADED) {
		/* A host that is trusted has had all CPUs detach, but for those that are offline */
		if (!el2_trace_on && !is_protected_kvm_enabled())
			remote_ring_writer_detach(ring);

		ret = remote_ring_writer_unload(ring);
		if (ret)
			goto unlock;
	}

	mem->state = RING_UNLOADING;
	ret = give_memory(mem);

unlock:
	hyp_spin_unlock(&trace_lock);

	return ret;
}

static int el2_trace_enable(bool on)
{
	bool any = false;
	int ret = 0;
	u64 i;

	hyp_spin_lock(&trace_lock);

	if (on && !el2_clock_is_set()) {
		ret = -EINVAL;
		goto unlock;
	}

	for (i = 0; i < NR_CPUS; i++) {
		struct remote_ring_writer *ring = trace_ring(i);

		if (!ring || per_cpu_ptr(&ring_memory, i)->state != RING_LOADED)
			continue;
		remote_ring_writer_accept(ring, on);
		any = true;
	}

	if (on && !any) {
		ret = -ENODEV;
		goto unlock;
	}

	if (on)
		el2_trace_set_ids(wanted_ids);
	/* A stay that is traced finds the events that are on; pairs with el2_trace_begin() */
	smp_store_release(&el2_trace_on, on);
	if (!on)
		el2_trace_set_ids(NULL);
	ret = not_dead();

unlock:
	hyp_spin_unlock(&trace_lock);

	return ret;
}

static int el2_trace_set_event(u64 event, u64 id)
{
	int ret;

	if (event >= EL2_NR_EVENTS || id > U16_MAX)
		return -EINVAL;

	event = array_index_nospec(event, EL2_NR_EVENTS);

	hyp_spin_lock(&trace_lock);
	wanted_ids[event] = id;
	if (el2_trace_on)
		el2_trace_set_ids(wanted_ids);
	ret = not_dead();
	hyp_spin_unlock(&trace_lock);

	return ret;
}

static int el2_trace_set_clock(u64 epoch_cyc, u64 epoch_ns, u64 mult, u64 shift)
{
	int ret;

	hyp_spin_lock(&trace_lock);
	ret = el2_clock_set(epoch_cyc, epoch_ns, mult, shift);
	hyp_spin_unlock(&trace_lock);

	return ret;
}

static int el2_trace_set_stack(u64 id, u64 text)
{
	if (id > U16_MAX)
		return -EINVAL;

	hyp_spin_lock(&trace_lock);
	el2_trace_stack_set(id, text);
	hyp_spin_unlock(&trace_lock);

	return 0;
}

static int el2_trace_detach(void)
{
	remote_ring_writer_detach(&this_cpu_ptr(&el2_trace_cpu)->ring);

	return 0;
}

static int el2_trace_write_event(u64 value)
{
	el2_trace_panic_test(value);
	el2_trace_selftest(value);

	return 0;
}

static int el2_trace_swap(u64 cpu, u64 indexes)
{
	struct remote_ring_writer *ring = trace_ring(cpu);

	return ring ? remote_ring_writer_swap(ring, indexes) : -EINVAL;
}

static int el2_trace_reset(u64 cpu)
{
	struct remote_ring_writer *ring = trace_ring(cpu);

	return ring ? remote_ring_writer_reset(ring) : -EINVAL;
}

static int el2_trace_sync(u64 cpu, u64 seq)
{
	struct remote_ring_writer *ring = trace_ring(cpu);

	return ring ? remote_ring_writer_sync(ring, seq) : -EINVAL;
}

/*
 * What the host calls. After a panic the locks may be held by those who will never release them, so
 * nothing is done any more.
 */
#define EL2_TRACE_HANDLER(name, call)						\
	void handle___el2_trace_##name(struct kvm_cpu_context *host_ctxt)	\
	{									\
		cpu_reg(host_ctxt, 1) = READ_ONCE(el2_trace_dead) ? -EIO : call;\
	}
#define ARG(n)	cpu_reg(host_ctxt, n)

EL2_TRACE_HANDLER(load, el2_trace_load(ARG(1), ARG(2), ARG(3)))
EL2_TRACE_HANDLER(unload, el2_trace_unload(ARG(1)))
EL2_TRACE_HANDLER(detach, el2_trace_detach())
EL2_TRACE_HANDLER(enable, el2_trace_enable(ARG(1)))
EL2_TRACE_HANDLER(swap, el2_trace_swap(ARG(1), ARG(2)))
EL2_TRACE_HANDLER(reset, el2_trace_reset(ARG(1)))
EL2_TRACE_HANDLER(sync, el2_trace_sync(ARG(1), ARG(2)))
EL2_TRACE_HANDLER(set_event, el2_trace_set_event(ARG(1), ARG(2)))
EL2_TRACE_HANDLER(set_clock, el2_trace_set_clock(ARG(1), ARG(2), ARG(3), ARG(4)))
EL2_TRACE_HANDLER(write_event, el2_trace_write_event(ARG(1)))
EL2_TRACE_HANDLER(set_stack, el2_trace_set_stack(ARG(1), ARG(2)))
