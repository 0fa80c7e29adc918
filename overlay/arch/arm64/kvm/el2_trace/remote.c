// SPDX-License-Identifier: GPL-2.0
/*
 * The arm64 KVM hypervisor as a trace remote: shares ring memory with EL2, hands it descriptors,
 * and passes on what the tracefs side asks for. Knows nothing of files.
 *
 * The host trusts the hypervisor. What it must get right here is the undo: each page is shared,
 * donated, or neither, and comes back exactly once. A page that does not come back is leaked with
 * a warning, for touching it would be fatal.
 *
 * remote_trace serialises what needs it, as <linux/remote_trace.h> says; there is no lock here.
 */
#include <linux/cpu.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/kvm_host.h>
#include <linux/math.h>
#include <linux/mm.h>
#include <linux/notifier.h>
#include <linux/overflow.h>
#include <linux/reboot.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/trace_events.h>

#include <asm/kvm_el2_trace.h>
#include <asm/kvm_mmu.h>
#include <asm/kvm_pkvm.h>
#include <asm/sections.h>

#include "el2_trace.h"
#include "fail.h"

/**
 * struct loaded_ring - a ring that EL2 has, or has begun to take
 * @ring:	the memory of the ring, NULL if EL2 has none for this CPU
 * @desc:	the descriptor, donated
 * @slot_pages:	addresses of the pages of slots, donated as well
 * @desc_pages:	size of the descriptor
 * @nr_slot_pages: how many pages of slots
 * @ring_pages:	data pages of the ring
 */
struct loaded_ring {
	struct remote_trace_ring	*ring;
	struct el2_trace_desc		*desc;
	u64				*slot_pages;
	u32				desc_pages;
	u32				nr_slot_pages;
	u32				ring_pages;
};

static DEFINE_PER_CPU(struct loaded_ring, loaded_rings);

/* There is a hypervisor to be called. Written below the remote's lock */
static bool el2_trace_started;

/* It must not be called any more: the machine goes down. For good */
bool el2_trace_gone;

/**
 * el2_trace_start_hyp - see to it that there is a hypervisor to be called
 *
 * Without pKVM, and if told so, KVM waits for a virtual machine to start it.
 *
 * Context: process; serialised by the remote's lock.
 * Return: 0 or a negative error.
 */
int el2_trace_start_hyp(void)
{
	int ret;

	if (el2_trace_started)
		return 0;

	ret = kvm_enable_virtualization();
	if (ret)
		return ret;

	el2_trace_clock_init();
	el2_trace_wake_start();
	WRITE_ONCE(el2_trace_started, true);

	return 0;
}

/* With pKVM, EL2 takes what it is given. Without, it has to be shown: for ever, as all of KVM's */
static int show_pages(void *from, size_t size)
{
	if (is_protected_kvm_enabled())
		return 0;

	return el2_trace_fail(-ENOMEM) ?: create_hyp_mappings(from, from + size, PAGE_HYP);
}

/**
 * el2_trace_share_page - let the hypervisor write to a page
 * @page:	from the page allocator
 *
 * Context: process.
 * Return: 0 or a negative error.
 */
int el2_trace_share_page(void *page)
{
	if (is_protected_kvm_enabled())
		return el2_trace_fail(-ENOMEM) ?:
		       kvm_call_hyp_nvhe(__pkvm_host_share_hyp, page_to_pfn(virt_to_page(page)));

	return show_pages(page, PAGE_SIZE);
}

/* Returns @page, or NULL if it is lost. Without pKVM its mapping stays, as all of KVM's do */
static void *unshare_page(void *page)
{
	if (!is_protected_kvm_enabled())
		return page;

	return WARN_ON(kvm_call_hyp_nvhe(__pkvm_host_unshare_hyp,
					 page_to_pfn(virt_to_page(page)))) ? NULL : page;
}

static void unshare_ring(struct remote_trace_ring *ring, u32 nr_pages)
{
	while (nr_pages--) {
		ring->pages[nr_pages] = unshare_page(ring->pages[nr_pages]);
		cond_resched();
	}
	ring->meta = unshare_page(ring->meta);
}

