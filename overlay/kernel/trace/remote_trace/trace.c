// SPDX-License-Identifier: GPL-2.0
/*
 * trace of a remote: the text of what is in the rings, which stays there.
 *
 * A reading is a walk through copies of the pages, one page a CPU at a time. Neither the writer nor
 * a consumer is held up for longer than it takes to copy a page. A walk sees the pages that there
 * were when it began; those that go before it comes to them, it says are lost.
 *
 * core.h has the lock order.
 */
#include <linux/sched/signal.h>
#include <linux/seq_file.h>

#include "../trace.h"
#include "functions.h"
#include "internal.h"
#include "merge.h"

/**
 * struct trace_walk - a trace that is open for reading
 * @scope:	what is read
 * @bare:	without a header, as in Linux 7.1 and later
 * @loaded:	the remote is loaded, and stays so; else there are no events
 * @pos:	the first event is the how-many-th of the walk, counting from 1
 * @merge:	where the walk is
 * @text:	the line that is shown
 */
struct trace_walk {
	const struct remote_trace_scope	*scope;
	bool				bare;
	bool				loaded;
	loff_t				pos;
	struct remote_trace_merge	*merge;
	struct remote_trace_text	text;
};

static void walk_start(struct trace_walk *walk)
{
	walk->pos = 1;
	remote_trace_graph_begin(&walk->text);
	if (!walk->loaded)
		walk->loaded = remote_trace_get_loaded(walk->scope->remote);
	if (walk->loaded)
		remote_trace_merge_begin(walk->merge, U64_MAX, false);
}

/* The cursor at the walk's position, NULL at its end */
static void *walk_event(struct trace_walk *walk)
{
	return (void *)remote_trace_merge_first(walk->merge);
}

/* A line always fits an empty text */
static void walk_print(struct trace_walk *walk, const struct remote_trace_cursor *cursor)
{
	trace_seq_init(&walk->text.seq);
	remote_trace_print(&walk->text, cursor);
}

static void *walk_seq_start(struct seq_file *m, loff_t *pos)
{
	struct trace_walk *walk = m->private;

	/* Who goes back starts a new walk */
	if (!*pos || *pos < walk->pos)
		walk_start(walk);
	if (!*pos)
		return SEQ_START_TOKEN;

	while (walk->pos < *pos && walk_event(walk)) {
		if (fatal_signal_pending(current))
			return ERR_PTR(-EINTR);
		/* How much makes one line is found out by printing it */
		walk_print(walk, walk_event(walk));
		remote_trace_graph_next(&walk->text, walk->merge);
		walk->pos++;
		cond_resched();
	}

	return walk_event(walk);
}

static void *walk_seq_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct trace_walk *walk = m->private;

	++*pos;
	if (v != SEQ_START_TOKEN) {
		remote_trace_graph_next(&walk->text, walk->merge);
		walk->pos++;
	}

	return walk_event(walk);
}

static void walk_seq_stop(struct seq_file *m, void *v)
{
}

/* As much of ftrace's header as makes sense */
static void show_header(struct seq_file *m, struct trace_walk *walk)
{
	struct remote_trace *remote = walk->scope->remote;
	u64 entries = 0, overrun = 0;
	int cpu;

	seq_printf(m, "# tracer: %s\n#\n", remote_trace_tracer(remote));
	if (remote_trace_graph_header(m, remote))
		return;

	if (walk->loaded) {
		for_each_cpu(cpu, remote_trace_scope_mask(walk->scope)) {
			struct remote_trace_counters counters;
			struct remote_ring_stats ring;

			remote_trace_stats(&remote->cpus[cpu], &ring, &counters);
			entries += ring.entries;
			overrun += counters.overrun;
		}
	}

	seq_printf(m, "# entries-in-buffer/entries-written: %llu/%llu   #P:%d\n#\n", entries,
		   entries + overrun, num_online_cpus());
	seq_puts(m, "# CPU\t  TIMESTAMP  EVENT\n");
}

static int walk_seq_show(struct seq_file *m, void *v)
{
	const struct remote_trace_cursor *cursor = v;
	struct trace_walk *walk = m->private;
	struct trace_seq *seq = &walk->text.seq;

	if (v == SEQ_START_TOKEN) {
		if (!walk->bare)
			show_header(m, walk);
		return 0;
	}

	walk_print(walk, cursor);
	seq_write(m, seq->buffer, trace_seq_used(seq));

	return 0;
}

static const struct seq_operations walk_seq_ops = {
	.start	= walk_seq_start,
	.next	= walk_seq_next,
	.stop	= walk_seq_stop,
	.show	= walk_seq_show,
};

static int walk_open(struct inode *inode, struct file *filp)
{
	const struct remote_trace_scope *scope = inode->i_private;
	struct trace_walk *walk;
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

	walk = __seq_open_private(filp, &walk_seq_ops, sizeof(*walk));
	if (!walk)
		return -ENOMEM;

	walk->scope = scope;
	walk->bare = remote_trace_below_remotes(filp);
	walk->merge = remote_trace_merge_alloc(scope, &remote_trace_copying);
	if (!walk->merge || remote_trace_graph_alloc(&walk->text, scope->remote)) {
		remote_trace_merge_free(walk->merge);
		seq_release_private(inode, filp);
		return -ENOMEM;
	}
	walk->loaded = remote_trace_get_loaded(scope->remote);

	return 0;
}

static int walk_release(struct inode *inode, struct file *filp)
{
	struct trace_walk *walk;

	if (!(filp->f_mode & FMODE_READ))
		return 0;

	walk = ((struct seq_file *)filp->private_data)->private;
	if (walk->loaded)
		remote_trace_put(walk->scope->remote);
	remote_trace_graph_free(&walk->text);
	remote_trace_merge_free(walk->merge);

	return seq_release_private(inode, filp);
}

static ssize_t walk_write(struct file *filp, const char __user *ubuf, size_t cnt, loff_t *ppos)
{
	int ret;

	if (!cnt)
		return 0;

	/* Whatever it is that was written */
	ret = remote_trace_clear(file_inode(filp)->i_private);

	return ret ?: cnt;
}

/* Data is the struct remote_trace_scope of what is to be read or cleared */
const struct file_operations remote_trace_trace_fops = {
	.open		= walk_open,
	.read		= seq_read,
	.read_iter	= seq_read_iter,
	.splice_read	= copy_splice_read,
	.write		= walk_write,
	.llseek		= tracing_lseek,
	.release	= walk_release,
};
