// SPDX-License-Identifier: GPL-2.0
/*
 * A remote's events among the host's own: the kernel's events/ and those of its instances list them
 * too, for that is where ids come from and tools look for formats. There they can be switched, and
 * are switched where they happen: in the remote. The records are in the remote's trace; the host
 * has no tracepoint that is hit, so whoever wants to hang on to one (perf, BPF, probes) is told no.
 *
 * Refusing the switch would make "echo 1 > events/enable" fail for everybody.
 */
#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/trace_events.h>
#include <linux/tracepoint-defs.h>

#include "../trace.h"
#include "internal.h"

/* Each of the host's instances is a user; an event is on while there are any, or longer */
static int host_enable(struct remote_trace_event_set *set)
{
	int ret = 0;

	if (!set->host_users)
		ret = remote_trace_set_events(set, true);
	if (!ret)
		set->host_users++;

	return ret;
}

static int host_disable(struct remote_trace_event_set *set)
{
	return --set->host_users ? 0 : remote_trace_set_events(set, false);
}

/* In place of trace_event_reg(), which would register a probe */
static int host_reg(struct trace_event_call *call, enum trace_reg type, void *data)
{
	struct remote_trace_event_set *set = call->data;

	switch (type) {
	case TRACE_REG_REGISTER:
		lockdep_assert_held(&event_mutex);
		return host_enable(set);
	case TRACE_REG_UNREGISTER:
		lockdep_assert_held(&event_mutex);
		/* The command line may have switched it on before there was a remote */
		return set->host_users ? host_disable(set) : trace_event_reg(call, type, data);
	default:
		return -EOPNOTSUPP;
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
		struct trace_event_call *call = remote->events[i].call;

		call->data = &remote->event_sets[i];
		call->class->reg = host_reg;
		if (call->flags & TRACE_EVENT_FL_TRACEPOINT)
			call->tp->regfunc = refuse_probe;
	}
}
