// SPDX-License-Identifier: GPL-2.0
/*
 * Triggers on their way to the hypervisor, as filters are (filter.c), and what has become of them.
 */
#include <linux/remote_filter.h>
#include <linux/remote_trigger.h>
#include <linux/trace_events.h>

#include "el2_trace.h"
#include "fail.h"

/**
 * el2_trace_set_trigger - struct remote_trace_ops::set_trigger of the hypervisor
 * @priv:	unused
 * @event:	number of the event
 * @trigger:	what is to be done
 *
 * Context: below the remote's lock, which keeps one program's instructions together.
 * Return: 0, or a negative error and nothing has changed.
 */
int el2_trace_set_trigger(void *priv, unsigned int event, const struct remote_trigger *trigger)
{
	u32 ids = el2_trace_events[event].call->event.type | trigger->stack_id << 16;
	const struct remote_filter *filter = trigger->filter;
	int ret = el2_trace_start_hyp();

	ret = ret ?: el2_trace_fail(-EINVAL);
	ret = ret ?: el2_trace_send_filter(filter);

	return ret ?: el2_trace_call(__el2_trace_set_trigger, event, trigger->action, ids,
				     filter ? filter->nr : 0, trigger->count);
}

/**
 * el2_trace_unset_trigger - struct remote_trace_ops::unset_trigger of the hypervisor
 * @priv:	unused
 * @event:	number of the event
 * @action:	what is to be done no longer
 *
 * Return: 0, or a negative error.
 */
int el2_trace_unset_trigger(void *priv, unsigned int event, enum remote_trigger_action action)
{
	int ret = el2_trace_call(__el2_trace_set_trigger, event, action, 0, 0, 0);

	/* None runs its program any more, so that another one may come in its place */
	if (!ret)
		el2_trace_end_stays();

	return ret;
}

/**
 * el2_trace_read_trigger - struct remote_trace_ops::read_trigger of the hypervisor
 * @priv:	unused
 * @event:	number of the event
 * @action:	of the trigger
 *
 * Return: how often it has fired, or a negative error.
 */
s64 el2_trace_read_trigger(void *priv, unsigned int event, enum remote_trigger_action action)
{
	return el2_trace_call(__el2_trace_read_trigger, event, action);
}

/**
 * el2_trace_settle - struct remote_trace_ops::settle of the hypervisor
 * @priv:	unused
 * @by:		filled in
 *
 * Return: 1 if tracing is on, 0 if it is off, or a negative error.
 */
int el2_trace_settle(void *priv, struct remote_trace_switch *by)
{
	s64 state = el2_trace_call(__el2_trace_settle);

	if (state < 0)
		return state;
	if (state & 1)
		return 1;

	by->event = (u32)(state >> 1) - 1;
	by->cpu = state >> 33;

	/* Those that other CPUs were in may be traced to their end */
	el2_trace_end_stays();

	return 0;
}
