// SPDX-License-Identifier: GPL-2.0
/*
 * trace_pipe of a remote: text that is gone once it is read.
 *
 * core.h has the lock order.
 */
#include <linux/cleanup.h>
#include <linux/jiffies.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "../trace.h"
#include "functions.h"
#include "internal.h"
#include "merge.h"

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
 * struct remote_trace_pipe - an open trace_pipe
 * @scope:	what is read
 * @lock:	serialises the reads of this file
 * @endless:	a reader that waits does so until it is ended, as in Linux 7.1 and later
 * @has_read:	something has been read
 * @leftover:	there is text that did not fit the last read; may be read without @lock
 * @stalled:	the last round printed nothing though there were events
 * @stall_start: jiffies of the first such round in a row, if @stalled
 * @stall_last:	jiffies of the last one
 * @merge:	merges what is read
 * @text:	what has been consumed and not yet given to the user
 */
struct remote_trace_pipe {
	const struct remote_trace_scope	*scope;
	struct mutex			lock;	/* outermost */
	bool				endless;
	bool				has_read;
	bool				leftover;
	bool				stalled;
	unsigned long			stall_start;
	unsigned long			stall_last;
	struct remote_trace_merge	*merge;
	struct remote_trace_text	text;
};

/* As in ftrace: tracing is off, and this is not a reader that waits for it to be switched on */
static bool pipe_at_end(const void *data)
{
	const struct remote_trace_pipe *pipe = data;

	return pipe->has_read && !pipe->endless && !READ_ONCE(pipe->scope->remote->tracing_on);
}

/* Waiting is for nothing: there is nothing more, or nobody to get it from */
static bool pipe_woken(const void *data)
{
	const struct remote_trace_pipe *pipe = data;

	return READ_ONCE(pipe->scope->remote->dead) || pipe_at_end(pipe);
}

/* A round was for nothing. A reader that does not come back soon does not know for how long */
static void pipe_stalls(struct remote_trace_pipe *pipe)
{
	if (!pipe->stalled || time_after(jiffies, pipe->stall_last + PATIENCE))
		pipe->stall_start = jiffies;
	pipe->stall_last = jiffies;
	pipe->stalled = true;
}

/*
 * Turn events into text and consume them, oldest first. @want is how many characters the text may
 * have; more only if it is a single line. One CPU alone has an order of its own and there @strict
 * makes no difference.
 */
static void pipe_round(struct remote_trace_pipe *pipe, size_t want, bool strict)
{
	struct remote_trace *remote = pipe->scope->remote;
	bool all = pipe->scope->cpu == REMOTE_TRACE_ALL_CPUS;
	struct seq_buf *buf = &pipe->text.seq.seq;
	const struct remote_trace_cursor *cursor;
	u64 horizon = U64_MAX;

	if (all)
		mutex_lock(&remote->merge_lock);

	/* Whoever is busy stays so */
	strict &= all && !READ_ONCE(remote->dead);
	if (strict)
		horizon = remote->ops->now(remote->priv);

	remote_trace_merge_begin(pipe->merge, horizon, strict);
	while ((cursor = remote_trace_merge_first(pipe->merge))) {
		size_t len = buf->len;

		if (!remote_trace_print(&pipe->text, cursor))
			break;

		/* The line stays for the next round. But one must get through */
		if (unlikely(buf->len > want) && len) {
			buf->len = len;
			break;
		}
		remote_trace_graph_next(&pipe->text, pipe->merge);
	}
	remote_trace_merge_end(pipe->merge);

	if (all)
		mutex_unlock(&remote->merge_lock);
}

/* Returns 0 if there is text or nothing to make it of, or a negative error */
static int pipe_fill(struct remote_trace_pipe *pipe, size_t want, bool nonblock)
{
	unsigned int rounds, pause = PAUSE_MIN_US;
	int ret;

	for (rounds = 1; ; rounds++) {
		bool patient = !pipe->stalled || time_after(jiffies, pipe->stall_last + PATIENCE) ||
			       time_before(jiffies, pipe->stall_start + PATIENCE);

		pipe_round(pipe, want, patient);
		if (trace_seq_used(&pipe->text.seq) || remote_trace_empty(pipe->scope)) {
			pipe->stalled = false;
			return 0;
		}

		/* What the remote has not handed over is out of reach */
		if (READ_ONCE(pipe->scope->remote->dead))
			return -EIO;

		pipe_stalls(pipe);
		if (nonblock && rounds == NONBLOCK_ROUNDS)
			return -EAGAIN;

		ret = remote_trace_pause(pause);
		if (ret)
			return ret;
		pause = min(2 * pause, PAUSE_MAX_US);
	}
}

