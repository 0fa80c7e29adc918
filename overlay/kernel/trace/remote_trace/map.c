// SPDX-License-Identifier: GPL-2.0
/*
 * A CPU's ring in the memory of a user, as <uapi/linux/trace_mmap.h> has it: a page that says where
 * the reader is, then all data pages in the order of their ids. They can only be read.
 *
 * As in ftrace, who has mapped a ring asks for one page after another, each consumed as it is
 * handed out. Other consumers are not kept away: what they take, this one does not get. The data
 * pages are the remote's and are not written to, so the number of events lost is in the first page
 * (reader.lost_events) and not in a data page's commit.
 *
 * The mapping holds the file, and that holds the rings.
 */
#include <linux/cleanup.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include <uapi/linux/trace_mmap.h>

#include "internal.h"

static void update_meta(struct remote_trace_cpu *tcpu, u64 lost)
{
	const struct remote_ring_reader *reader = &tcpu->reader;
	const struct remote_ring_meta *ring = reader->meta;
	struct trace_buffer_meta *meta = tcpu->map;
	u64 dropped = READ_ONCE(ring->dropped) - tcpu->start.dropped;
	u64 event;

	lockdep_assert_held(&tcpu->lock);

	meta->reader.lost_events = lost;
	meta->reader.id = remote_ring_reader_id(reader);
	meta->reader.read = reader->pos;
	meta->overrun = READ_ONCE(ring->overrun) - tcpu->start.overrun;
	meta->read = reader->read - tcpu->start.read;

	/* As in ftrace, all that were ever written; here, to any page that is complete or read */
	event = max(READ_ONCE(ring->events), reader->next_event);
	meta->entries = event - tcpu->start_event - dropped;
}

static int init_meta(struct remote_trace_cpu *tcpu)
{
	guard(mutex)(&tcpu->lock);

	if (!tcpu->map) {
		struct trace_buffer_meta *meta = (void *)get_zeroed_page(GFP_KERNEL);

		if (!meta)
			return -ENOMEM;

		meta->meta_page_size = PAGE_SIZE;
		meta->meta_struct_len = sizeof(*meta);
		meta->subbuf_size = PAGE_SIZE;
		meta->nr_subbufs = tcpu->reader.nr_slots + tcpu->reader.nr_readers;
		tcpu->map = meta;
	}
	update_meta(tcpu, 0);

	return 0;
}

static int may_split(struct vm_area_struct *vma, unsigned long addr)
{
	/* As in ftrace: all or nothing */
	return -EINVAL;
}

static struct remote_trace_cpu *vma_cpu(const struct vm_area_struct *vma)
{
	const struct remote_trace_scope *scope = file_inode(vma->vm_file)->i_private;

	return &scope->remote->cpus[scope->cpu];
}

static void map_open(struct vm_area_struct *vma)
{
	struct remote_trace_cpu *tcpu = vma_cpu(vma);

	guard(mutex)(&tcpu->lock);
	tcpu->nr_maps++;
}

static void map_close(struct vm_area_struct *vma)
{
	struct remote_trace_cpu *tcpu = vma_cpu(vma);

	guard(mutex)(&tcpu->lock);
	tcpu->nr_maps--;
}

static const struct vm_operations_struct map_vm_ops = {
	.open		= map_open,
	.close		= map_close,
	.may_split	= may_split,
};

/**
 * remote_trace_map - map a CPU's ring
 * @tcpu:	which
 * @vma:	where; may begin after the first page and end before the last
 *
 * Context: the remote is loaded and stays so while @vma is there; mmap_lock is held.
 * Return: 0 or a negative error.
 */
int remote_trace_map(struct remote_trace_cpu *tcpu, struct vm_area_struct *vma)
{
	unsigned long nr = 1UL + tcpu->reader.nr_slots + tcpu->reader.nr_readers;
	unsigned long i, end = vma->vm_pgoff + vma_pages(vma);
	int ret;

	if (vma->vm_flags & (VM_WRITE | VM_EXEC) || !(vma->vm_flags & VM_MAYSHARE))
		return -EPERM;
	if (vma->vm_pgoff >= nr || end > nr)
		return -EINVAL;

	vm_flags_mod(vma, VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP, VM_MAYWRITE);

	ret = init_meta(tcpu);
	for (i = vma->vm_pgoff; !ret && i < end; i++) {
		void *page = i ? (void *)tcpu->reader.pages[i - 1] : tcpu->map;

		ret = vm_insert_page(vma, vma->vm_start + (i - vma->vm_pgoff) * PAGE_SIZE,
				     virt_to_page(page));
		cond_resched();
	}
	if (ret)
		return ret;

	vma->vm_ops = &map_vm_ops;
	map_open(vma);

	return 0;
}

/**
 * remote_trace_map_next - consume what there is of one page, and tell those who have it mapped
 * @tcpu:	whose
 *
 * Context: the remote is loaded and stays so.
 * Return: true if there was anything; -ENODEV if nobody has the ring mapped.
 */
int remote_trace_map_next(struct remote_trace_cpu *tcpu)
{
	u64 lost;
	bool any;

	guard(mutex)(&tcpu->lock);

	if (!tcpu->nr_maps)
		return -ENODEV;

	any = remote_ring_reader_skip_page(&tcpu->reader, &lost);
	update_meta(tcpu, lost);

	return any;
}

/* A mapping holds its file, so there is none any more */
static void map_unloading(struct remote_trace *remote)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		free_page((unsigned long)remote->cpus[cpu].map);
		remote->cpus[cpu].map = NULL;
	}
}

const struct remote_trace_feature remote_trace_map_feature = {
	.unloading	= map_unloading,
};
