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
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/notifier.h>
#include <linux/overflow.h>
#include <linux/reboot.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/smp.h>
#include <linux/trace_events.h>

#include <asm/kvm_el2_trace.h>
#include <asm/kvm_mmu.h>
#include <asm/kvm_pkvm.h>
#include <asm/sections.h>

#include "el2_trace.h"

/**
 * struct loaded_ring - a ring that EL2 has, or has begun to take
 * @ring:	the memory of the ring, NULL if EL2 has none for this CPU
 * @desc:	the descriptor, donated
 * @desc_pages:	its size
 * @ring_pages:	data pages of the ring
 */
struct loaded_ring {
	struct remote_trace_ring	*ring;
	struct el2_trace_desc		*desc;
	u32				desc_pages;
	u32				ring_pages;
};

static DEFINE_PER_CPU(struct loaded_ring, loaded_rings);

/* There is a hypervisor to be called. Written below the remote's lock */
static bool el2_trace_started;

/* It must not be called any more: the machine goes down. For good */
bool el2_trace_gone;

/* Without pKVM, and if told so, KVM waits for a virtual machine to start its hypervisor */
static int start_hyp(void)
{
	int ret;

	if (el2_trace_started)
		return 0;

	ret = kvm_enable_virtualization();
	if (!ret)
		WRITE_ONCE(el2_trace_started, true);

	return ret;
}

static int share_page(void *page)
{
	if (is_protected_kvm_enabled())
		return kvm_call_hyp_nvhe(__pkvm_host_share_hyp, page_to_pfn(virt_to_page(page)));

	return create_hyp_mappings(page, page + PAGE_SIZE, PAGE_HYP);
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

	ret = share_page(ring->meta);
	if (ret)
		return ret;

	for (i = 0; i < nr_pages; i++) {
		ret = fatal_signal_pending(current) ? -EINTR : share_page(ring->pages[i]);
		if (ret) {
			unshare_ring(ring, i);
			return ret;
		}
		cond_resched();
	}

	return 0;
}

static struct el2_trace_desc *alloc_desc(const struct remote_trace_ring *ring,
					 const struct remote_trace_layout *layout, u32 *desc_pages)
{
	u32 i, nr_pages = remote_trace_layout_pages(layout);
	struct el2_trace_desc *desc;
	size_t size;

	size = PAGE_ALIGN(struct_size(desc, slots, nr_pages));
	*desc_pages = size >> PAGE_SHIFT;

	/* One range of memory: EL2 maps no others. Whole pages: they change owner */
	desc = alloc_pages_exact(size, GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN);
	if (!desc)
		return ERR_PTR(-ENOMEM);

	desc->nr_slots = layout->nr_slots;
	desc->nr_readers = layout->nr_readers;
	desc->overwrite = layout->overwrite;
	desc->meta = page_to_pfn(virt_to_page(ring->meta));
	for (i = 0; i < nr_pages; i++)
		desc->slots[i].page = page_to_pfn(virt_to_page(ring->pages[i]));

	return desc;
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
		return;
	}

	free_pages_exact(loaded->desc, loaded->desc_pages * PAGE_SIZE);
	unshare_ring(ring, loaded->ring_pages);
}

static int load_ring(int cpu, struct remote_trace_ring *ring,
		     const struct remote_trace_layout *layout)
{
	struct loaded_ring *loaded = per_cpu_ptr(&loaded_rings, cpu);
	u32 desc_pages, ring_pages = remote_trace_layout_pages(layout);
	struct el2_trace_desc *desc;
	int ret;

	desc = alloc_desc(ring, layout, &desc_pages);
	if (IS_ERR(desc))
		return PTR_ERR(desc);

	if (!is_protected_kvm_enabled()) {
		ret = create_hyp_mappings(desc, (void *)desc + desc_pages * PAGE_SIZE, PAGE_HYP);
		if (ret)
			goto free_desc;
	}

	ret = share_ring(ring, ring_pages);
	if (ret)
		goto free_desc;

	ret = el2_trace_call(__el2_trace_load, cpu, page_to_pfn(virt_to_page(desc)), desc_pages);
	if (ret && ret != -EAGAIN)
		goto unshare_ring;

	loaded->ring = ring;
	loaded->desc = desc;
	loaded->desc_pages = desc_pages;
	loaded->ring_pages = ring_pages;

	while (ret == -EAGAIN) {
		cond_resched();
		ret = fatal_signal_pending(current) ? -EINTR :
		      el2_trace_call(__el2_trace_load, cpu, page_to_pfn(virt_to_page(desc)),
				     desc_pages);
	}
	if (ret)
		unload_ring(cpu);

	return ret;

unshare_ring:
	unshare_ring(ring, ring_pages);
free_desc:
	free_pages_exact(desc, desc_pages * PAGE_SIZE);

	return ret;
}

