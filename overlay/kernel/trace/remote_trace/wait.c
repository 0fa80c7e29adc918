// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting for a remote's events.
 *
 * The writer cannot wake a reader: it is not in the kernel, and may be no more than another CPU
 * that stores to memory. If the remote has another way to tell that there is something (news.c) it
 * is asked to, and nobody does anything before it has told. But one that writes a lot is not to
 * tell of each event: when somebody has just been told of something, a timer has the next look.
 *
 * If the remote has none, a timer looks at the rings while somebody wants to be told, and only
 * then: often while pages are being filled, so that a reader is there before they are overwritten,
 * and seldom when not much happens. It is the timer itself that looks, for a look is short, and a
 * worker for it would keep an idle CPU awake longer than the look.
 *
 * To be in a queue is not yet to want to be told: what is registered with epoll is in one for ever,
 * whether anybody waits or not. Who waits asks, and so does every call of a file's poll() that
 * finds nothing; who is told is told once, and if he wants to know more he asks again. With epoll
 * that is when he looks what there is, in epoll_wait(); but if that has nothing to say it does not
 * call poll(), so whoever was last told that there is nothing may be waiting, and the timer has to
 * go on. Edge-triggered, the same is so when he was told that there is something: he may have read
 * it, and will not call again before there is more.
 *
 * While tracing is off there is no news. Switching it off wakes all who wait, the timer looks once
 * more, and stops until tracing is switched on.
 *
 * As in ftrace, who wants much at a time does not wait for any event but for a part of the ring to
 * fill (buffer_percent), and for a page that the writer has left.
 */
#include <linux/cleanup.h>
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
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

static struct remote_trace_queue *scope_queue(const struct remote_trace_scope *scope, bool much)
{
	struct remote_trace *remote = scope->remote;

	if (scope->cpu == REMOTE_TRACE_ALL_CPUS)
		return &remote->waiters;

