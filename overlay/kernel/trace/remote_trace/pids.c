// SPDX-License-Identifier: GPL-2.0
/*
 * set_event_pid and set_event_notrace_pid of a remote: on whose behalf what is done is recorded.
 * Both are kept and shown as ftrace's are, and the remote gets what they come to. A remote that
 * cannot choose takes them all the same and records everything: recorders write their command's pid
 * there before they start it, and do not start it if they cannot.
 *
 * With options/event-fork, what a listed thread starts is listed likewise, before it runs, and what
 * ends no longer. As in ftrace, that is so for threads and processes, and a write to a file that
 * comes at the same moment may miss one, or leave it: while files are written nobody is followed,
 * or the remote would have somebody, or have him the other way round, whom no file shows.
 */
#include <linux/atomic.h>
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/limits.h>
#include <linux/minmax.h>
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

static int count_pids(struct trace_pid_list *list)
{
	unsigned int pid;
	int end, nr = 0;

	if (!list)
		return 0;

	for (end = trace_pid_list_first(list, &pid); !end;
	     end = trace_pid_list_next(list, pid + 1, &pid))
		nr++;

	return nr;
}

/*
 * How many a list may have. Each by itself, though the other may have some of the same: or it would
 * depend on the one whether the other can be cleared.
 */
static int max_pids(const struct remote_trace *remote)
{
	return remote->ops->set_pids ? remote->ops->max_pids : INT_MAX;
}

/* What the lists come to: NULL if they leave nothing out, or an error pointer */
static struct remote_trace_pids *make_pids(const struct remote_trace_pid_list *pids,
					   const struct remote_trace_pid_list *no_pids)
{
	const struct remote_trace_pid_list *from = pids->list ? pids : no_pids;
	struct remote_trace_pids *made;
	unsigned int pid;
	int end;

	if (!from->list)
		return NULL;

	made = kmalloc(struct_size(made, pids, atomic_read(&from->nr)), GFP_KERNEL);
	if (!made)
		return ERR_PTR(-ENOMEM);
	made->listed = pids->list;
	made->nr = 0;

	for (end = trace_pid_list_first(from->list, &pid); !end;
	     end = trace_pid_list_next(from->list, pid + 1, &pid)) {
		/* Who is in both is not wanted */
		if (!pids->list || !trace_pid_list_is_set(no_pids->list, pid))
			made->pids[made->nr++] = pid;
	}

	return made;
}

static int tell_pids(struct remote_trace *remote, const struct remote_trace_pid_list *pids,
		     const struct remote_trace_pid_list *no_pids)
{
	struct remote_trace_pids *made;
	int ret;

	if (!remote->ops->set_pids)
		return 0;

	made = make_pids(pids, no_pids);
	if (IS_ERR(made))
		return PTR_ERR(made);

	scoped_guard(mutex, &remote->lock) {
		ret = remote->ops->set_pids(remote->priv, made);
		ret = remote_trace_answer(remote, ret);
	}
	kfree(made);

	return ret;
}

/* Returns when nobody is followed any more, until keep_following() */
static void stop_following(struct remote_trace *remote)
{
	if (!remote->follow_forks)
		return;

	WRITE_ONCE(remote->pids_change, true);
	/* Who has not seen that has preemption off */
	tracepoint_synchronize_unregister();
}

static void keep_following(struct remote_trace *remote)
{
	/* What the lists are now is seen first; pairs with the acquire in may_follow() */
	smp_store_release(&remote->pids_change, false);
}

/* @list becomes @which of the lists. Returns 0, or a negative error and nothing has changed */
static int set_pids(struct remote_trace *remote, struct remote_trace_pid_list *which,
		    struct trace_pid_list *list)
{
	struct remote_trace_pid_list new = { .list = list };
	int ret, nr = count_pids(list);

	lockdep_assert_held(&pids_lock);

	/* A remote may have to be started for that, and many clear what is not there */
	if (!list && !which->list)
		return 0;
	if (nr > max_pids(remote))
		return -ENOSPC;
	atomic_set(&new.nr, nr);

	stop_following(remote);
	ret = tell_pids(remote, which == &remote->pids ? &new : &remote->pids,
			which == &remote->no_pids ? &new : &remote->no_pids);
	if (!ret) {
		swap(which->list, new.list);
		atomic_set(&which->nr, nr);
		trace_pid_list_free(new.list);
	}
	keep_following(remote);

