// SPDX-License-Identifier: GPL-2.0
/*
 * trace_pipe of a remote: text that is gone once it is read.
 *
 * The pipe of all CPUs merges their rings by time and never prints an event that is older than one
 * it printed. Rings are filled while they are read, so it works in rounds. A round takes the time
 * first, its horizon, and then prints nothing later than that. A CPU is "settled" when it was seen
 * outside the writer's code after the horizon was taken: all that it has to say up to the horizon
 * is in its ring. The ring of a CPU that is not settled may run dry while an event, older than the
 * others' next, is about to be published; then the round is over.
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
#include <linux/min_heap.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "trace.h"
#include "trace_remote_internal.h"

/* How often the rings are looked at for those who wait */
#define WATCH_INTERVAL		DIV_ROUND_UP(HZ, 10)

/*
 * How many looks a CPU gets to leave the writer's code before a round goes on without it. The
 * writer is there for some hundred nanoseconds at a time.
 */
#define SETTLE_LOOKS		100

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
 * struct merge_source - a ring that has events in a merge round
 * @time:	time of its oldest event
 * @tcpu:	whose it is; its lock is held
 */
struct merge_source {
	u64			time;
	struct trace_remote_cpu	*tcpu;
};

DEFINE_MIN_HEAP(struct merge_source, merge_heap);

/**
 * struct trace_remote_pipe - an open trace_pipe
 * @scope:	what is read
 * @lock:	serialises the reads of this file
 * @has_read:	something has been read
 * @leftover:	there is text that did not fit the last read; may be read without @lock
 * @stalled:	the last round printed nothing though there were events
 * @stall_end:	jiffies when patience ends, if @stalled
 * @heap:	the sources of the round that is going on
 * @text:	what has been consumed and not yet given to the user
 * @sources:	@heap's elements, one for each CPU of @scope
 */
struct trace_remote_pipe {
	const struct trace_remote_scope	*scope;
	struct mutex			lock;	/* outermost */
	bool				has_read;
	bool				leftover;
	bool				stalled;
	unsigned long			stall_end;
	struct merge_heap		heap;
	struct trace_remote_text	text;
	struct merge_source		sources[];
};

static bool source_less(const void *lhs, const void *rhs, void *unused)
{
	const struct merge_source *l = lhs, *r = rhs;

	return l->time < r->time;
}

static void source_swap(void *lhs, void *rhs, void *unused)
{
	swap(*(struct merge_source *)lhs, *(struct merge_source *)rhs);
}

static const struct min_heap_callbacks source_callbacks = {
	.less	= source_less,
	.swp	= source_swap,
};

/* Is the first source, whose time has changed, still the oldest? Mostly it is */
static bool heap_in_order(const struct merge_heap *heap)
{
	u64 time = heap->data[0].time;

	return (heap->nr < 2 || time <= heap->data[1].time) &&
	       (heap->nr < 3 || time <= heap->data[2].time);
}

/* Was the CPU outside the writer's code at some time since the horizon was taken? */
static bool cpu_settles(const struct trace_remote_cpu *tcpu)
{
	unsigned int looks = SETTLE_LOOKS;

	while (remote_ring_reader_busy(&tcpu->reader)) {
		if (!--looks)
			return false;
		cpu_relax();
	}

	return true;
}

/* The next event of a CPU up to the horizon; if there is none, the CPU's settled is the truth */
static const struct remote_ring_event *cpu_next(struct trace_remote_cpu *tcpu)
{
	const struct remote_ring_event *event = remote_ring_reader_peek(&tcpu->reader);

	if (likely(event) || tcpu->settled)
		return event;

	tcpu->settled = cpu_settles(tcpu);

	/* What it was about to publish is there now */
	return tcpu->settled ? remote_ring_reader_peek(&tcpu->reader) : NULL;
}

static void cpu_lock(struct trace_remote_pipe *pipe, struct trace_remote_cpu *tcpu)
{
	if (pipe->scope->cpu == TRACE_REMOTE_ALL_CPUS)
		mutex_lock_nest_lock(&tcpu->lock, &pipe->scope->remote->merge_lock);
	else
		mutex_lock(&tcpu->lock);
}

/*
 * Lock each CPU that has events and put it into the heap.
 *
 * Returns false if one that has none is not settled, so that nobody's event can be said to be the
 * oldest.
 */
