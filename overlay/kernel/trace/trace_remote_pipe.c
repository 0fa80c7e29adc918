// SPDX-License-Identifier: GPL-2.0
/*
 * trace_pipe of a remote: text that is gone once it is read.
 *
 * The writer cannot wake a reader: it is not in the kernel, and may be no more than another CPU
 * that stores to memory. While somebody waits, and only then, a work looks at the rings.
 *
 * trace_remote_internal.h has the lock order.
 */
#include <linux/cleanup.h>
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "trace.h"
#include "trace_remote_internal.h"

/* How often the rings are looked at for those who wait */
#define WATCH_INTERVAL		DIV_ROUND_UP(HZ, 10)

/* A round without a result is tried again after a pause that doubles from the one to the other */
#define PAUSE_MIN_US		20
#define PAUSE_MAX_US		10000

/* How many times a read that must not block tries */
#define NONBLOCK_ROUNDS		5

/*
 * A CPU that cannot settle for so long is stuck in the writer's code or beyond, and so is a clock
 * that is still behind the events: print what there is, in the order there is.
 */
#define PATIENCE		HZ

/**
 * struct trace_remote_pipe - an open trace_pipe
 * @scope:	what is read
 * @lock:	serialises the reads of this file
 * @has_read:	something has been read
 * @leftover:	there is text that did not fit the last read; may be read without @lock
 * @stalled:	the last round printed nothing though there were events
 * @stall_start: jiffies of the first such round in a row, if @stalled
 * @stall_last:	jiffies of the last one
 * @merge:	merges what is read
 * @text:	what has been consumed and not yet given to the user
 */
struct trace_remote_pipe {
	const struct trace_remote_scope	*scope;
	struct mutex			lock;	/* outermost */
	bool				has_read;
	bool				leftover;
	bool				stalled;
	unsigned long			stall_start;
	unsigned long			stall_last;
	struct trace_remote_merge	*merge;
	struct trace_remote_text	text;
};

/* May be wrong if it says no: see remote_ring_reader_empty() */
static bool pipe_empty(const struct trace_remote_pipe *pipe)
{
	const struct trace_remote_scope *scope = pipe->scope;
	int cpu;

	for_each_cpu(cpu, trace_remote_scope_mask(scope)) {
		if (!remote_ring_reader_empty(&scope->remote->cpus[cpu].reader))
			return false;
	}

	return true;
}

static void watch_start(struct trace_remote *remote)
{
	queue_delayed_work(system_power_efficient_wq, &remote->watch, WATCH_INTERVAL);
}

static void watch_work(struct work_struct *work)
{
	struct trace_remote *remote = container_of(to_delayed_work(work), struct trace_remote,
						   watch);
	int cpu;

	/* Pairs with the barrier of set_current_state() in pipe_sleep(), or of poll_wait() */
	if (!wq_has_sleeper(&remote->waiters))
		return;

	for_each_possible_cpu(cpu) {
		if (!remote_ring_reader_empty(&remote->cpus[cpu].reader)) {
			wake_up_poll(&remote->waiters, EPOLLIN | EPOLLRDNORM);
			break;
		}
	}

	/* One who was not woken still waits. Those who were, and wait again, start it again */
	if (wq_has_sleeper(&remote->waiters))
		watch_start(remote);
}

/**
 * trace_remote_init_waiters - prepare for those who will wait for events
 * @remote:	a remote being registered
 */
void trace_remote_init_waiters(struct trace_remote *remote)
{
	init_waitqueue_head(&remote->waiters);
	INIT_DELAYED_WORK(&remote->watch, watch_work);
}

/**
 * trace_remote_wake_waiters - have all who wait for events look again whether they should
 * @remote:	any remote
 */
void trace_remote_wake_waiters(struct trace_remote *remote)
{
	wake_up_all(&remote->waiters);
}

/* As in ftrace: tracing is off, and this is not a reader that waits for it to be switched on */
static bool pipe_at_end(const struct trace_remote_pipe *pipe)
{
	return pipe->has_read && !READ_ONCE(pipe->scope->remote->tracing_on);
}

/* Returns 0 when it is time to look again, or a negative error */
static int pipe_sleep(struct trace_remote_pipe *pipe)
{
	struct trace_remote *remote = pipe->scope->remote;
	DEFINE_WAIT(wait);

	prepare_to_wait(&remote->waiters, &wait, TASK_INTERRUPTIBLE);
	watch_start(remote);
	if (pipe_empty(pipe) && !pipe_at_end(pipe))
		schedule();
	finish_wait(&remote->waiters, &wait);

	return signal_pending(current) ? -ERESTARTSYS : 0;
}

/* A shorter sleep, when there is something that will soon be readable */
static int pipe_pause(unsigned int us)
{
	ktime_t time = ns_to_ktime(us * NSEC_PER_USEC);

	set_current_state(TASK_INTERRUPTIBLE);
	schedule_hrtimeout_range(&time, us * NSEC_PER_USEC, HRTIMER_MODE_REL);

	return signal_pending(current) ? -ERESTARTSYS : 0;
}