/* Returns 0 if there is text or the file has come to its end, or a negative error */
static int pipe_wait_and_fill(struct remote_trace_pipe *pipe, size_t want, bool nonblock)
{
	int ret;

	for (;;) {
		/* Before the rings: what was written while tracing was on must still be read */
		bool at_end = pipe_at_end(pipe);

		if (!remote_trace_empty(pipe->scope)) {
			ret = pipe_fill(pipe, want, nonblock);
			if (ret || trace_seq_used(&pipe->text.seq))
				return ret;
			/* Another reader was faster, or there was a page without an event */
			continue;
		}

		if (READ_ONCE(pipe->scope->remote->dead))
			return -EIO;
		if (nonblock)
			return -EAGAIN;
		if (at_end)
			return 0;

		/* Others with the same file shall not wait for this one's signals */
		mutex_unlock(&pipe->lock);
		ret = remote_trace_wait(pipe->scope, false, pipe_woken, pipe);
		mutex_lock(&pipe->lock);
		if (ret)
			return ret;
		if (pipe->leftover)
			return 0;
		trace_seq_init(&pipe->text.seq);
	}
}

/* Returns how many bytes, or -EFAULT if that are none */
static ssize_t pipe_give(struct trace_seq *seq, struct iov_iter *to)
{
	size_t left = trace_seq_used(seq) - seq->readpos;
	size_t done = copy_to_iter(seq->buffer + seq->readpos, left, to);

	seq->readpos += done;

	return done ?: -EFAULT;
}

static ssize_t pipe_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct file *filp = iocb->ki_filp;
	struct remote_trace_pipe *pipe = filp->private_data;
	struct trace_seq *seq = &pipe->text.seq;
	ssize_t ret;

	if (!iov_iter_count(to))
		return 0;

	if (mutex_lock_interruptible(&pipe->lock))
		return -ERESTARTSYS;

	if (!pipe->leftover) {
		trace_seq_init(seq);
		ret = pipe_wait_and_fill(pipe, min_t(size_t, iov_iter_count(to), INT_MAX),
					 filp->f_flags & O_NONBLOCK);
		if (ret || !trace_seq_used(seq))
			goto unlock;
		pipe->has_read = true;
	}

	ret = pipe_give(seq, to);
	WRITE_ONCE(pipe->leftover, seq->readpos < trace_seq_used(seq));

unlock:
	mutex_unlock(&pipe->lock);

	return ret;
}

static __poll_t pipe_poll(struct file *filp, poll_table *table)
{
	struct remote_trace_pipe *pipe = filp->private_data;
	__poll_t events = remote_trace_poll(filp, table, pipe->scope, false);

	return READ_ONCE(pipe->leftover) ? EPOLLIN | EPOLLRDNORM : events;
}

static int pipe_open(struct inode *inode, struct file *filp)
{
	const struct remote_trace_scope *scope = inode->i_private;
	struct remote_trace_pipe *pipe;
	int ret;

	ret = tracing_check_open_get_tr(NULL);
	if (ret)
		return ret;

	pipe = kvzalloc(sizeof(*pipe), GFP_KERNEL);
	if (!pipe)
		return -ENOMEM;

	pipe->scope = scope;
	pipe->endless = remote_trace_below_remotes(filp);
	mutex_init(&pipe->lock);
	trace_seq_init(&pipe->text.seq);

	pipe->merge = remote_trace_merge_alloc(scope, &remote_trace_consuming);
	if (!pipe->merge) {
		ret = -ENOMEM;
		goto free_pipe;
	}

	ret = remote_trace_graph_alloc(&pipe->text, scope->remote);
	if (ret)
		goto free_merge;

	ret = remote_trace_get(scope->remote);
	if (ret)
		goto free_graph;

	remote_trace_ask_busy(scope->remote);
	filp->private_data = pipe;

	/* No position: its lock would keep others, unkillable, while one waits */
	return stream_open(inode, filp);

free_graph:
	remote_trace_graph_free(&pipe->text);
free_merge:
	remote_trace_merge_free(pipe->merge);
free_pipe:
	kvfree(pipe);

	return ret;
}

static int pipe_release(struct inode *inode, struct file *filp)
{
	struct remote_trace_pipe *pipe = filp->private_data;

	remote_trace_unask_busy(pipe->scope->remote);
	remote_trace_put(pipe->scope->remote);
	remote_trace_graph_free(&pipe->text);
	remote_trace_merge_free(pipe->merge);
	mutex_destroy(&pipe->lock);
	kvfree(pipe);

	return 0;
}

/* Data is the struct remote_trace_scope of what is to be read */
const struct file_operations remote_trace_pipe_fops = {
	.open		= pipe_open,
	.read_iter	= pipe_read_iter,
	.splice_read	= copy_splice_read,
	.poll		= pipe_poll,
	.release	= pipe_release,
};