static int share_ring(struct remote_trace_ring *ring, u32 nr_pages)
{
	int ret;
	u32 i;

	ret = el2_trace_share_page(ring->meta);
	if (ret)
		return ret;

	for (i = 0; i < nr_pages; i++) {
		ret = fatal_signal_pending(current) ? -EINTR : el2_trace_share_page(ring->pages[i]);
		if (ret) {
			unshare_ring(ring, i);
			return ret;
		}
		cond_resched();
	}

	return 0;
}

/* As the pages of rings: fail before the OOM killer takes it from others */
#define DESC_GFP	(GFP_KERNEL | __GFP_ZERO | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

static void free_desc(struct loaded_ring *loaded)
{
	while (loaded->nr_slot_pages) {
		free_page(loaded->slot_pages[--loaded->nr_slot_pages]);
		cond_resched();
	}
	kvfree(loaded->slot_pages);
	free_pages_exact(loaded->desc, loaded->desc_pages * PAGE_SIZE);
}

/* On failure, what has been allocated is in @loaded, for free_desc() */
static int alloc_slots(struct loaded_ring *loaded, const struct remote_trace_ring *ring)
{
	u32 i, nr = DIV_ROUND_UP(loaded->ring_pages, REMOTE_RING_PAGE_SLOTS);

	loaded->slot_pages = kvcalloc(nr, sizeof(*loaded->slot_pages), GFP_KERNEL);
	if (!loaded->slot_pages)
		return -ENOMEM;

	for (i = 0; i < nr; i++) {
		void *slots = (void *)__get_free_page(DESC_GFP);
		int ret;

		if (!slots)
			return -ENOMEM;
		loaded->slot_pages[loaded->nr_slot_pages++] = (u64)slots;
		loaded->desc->slot_pages[i] = page_to_pfn(virt_to_page(slots));

		ret = show_pages(slots, PAGE_SIZE);
		if (ret)
			return ret;
		cond_resched();
	}

	for (i = 0; i < loaded->ring_pages; i++)
		remote_ring_find_slot(loaded->slot_pages, i)->page =
			page_to_pfn(virt_to_page(ring->pages[i]));

	return 0;
}

static int alloc_desc(struct loaded_ring *loaded, const struct remote_trace_ring *ring,
		      const struct remote_trace_layout *layout)
{
	u32 ring_pages = remote_trace_layout_pages(layout);
	struct el2_trace_desc *desc;
	size_t size;
	int ret;

	/* Whole pages: they change owner. EL2 maps no others than what is one range of memory */
	size = PAGE_ALIGN(struct_size(desc, slot_pages,
				      DIV_ROUND_UP(ring_pages, REMOTE_RING_PAGE_SLOTS)));
	desc = alloc_pages_exact(size, DESC_GFP);
	if (!desc)
		return -ENOMEM;

	*loaded = (struct loaded_ring) {
		.desc = desc,
		.desc_pages = size >> PAGE_SHIFT,
		.ring_pages = ring_pages,
	};

	desc->nr_slots = layout->nr_slots;
	desc->nr_readers = layout->nr_readers;
	desc->overwrite = layout->overwrite;
	desc->meta = page_to_pfn(virt_to_page(ring->meta));

	ret = show_pages(desc, size);
	if (!ret)
		ret = alloc_slots(loaded, ring);
	if (ret)
		free_desc(loaded);

	return ret;
}

/* Whatever EL2 has of a ring, it gives back. Nothing for a CPU of which it has nothing */
static void unload_ring(int cpu)
{
	struct loaded_ring *loaded = per_cpu_ptr(&loaded_rings, cpu);
	struct remote_trace_ring *ring = loaded->ring;
	int ret;
	u32 i;

	if (!ring)
		return;

	loaded->ring = NULL;

	do {
		ret = el2_trace_call(__el2_trace_unload, cpu);
		cond_resched();
	} while (ret == -EAGAIN);

	if (ret) {
		/* EL2 keeps all of it. If it is no more, who would ask */
		WARN_ON(ret != -EIO);
		for (i = 0; i < loaded->ring_pages; i++)
			ring->pages[i] = NULL;
		ring->meta = NULL;
		kvfree(loaded->slot_pages);
		return;
	}

	free_desc(loaded);
	unshare_ring(ring, loaded->ring_pages);
}

