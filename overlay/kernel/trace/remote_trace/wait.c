// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting for a remote's events.
 *
 * The writer cannot wake a reader: it is not in the kernel, and may be no more than another CPU
 * that stores to memory. While somebody waits, and only then, a timer looks at the rings: often
 * while pages are being filled, so that a reader is there before they are overwritten, and seldom
 * when not much happens. It is the timer itself that looks, for a look is short, and a worker for
 * it would keep an idle CPU awake longer than the look.
 *
 * A reader that wants much at a time does not wait for any event but for a part of its ring to
 * fill (buffer_percent), or for an event that has been waiting for as long as the longer interval:
 * nobody shall have to make noise to be heard.
 */
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/timer.h>

#include "internal.h"

/*
 * How often the rings are looked at for those who wait, and how often while pages fill: then a
 * page shall not wait for more than 10 ms, and some of that is for the reader to get going.
 */
#define WATCH_INTERVAL		(HZ / 10)
#define WATCH_BUSY_INTERVAL	max(HZ / 125, 1)

/* Pages fill if one did within this time */
#define WATCH_BUSY_TIME		HZ

static wait_queue_head_t *scope_waiters(const struct remote_trace_scope *scope)
{
	struct remote_trace *remote = scope->remote;

	return scope->cpu == REMOTE_TRACE_ALL_CPUS ? &remote->waiters :
						     &remote->cpus[scope->cpu].waiters;
}

/**
 * remote_trace_empty - is there nothing to read?
 * @scope:	on which CPUs
 *
 * May be wrong if it says no: see remote_ring_reader_empty().
 *
 * Context: the remote is loaded and stays so.
 */
bool remote_trace_empty(const struct remote_trace_scope *scope)
{
	int cpu;

	for_each_cpu(cpu, remote_trace_scope_mask(scope)) {
		if (!remote_ring_reader_empty(&scope->remote->cpus[cpu].reader))
			return false;
	}

	return true;
}

/* Is the ring as full as those who wait for that want it? */
static bool cpu_full(const struct remote_trace_cpu *tcpu)
{
	const struct remote_ring_reader *reader = &tcpu->reader;
	u64 head = READ_ONCE(reader->meta->head);
	u64 tail = READ_ONCE(reader->meta->tail);

	/* With the page being written, or a ring that is not overwritten could never be full */
	return tail >= head && (tail - head + 1) * 100 >=
	       (u64)READ_ONCE(tcpu->scope.remote->buffer_percent) * reader->nr_slots;
}

static bool has_sleeper(struct remote_trace *remote)
{
	int cpu;

	/*
	 * For all queues at once. Pairs with the barrier of set_current_state() in
	 * remote_trace_sleep(), or of poll_wait().
	 */
	smp_mb();

	for_each_possible_cpu(cpu) {
		struct remote_trace_cpu *tcpu = &remote->cpus[cpu];

		/* The barrier is above */
		if (waitqueue_active(&tcpu->waiters) || waitqueue_active(&tcpu->full_waiters))
			return true;
	}

	/* The same */
	return waitqueue_active(&remote->waiters);
}

static unsigned long watch_interval(const struct remote_trace *remote)
{
	return time_before(jiffies, READ_ONCE(remote->last_page) + WATCH_BUSY_TIME) ?
	       WATCH_BUSY_INTERVAL : WATCH_INTERVAL;
}

/* Have a look no later than that. If one is due, it has yet to ask whether there is a sleeper */
static void watch_start(struct remote_trace *remote)
{
	/* The jiffy that has begun counts as none, so that a timer is never early; late is worse */
	timer_reduce(&remote->watch, jiffies + watch_interval(remote) - 1);
}

/* Wake those who wait for this CPU; returns whether there is something to read */
static bool watch_cpu(struct remote_trace_cpu *tcpu)
{
	struct remote_trace *remote = tcpu->scope.remote;
	u64 tail = READ_ONCE(tcpu->reader.meta->tail);

	/* What happened while nobody looked may be long ago */
	if (tail != tcpu->seen_tail) {
		tcpu->seen_tail = tail;
		if (time_before(jiffies, remote->last_look + WATCH_BUSY_TIME))
			WRITE_ONCE(remote->last_page, jiffies);
	}

	if (remote_ring_reader_empty(&tcpu->reader)) {
		WRITE_ONCE(tcpu->seen_empty, jiffies);
		return false;
	}

	wake_up_poll(&tcpu->waiters, EPOLLIN | EPOLLRDNORM);

	/* Next time may be too late for what came after the ring was last seen empty */
	if (waitqueue_active(&tcpu->full_waiters) &&
	    (cpu_full(tcpu) || time_after_eq(jiffies + watch_interval(remote),
					     READ_ONCE(tcpu->seen_empty) + WATCH_INTERVAL)))
		wake_up(&tcpu->full_waiters);

	return true;
}

