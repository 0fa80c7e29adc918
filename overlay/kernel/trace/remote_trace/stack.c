// SPDX-License-Identifier: GPL-2.0
/*
 * Call stacks in a remote's trace: the option stacktrace, and records of ftrace's own event
 * kernel_stack as text. Tools know it, so they print it without learning anything new.
 */
#include <linux/cleanup.h>
#include <linux/minmax.h>
#include <linux/unaligned.h>

#include "../trace.h"
#include "internal.h"

/**
 * remote_trace_stack_set - have each event followed by the call stack it comes from, or not
 * @remote:	any remote
 * @on:		yes or no; may be switched at any time
 *
 * Return: 0, or a negative error and nothing has changed.
 */
int remote_trace_stack_set(struct remote_trace *remote, bool on)
{
	int ret;

	guard(mutex)(&remote->lock);

	if (remote->stacktrace == on)
		return 0;

	ret = remote_trace_answer(remote, remote->ops->record_stacks(remote->priv,
								     on ? TRACE_STACK : 0));
	if (!ret)
		WRITE_ONCE(remote->stacktrace, on);

	return ret;
}

/**
 * remote_trace_stack_print - append a call stack to a text, as ftrace prints one
 * @seq:	where to
 * @event:	the event
 * @id:		its id
 *
 * Return: false if it is none, and nothing has been appended.
 */
bool remote_trace_stack_print(struct trace_seq *seq, const struct remote_ring_event *event,
			      unsigned int id)
{
	const size_t head = offsetof(struct stack_entry, caller);
	const struct stack_entry *entry = event->data;
	unsigned int i, nr;

	if (id != TRACE_STACK || event->len < head)
		return false;

	/* The writer shares this memory and may be wrong */
	nr = min_t(size_t, max(READ_ONCE(entry->size), 0),
		   (event->len - head) / sizeof(entry->caller[0]));

	trace_seq_puts(seq, "<stack trace>");
	/*
	 * Not %pS: these are return addresses, and a call may be a function's last instruction. Nor
	 * READ_ONCE(): a record is 4-byte aligned, and with LTO that is a load that minds.
	 */
	for (i = 0; i < nr; i++)
		trace_seq_printf(seq, "\n => %pB", (void *)get_unaligned(&entry->caller[i]));

	return true;
}
