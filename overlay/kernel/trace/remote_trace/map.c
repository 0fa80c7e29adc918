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
 * Who knows of <uapi/linux/remote_trace_mmap.h> gets as many pages at a time as the reader holds.
 * All but the last are then left alone: the ring goes on with others until the file asks again.
 *
 * The mapping holds the file, and that holds the rings.
 *
 * core.h has the lock order.
 */
#include <linux/cleanup.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include <uapi/linux/trace_mmap.h>

#include "internal.h"

/* How much of the page that the reader is at has been read; all, if it reads none */
static u32 bytes_read(const struct remote_ring_reader *reader)
{
	u64 commit;

	if (reader->page)
		return reader->pos;

	/* As somebody has left it whom it was given to */
	commit = READ_ONCE(reader->pages[remote_ring_reader_id(reader)]->commit);

	return min_t(u32, commit & (REMOTE_RING_MISSED_STORED - 1), REMOTE_RING_DATA_SIZE);
}

static void update_meta(struct remote_trace_cpu *tcpu, u64 lost)
{
	const struct remote_ring_reader *reader = &tcpu->reader;
	const struct remote_ring_meta *ring = reader->meta;
	struct trace_buffer_meta *meta = tcpu->map;
	u64 dropped = READ_ONCE(ring->dropped) - tcpu->start.dropped;
	u64 complete;

	lockdep_assert_held(&tcpu->lock);

	meta->reader.lost_events = lost;
	meta->reader.id = remote_ring_reader_id(reader);
	meta->reader.read = bytes_read(reader);
	meta->overrun = READ_ONCE(ring->overrun) - tcpu->start.overrun;
	meta->read = reader->read - tcpu->start.read;

	/*
	 * As in ftrace, all that were ever written; here, to any page that is complete or read.
	 * Some of what was dropped may be counted with a page that is not complete yet.
	 */
	complete = READ_ONCE(ring->events) - tcpu->start_event - dropped;
	meta->entries = max_t(s64, complete, meta->read + meta->overrun);
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
	/* Who has it mapped may not have seen yet what has been lost */
	if (!tcpu->nr_maps)
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

/* The lock is for remote_trace_take_spares(), which counts */
static int map_page(struct vm_area_struct *vma, unsigned long nr, struct remote_trace_cpu *tcpu,
		    const void *page)
{
	guard(mutex)(&tcpu->lock);

	return vm_insert_page(vma, vma->vm_start + (nr - vma->vm_pgoff) * PAGE_SIZE,
			      virt_to_page(page));
}

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
		ret = map_page(vma, i, tcpu, i ? (void *)tcpu->reader.pages[i - 1] : tcpu->map);
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
	struct remote_ring_skipped skipped = {};
	u32 nr;

	guard(mutex)(&tcpu->lock);

	if (!tcpu->nr_maps)
		return -ENODEV;

	nr = remote_ring_reader_skip_pages(&tcpu->reader, 0, &skipped, 1);
	update_meta(tcpu, skipped.lost);

	return nr;
}

static void give_back(struct remote_trace_cpu *tcpu, struct remote_trace_mapped *mapped)
{
	lockdep_assert_held(&tcpu->lock);

	tcpu->map_held &= ~mapped->held;
	mapped->held = 0;
}

static int consume_pages(struct remote_trace_cpu *tcpu, struct remote_trace_mapped *mapped, u32 max)
{
	const struct remote_ring_reader *reader = &tcpu->reader;
	struct remote_ring_skipped skipped[REMOTE_RING_MAX_READERS] __uninitialized;
	u32 i, nr, spares;

	guard(mutex)(&tcpu->lock);

	give_back(tcpu, mapped);
	if (!tcpu->nr_maps)
		return -ENODEV;

	max = min(max, ARRAY_SIZE(skipped));
	spares = remote_trace_take_spares(tcpu, max, true);
	nr = remote_ring_reader_skip_pages(&tcpu->reader, spares, skipped, max);
	for (i = 0; i < nr; i++) {
		/* The reader's page is nobody's, and another file's when that has its rest */
		if (skipped[i].index != reader->index)
			mapped->held |= BIT(skipped[i].index);
		mapped->pages[i] = (struct remote_trace_mapped_page) {
			.lost_events = skipped[i].lost,
			.id = reader->ids[reader->nr_slots + skipped[i].index],
			.begin = skipped[i].begin,
			.end = skipped[i].end,
			.events = skipped[i].events,
		};
	}
	tcpu->map_held |= mapped->held;
	mapped->next = 0;
	WRITE_ONCE(mapped->nr, nr);
	update_meta(tcpu, nr ? skipped[nr - 1].lost : 0);

	return nr;
}

/**
 * remote_trace_map_pages - consume what there is of several pages, and tell who has them mapped
 * @tcpu:	whose
 * @mapped:	what the open file has; its pages are given back, unless some could not be told
 * @max:	how many at most
 * @user:	where they are told
 *
 * Context: the remote is loaded and stays so; serialised by the open file.
 * Return: how many; -EFAULT, and the next call tells the same; -ENODEV if nobody has the ring
 * mapped.
 */
int remote_trace_map_pages(struct remote_trace_cpu *tcpu, struct remote_trace_mapped *mapped,
			   u32 max, struct remote_trace_get_pages __user *user)
{
	u32 nr;
	int ret;

	if (!mapped->nr) {
		ret = consume_pages(tcpu, mapped, max);
		if (ret < 0)
			return ret;
	}

	nr = min(max, mapped->nr);
	if (copy_to_user(user->pages, &mapped->pages[mapped->next], nr * sizeof(*user->pages)) ||
	    put_user(nr, &user->nr))
		return -EFAULT;
	mapped->next += nr;
	WRITE_ONCE(mapped->nr, mapped->nr - nr);

	return nr;
}

/**
 * remote_trace_map_release - the file that has got pages is closed
 * @tcpu:	whose
 * @mapped:	what it has
 */
void remote_trace_map_release(struct remote_trace_cpu *tcpu, struct remote_trace_mapped *mapped)
{
	guard(mutex)(&tcpu->lock);
	give_back(tcpu, mapped);
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

/* After remote_trace_stats_feature: counters begin anew */
static void map_cleared(struct remote_trace_cpu *tcpu)
{
	if (tcpu->map)
		update_meta(tcpu, 0);
}

const struct remote_trace_feature remote_trace_map_feature = {
	.cleared	= map_cleared,
	.unloading	= map_unloading,
};