	return ret;
}

static void *pids_start(struct seq_file *m, loff_t *pos)
{
	const struct remote_trace_pid_list *which = m->private;

	mutex_lock(&pids_lock);

	return which->list ? trace_pid_start(which->list, pos) : NULL;
}

static void *pids_next(struct seq_file *m, void *v, loff_t *pos)
{
	const struct remote_trace_pid_list *which = m->private;

	return trace_pid_next(which->list, v, pos);
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
		     struct remote_trace_pid_list *which)
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
	struct remote_trace_pid_list *which = m->private;
	struct trace_pid_list *list;
	int ret, err;

	if (!cnt)
		return 0;

	guard(mutex)(&pids_lock);

	/* Those that are there and those that are new */
	ret = trace_pid_write(which->list, &list, ubuf, cnt);
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

/* Nobody changes the lists, or what the remote has been told of them, but who follows threads */
static bool may_follow(const struct remote_trace *remote)
{
	/* Pairs with the release in keep_following() */
	return !smp_load_acquire(&remote->pids_change);
}

static bool is_listed(const struct remote_trace_pid_list *which, pid_t pid)
{
	return trace_pid_list_is_set(which->list, pid);
}

static int list_pid(const struct remote_trace *remote, struct remote_trace_pid_list *which,
		    pid_t pid)
{
	int ret;

	if (is_listed(which, pid))
		return 0;
	if (!atomic_add_unless(&which->nr, 1, max_pids(remote)))
		return -ENOSPC;

	ret = trace_pid_list_set(which->list, pid);
	if (ret)
		atomic_dec(&which->nr);

	return ret;
}

static void unlist_pid(struct remote_trace_pid_list *which, pid_t pid)
{
	if (!is_listed(which, pid))
		return;

	trace_pid_list_clear(which->list, pid);
	atomic_dec(&which->nr);
}

/* Has the remote been told of that pid, as make_pids() does it? */
static bool is_told(const struct remote_trace *remote, pid_t pid)
{
	bool no = is_listed(&remote->no_pids, pid);

	return remote->pids.list ? is_listed(&remote->pids, pid) && !no : no;
}

static int tell_pid(const struct remote_trace *remote, pid_t pid, bool in)
{
	return remote->ops->change_pid ? remote->ops->change_pid(remote->priv, pid, in) : 0;
}

/*
 * A thread has been started and does not run yet. A list may have its pid already: it was written
 * there before, or the end of who had it has been missed. If there is no room for it, or the remote
 * refuses, lists have what they had.
 */
static void follow_fork(void *data, struct task_struct *self, struct task_struct *task)
{
	struct remote_trace *remote = data;
	bool in, no_in, told;
	int ret = 0;

	if (!may_follow(remote))
		return;

	in = is_listed(&remote->pids, task->pid);
	no_in = is_listed(&remote->no_pids, task->pid);
	told = is_told(remote, task->pid);

	if (is_listed(&remote->pids, self->pid))
		ret = list_pid(remote, &remote->pids, task->pid);
	if (!ret && is_listed(&remote->no_pids, self->pid))
		ret = list_pid(remote, &remote->no_pids, task->pid);
	/* Who comes into the second list may have been told of, because he was in the first only */
	if (!ret && is_told(remote, task->pid) != told)
		ret = tell_pid(remote, task->pid, !told);
	if (ret && !in)
		unlist_pid(&remote->pids, task->pid);
	if (ret && !no_in)
		unlist_pid(&remote->no_pids, task->pid);
}

/* A thread is gone, and its pid will be another's. What the remote still goes by stays listed */
static void follow_free(void *data, struct task_struct *task)
{
	struct remote_trace *remote = data;

	if (!may_follow(remote))
		return;

	if (is_told(remote, task->pid) && tell_pid(remote, task->pid, false))
		return;
	unlist_pid(&remote->pids, task->pid);
	unlist_pid(&remote->no_pids, task->pid);
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
		if (ret)
			goto unregister;
	} else {
		unregister_trace_sched_process_free(follow_free, remote);
		unregister_trace_sched_process_fork(follow_fork, remote);
		/* stop_following() need not wait any more */
		tracepoint_synchronize_unregister();
	}
	WRITE_ONCE(remote->follow_forks, on);

	return 0;

unregister:
	unregister_trace_sched_process_fork(follow_fork, remote);
	tracepoint_synchronize_unregister();

	return ret;
}
