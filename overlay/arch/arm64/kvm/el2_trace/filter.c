// SPDX-License-Identifier: GPL-2.0
/*
 * Filters on their way to the hypervisor: an instruction a call, in registers, and then the event
 * that they are for. So nothing has to be shared, and nothing can change on the way.
 */
#include <linux/remote_filter.h>

#include "el2_trace.h"
#include "fail.h"

/**
 * el2_trace_send_filter - send the instructions of a program
 * @filter:	the program, NULL for none
 *
 * Context: below the remote's lock, which keeps one program's instructions together.
 * Return: 0 or a negative error.
 */
int el2_trace_send_filter(const struct remote_filter *filter)
{
	u32 i, nr = filter ? filter->nr : 0;
	int ret = 0;

	for (i = 0; !ret && i < nr; i++) {
		const struct remote_filter_insn *insn = &filter->insns[i];

		ret = el2_trace_call(__el2_trace_filter, i, insn->where, insn->mask, insn->first,
				     insn->span);
	}

	return ret;
}

/**
 * el2_trace_set_filter - struct remote_trace_ops::set_filter of the hypervisor
 * @priv:	unused
 * @event:	number of the event
 * @filter:	which of its records are wanted, NULL for all of them
 *
 * Context: below the remote's lock, as above.
 * Return: 0, or a negative error and nothing has changed.
 */
int el2_trace_set_filter(void *priv, unsigned int event, const struct remote_filter *filter)
{
	int ret = el2_trace_start_hyp();

	ret = ret ?: el2_trace_fail(-EINVAL);
	ret = ret ?: el2_trace_send_filter(filter);
	ret = ret ?: el2_trace_call(__el2_trace_set_filter, event, filter ? filter->nr : 0);

	/* None runs the program any more that was there before, so that it may become the next */
	if (!ret)
		el2_trace_end_stays();

	return ret;
}