	return much ? &remote->cpus[scope->cpu].full_waiters : &remote->cpus[scope->cpu].waiters;
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

/* Has the page that the reader holds something that has not been consumed? */
static bool reader_has_left(const struct remote_ring_reader *reader)
{
	const struct remote_ring_page *page = READ_ONCE(reader->page);

	return page && READ_ONCE(reader->pos) < READ_ONCE(page->commit);
}

/* Is the ring as full as those who wait for that want it? */
static bool cpu_full(const struct remote_trace_cpu *tcpu)
{
	const struct remote_ring_reader *reader = &tcpu->reader;
	unsigned int percent = READ_ONCE(tcpu->scope.remote->buffer_percent);
	u64 head = READ_ONCE(reader->meta->head);
	u64 tail = READ_ONCE(reader->meta->tail);

	if (remote_ring_reader_empty(reader))
		return false;
	if (!percent)
		return true;

	/*
	 * There must be a page that the writer has left, which is what those get who wait for much:
	 * of a small ring, the page that is being written may be as much as was asked for.
	 */
	if (tail < head || (tail == head && !reader_has_left(reader)))
		return false;

	/* With the page being written, or a ring that is not overwritten could never be full */
	return (tail - head + 1) * 100 >= (u64)percent * reader->nr_slots;
}

static bool scope_ready(const struct remote_trace_scope *scope, bool much)
{
	return much ? cpu_full(&scope->remote->cpus[scope->cpu]) : !remote_trace_empty(scope);
}

/*
 * Bytes a CPU has written, as it were: grows with every event. A consumer that gets the page being
 * written at this very moment may have us look at another page; then it is some other number.
 */
static u64 cpu_written(const struct remote_trace_cpu *tcpu)
{
	const struct remote_ring_reader *reader = &tcpu->reader;
	const struct remote_ring_page *page = READ_ONCE(reader->page);
	u64 tail = READ_ONCE(reader->meta->tail);

	if (!page || READ_ONCE(reader->seq) != tail)
		page = reader->pages[READ_ONCE(reader->ids[tail % reader->nr_slots])];

	return tail * REMOTE_RING_DATA_SIZE + READ_ONCE(page->commit);
}

static u64 scope_written(const struct remote_trace_scope *scope)
{
	u64 sum = 0;
	int cpu;

	for_each_cpu(cpu, remote_trace_scope_mask(scope))
		sum += cpu_written(&scope->remote->cpus[cpu]);

	return sum;
}

static bool anybody_asks(struct remote_trace *remote)
{
	int cpu;

	/*
	 * For all queues at once: the timer is no longer pending, or tracing is on, and then who
	 * asks. Pairs with the smp_mb() in watch_ask().
	 */
	smp_mb();

	for_each_possible_cpu(cpu) {
		struct remote_trace_cpu *tcpu = &remote->cpus[cpu];

		if (remote_trace_queue_asks(&tcpu->waiters) ||
		    remote_trace_queue_asks(&tcpu->full_waiters))
			return true;
	}

	return remote_trace_queue_asks(&remote->waiters) ||
	       remote_trace_queue_asks(&remote->followers);
}

static unsigned long watch_interval(const struct remote_trace *remote)
{
	return time_before(jiffies, READ_ONCE(remote->last_page) + WATCH_BUSY_TIME) ?
	       WATCH_BUSY_INTERVAL : WATCH_INTERVAL;
}

/* Was there news a moment ago? Then there may be more, soon */
static bool had_news(const struct remote_trace *remote)
{
	return time_before(jiffies, READ_ONCE(remote->last_news) + WATCH_BUSY_INTERVAL);
}

/*
 * Have the remote tell those in @queue, or all if that is NULL; or have a look in time. If one is
 * due, it has yet to ask whether there is a sleeper. Returns whether the remote tells, but perhaps
 * not of what is there by now.
 */
static bool watch_start(const struct remote_trace_scope *scope, struct remote_trace_queue *queue)
{
	struct remote_trace *remote = scope->remote;
	unsigned long delay = WATCH_BUSY_INTERVAL;
	int ret;

	if (!READ_ONCE(remote->tells) || !had_news(remote)) {
		ret = queue ? remote_trace_listen(scope, queue) : remote_trace_listen_all(remote);
		if (!ret)
			return true;
		delay = ret == -EAGAIN ? 1 : watch_interval(remote);
	}

	/* The jiffy that has begun counts as none, so that a timer is never early; late is worse */
	timer_reduce(&remote->watch, jiffies + delay - 1);

	return false;
}

static void queue_ask(struct remote_trace_queue *queue, bool more, u64 written)
{
	guard(spinlock_irqsave)(&queue->head.lock);

	/* Who asked before is not to miss what has come since: the others are told, too */
	if (!queue->asked) {
		queue->more = more;
		queue->written = written;
	}
	queue->more &= more;
	WRITE_ONCE(queue->asked, true);
}

/* Those who have asked and gone are not told */
static void queue_forget(struct remote_trace_queue *queue)
{
	guard(spinlock_irqsave)(&queue->head.lock);

	/* Its lock is held */
	if (!waitqueue_active(&queue->head))
		WRITE_ONCE(queue->asked, false);
}

/* Returns whether they are to be told, and then they have not asked any more */
static bool queue_answer(const struct remote_trace_scope *scope, struct remote_trace_queue *queue)
{
	guard(spinlock_irqsave)(&queue->head.lock);

	if (queue->more && scope_written(scope) == queue->written)
		return false;
	WRITE_ONCE(queue->asked, false);

	return true;
}

/* Tell those who wait that there is something, if they have asked */
static void watch_tell(const struct remote_trace_scope *scope, struct remote_trace_queue *queue)
{
	/* The answer comes before they are woken: they may ask again at once */
	if (!remote_trace_queue_asks(queue) || !queue_answer(scope, queue))
		return;

	WRITE_ONCE(scope->remote->last_news, jiffies);
	wake_up_poll(&queue->head, EPOLLIN | EPOLLRDNORM);
}

/*
 * Somebody in the queue wants to be told when there is something; if @more, something that was not
 * there when so much was @written. If not, he looks whether there is once he has asked.
 */
static void watch_ask(const struct remote_trace_scope *scope, struct remote_trace_queue *queue,
		      bool more, u64 written)
{
	queue_ask(queue, more, written);

	/*
	 * Asked, and then whether the timer is pending, or tracing is on. Pairs with the smp_mb()
	 * in anybody_asks().
	 */
	smp_mb();
	if (watch_start(scope, queue) && more)
		watch_tell(scope, queue);
}

/* Tell those who wait for this CPU; returns whether there is something to read */
static bool watch_cpu(struct remote_trace_cpu *tcpu)
{
	struct remote_trace *remote = tcpu->scope.remote;
	u64 tail = READ_ONCE(tcpu->reader.meta->tail);
	bool news = !remote_ring_reader_empty(&tcpu->reader);

	/* What happened while nobody looked may be long ago */
	if (tail != tcpu->seen_tail) {
		tcpu->seen_tail = tail;
		if (time_before(jiffies, remote->last_look + WATCH_BUSY_TIME))
			WRITE_ONCE(remote->last_page, jiffies);
	}

	if (!news)
		return false;

	watch_tell(&tcpu->scope, &tcpu->waiters);
	if (cpu_full(tcpu))
		watch_tell(&tcpu->scope, &tcpu->full_waiters);

	return true;
}

/* Tell all who have asked for what there is */
static void watch_look(struct remote_trace *remote)
{
	bool news = false;
	int cpu;

	for_each_possible_cpu(cpu)
		news |= watch_cpu(&remote->cpus[cpu]);
	remote->last_look = jiffies;
	if (news)
		watch_tell(&remote->scope, &remote->waiters);
	watch_tell(&remote->scope, &remote->followers);
}

static void watch(struct remote_trace *remote)
{
	/* Before the rings: what was written while tracing was on is still looked for */
	bool tracing = READ_ONCE(remote->tracing_on);

	/* One looks at a time; nothing that sleeps, or an interrupt, does */
	spin_lock_bh(&remote->watch_lock);

	if (anybody_asks(remote)) {
		watch_look(remote);

		/* Who was not told still asks. Who was, and asks again, starts it again */
		if (tracing && anybody_asks(remote) && watch_start(&remote->scope, NULL))
			watch_look(remote);
	}

	spin_unlock_bh(&remote->watch_lock);
}

static void watch_timer(struct timer_list *timer)
{
	watch(container_of(timer, struct remote_trace, watch));
}

/* What it is that the remote has to tell it does not say */
static void watch_news(struct work_struct *work)
{
	struct remote_trace *remote = container_of(work, struct remote_trace, news);

	/* Who asks until that is seen is heard here: anybody_asks() has the barrier */
	WRITE_ONCE(remote->round, remote->round + 1);
	/* Even if it is none to anybody */
	WRITE_ONCE(remote->last_news, jiffies);
	watch(remote);
	remote_trace_hear_switches(remote);
}

/**
 * remote_trace_written - where a remote's rings are
 * @remote:	loaded
 *
 * Return: what is another number when anything has been written.
 */
u64 remote_trace_written(struct remote_trace *remote)
{
	return scope_written(&remote->scope);
}

/**
 * remote_trace_follow - be told when there is more
 * @remote:	loaded
 * @written:	than when the rings were there, as remote_trace_written() has said
 *
 * Who is in remote_trace::followers is woken then, once.
 */
void remote_trace_follow(struct remote_trace *remote, u64 written)
{
	watch_ask(&remote->scope, &remote->followers, true, written);
}

/**
 * remote_trace_init_waiters - prepare for those who will wait for events
 * @remote:	a remote being registered, with its CPUs
 */
void remote_trace_init_waiters(struct remote_trace *remote)
{
	int cpu;

	init_waitqueue_head(&remote->waiters.head);
	init_waitqueue_head(&remote->followers.head);
	for_each_possible_cpu(cpu) {
		init_waitqueue_head(&remote->cpus[cpu].waiters.head);
		init_waitqueue_head(&remote->cpus[cpu].full_waiters.head);
	}
	spin_lock_init(&remote->watch_lock);
	timer_setup(&remote->watch, watch_timer, 0);
	INIT_WORK(&remote->news, watch_news);
	remote->round = 1;
	remote->last_page = jiffies - WATCH_BUSY_TIME;
	remote->last_look = remote->last_page;
	remote->last_news = remote->last_page;
}

/**
 * remote_trace_wake_waiters - have all who wait for events look again whether they should
 * @remote:	any remote
 */
void remote_trace_wake_waiters(struct remote_trace *remote)
{
	int cpu;

	wake_up_all(&remote->waiters.head);
	for_each_possible_cpu(cpu) {
		wake_up_all(&remote->cpus[cpu].waiters.head);
		wake_up_all(&remote->cpus[cpu].full_waiters.head);
	}
}

/* Asked first, so that nothing that comes after the look is missed */
static bool wait_over(const struct remote_trace_scope *scope, struct remote_trace_queue *queue,
		      bool much, bool (*stop)(const void *data), const void *data)
{
	watch_ask(scope, queue, false, 0);

	return scope_ready(scope, much) || stop(data);
}

/**
 * remote_trace_wait - wait until there may be something to read
 * @scope:	on which CPUs
 * @much:	wait for as much as buffer_percent says; @scope is one CPU
 * @stop:	is there another reason not to wait? Who changes the answer to yes must then call
 *		remote_trace_wake_waiters()
 * @data:	passed to @stop
 *
 * Context: the remote is loaded and stays so.
 * Return: 0 if it is time to look again; -ERESTARTSYS.
 */
int remote_trace_wait(const struct remote_trace_scope *scope, bool much,
		      bool (*stop)(const void *data), const void *data)
{
	struct remote_trace_queue *queue = scope_queue(scope, much);

	/*
	 * Not freezable: whoever splices has a pipe locked. In a machine that goes to sleep the
	 * call is begun anew.
	 */
	return wait_event_interruptible(queue->head, wait_over(scope, queue, much, stop, data));
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
 * @much:	as much as buffer_percent says; @scope is one CPU
 *
 * Context: the remote is loaded and stays so.
 * Return: what poll returns.
 */
__poll_t remote_trace_poll(struct file *filp, struct poll_table_struct *table,
			   const struct remote_trace_scope *scope, bool much)
{
	struct remote_trace_queue *queue = scope_queue(scope, much);
	bool ready;

	queue_forget(queue);
	poll_wait(filp, &queue->head, table);
	/* epoll has a @table only once, and buffer_percent may become 0 later, or no longer be */
	if (scope->cpu != REMOTE_TRACE_ALL_CPUS)
		poll_wait(filp, &scope_queue(scope, !much)->head, table);

	/* A read gives what there is, or says so */
	if (READ_ONCE(scope->remote->dead))
		return EPOLLIN | EPOLLRDNORM | EPOLLERR;

	ready = scope_ready(scope, much);
	/* Who is in it from an earlier call has no @table that waits; nobody else puts us there */
	if (waitqueue_active(&queue->head) &&
	    (!ready || (table && poll_requested_events(table) & EPOLLET)))
		watch_ask(scope, queue, ready, scope_written(scope));

	/* Asked before the look that counts */
	return ready || scope_ready(scope, much) ? EPOLLIN | EPOLLRDNORM : 0;
}

/* Off: those who have read something come to the end of their file */
static void wait_tracing(struct remote_trace *remote, bool on)
{
	if (on) {
		watch(remote);
		return;
	}

	/* Who has waited since tracing was on is to see that, even if it is on again by then */
	WRITE_ONCE(remote->ends, remote->ends + 1);
	remote_trace_wake_waiters(remote);
}

/* It may be due once more for a reader that has gone; no reader, so nobody starts it */
static void wait_unloading(struct remote_trace *remote)
{
	/* The log may have asked, and was told that it is over before it was answered */
	WRITE_ONCE(remote->followers.asked, false);
	timer_delete_sync(&remote->watch);
	cancel_work_sync(&remote->news);
	/* The remote forgets with the rings; nobody asks, so the above does not run */
	WRITE_ONCE(remote->round, remote->round + 1);
}

const struct remote_trace_feature remote_trace_wait_feature = {
	.tracing	= wait_tracing,
	.unloading	= wait_unloading,
	.dead		= remote_trace_wake_waiters,
};