static void detach_this_cpu(void *unused)
{
	int ret = el2_trace_call(__el2_trace_detach);

	WARN_ON(ret && ret != -EIO);
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
	on_each_cpu(detach_this_cpu, NULL, true);
	cpus_read_unlock();

	for_each_possible_cpu(cpu)
		unload_ring(cpu);
}

static int el2_trace_load(void *priv, struct remote_trace_ring *rings,
			  const struct remote_trace_layout *layout)
{
	int cpu, ret;

	ret = start_hyp();
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

static int el2_trace_enable(void *priv, bool on)
{
	int ret = el2_trace_call(__el2_trace_enable, on);

	/*
	 * A CPU may have been at EL2 already, in a stay that is not traced. When it has taken an
	 * interrupt it has left, and from its next entry its ring tells whether it is busy.
	 */
	if (!ret)
		on_each_cpu(nothing, NULL, true);

	return ret;
}

static int el2_trace_swap(void *priv, int cpu, u32 indexes)
{
	return el2_trace_call(__el2_trace_swap, cpu, indexes);
}

static int el2_trace_reset(void *priv, int cpu)
{
	return el2_trace_call(__el2_trace_reset, cpu);
}

static int el2_trace_sync(void *priv, int cpu, u64 seq)
{
	return el2_trace_call(__el2_trace_sync, cpu, seq);
}

static int el2_trace_enable_event(void *priv, unsigned int event, bool on)
{
	u32 id = on ? el2_trace_events[event].call->event.type : 0;
	int ret = start_hyp();

	return ret ?: el2_trace_call(__el2_trace_set_event, event, id);
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
	int ret = start_hyp();

	if (ret)
		return ret;

	ret = el2_trace_call(__el2_trace_set_stack, id, (unsigned long)__hyp_text_start);

	/* A CPU that is at EL2 already goes on as it began; as above */
	if (!ret)
		on_each_cpu(nothing, NULL, true);

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
	/* Pairs with nothing: what comes after it is an interrupt to each CPU */
	WRITE_ONCE(el2_trace_gone, true);

	return NOTIFY_DONE;
}

static struct notifier_block el2_trace_reboot_nb = {
	.notifier_call	= el2_trace_going_down,
};

/* A descriptor is allocated in one piece */
#define DESC_MAX_SIZE	MIN(EL2_TRACE_DESC_MAX_SIZE, PAGE_SIZE << MAX_PAGE_ORDER)

static const struct remote_trace_ops el2_trace_ops = {
	.max_pages	= (DESC_MAX_SIZE - sizeof(struct el2_trace_desc)) /
			  sizeof(struct remote_ring_slot),
	.load		= el2_trace_load,
	.unload		= el2_trace_unload,
	.enable		= el2_trace_enable,
	.swap_pages	= el2_trace_swap,
	.reset		= el2_trace_reset,
	.sync		= el2_trace_sync,
	.enable_event	= el2_trace_enable_event,
	.write_event	= el2_trace_write_event,
	.record_stacks	= el2_trace_record_stacks,
	.now		= el2_trace_now,
};

static int __init el2_trace_init(void)
{
	int ret;

	/* With VHE there is no hypervisor apart from the kernel */
	if (!is_kvm_arm_initialised() || is_kernel_in_hyp_mode())
		return 0;

	el2_trace_init_events();

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
