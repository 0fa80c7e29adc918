// SPDX-License-Identifier: GPL-2.0
/*
 * Being told by a remote that there is news, instead of looking for it.
 *
 * The remote is asked for what those want who wait, and tells once, of whatever comes first. Who is
 * told looks for all, and asks for those who go on waiting: another round. What was written while
 * it was being asked it may not tell of: who asks has to look once more, after it has answered.
 */
#include <linux/errno.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/workqueue.h>

#include "internal.h"

/* The page with which a ring will be as full as those want it who wait for much; see cpu_full() */
static u64 full_tail(const struct remote_trace_cpu *tcpu)
{
	const struct remote_ring_reader *reader = &tcpu->reader;
	u64 percent = READ_ONCE(tcpu->scope.remote->buffer_percent);
	u64 tail = READ_ONCE(reader->meta->tail);
	u64 want = DIV_ROUND_UP_ULL(percent * reader->nr_slots, 100);

	return max(READ_ONCE(reader->meta->head) + want - 1, tail + 1);
}

static int ask(struct remote_trace *remote, enum remote_trace_news news, int cpu, u64 tail)
{
	return remote_trace_answer(remote, remote->ops->wake(remote->priv, remote, news, cpu,
							     tail));
}

/* Ask for what those in a queue want, unless that has been done since the remote told last */
static int ask_for(const struct remote_trace_scope *scope, struct remote_trace_queue *queue)
{
	struct remote_trace *remote = scope->remote;
	u64 round = READ_ONCE(remote->round);
	int ret;

	/* How much that is may have been changed */
	if (scope->cpu != REMOTE_TRACE_ALL_CPUS &&
	    queue == &remote->cpus[scope->cpu].full_waiters && READ_ONCE(remote->buffer_percent))
		return ask(remote, REMOTE_TRACE_NEWS_PAGE, scope->cpu,
			   full_tail(&remote->cpus[scope->cpu]));

	if (READ_ONCE(queue->listens) == round)
		return 0;

	ret = ask(remote, REMOTE_TRACE_NEWS_EVENT, scope->cpu, 0);
	if (!ret)
		WRITE_ONCE(queue->listens, round);

	return ret;
}

/* If it was all right so far, and one wants it */
static int ask_further(int ret, const struct remote_trace_scope *scope,
		       struct remote_trace_queue *queue)
{
	return ret || !remote_trace_queue_asks(queue) ? ret : ask_for(scope, queue);
}

/* Asked, and then who may have begun to write before; returns whether nobody has */
static int look_who_is_busy(const struct remote_trace_scope *scope)
{
	int cpu;

	/* Each begins with a barrier */
	for_each_cpu(cpu, remote_trace_scope_mask(scope)) {
		if (remote_trace_busy(&scope->remote->cpus[cpu]))
			return -EAGAIN;
	}

	return 0;
}

/**
 * remote_trace_listen - have a remote tell of what those want who wait in a queue
 * @scope:	of what CPUs
 * @queue:	where they are
 *
 * Context: any but NMI; the remote is loaded and stays so. Who waits has asked it to tell which
 * CPUs are busy, by remote_trace_ask_busy().
 * Return: 0, and who wants something has to look once; -EAGAIN if that is to be soon: some CPU may
 * have begun to write before; or another error, and the remote will not tell.
 */
int remote_trace_listen(const struct remote_trace_scope *scope, struct remote_trace_queue *queue)
{
	int ret;

	if (!scope->remote->ops->wake)
		return -EOPNOTSUPP;

	ret = ask_for(scope, queue);
	if (ret)
		return ret;
	WRITE_ONCE(scope->remote->tells, true);

	return look_who_is_busy(scope);
}

/**
 * remote_trace_listen_all - the same for all who wait
 * @remote:	loaded, and stays so
 *
 * Context: any but NMI.
 * Return: likewise.
 */
int remote_trace_listen_all(struct remote_trace *remote)
{
	int cpu, ret = 0;

	if (!remote->ops->wake)
		return -EOPNOTSUPP;

	ret = ask_further(ret, &remote->scope, &remote->waiters);
	ret = ask_further(ret, &remote->scope, &remote->followers);
	for_each_possible_cpu(cpu) {
		struct remote_trace_cpu *tcpu = &remote->cpus[cpu];

		ret = ask_further(ret, &tcpu->scope, &tcpu->waiters);
		ret = ask_further(ret, &tcpu->scope, &tcpu->full_waiters);
	}

	return ret ?: look_who_is_busy(&remote->scope);
}

/**
 * remote_trace_listen_switch - have a remote tell when it switches tracing
 * @remote:	loaded, its lock held
 *
 * Return: 0, and who wants to know has to look once; or an error, and the remote will not tell.
 */
int remote_trace_listen_switch(struct remote_trace *remote)
{
	int ret;

	lockdep_assert_held(&remote->lock);

	if (!remote->ops->wake)
		return -EOPNOTSUPP;

	ret = ask(remote, REMOTE_TRACE_NEWS_SWITCH, REMOTE_TRACE_ALL_CPUS, 0);
	/* Asked, and then what there is; the remote does it the other way round */
	smp_mb();

	return ret;
}

/**
 * remote_trace_news - a remote has something to tell
 * @remote:	it
 *
 * What it was asked for (struct remote_trace_ops::wake), or that it may have missed something.
 *
 * Context: any but NMI.
 */
void remote_trace_news(struct remote_trace *remote)
{
	queue_work(system_bh_wq, &remote->news);
}
