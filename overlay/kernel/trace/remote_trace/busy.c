// SPDX-License-Identifier: GPL-2.0
/*
 * Asking a remote whether its CPUs are busy: in the writer's code, where one may hold a time stamp
 * that it has not published.
 *
 * To tell costs the writer a barrier wherever it is entered, so it tells while somebody asks. That
 * is who merges rings while they are filled, and who waits for the remote to wake him (news.c).
 * Who reads pages and does not wait, or looks at what there is, or at nothing, does not ask, and
 * a remote that only keeps its newest events in case somebody will want them pays nothing.
 *
 * To begin to ask costs an interrupt on each CPU. So it is done once: when a file is opened or
 * waits for the first time, and until it is closed.
 *
 * While it is not known any CPU may be busy, for all that anybody can tell. So who waits for a
 * remote that cannot be asked, because it is dead, looks again and again, and nothing else: nobody
 * who asks needs to be told that it has failed. A merge does not wait for a dead one.
 */
#include <linux/cleanup.h>

#include "core.h"

/**
 * remote_trace_init_busy - prepare for those who will ask
 * @remote:	a remote being created
 */
void remote_trace_init_busy(struct remote_trace *remote)
{
	mutex_init(&remote->busy_lock);
	remote->tells_busy = !remote->ops->tell_busy;
}

static int tell_busy(struct remote_trace *remote, bool on)
{
	return remote_trace_answer(remote, remote->ops->tell_busy(remote->priv, on));
}

/**
 * remote_trace_ask_busy - from here on remote_trace_busy() is of use
 * @remote:	loaded, and stays so until remote_trace_unask_busy(), which must follow
 *
 * Context: process; core.h has what may be locked.
 */
void remote_trace_ask_busy(struct remote_trace *remote)
{
	guard(mutex)(&remote->busy_lock);

	remote->nr_busy_users++;
	if (remote->tells_busy || tell_busy(remote, true))
		return;

	/* It tells, and then is believed; pairs with the smp_mb() in remote_ring_reader_busy() */
	smp_store_release(&remote->tells_busy, true);
}

/**
 * remote_trace_unask_busy - undo one remote_trace_ask_busy()
 * @remote:	its remote
 *
 * Context: as there.
 */
void remote_trace_unask_busy(struct remote_trace *remote)
{
	guard(mutex)(&remote->busy_lock);

	if (--remote->nr_busy_users || !remote->ops->tell_busy || !remote->tells_busy)
		return;

	WRITE_ONCE(remote->tells_busy, false);
	tell_busy(remote, false);
}