static void watch_timer(struct timer_list *timer)
{
	struct remote_trace *remote = from_timer(remote, timer, watch);
	bool news = false;
	int cpu;

	if (!has_sleeper(remote))
		return;

	for_each_possible_cpu(cpu)
		news |= watch_cpu(&remote->cpus[cpu]);
	remote->last_look = jiffies;
	if (news)
		wake_up_poll(&remote->waiters, EPOLLIN | EPOLLRDNORM);

	/* One who was not woken still waits. Those who were, and wait again, start it again */
	if (has_sleeper(remote))
		watch_start(remote);
}

/**
 * remote_trace_init_waiters - prepare for those who will wait for events
 * @remote:	a remote being registered, with its CPUs
 */
void remote_trace_init_waiters(struct remote_trace *remote)
{
	int cpu;

	init_waitqueue_head(&remote->waiters);
	for_each_possible_cpu(cpu) {
		init_waitqueue_head(&remote->cpus[cpu].waiters);
		init_waitqueue_head(&remote->cpus[cpu].full_waiters);
	}
	timer_setup(&remote->watch, watch_timer, 0);
	remote->last_page = jiffies - WATCH_BUSY_TIME;
	remote->last_look = remote->last_page;
}

/**
 * remote_trace_wake_waiters - have all who wait for events look again whether they should
 * @remote:	any remote
 */
void remote_trace_wake_waiters(struct remote_trace *remote)
{
	int cpu;

	wake_up_all(&remote->waiters);
	for_each_possible_cpu(cpu) {
		wake_up_all(&remote->cpus[cpu].waiters);
		wake_up_all(&remote->cpus[cpu].full_waiters);
	}
}

/**
 * remote_trace_sleep - wait until there may be something to read
 * @scope:	on which CPUs
 * @much:	wait for much, not for anything; @scope is one CPU
 * @stop:	is there another reason not to wait? Who changes the answer to yes must then call
 *		remote_trace_wake_waiters()
 * @data:	passed to @stop
 *
 * Context: the remote is loaded and stays so.
 * Return: 0 if it is time to look again; -ERESTARTSYS.
 */
int remote_trace_sleep(const struct remote_trace_scope *scope, bool much,
		       bool (*stop)(const void *data), const void *data)
{
	struct remote_trace *remote = scope->remote;
	wait_queue_head_t *queue = scope_waiters(scope);
	DEFINE_WAIT(wait);

	if (much) {
		WRITE_ONCE(remote->cpus[scope->cpu].seen_empty, jiffies);
		queue = &remote->cpus[scope->cpu].full_waiters;
	}

	prepare_to_wait(queue, &wait, TASK_INTERRUPTIBLE);
	watch_start(remote);
	if (remote_trace_empty(scope) && !stop(data))
		schedule();
	finish_wait(queue, &wait);

	return signal_pending(current) ? -ERESTARTSYS : 0;
}

/**
 * remote_trace_pause - a shorter sleep, when there is something that will soon be readable
 * @us:		microseconds, roughly
 *
 * Return: 0 or -ERESTARTSYS.
 */
int remote_trace_pause(unsigned int us)
{
	ktime_t time = ns_to_ktime(us * NSEC_PER_USEC);

	set_current_state(TASK_INTERRUPTIBLE);
	schedule_hrtimeout_range(&time, us * NSEC_PER_USEC, HRTIMER_MODE_REL);

	return signal_pending(current) ? -ERESTARTSYS : 0;
}

/**
 * remote_trace_poll - wait as poll does
 * @filp:	what is polled
 * @table:	by whom
 * @scope:	what there must be events on
 *
 * Context: the remote is loaded and stays so.
 * Return: what poll returns.
 */
__poll_t remote_trace_poll(struct file *filp, struct poll_table_struct *table,
			   const struct remote_trace_scope *scope)
{
	poll_wait(filp, scope_waiters(scope), table);

	/* A read gives what there is, or says so */
	if (READ_ONCE(scope->remote->dead))
		return EPOLLIN | EPOLLRDNORM | EPOLLERR;

	if (!remote_trace_empty(scope))
		return EPOLLIN | EPOLLRDNORM;

	if (!poll_does_not_wait(table))
		watch_start(scope->remote);

	return 0;
}

/* Those who have read something come to the end of their file */
static void wait_tracing(struct remote_trace *remote, bool on)
{
	if (!on)
		remote_trace_wake_waiters(remote);
}

/* It may be due once more for a reader that has gone; no reader, so nobody starts it */
static void wait_unloading(struct remote_trace *remote)
{
	timer_delete_sync(&remote->watch);
}

const struct remote_trace_feature remote_trace_wait_feature = {
	.tracing	= wait_tracing,
	.unloading	= wait_unloading,
	.dead		= remote_trace_wake_waiters,
};