/* One call's share of taking a ring */
static int load_batch(int cpu, const struct loaded_ring *loading)
{
	return el2_trace_fail(-ENOMEM) ?:
	       el2_trace_call(__el2_trace_load, cpu, page_to_pfn(virt_to_page(loading->desc)),
			      loading->desc_pages);
}

static int load_ring(int cpu, struct remote_trace_ring *ring,
		     const struct remote_trace_layout *layout)
{
	struct loaded_ring *loaded = per_cpu_ptr(&loaded_rings, cpu);
	struct loaded_ring loading;
	int ret;

	ret = alloc_desc(&loading, ring, layout);
	if (ret)
		return ret;

	ret = share_ring(ring, loading.ring_pages);
	if (ret)
		goto free_desc;

	ret = load_batch(cpu, &loading);
	if (ret && ret != -EAGAIN)
		goto unshare_ring;

	loading.ring = ring;
	*loaded = loading;

	while (ret == -EAGAIN) {
		cond_resched();
		ret = fatal_signal_pending(current) ? -EINTR : load_batch(cpu, loaded);
	}
	if (ret)
		unload_ring(cpu);

	return ret;

unshare_ring:
	unshare_ring(ring, loading.ring_pages);
free_desc:
	free_desc(&loading);

	return ret;
}

static void unload_rings(void)
{
	int cpu;

	/*
	 * EL2 gives nothing back that a CPU may be writing to. Each CPU says so for itself; one
	 * that is offline did when it went, and one that comes later does not start again because
	 * tracing is off. None may be on its way out meanwhile.
	 */
	cpus_read_lock();
	on_each_cpu(el2_trace_detach_cpu, NULL, true);
	cpus_read_unlock();

	for_each_possible_cpu(cpu)
		unload_ring(cpu);
}

static int el2_trace_load(void *priv, struct remote_trace_ring *rings,
			  const struct remote_trace_layout *layout)
{
	int cpu, ret;

	ret = el2_trace_start_hyp();
	if (ret)
		return ret;

	ret = el2_trace_clock_start();
	if (ret)
		return ret;

	for_each_possible_cpu(cpu) {
		ret = load_ring(cpu, &rings[cpu], layout);
		if (ret)
			goto unload;
	}

	return 0;

unload:
	unload_rings();
	el2_trace_clock_stop();

	return ret;
}

static void el2_trace_unload(void *priv)
{
	unload_rings();
	el2_trace_clock_stop();
}

static void nothing(void *unused)
{
}

/**
 * el2_trace_end_stays - let each stay that has begun come to its end
 *
 * A CPU that has taken an interrupt has left the hypervisor, which takes none itself; it may be in
 * the next stay when this returns. One that is offline is in none.
 *
 * Context: process.
 */
void el2_trace_end_stays(void)
{
	on_each_cpu(nothing, NULL, true);
}

static int el2_trace_enable(void *priv, bool on)
{
	u64 how = on ? EL2_ENABLE_ON : EL2_ENABLE_ENDING;
	/* To stop is an undo */
	int ret = (on ? el2_trace_fail(-ENODEV) : 0) ?: el2_trace_call(__el2_trace_enable, how);

	/*
	 * A CPU may be at EL2, in a stay that is not traced, or is to its end. When it has taken an
	 * interrupt it has left, and from its next entry it does as it is told.
	 */
	if (!ret)
		el2_trace_end_stays();
	if (!ret && !on)
		ret = el2_trace_call(__el2_trace_enable, EL2_ENABLE_OFF);

	return ret;
}

static int el2_trace_swap(void *priv, int cpu, u32 indexes)
{
	return el2_trace_fail(-EAGAIN) ?: el2_trace_call(__el2_trace_swap, cpu, indexes);
}

static int el2_trace_reset(void *priv, int cpu)
{
	return el2_trace_fail(-ENODEV) ?: el2_trace_call(__el2_trace_reset, cpu);
}

