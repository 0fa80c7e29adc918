// SPDX-License-Identifier: GPL-2.0
/*
 * A remote's rings: their memory, and their readers' way to the remote.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/pipe_fs_i.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/topology.h>

#include "core.h"

static u32 size_to_slots(u64 size_kb)
{
	return max_t(u32, REMOTE_RING_MIN_SLOTS,
		     DIV_ROUND_UP_ULL(size_kb * SZ_1K, REMOTE_RING_DATA_SIZE));
}

/*
 * What is spliced is the ring's own pages while they can be spared, and a pipe has room for 16; but
 * no more than that, nor a large part of a small ring.
 */
static u32 slots_to_readers(u32 nr_slots)
{
	return 1 + min_t(u32, nr_slots / 4, PIPE_DEF_BUFFERS);
}

/**
 * remote_trace_size_layout - the layout of rings that have room for so much data
 * @size_kb:	kilobytes for each CPU; no more than fit 2^31 pages
 *
 * Return: the layout, but for what it says of overwriting.
 */
struct remote_trace_layout remote_trace_size_layout(u64 size_kb)
{
	u32 nr_slots = size_to_slots(size_kb);

	return (struct remote_trace_layout) {
		.nr_slots = nr_slots,
		.nr_readers = slots_to_readers(nr_slots),
	};
}

static void *alloc_ring_page(int node)
{
	/* However much was asked for: fail before the OOM killer takes it from others */
	struct page *page = alloc_pages_node(node, GFP_KERNEL | __GFP_ZERO | __GFP_RETRY_MAYFAIL |
					     __GFP_NOWARN, 0);

	return page ? page_address(page) : NULL;
}

/* Whatever is NULL was not allocated, or the remote could not get it back and it must stay */
static void free_ring(struct remote_trace_ring *ring, u32 nr_pages)
{
	u32 i;

	if (ring->pages) {
		for (i = 0; i < nr_pages; i++) {
			free_page((unsigned long)ring->pages[i]);
			cond_resched();
		}
	}
	kvfree(ring->pages);
	free_page((unsigned long)ring->meta);
}

/* On failure, what has been allocated is in @ring, for free_ring() */
static int alloc_ring(struct remote_trace_ring *ring, u32 nr_pages, int cpu)
{
	int node = cpu_to_node(cpu);
	u32 i;

	ring->meta = alloc_ring_page(node);
	ring->pages = remote_trace_alloc_array(nr_pages, sizeof(*ring->pages));
	if (!ring->meta || !ring->pages)
		return -ENOMEM;

	for (i = 0; i < nr_pages; i++) {
		if (fatal_signal_pending(current))
			return -EINTR;

		ring->pages[i] = alloc_ring_page(node);
		if (!ring->pages[i])
			return -ENOMEM;
		cond_resched();
	}

	return 0;
}

/**
 * remote_trace_free_rings - undo remote_trace_alloc_rings()
 * @remote:	which; it is not loaded, or the remote has given back what it could
 */
void remote_trace_free_rings(struct remote_trace *remote)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct remote_trace_cpu *tcpu = &remote->cpus[cpu];

		free_ring(&remote->rings[cpu], remote_trace_layout_pages(&remote->layout));
		kvfree(tcpu->ids);
		tcpu->ids = NULL;
	}
	kvfree(remote->rings);
	remote->rings = NULL;
}

/**
 * remote_trace_alloc_rings - allocate a ring for each possible CPU
 * @remote:	whose; it is not loaded, and its layout says what is wanted
 *
 * Return: 0; -ENOMEM; -EINTR if the caller is being killed. On failure nothing has changed.
 */
int remote_trace_alloc_rings(struct remote_trace *remote)
{
	u32 nr_pages = remote_trace_layout_pages(&remote->layout);
	int cpu, ret;

	/* One more is the meta page */
	if (si_mem_available() < (long)num_possible_cpus() * ((long)nr_pages + 1))
		return -ENOMEM;

	remote->rings = remote_trace_alloc_array(nr_cpu_ids, sizeof(*remote->rings));
	if (!remote->rings)
		return -ENOMEM;

	for_each_possible_cpu(cpu) {
		struct remote_trace_cpu *tcpu = &remote->cpus[cpu];

		tcpu->ids = remote_trace_alloc_array(nr_pages, sizeof(*tcpu->ids));
		ret = tcpu->ids ? alloc_ring(&remote->rings[cpu], nr_pages, cpu) : -ENOMEM;
		if (ret) {
			remote_trace_free_rings(remote);
			return ret;
		}
	}

	return 0;
}

/**
 * remote_trace_answer - remember that a remote is dead if that is what it answers
 * @remote:	which
 * @ret:	what one of its functions has returned
 *
 * Context: any that @remote's functions are called in.
 * Return: @ret.
 */
int remote_trace_answer(struct remote_trace *remote, int ret)
{
	if (unlikely(ret == -EIO) && !READ_ONCE(remote->dead)) {
		WRITE_ONCE(remote->dead, true);
		remote_trace_tell(remote, dead, remote);
	}

	return ret;
}

static int swap_pages(void *priv, int cpu, u32 indexes)
{
	struct remote_trace *remote = priv;

	return remote_trace_answer(remote, remote->ops->swap_pages(remote->priv, cpu, indexes));
}

/**
 * remote_trace_sync - have the remote publish the state of a ring, as remote_ring_writer_sync()
 * @priv:	the remote, as is the reader's
 * @cpu:	whose ring
 * @seq:	the page that is asked about
 *
 * Context: serialised by the CPU's lock; the remote is loaded.
 * Return: what that returns, or -EIO if the remote is dead.
 */
int remote_trace_sync(void *priv, int cpu, u64 seq)
{
	struct remote_trace *remote = priv;

	return remote_trace_answer(remote, remote->ops->sync(remote->priv, cpu, seq));
}

/**
 * remote_trace_init_readers - begin to read rings that have just been loaded
 * @remote:	whose; nobody looks at a reader before there is a user, which takes @remote->lock
 */
void remote_trace_init_readers(struct remote_trace *remote)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct remote_trace_cpu *tcpu = &remote->cpus[cpu];

		tcpu->reader = (struct remote_ring_reader) {
			.meta = remote->rings[cpu].meta,
			.pages = remote->rings[cpu].pages,
			.ids = tcpu->ids,
			.nr_slots = remote->layout.nr_slots,
			.nr_readers = remote->layout.nr_readers,
			.cpu = cpu,
			.swap_pages = swap_pages,
			.priv = remote,
		};
		remote_ring_reader_init(&tcpu->reader);
		cond_resched();
	}
}
