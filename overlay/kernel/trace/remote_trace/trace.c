// SPDX-License-Identifier: GPL-2.0
/*
 * trace of a remote: the text of what is in the rings, which stays there.
 *
 * A reading is a walk through copies of the pages, one page a CPU at a time. Neither the writer nor
 * a consumer is held up for longer than it takes to copy a page. A walk sees the pages that there
 * were when it began; those that go before it comes to them, it says are lost.
 *
 * internal.h has the lock order.
 */
#include <linux/cleanup.h>
#include <linux/gfp.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "../trace.h"
#include "heap.h"
#include "internal.h"

/**
 * struct walk_cpu - a walk's way through one CPU's ring
 * @copy:	the page that is looked at
 * @buf:	its memory
 * @pages:	pages that there can be to come
 */
struct walk_cpu {
	struct remote_ring_copy	copy;
	struct remote_ring_page	*buf;
	u32			pages;
};

/**
 * struct remote_trace_walk - a trace that is open for reading
 * @scope:	what is read
 * @loaded:	the remote is loaded, and stays so; else there are no events
 * @pos:	the first source's event is the how-many-th of the walk, counting from 1
 * @heap:	CPUs that have events left
 * @cpus:	by CPU, with memory for those of @scope
 * @text:	the line that is shown
 * @sources:	@heap's elements, one for each CPU of @scope
 */
struct remote_trace_walk {
	const struct remote_trace_scope	*scope;
	bool				loaded;
	loff_t				pos;
	struct remote_trace_heap	heap;
	struct walk_cpu			*cpus;
	struct remote_trace_text	text;
	struct remote_trace_source	sources[];
};

/* A CPU's next event, or NULL if there is no other */
static const struct remote_ring_event *walk_peek(struct remote_trace_walk *walk,
						 struct remote_trace_cpu *tcpu)
{
	struct walk_cpu *wcpu = &walk->cpus[tcpu->scope.cpu];
	const struct remote_ring_event *event;

	while (!(event = remote_ring_copy_peek(&wcpu->copy))) {
		guard(mutex)(&tcpu->lock);

		/* Pages are counted against a writer that always claims to have another */
		if (!wcpu->pages-- ||
		    !remote_ring_copy_next_page(&wcpu->copy, &tcpu->reader, remote_trace_sync)) {
			wcpu->pages = 0;
			return NULL;
		}
	}

	return event;
}

static void walk_start_cpu(struct remote_trace_walk *walk, struct remote_trace_cpu *tcpu)
{
	struct walk_cpu *wcpu = &walk->cpus[tcpu->scope.cpu];
	const struct remote_ring_event *event;

	scoped_guard(mutex, &tcpu->lock) {
		remote_ring_copy_init(&wcpu->copy, wcpu->buf, &tcpu->reader);
		wcpu->pages = tcpu->reader.nr_slots;
	}

	event = walk_peek(walk, tcpu);
	if (event)
		walk->sources[walk->heap.nr++] = (struct remote_trace_source) {
			event->time, tcpu
		};
}

static void walk_start(struct remote_trace_walk *walk)
{
	struct remote_trace *remote = walk->scope->remote;
	int cpu;

	walk->pos = 1;
	walk->heap.nr = 0;

	if (!walk->loaded)
		walk->loaded = remote_trace_get_loaded(remote);
	if (!walk->loaded)
		return;

	for_each_cpu(cpu, remote_trace_scope_mask(walk->scope))
		walk_start_cpu(walk, &remote->cpus[cpu]);
	remote_trace_heap_build(&walk->heap);
}

static void walk_next(struct remote_trace_walk *walk)
{
	struct remote_trace_cpu *tcpu = walk->sources[0].tcpu;
	const struct remote_ring_event *event;

	walk->pos++;
	remote_ring_copy_consume(&walk->cpus[tcpu->scope.cpu].copy);
	event = walk_peek(walk, tcpu);
	if (event)
		remote_trace_heap_update(&walk->heap, event->time);
	else
		remote_trace_heap_pop(&walk->heap);
}

static void *trace_seq_start(struct seq_file *m, loff_t *pos)
{
	struct remote_trace_walk *walk = m->private;

	/* Who goes back starts a new walk */
	if (!*pos || *pos < walk->pos)
		walk_start(walk);
	if (!*pos)
		return SEQ_START_TOKEN;

	while (walk->heap.nr && walk->pos < *pos)
		walk_next(walk);

	return walk->heap.nr ? walk : NULL;
}

static void *trace_seq_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct remote_trace_walk *walk = m->private;

	++*pos;
	if (v != SEQ_START_TOKEN)
		walk_next(walk);

	return walk->heap.nr ? walk : NULL;
}

static void trace_seq_stop(struct seq_file *m, void *v)
{
}