static int el2_trace_sync(void *priv, int cpu, u64 seq)
{
	return el2_trace_fail(-ENODEV) ?: el2_trace_call(__el2_trace_sync, cpu, seq);
}

static int el2_trace_enable_event(void *priv, unsigned int event, bool on)
{
	u32 id = on ? el2_trace_events[event].call->event.type : 0;
	int ret = el2_trace_start_hyp();

	return ret ?: el2_trace_fail(-EINVAL) ?: el2_trace_call(__el2_trace_set_event, event, id);
}

static int el2_trace_write_event(void *priv, u64 value)
{
	/* Nobody has switched anything on yet */
	if (!READ_ONCE(el2_trace_started))
		return 0;

	return el2_trace_call(__el2_trace_write_event, value);
}

/* The hypervisor tells addresses as this kernel's image has them: they are those of kallsyms */
static int el2_trace_record_stacks(void *priv, u32 id)
{
	int ret = el2_trace_start_hyp();

	if (ret)
		return ret;

	ret = el2_trace_fail(-EINVAL) ?:
	      el2_trace_call(__el2_trace_set_stack, id, (unsigned long)__hyp_text_start);

	/* A CPU that is at EL2 already goes on as it began; as above */
	if (!ret)
		el2_trace_end_stays();

	return ret;
}

static u64 el2_trace_now(void *priv)
{
	return el2_trace_clock_now();
}

/*
 * On any orderly way down: reboot, halt, power-off, another kernel. Before KVM goes, which is the
 * last to go. What is traced until then nobody would get to read; who still waits learns that the
 * hypervisor is dead.
 */
static int el2_trace_going_down(struct notifier_block *nb, unsigned long action, void *data)
{
	if (READ_ONCE(el2_trace_started))
		el2_trace_wake_stop();
	/* Pairs with nothing: what comes after it is an interrupt to each CPU */
	WRITE_ONCE(el2_trace_gone, true);

	return NOTIFY_DONE;
}

static struct notifier_block el2_trace_reboot_nb = {
	.notifier_call	= el2_trace_going_down,
};

static const struct remote_trace_ops el2_trace_ops = {
	.max_pages	= (EL2_TRACE_DESC_MAX_SIZE - sizeof(struct el2_trace_desc)) / sizeof(u64) *
			  REMOTE_RING_PAGE_SLOTS,
	.load		= el2_trace_load,
	.unload		= el2_trace_unload,
	.enable		= el2_trace_enable,
	.swap_pages	= el2_trace_swap,
	.reset		= el2_trace_reset,
	.sync		= el2_trace_sync,
	.enable_event	= el2_trace_enable_event,
	.write_event	= el2_trace_write_event,
	.record_stacks	= el2_trace_record_stacks,
	.set_filter	= el2_trace_set_filter,
	.max_pids	= EL2_TRACE_MAX_PIDS,
	.set_pids	= el2_trace_set_pids,
	.change_pid	= el2_trace_change_pid,
	.set_cpu	= el2_trace_set_cpu,
	.tell_busy	= el2_trace_tell_busy,
	.set_trigger	= el2_trace_set_trigger,
	.unset_trigger	= el2_trace_unset_trigger,
	.read_trigger	= el2_trace_read_trigger,
	.settle		= el2_trace_settle,
	.wake		= el2_trace_wake,
	.now		= el2_trace_now,
	.accounts	= &el2_trace_accounts,
	.functions	= EL2_TRACE_FUNCTIONS,
};

static int __init el2_trace_init(void)
{
	int ret;

	/* With VHE there is no hypervisor apart from the kernel */
	if (!is_kvm_arm_initialised() || is_kernel_in_hyp_mode())
		return 0;

	el2_trace_init_events();
	el2_trace_wake_init();

	ret = register_reboot_notifier(&el2_trace_reboot_nb);
	if (ret)
		return ret;

	ret = remote_trace_register("hypervisor", &el2_trace_ops, NULL, el2_trace_events,
				    ARRAY_SIZE(el2_trace_events));
	if (ret)
		unregister_reboot_notifier(&el2_trace_reboot_nb);

	return ret;
}
late_initcall(el2_trace_init);
