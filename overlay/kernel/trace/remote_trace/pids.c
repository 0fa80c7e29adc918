// SPDX-License-Identifier: GPL-2.0
/*
 * set_event_pid and set_event_notrace_pid of a remote: on whose behalf what is done is recorded.
 * Both are kept and shown as ftrace's are, and the remote gets what they come to. A remote that
 * cannot choose takes them all the same and records everything: recorders write their command's pid
 * there before they start it, and do not start it if they cannot.
 */
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "../trace.h"
#include "internal.h"

/*
 * Of remote_trace::pids and @no_pids. Only these files take it, so user memory may be touched below
 * it.
 */
static DEFINE_MUTEX(pids_lock);

/*
 * Each list by itself, though the other may have some of the same: or it would depend on the one
 * whether the other can be cleared.
 */
static bool list_fits(const struct remote_trace *remote, struct trace_pid_list *list)
{
	unsigned int pid, nr = 0;
	int end;

	for (end = trace_pid_list_first(list, &pid); !end;
	     end = trace_pid_list_next(list, pid + 1, &pid)) {
		if (++nr > remote->ops->max_pids)
			return false;
	}

	return true;
}

/* What the lists come to: NULL if they leave nothing out, or an error pointer */
static struct remote_trace_pids *make_pids(const struct remote_trace *remote,
					   struct trace_pid_list *pids,
					   struct trace_pid_list *no_pids)
{
	struct trace_pid_list *list = pids ?: no_pids;
	struct remote_trace_pids *made;
	unsigned int pid;
	int end;

	if (!list)
		return NULL;

	made = kmalloc(struct_size(made, pids, remote->ops->max_pids), GFP_KERNEL);
	if (!made)
		return ERR_PTR(-ENOMEM);
	made->listed = pids;
	made->nr = 0;

	for (end = trace_pid_list_first(list, &pid); !end;
	     end = trace_pid_list_next(list, pid + 1, &pid)) {
		/* Who is in both is not wanted */
		if (!pids || !trace_pid_list_is_set(no_pids, pid))
			made->pids[made->nr++] = pid;
	}

	return made;
}

/* @list becomes @which of the lists. Returns 0, or a negative error and nothing has changed */
static int set_pids(struct remote_trace *remote, struct trace_pid_list **which,
		    struct trace_pid_list *list)
{
	struct remote_trace_pids *made;
	int ret = 0;

	lockdep_assert_held(&pids_lock);

	/* A remote may have to be started for that, and many clear what is not there */
	if (remote->ops->set_pids && (list || *which)) {
		if (list && !list_fits(remote, list))
			return -ENOSPC;

		made = make_pids(remote, which == &remote->pids ? list : remote->pids,
				 which == &remote->no_pids ? list : remote->no_pids);
		if (IS_ERR(made))
			return PTR_ERR(made);

		scoped_guard(mutex, &remote->lock) {
			ret = remote->ops->set_pids(remote->priv, made);
			ret = remote_trace_answer(remote, ret);
		}
		kfree(made);
	}
	if (ret)
		return ret;

	trace_pid_list_free(*which);
	*which = list;

	return 0;
}

static void *pids_start(struct seq_file *m, loff_t *pos)
{
	struct trace_pid_list **which = m->private;

	mutex_lock(&pids_lock);

	return *which ? trace_pid_start(*which, pos) : NULL;
}

static void *pids_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct trace_pid_list **which = m->private;

	return trace_pid_next(*which, v, pos);
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

static int open_pids(struct inode *inode, struct file *filp, struct remote_trace *remote,
		     struct trace_pid_list **which)
{
	struct seq_file *m;
	int ret;

	ret = tracing_check_open_get_tr(NULL);
	if (ret)
		return ret;

	ret = seq_open(filp, &pids_seq_ops);
	if (ret)
		return ret;
	m = filp->private_data;
	m->private = which;

	if (filp->f_mode & FMODE_WRITE && filp->f_flags & O_TRUNC) {
		scoped_guard(mutex, &pids_lock)
			ret = set_pids(remote, which, NULL);
		if (ret)
			seq_release(inode, filp);
	}

	return ret;
}

static int pids_open(struct inode *inode, struct file *filp)
{
	const struct remote_trace_scope *scope = inode->i_private;
	struct remote_trace *remote = scope->remote;

	return open_pids(inode, filp, remote, &remote->pids);
}

static int no_pids_open(struct inode *inode, struct file *filp)
{
	const struct remote_trace_scope *scope = inode->i_private;
	struct remote_trace *remote = scope->remote;

	return open_pids(inode, filp, remote, &remote->no_pids);
}

static ssize_t pids_write(struct file *filp, const char __user *ubuf, size_t cnt, loff_t *ppos)
{
	const struct remote_trace_scope *scope = file_inode(filp)->i_private;
	struct seq_file *m = filp->private_data;
	struct trace_pid_list **which = m->private, *list;
	int ret, err;

	if (!cnt)
		return 0;

	guard(mutex)(&pids_lock);

	/* Those that are there and those that are new */
	ret = trace_pid_write(*which, &list, ubuf, cnt);
	if (ret < 0)
		return ret;

	err = set_pids(scope->remote, which, list);
	if (err) {
		trace_pid_list_free(list);
		return err;
	}
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

const struct file_operations remote_trace_no_pids_fops = {
	.open		= no_pids_open,
	.read		= seq_read,
	.write		= pids_write,
	.llseek		= seq_lseek,
	.release	= seq_release,
};