/* A round was for nothing. A reader that does not come back soon does not know for how long */
static void pipe_stalls(struct trace_remote_pipe *pipe)
{
	if (!pipe->stalled || time_after(jiffies, pipe->stall_last + PATIENCE))
		pipe->stall_start = jiffies;
	pipe->stall_last = jiffies;
	pipe->stalled = true;
}

/* Returns 0 if there is text or nothing to make it of, or a negative error */
static int pipe_fill(struct trace_remote_pipe *pipe, size_t want, bool nonblock)
{
	unsigned int rounds, pause = PAUSE_MIN_US;
	int ret;

	for (rounds = 1; ; rounds++) {
		bool patient = !pipe->stalled || time_after(jiffies, pipe->stall_last + PATIENCE) ||
			       time_before(jiffies, pipe->stall_start + PATIENCE);

		trace_remote_merge_round(pipe->merge, &pipe->text, want, patient);
		if (trace_seq_used(&pipe->text.seq) || pipe_empty(pipe)) {
			pipe->stalled = false;
			return 0;
		}

		pipe_stalls(pipe);
		if (nonblock && rounds == NONBLOCK_ROUNDS)
			return -EAGAIN;

		ret = pipe_pause(pause);
		if (ret)
			return ret;
		pause = min(2 * pause, PAUSE_MAX_US);
	}
}

/* Returns 0 if there is text or the file has come to its end, or a negative error */
static int pipe_wait_and_fill(struct trace_remote_pipe *pipe, size_t want, bool nonblock)
{
	int ret;

	for (;;) {
		/* Before the rings: what was written while tracing was on must still be read */
		bool at_end = pipe_at_end(pipe);

		if (!pipe_empty(pipe)) {
			ret = pipe_fill(pipe, want, nonblock);
			if (ret || trace_seq_used(&pipe->text.seq))
				return ret;
			/* Another reader was faster, or there was a page without an event */
			continue;
		}

		if (nonblock)
			return -EAGAIN;
		if (at_end)
			return 0;

		/* Others with the same file shall not wait for this one's signals */
		mutex_unlock(&pipe->lock);
		ret = pipe_sleep(pipe);
		mutex_lock(&pipe->lock);
		if (ret)
			return ret;
		if (pipe->leftover)
			return 0;
		trace_seq_init(&pipe->text.seq);
	}
}

static ssize_t pipe_read(struct file *filp, char __user *ubuf, size_t cnt, loff_t *ppos)
{
	struct trace_remote_pipe *pipe = filp->private_data;
	struct trace_seq *seq = &pipe->text.seq;
	ssize_t ret;

	if (!cnt)
		return 0;
	cnt = min_t(size_t, cnt, INT_MAX);

	if (mutex_lock_interruptible(&pipe->lock))
		return -ERESTARTSYS;

	if (!pipe->leftover) {
		trace_seq_init(seq);
		ret = pipe_wait_and_fill(pipe, cnt, filp->f_flags & O_NONBLOCK);
		if (ret || !trace_seq_used(seq))
			goto unlock;
		pipe->has_read = true;
	}

	ret = trace_seq_to_user(seq, ubuf, cnt);
	WRITE_ONCE(pipe->leftover, seq->readpos < trace_seq_used(seq));

unlock:
	mutex_unlock(&pipe->lock);

	return ret;
}

static __poll_t pipe_poll(struct file *filp, poll_table *table)
{
	struct trace_remote_pipe *pipe = filp->private_data;
	struct trace_remote *remote = pipe->scope->remote;

	poll_wait(filp, &remote->waiters, table);

	if (READ_ONCE(pipe->leftover) || !pipe_empty(pipe))
		return EPOLLIN | EPOLLRDNORM;

	if (!poll_does_not_wait(table))
		watch_start(remote);

	return 0;
}

static int pipe_open(struct inode *inode, struct file *filp)
{
	const struct trace_remote_scope *scope = inode->i_private;
	struct trace_remote_pipe *pipe;
	int ret;

	ret = tracing_check_open_get_tr(NULL);
	if (ret)
		return ret;

	pipe = kvzalloc(sizeof(*pipe), GFP_KERNEL);
	if (!pipe)
		return -ENOMEM;

	pipe->scope = scope;
	mutex_init(&pipe->lock);
	trace_seq_init(&pipe->text.seq);

	pipe->merge = trace_remote_merge_alloc(scope);
	if (!pipe->merge) {
		ret = -ENOMEM;
		goto free_pipe;
	}

	ret = trace_remote_get(scope->remote);
	if (ret)
		goto free_merge;

	filp->private_data = pipe;

	return nonseekable_open(inode, filp);

free_merge:
	trace_remote_merge_free(pipe->merge);
free_pipe:
	kvfree(pipe);

	return ret;
}

static int pipe_release(struct inode *inode, struct file *filp)
{
	struct trace_remote_pipe *pipe = filp->private_data;

	trace_remote_put(pipe->scope->remote);
	trace_remote_merge_free(pipe->merge);
	mutex_destroy(&pipe->lock);
	kvfree(pipe);

	return 0;
}

/* Data is the struct trace_remote_scope of what is to be read */
const struct file_operations trace_remote_pipe_fops = {
	.open		= pipe_open,
	.read		= pipe_read,
	.poll		= pipe_poll,
	.release	= pipe_release,
};
