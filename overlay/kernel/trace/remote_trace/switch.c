// SPDX-License-Identifier: GPL-2.0
/*
 * Tracing that is switched by the remote itself: by triggers.
 *
 * They fire where nobody can be called. They leave notices in the rings' meta pages, and to look at
 * these costs the remote nothing; when one has changed, the remote is asked. So they are looked at
 * when the remote tells that there is something (news.c), or, if it does not tell, ten times a
 * second while there are any triggers that may change what is. Whoever wants to know or to switch
 * asks at once.
 */
#include <linux/cleanup.h>
#include <linux/jiffies.h>
#include <linux/printk.h>
#include <linux/trace_events.h>
#include <linux/workqueue.h>

#include "../trace.h"
#include "internal.h"

#define SWITCH_INTERVAL	(HZ / 10)

/* Is there a trigger that may make it other than it is? */
static bool may_switch(const struct remote_trace *remote)
{
	return remote_trace_loaded(remote) && remote->nr_switches[!remote->tracing_on];
}

static void tell_log(const struct remote_trace *remote, const struct remote_trace_switch *by)
{
	if (by->event < remote->nr_events)
		pr_info("%s: tracing was switched off by a trigger of %s on CPU %u\n", remote->name,
			trace_event_name(remote->events[by->event].call), by->cpu);
	else
		pr_info("%s: tracing was switched off by a trigger\n", remote->name);
}

/**
 * remote_trace_settle - do what follows if a trigger has switched tracing
 * @remote:	any remote, its lock held
 */
void remote_trace_settle(struct remote_trace *remote)
{
	struct remote_trace_switch by;
	int on;

	if (!may_switch(remote))
		return;

	on = remote_trace_answer(remote, remote->ops->settle(remote->priv, &by));
	if (on < 0 || on == remote->tracing_on)
		return;

	WRITE_ONCE(remote->tracing_on, on);
	if (!on)
		tell_log(remote, &by);
	remote_trace_tell(remote, tracing, remote, on);
	if (!on)
		remote_trace_try_unload(remote);
}

/**
 * remote_trace_is_tracing - does a remote take events, at this moment?
 * @remote:	any remote
 */
bool remote_trace_is_tracing(struct remote_trace *remote)
{
	/* To load may take long, and others need not wait for that */
	if (!READ_ONCE(remote->nr_switches[false]) && !READ_ONCE(remote->nr_switches[true]))
		return READ_ONCE(remote->tracing_on);

	guard(mutex)(&remote->lock);

	remote_trace_settle(remote);

	return remote->tracing_on;
}

/* How often have triggers switched? */
static u64 count_switches(const struct remote_trace *remote)
{
	u64 nr = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		nr += READ_ONCE(remote->cpus[cpu].reader.meta->notice);

	return nr;
}

static void switch_work(struct work_struct *work)
{
	struct remote_trace *remote = container_of(to_delayed_work(work), struct remote_trace,
						   switch_work);

	u64 nr;

	guard(mutex)(&remote->lock);

	if (!may_switch(remote))
		return;

	nr = count_switches(remote);
	if (nr != remote->seen_switches) {
		remote->seen_switches = nr;
		remote_trace_settle(remote);
		/* Who switches on and off all the time is not to be told of all the time */
		if (may_switch(remote))
			mod_delayed_work(system_wq, &remote->switch_work, SWITCH_INTERVAL);
	} else {
		remote_trace_watch_switches(remote);
	}
}

/**
 * remote_trace_init_switches - prepare for triggers
 * @remote:	a remote being registered
 */
void remote_trace_init_switches(struct remote_trace *remote)
{
	INIT_DELAYED_WORK(&remote->switch_work, switch_work);
}

/**
 * remote_trace_watch_switches - look for triggers that have fired, if that may be
 * @remote:	any remote, its lock held
 */
void remote_trace_watch_switches(struct remote_trace *remote)
{
	if (!may_switch(remote))
		return;

	if (remote_trace_listen_switch(remote) || count_switches(remote) != remote->seen_switches)
		schedule_delayed_work(&remote->switch_work, SWITCH_INTERVAL);
}

/**
 * remote_trace_hear_switches - the remote tells that triggers may have fired
 * @remote:	any remote
 *
 * Context: any.
 */
void remote_trace_hear_switches(struct remote_trace *remote)
{
	if (READ_ONCE(remote->nr_switches[false]) || READ_ONCE(remote->nr_switches[true]))
		mod_delayed_work(system_wq, &remote->switch_work, 0);
}

static void switch_loaded(struct remote_trace *remote)
{
	remote->seen_switches = 0;
}

static void switch_tracing(struct remote_trace *remote, bool on)
{
	remote_trace_watch_switches(remote);
}

const struct remote_trace_feature remote_trace_switch_feature = {
	.loaded		= switch_loaded,
	.tracing	= switch_tracing,
};
