// SPDX-License-Identifier: GPL-2.0
/*
 * A remote's events among the host's own: the kernel's events/ and those of its instances list them
 * too, for that is where ids come from and tools look for formats. There they can be switched, and
 * are switched where they happen: in the remote. The records are in the remote's trace; the host
 * has no tracepoint that is hit, so whoever wants to hang on to one (perf, BPF, probes) is told no.
 *
 * Refusing the switch would make "echo 1 > events/enable" fail for everybody.
 */
#include <linux/bitops.h>
#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/irq_work.h>
#include <linux/lockdep.h>
#include <linux/trace_events.h>
#include <linux/tracepoint-defs.h>
#include <linux/workqueue.h>

#include "../trace.h"
#include "internal.h"

static int host_reg(struct trace_event_call *call, enum trace_reg type, void *data);

/**
 * remote_trace_host_owns - is this file about a remote's event?
 * @file:	any of the host's
 *
 * Context: any.
 */
bool remote_trace_host_owns(const struct trace_event_file *file)
{
	return file->event_call->class->reg == host_reg;
}

/* A file that triggers may switch, too, is registered all the time and switched by a bit */
static bool file_wants(const struct trace_event_file *file)
{
	return file->flags & EVENT_FILE_FL_ENABLED &&
	       !(file->flags & EVENT_FILE_FL_SOFT_DISABLED);
}

/* The host has a file for each event at its top level and in each of its instances */
static bool host_wants(const struct trace_event_call *call)
{
	struct trace_event_file *file;
	struct trace_array *tr;

	lockdep_assert_held(&event_mutex);

	list_for_each_entry(tr, &ftrace_trace_arrays, list) {
		list_for_each_entry(file, &tr->events, list) {
			if (file->event_call == call && file_wants(file))
				return true;
		}
	}

	return false;
}

/* A remote that refuses is dead: what is said to it no longer matters */
static void host_update(const struct trace_event_call *call)
{
	remote_trace_set_host_events(call->data, host_wants(call));
}

/**
 * remote_trace_host_switched - one of the host's event files may have been switched
 * @file:	any
 *
 * Context: event_mutex is held.
 */
void remote_trace_host_switched(const struct trace_event_file *file)
{
	if (remote_trace_host_owns(file))
		host_update(file->event_call);
}

static void triggered_work(struct work_struct *work)
{
	struct remote_trace_event_set *set =
		container_of(work, struct remote_trace_event_set, triggered_work);

	guard(mutex)(&event_mutex);
	host_update(set->remote->events[set->first].call);
}

/* Triggers are hit where a mutex cannot be taken, and where not even work can be queued */
static void triggered_irq(struct irq_work *irq)
{
	struct remote_trace_event_set *set =
		container_of(irq, struct remote_trace_event_set, triggered_irq);

	schedule_work(&set->triggered_work);
}

/**
 * remote_trace_host_triggered - a trigger is about to switch one of the host's event files
 * @file:	any
 * @on:		on (true) or off (false)
 *
 * If it is a remote's, it is switched here, so that a hit that changes nothing is known for one.
 * The remote is told as soon as may be.
 *
 * Context: any.
 */
void remote_trace_host_triggered(struct trace_event_file *file, bool on)
{
	struct remote_trace_event_set *set = file->event_call->data;

	if (!remote_trace_host_owns(file))
		return;

	if (on ? test_and_clear_bit(EVENT_FILE_FL_SOFT_DISABLED_BIT, &file->flags) :
		 !test_and_set_bit(EVENT_FILE_FL_SOFT_DISABLED_BIT, &file->flags))
		irq_work_queue(&set->triggered_irq);
}

/*
 * In place of trace_event_reg(), which would register a probe. When it is called to register, @data
 * is not marked as enabled yet; what it is afterwards remote_trace_host_switched() sees.
 */
static int host_reg(struct trace_event_call *call, enum trace_reg type, void *data)
{
	const struct trace_event_file *file = data;

	switch (type) {
	case TRACE_REG_REGISTER:
		/* For a trigger: not before it has been hit */
		if (file->flags & EVENT_FILE_FL_SOFT_DISABLED)
			return 0;
		return remote_trace_set_host_events(call->data, true);
	case TRACE_REG_UNREGISTER:
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

/* What the command line has switched on, ftrace has registered in its own way */
static void take_over(struct trace_event_call *call)
{
	struct trace_event_file *file;
	struct trace_array *tr;

	list_for_each_entry(tr, &ftrace_trace_arrays, list) {
		list_for_each_entry(file, &tr->events, list) {
			if (file->event_call == call && file->flags & EVENT_FILE_FL_ENABLED)
				call->class->reg(call, TRACE_REG_UNREGISTER, file);
		}
	}
}

static int refuse_probe(void)
{
	return -EOPNOTSUPP;
}

/**
 * remote_trace_init_host - take over the host's switches of a remote's events
 * @remote:	whose
 */
void remote_trace_init_host(struct remote_trace *remote)
{
	unsigned int i;

	/* Who finds the new function must find the data that it needs */
	guard(mutex)(&event_mutex);

	for (i = 0; i < remote->nr_events; i++) {
		struct remote_trace_event_set *set = &remote->event_sets[i];
		struct trace_event_call *call = remote->events[i].call;

		init_irq_work(&set->triggered_irq, triggered_irq);
		INIT_WORK(&set->triggered_work, triggered_work);

		take_over(call);
		call->data = set;
		call->class->reg = host_reg;
		if (call->flags & TRACE_EVENT_FL_TRACEPOINT)
			call->tp->regfunc = refuse_probe;
		host_update(call);
	}
}