static bool round_collect(struct trace_remote_pipe *pipe, bool strict)
{
	const struct trace_remote_scope *scope = pipe->scope;
	struct merge_heap *heap = &pipe->heap;
	int cpu;

	for_each_cpu(cpu, trace_remote_scope_mask(scope)) {
		struct trace_remote_cpu *tcpu = &scope->remote->cpus[cpu];
		bool settled = !strict || !remote_ring_reader_busy(&tcpu->reader);
		const struct remote_ring_event *event;

		/* In this order: what was published before it settled is seen */
		if (settled && remote_ring_reader_empty(&tcpu->reader))
			continue;

		cpu_lock(pipe, tcpu);
		tcpu->settled = settled;
		event = cpu_next(tcpu);
		if (!event) {
			settled = tcpu->settled;
			mutex_unlock(&tcpu->lock);
			if (!settled)
				return false;
			continue;
		}

		heap->data[heap->nr++] = (struct merge_source) { event->time, tcpu };
	}

	min_heapify_all(heap, &source_callbacks, NULL);

	return true;
}

static void round_print(struct trace_remote_pipe *pipe, u64 horizon, size_t want)
{
	struct merge_heap *heap = &pipe->heap;
	struct merge_source *first = heap->data;

	while (heap->nr && first->time <= horizon) {
		struct trace_remote_cpu *tcpu = first->tcpu;
		const struct remote_ring_event *event;

		if (!trace_remote_print(&pipe->text, tcpu, remote_ring_reader_peek(&tcpu->reader)))
			break;
		remote_ring_reader_consume(&tcpu->reader);

		if (trace_seq_used(&pipe->text.seq) >= want)
			break;

		event = cpu_next(tcpu);
		if (event) {
			first->time = event->time;
			if (!heap_in_order(heap))
				min_heap_sift_down(heap, 0, &source_callbacks, NULL);
		} else {
			if (!tcpu->settled)
				break;
			mutex_unlock(&tcpu->lock);
			min_heap_pop(heap, &source_callbacks, NULL);
		}
	}
}

/* Print what there is, oldest first, until there are @want characters or no room for more */
static void pipe_round(struct trace_remote_pipe *pipe, size_t want, bool strict)
{
	struct trace_remote *remote = pipe->scope->remote;
	bool all = pipe->scope->cpu == TRACE_REMOTE_ALL_CPUS;
	struct merge_heap *heap = &pipe->heap;
	u64 horizon = U64_MAX;
	int i;

	if (all)
		mutex_lock(&remote->merge_lock);

	/* One CPU has an order of its own */
	strict &= all;
	if (strict)
		horizon = remote->ops->now(remote->priv);

	if (round_collect(pipe, strict))
		round_print(pipe, horizon, want);

	for (i = 0; i < heap->nr; i++)
		mutex_unlock(&heap->data[i].tcpu->lock);
	heap->nr = 0;

	if (all)
		mutex_unlock(&remote->merge_lock);
}

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

/* Returns 0 if there is text or nothing to make it of, or a negative error */
static int pipe_fill(struct trace_remote_pipe *pipe, size_t want, bool nonblock)
{
	unsigned int rounds, pause = PAUSE_MIN_US;
	int ret;

	for (rounds = 1; ; rounds++) {
		bool strict = !pipe->stalled || time_before(jiffies, pipe->stall_end);

		pipe_round(pipe, want, strict);
		if (trace_seq_used(&pipe->text.seq) || pipe_empty(pipe)) {
			pipe->stalled = false;
			return 0;
		}

		if (!pipe->stalled) {
			pipe->stalled = true;
			pipe->stall_end = jiffies + PATIENCE;
		}
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
	unsigned int nr = cpumask_weight(trace_remote_scope_mask(scope));
	struct trace_remote_pipe *pipe;
	int ret;

	ret = tracing_check_open_get_tr(NULL);
	if (ret)
		return ret;

	pipe = kvzalloc(struct_size(pipe, sources, nr), GFP_KERNEL);
	if (!pipe)
		return -ENOMEM;

	pipe->scope = scope;
	mutex_init(&pipe->lock);
	min_heap_init(&pipe->heap, pipe->sources, nr);
	trace_seq_init(&pipe->text.seq);

	ret = trace_remote_get(scope->remote);
	if (ret) {
		kvfree(pipe);
		return ret;
	}

	filp->private_data = pipe;

	return nonseekable_open(inode, filp);
}

static int pipe_release(struct inode *inode, struct file *filp)
{
	struct trace_remote_pipe *pipe = filp->private_data;

	trace_remote_put(pipe->scope->remote);
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
