// SPDX-License-Identifier: GPL-2.0
/*
 * set_event_pid of a remote. Recorders write their command's pid there before they start it, and do
 * not start it if they cannot. The list is kept and shown as ftrace's is, but no remote takes it
 * yet: events of all are recorded. The kernel log says so to whoever asked for less.
 */
#include <linux/cleanup.h>
#include <linux/mutex.h>
#include <linux/printk.h>

#include "../trace.h"
#include "internal.h"

/* Of remote_trace::pids. Only these files take it, so user memory may be touched below it */
static DEFINE_MUTEX(pids_lock);

static void set_pids(struct remote_trace *remote, struct trace_pid_list *pids)
{
	trace_pid_list_free(remote->pids);
	remote->pids = pids;
	if (pids)
		pr_info_once("%s: set_event_pid does not filter: all events are recorded\n",
			     remote->name);
}

static void *pids_start(struct seq_file *m, loff_t *pos)
{
	const struct remote_trace *remote = m->private;

	mutex_lock(&pids_lock);

	return remote->pids ? trace_pid_start(remote->pids, pos) : NULL;
}

static void *pids_next(struct seq_file *m, void *v, loff_t *pos)
{
	const struct remote_trace *remote = m->private;

	return trace_pid_next(remote->pids, v, pos);
}

static void pids_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&pids_lock);
}

static const struct seq_operations pids_seq_ops = {
	.start	= pids_start,
	.next	= pids_next,
	.stop	= pids_stop,
	.show	= trace_pid_show,
};

static int pids_open(struct inode *inode, struct file *filp)
{
	const struct remote_trace_scope *scope = inode->i_private;
	struct seq_file *m;
	int ret;

	ret = tracing_check_open_get_tr(NULL);
	if (ret)
		return ret;

	ret = seq_open(filp, &pids_seq_ops);
	if (ret)
		return ret;
	m = filp->private_data;
	m->private = scope->remote;

	if (filp->f_mode & FMODE_WRITE && filp->f_flags & O_TRUNC) {
		guard(mutex)(&pids_lock);
		set_pids(scope->remote, NULL);
	}

	return 0;
}

static ssize_t pids_write(struct file *filp, const char __user *ubuf, size_t cnt, loff_t *ppos)
{
	const struct remote_trace_scope *scope = file_inode(filp)->i_private;
	struct remote_trace *remote = scope->remote;
	struct trace_pid_list *pids;
	int ret;

	if (!cnt)
		return 0;

	guard(mutex)(&pids_lock);

	/* Those that are there and those that are new */
	ret = trace_pid_write(remote->pids, &pids, ubuf, cnt);
	if (ret < 0)
		return ret;

	set_pids(remote, pids);
	*ppos += ret;

	return ret;
}

const struct file_operations remote_trace_pids_fops = {
	.open		= pids_open,
	.read		= seq_read,
	.write		= pids_write,
	.llseek		= seq_lseek,
	.release	= seq_release,
};
