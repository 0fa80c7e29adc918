// SPDX-License-Identifier: GPL-2.0
/*
 * set_event_pid and set_event_notrace_pid of a remote: on whose behalf what is done is recorded.
 * Both are kept and shown as ftrace's are, and the remote gets what they come to. A remote that
 * cannot choose takes them all the same and records everything: recorders write their command's pid
 * there before they start it, and do not start it if they cannot.
 *
 * With options/event-fork, what a listed thread starts is listed likewise, before it runs, and what
 * ends no longer. As in ftrace, that is so for threads and processes, and a write to a file that
 * comes at the same moment may miss one, or leave it.
 */
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>

#include <trace/events/sched.h>

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
	struct trace_pid_list *old;
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

	old = *which;
	/* Pairs with the dependencies in membership() */
	smp_store_release(which, list);
	/* Who follows threads may have found the old one, and has preemption off */
	if (old && remote->follow_forks)
		tracepoint_synchronize_unregister();
	trace_pid_list_free(old);

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

/* Of one thread: which lists it is in */
struct membership {
	struct trace_pid_list	*pids;
	struct trace_pid_list	*no_pids;
	bool			in_pids;
	bool			in_no_pids;
};

static struct membership membership(const struct remote_trace *remote, pid_t pid)
{
	/* What they point to is read by its address; pairs with the release in set_pids() */
	struct membership of = {
		.pids = READ_ONCE(remote->pids),
		.no_pids = READ_ONCE(remote->no_pids),
	};

	of.in_pids = trace_pid_list_is_set(of.pids, pid);
	of.in_no_pids = trace_pid_list_is_set(of.no_pids, pid);

	return of;
}

/* What the remote has been told of, as make_pids() does it, has that pid more or less */
static int tell_pid(const struct remote_trace *remote, const struct membership *of, pid_t pid,
		    bool in)
{
	bool told = of->pids ? of->in_pids && !of->in_no_pids : of->in_no_pids;

	return told && remote->ops->change_pid ?
	       remote->ops->change_pid(remote->priv, pid, in) : 0;
}

/* A thread has been started and does not run yet. If there is no room for it, no list has it */
static void follow_fork(void *data, struct task_struct *self, struct task_struct *task)
{
	const struct remote_trace *remote = data;
	struct membership of = membership(remote, self->pid);
	int ret = 0;

	if (of.in_pids)
		ret = trace_pid_list_set(of.pids, task->pid);
	if (!ret && of.in_no_pids)
		ret = trace_pid_list_set(of.no_pids, task->pid);
	ret = ret ?: tell_pid(remote, &of, task->pid, true);
	if (ret) {
		trace_pid_list_clear(of.pids, task->pid);
		trace_pid_list_clear(of.no_pids, task->pid);
	}
}

/* A thread is gone, and its pid will be another's. What the remote still goes by stays listed */
static void follow_free(void *data, struct task_struct *task)
{
	const struct remote_trace *remote = data;
	struct membership of = membership(remote, task->pid);

	if (tell_pid(remote, &of, task->pid, false))
		return;
	trace_pid_list_clear(of.pids, task->pid);
	trace_pid_list_clear(of.no_pids, task->pid);
}

/**
 * remote_trace_pids_follow - have lists of pids follow who is started and who ends, or not
 * @remote:	whose
 * @on:		they do
 *
 * Context: process.
 * Return: 0, or a negative error and nothing has changed.
 */
int remote_trace_pids_follow(struct remote_trace *remote, bool on)
{
	int ret;

	guard(mutex)(&pids_lock);

	if (on == remote->follow_forks)
		return 0;

	if (on) {
		ret = register_trace_sched_process_fork(follow_fork, remote);
		if (ret)
			return ret;
		ret = register_trace_sched_process_free(follow_free, remote);
		if (ret) {
			unregister_trace_sched_process_fork(follow_fork, remote);
			return ret;
		}
	} else {
		unregister_trace_sched_process_free(follow_free, remote);
		unregister_trace_sched_process_fork(follow_fork, remote);
		/* set_pids() need not wait any more */
		tracepoint_synchronize_unregister();
	}
	WRITE_ONCE(remote->follow_forks, on);

	return 0;
}
