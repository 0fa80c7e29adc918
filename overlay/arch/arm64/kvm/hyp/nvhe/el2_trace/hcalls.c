// SPDX-License-Identifier: GPL-2.0
/*
 * The hypervisor's end of tracing: takes memory for rings from the host, gives it back, and serves
 * the host's tracing hypercalls.
 *
 * Trust boundary: everything the host passes is checked here, and nowhere else.
 *
 *	descriptor	donated, so the host cannot change it, before its first byte is read; every
 *			field is checked; afterwards it is our private memory until unload
 *	ring pages	shared by the host and pinned, so the host cannot unshare them while we
 *			write to them; each must be pinned by us alone, which rules out naming one
 *			twice as well as naming what the hypervisor uses for something else
 *	arguments	CPU and event numbers are checked against what there is; clocks, event ids
 *			and the name of an address are only ever recorded
 *
 * Where the host is trusted (KVM without pKVM) memory is neither donated nor pinned, and the host
 * vouches for the CPUs that are offline.
 *
 * No CPU waits for another but for a lock. A ring that its CPU may be writing to cannot be taken
 * away: unload says -EBUSY, and to get the CPU to detach is the host's job.
 *
 * Lock order: trace_lock > the page-table locks taken by donation and pinning > ring->lock
 *
 * An event may be written under any lock of the hypervisor's: it takes no lock but ring->lock, and
 * under that nothing is locked and no event written.
 */
#include <linux/string.h>

#include <asm/kvm_hyp.h>

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

static struct el2_trace_cpu *trace_cpu(u64 cpu)
{
	if (cpu >= NR_CPUS || !kvm_arm_hyp_percpu_base[cpu])
		return NULL;

	return per_cpu_ptr(&el2_trace_cpu, cpu);
}

static int admit_desc(u64 pfn, u64 nr_pages)
{
	return is_protected_kvm_enabled() ? __pkvm_host_donate_hyp(pfn, nr_pages) : 0;
}

static void return_desc(struct el2_trace_desc *desc, u64 nr_pages)
{
	/* Addresses of ours are nobody else's business */
	memset(desc, 0, nr_pages * PAGE_SIZE);

	if (is_protected_kvm_enabled())
		WARN_ON(__pkvm_hyp_donate_host(hyp_virt_to_pfn(desc), nr_pages));
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

static void return_pages(struct el2_trace_desc *desc, u32 nr)
{
	while (nr--)
		return_page((void *)desc->slots[nr].page);
}

/* On success every page frame number in @desc has become an address */
static int admit_ring(struct el2_trace_desc *desc)
{
	void *page;
	u32 i;

	page = admit_page(desc->meta);
	if (!page)
		return -EPERM;
	desc->meta = (u64)page;

	for (i = 0; i < desc->nr_slots + desc->nr_readers; i++) {
		page = admit_page(desc->slots[i].page);
		if (!page)
			goto return_pages;
		desc->slots[i].page = (u64)page;
	}

	return 0;

return_pages:
	return_pages(desc, i);
	return_page((void *)desc->meta);

	return -EPERM;
}

/* Swaps have moved the pages around, but they are still the same */
static void return_ring(struct el2_trace_desc *desc)
{
	return_pages(desc, desc->nr_slots + desc->nr_readers);
	return_page((void *)desc->meta);
}

static int el2_trace_load(u64 pfn, u64 nr_pages)
{
	struct el2_trace_desc *desc = hyp_phys_to_virt(hyp_pfn_to_phys(pfn));
	struct el2_trace_cpu *cpu;
	u64 room;
	int ret;

	if (!nr_pages || nr_pages > EL2_TRACE_DESC_MAX_PAGES || hyp_virt_to_pfn(desc) != pfn)
		return -EINVAL;

	ret = admit_desc(pfn, nr_pages);
	if (ret)
		return ret;

	ret = -EINVAL;
	cpu = trace_cpu(desc->cpu);
	room = (nr_pages * PAGE_SIZE - sizeof(*desc)) / sizeof(desc->slots[0]);
	if (!cpu || desc->reserved || desc->overwrite > 1 ||
	    desc->nr_slots < REMOTE_RING_MIN_SLOTS || desc->nr_slots > room ||
	    !desc->nr_readers || desc->nr_readers > REMOTE_RING_MAX_READERS ||
	    desc->nr_readers > room - desc->nr_slots)
		goto return_desc;

	hyp_spin_lock(&trace_lock);

	ret = -EBUSY;
	if (cpu->desc)
		goto unlock;

	ret = admit_ring(desc);
	if (ret)
		goto unlock;

	cpu->desc = desc;
	cpu->nr_pages = nr_pages;
	remote_ring_writer_load(&cpu->ring, (struct remote_ring_meta *)desc->meta, desc->slots,
				desc->nr_slots, desc->nr_readers, desc->overwrite);

	hyp_spin_unlock(&trace_lock);

	return 0;

unlock:
	hyp_spin_unlock(&trace_lock);
return_desc:
	return_desc(desc, nr_pages);

	return ret;
}

static int el2_trace_unload(u64 nr)
{
	struct el2_trace_cpu *cpu = trace_cpu(nr);
	int ret;

	if (!cpu)
		return -EINVAL;

	hyp_spin_lock(&trace_lock);

	/* A host that is trusted has had all CPUs detach, but for those that are offline */
	if (cpu->desc && !el2_trace_on && !is_protected_kvm_enabled())
		remote_ring_writer_detach(&cpu->ring);

	ret = remote_ring_writer_unload(&cpu->ring);
	if (!ret) {
		return_ring(cpu->desc);
		return_desc(cpu->desc, cpu->nr_pages);
		cpu->desc = NULL;
	}

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
		struct el2_trace_cpu *cpu = trace_cpu(i);

		if (!cpu || !cpu->desc)
			continue;
		remote_ring_writer_accept(&cpu->ring, on);
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

static int el2_trace_swap(u64 nr, u64 indexes)
{
	struct el2_trace_cpu *cpu = trace_cpu(nr);

	return cpu ? remote_ring_writer_swap(&cpu->ring, indexes) : -EINVAL;
}

static int el2_trace_reset(u64 nr)
{
	struct el2_trace_cpu *cpu = trace_cpu(nr);

	return cpu ? remote_ring_writer_reset(&cpu->ring) : -EINVAL;
}

static int el2_trace_sync(u64 nr, u64 seq)
{
	struct el2_trace_cpu *cpu = trace_cpu(nr);

	return cpu ? remote_ring_writer_sync(&cpu->ring, seq) : -EINVAL;
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

EL2_TRACE_HANDLER(load, el2_trace_load(ARG(1), ARG(2)))
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