/* As much of ftrace's header as makes sense */
static void show_header(struct seq_file *m, struct remote_trace_walk *walk)
{
	struct remote_trace *remote = walk->scope->remote;
	u64 entries = 0, overrun = 0;
	int cpu;

	if (walk->loaded) {
		for_each_cpu(cpu, remote_trace_scope_mask(walk->scope)) {
			struct remote_trace_counters counters;
			struct remote_ring_stats ring;

			remote_trace_stats(&remote->cpus[cpu], &ring, &counters);
			entries += ring.entries;
			overrun += counters.overrun;
		}
	}

	seq_puts(m, "# tracer: nop\n#\n");
	seq_printf(m, "# entries-in-buffer/entries-written: %llu/%llu   #P:%d\n#\n", entries,
		   entries + overrun, num_online_cpus());
	seq_puts(m, "# CPU\t  TIMESTAMP  EVENT\n");
}

static int trace_seq_show(struct seq_file *m, void *v)
{
	struct remote_trace_walk *walk = m->private;
	struct remote_trace_text *text = &walk->text;
	struct remote_trace_cpu *tcpu;

	if (v == SEQ_START_TOKEN) {
		show_header(m, walk);
		return 0;
	}

	tcpu = walk->sources[0].tcpu;
	trace_seq_init(&text->seq);
	/* There is an event, or it would not be a source; and a line always fits an empty text */
	remote_trace_print(text, tcpu, walk_peek(walk, tcpu));
	seq_write(m, text->seq.buffer, trace_seq_used(&text->seq));

	return 0;
}

static const struct seq_operations trace_seq_ops = {
	.start	= trace_seq_start,
	.next	= trace_seq_next,
	.stop	= trace_seq_stop,
	.show	= trace_seq_show,
};

static void walk_free(struct remote_trace_walk *walk)
{
	int cpu;

	if (walk->cpus) {
		for_each_cpu(cpu, remote_trace_scope_mask(walk->scope))
			free_page((unsigned long)walk->cpus[cpu].buf);
	}
	kvfree(walk->cpus);
	kvfree(walk);
}

static struct remote_trace_walk *walk_alloc(const struct remote_trace_scope *scope)
{
	const struct cpumask *mask = remote_trace_scope_mask(scope);
	unsigned int nr = cpumask_weight(mask);
	struct remote_trace_walk *walk;
	int cpu;

	walk = kvzalloc(struct_size(walk, sources, nr), GFP_KERNEL);
	if (!walk)
		return NULL;

	walk->scope = scope;
	min_heap_init(&walk->heap, walk->sources, nr);
	walk->cpus = kvcalloc(nr_cpu_ids, sizeof(*walk->cpus), GFP_KERNEL);
	if (!walk->cpus)
		goto free;

	for_each_cpu(cpu, mask) {
		walk->cpus[cpu].buf = (void *)__get_free_page(GFP_KERNEL);
		if (!walk->cpus[cpu].buf)
			goto free;
	}

	return walk;

free:
	walk_free(walk);

	return NULL;
}

static int trace_open(struct inode *inode, struct file *filp)
{
	const struct remote_trace_scope *scope = inode->i_private;
	struct remote_trace_walk *walk;
	int ret;

	ret = tracing_check_open_get_tr(NULL);
	if (ret)
		return ret;

	if (filp->f_mode & FMODE_WRITE && filp->f_flags & O_TRUNC) {
		ret = remote_trace_clear(scope);
		if (ret)
			return ret;
	}

	if (!(filp->f_mode & FMODE_READ))
		return 0;

	walk = walk_alloc(scope);
	if (!walk)
		return -ENOMEM;

	ret = seq_open(filp, &trace_seq_ops);
	if (ret) {
		walk_free(walk);
		return ret;
	}

	((struct seq_file *)filp->private_data)->private = walk;
	walk->loaded = remote_trace_get_loaded(scope->remote);

	return 0;
}

static int trace_release(struct inode *inode, struct file *filp)
{
	struct remote_trace_walk *walk;

	if (!(filp->f_mode & FMODE_READ))
		return 0;

	walk = ((struct seq_file *)filp->private_data)->private;
	if (walk->loaded)
		remote_trace_put(walk->scope->remote);
	walk_free(walk);

	return seq_release(inode, filp);
}

static ssize_t trace_write(struct file *filp, const char __user *ubuf, size_t cnt, loff_t *ppos)
{
	int ret;

	if (!cnt)
		return -EINVAL;

	/* Whatever it is that was written */
	ret = remote_trace_clear(file_inode(filp)->i_private);

	return ret ?: cnt;
}

/* Data is the struct remote_trace_scope of what is to be read or cleared */
const struct file_operations remote_trace_trace_fops = {
	.open		= trace_open,
	.read		= seq_read,
	.write		= trace_write,
	.llseek		= tracing_lseek,
	.release	= trace_release,
};
