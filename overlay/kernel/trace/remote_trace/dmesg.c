// SPDX-License-Identifier: GPL-2.0
/*
 * dmesg of a remote: its events go to the kernel log, too.
 *
 * The remote cannot print, so a work follows the rings as long as they may still have something to
 * print; when it is at their end it waits for more as those do who read (wait.c). It takes nothing
 * from them, and nothing waits for it: where a ring is overwritten or read to its end faster than
 * the log is written to, the log says how many events it lacks.
 *
 * The log may be a serial line. So the work prints without a lock, one CPU's ring is locked only to
 * copy a page, and while the work has something to print it is a user of the rings like a reader,
 * who keeps them loaded. Switching dmesg off ends it after the line that it is at.
 */
#include <linux/cleanup.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "../trace.h"
#include "functions.h"
#include "internal.h"
#include "merge.h"

/* When the rings are looked at again if there is more in them, or if nobody will tell */
#define DMESG_INTERVAL		DIV_ROUND_UP(HZ, 10)
#define DMESG_BUSY_INTERVAL	DIV_ROUND_UP(HZ, 100)

/* How many lines are printed in a row, before what has become of the rings is looked at again */
#define DMESG_LINES		1000

/**
 * struct remote_trace_dmesg - a remote that is printed
 * @remote:	which
 * @work:	prints
 * @stop:	it shall not
 * @holds:	it is a user of the rings; changes below remote_trace::lock
 * @merge:	how far it is
 * @text:	the line that is printed
 * @follower:	among the remote's followers
 */
struct remote_trace_dmesg {
	struct remote_trace		*remote;
	struct delayed_work		work;
	bool				stop;
	bool				holds;
	struct remote_trace_merge	*merge;
	struct remote_trace_text	text;
	struct wait_queue_entry		follower;
};

/* Switching on and off; outside of remote_trace::lock, which the work takes */
static DEFINE_MUTEX(switch_lock);

/* An event is a line, and one more if others were lost before it */
static void dmesg_print(struct remote_trace_dmesg *dmesg, const struct remote_trace_cursor *cursor)
{
	struct trace_seq *seq = &dmesg->text.seq;
	const char *line, *end, *next;

	trace_seq_init(seq);
	remote_trace_print(&dmesg->text, cursor);

	end = seq->buffer + trace_seq_used(seq);
	for (line = seq->buffer; line < end; line = next) {
		next = memchr(line, '\n', end - line);
		next = next ? next + 1 : end;
		pr_info("%s: %.*s", dmesg->remote->name, (int)(next - line), line);
	}
}

/* Print what there is up to now; returns whether there may be more */
static bool dmesg_round(struct remote_trace_dmesg *dmesg)
{
	struct remote_trace *remote = dmesg->remote;
	struct remote_trace_merge *merge = dmesg->merge;
	const struct remote_trace_cursor *cursor;
	unsigned int lines = DMESG_LINES;

	remote_trace_merge_begin(merge, remote->ops->now(remote->priv), false);
	while ((cursor = remote_trace_merge_first(merge)) && lines-- && !READ_ONCE(dmesg->stop)) {
		dmesg_print(dmesg, cursor);
		remote_trace_graph_next(&dmesg->text, merge);
		cond_resched();
	}

	return merge->matches[0].cursor;
}

/* Who holds the rings looks again after @delay */
static void dmesg_hold(struct remote_trace_dmesg *dmesg, unsigned long delay)
{
	lockdep_assert_held(&dmesg->remote->lock);

	if (!dmesg->holds) {
		dmesg->remote->nr_users++;
		remote_trace_ask_busy(dmesg->remote);
	}
	/* Before it is queued: the work that does not see this is not the one for it */
	WRITE_ONCE(dmesg->holds, true);
	mod_delayed_work(system_unbound_wq, &dmesg->work, delay);
}

/* Undo what dmesg_hold() has done, once it is not said to hold any more */
static void dmesg_put(struct remote_trace_dmesg *dmesg)
{
	remote_trace_unask_busy(dmesg->remote);
	remote_trace_put(dmesg->remote);
}

/*
 * Returns false if tracing has been switched on again, or on and off: then the work is queued, and
 * is to find the rings as it was told. Else nothing is held any more.
 */
static bool dmesg_release(struct remote_trace_dmesg *dmesg)
{
	scoped_guard(mutex, &dmesg->remote->lock) {
		if (dmesg->remote->tracing_on || delayed_work_pending(&dmesg->work))
			return false;
		WRITE_ONCE(dmesg->holds, false);
	}
	dmesg_put(dmesg);

	return true;
}

static void dmesg_work(struct work_struct *work)
{
	struct remote_trace_dmesg *dmesg = container_of(to_delayed_work(work),
							struct remote_trace_dmesg, work);
	unsigned long delay = DMESG_INTERVAL;
	bool tracing;
	u64 written;

	/* What it asked for while it was a user of the rings it may be told when it is none */
	if (!READ_ONCE(dmesg->holds))
		return;

	/* Before the rings: what was written while tracing was on must still be printed */
	tracing = READ_ONCE(dmesg->remote->tracing_on);
	written = remote_trace_written(dmesg->remote);

	if (dmesg_round(dmesg)) {
		delay = DMESG_BUSY_INTERVAL;
	} else if (tracing) {
		remote_trace_follow(dmesg->remote, written);
		return;
	} else if (dmesg_release(dmesg)) {
		return;
	}

	queue_delayed_work(system_unbound_wq, &dmesg->work, delay);
}

/* There is more. Likewise if it is queued already, for the same is true then */
static int dmesg_wake(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key)
{
	struct remote_trace_dmesg *dmesg = container_of(entry, struct remote_trace_dmesg, follower);

	queue_delayed_work(system_unbound_wq, &dmesg->work, 0);

	return 0;
}

static void dmesg_loaded(struct remote_trace *remote)
{
	struct remote_trace_dmesg *dmesg = remote->dmesg;
	unsigned int i;

	for (i = 0; dmesg && i < dmesg->merge->nr; i++) {
		struct remote_trace_cursor *cursor = &dmesg->merge->cursors[i];

		remote_ring_copy_init(&cursor->copy, cursor->copy.buf, &cursor->tcpu->reader);
	}
}

static void dmesg_tracing(struct remote_trace *remote, bool on)
{
	/* Who waits for the rings to be unloaded does not wait for the next look */
	if (remote->dmesg)
		dmesg_hold(remote->dmesg, on ? DMESG_INTERVAL : 0);
}

const struct remote_trace_feature remote_trace_dmesg_feature = {
	.loaded		= dmesg_loaded,
	.tracing	= dmesg_tracing,
};

static void dmesg_free(struct remote_trace_dmesg *dmesg)
{
	remote_trace_graph_free(&dmesg->text);
	remote_trace_merge_free(dmesg->merge);
	kvfree(dmesg);
}

static int dmesg_on(struct remote_trace *remote)
{
	struct remote_trace_dmesg *dmesg = kvzalloc(sizeof(*dmesg), GFP_KERNEL);
	unsigned int i;

	if (!dmesg)
		return -ENOMEM;

	dmesg->remote = remote;
	INIT_DELAYED_WORK(&dmesg->work, dmesg_work);
	init_waitqueue_func_entry(&dmesg->follower, dmesg_wake);
	dmesg->merge = remote_trace_merge_alloc(&remote->scope, &remote_trace_following);
	if (!dmesg->merge || remote_trace_graph_alloc(&dmesg->text, remote)) {
		dmesg_free(dmesg);
		return -ENOMEM;
	}

	guard(mutex)(&remote->lock);

	/* What was there before is not what was asked for */
	for (i = 0; remote_trace_loaded(remote) && i < dmesg->merge->nr; i++) {
		struct remote_trace_cursor *cursor = &dmesg->merge->cursors[i];

		guard(mutex)(&cursor->tcpu->lock);
		remote_ring_follow_init(&cursor->copy, cursor->copy.buf, &cursor->tcpu->reader,
					remote_trace_sync);
	}
	WRITE_ONCE(remote->dmesg, dmesg);
	add_wait_queue(&remote->followers.head, &dmesg->follower);
	if (remote->tracing_on)
		dmesg_hold(dmesg, DMESG_INTERVAL);

	return 0;
}

static void dmesg_off(struct remote_trace *remote)
{
	struct remote_trace_dmesg *dmesg = remote->dmesg;

	/* From here on only the work itself queues it */
	scoped_guard(mutex, &remote->lock)
		WRITE_ONCE(remote->dmesg, NULL);

	WRITE_ONCE(dmesg->stop, true);
	remove_wait_queue(&remote->followers.head, &dmesg->follower);
	cancel_delayed_work_sync(&dmesg->work);
	if (dmesg->holds)
		dmesg_put(dmesg);
	dmesg_free(dmesg);
}

/**
 * remote_trace_set_dmesg - say whether events shall go to the kernel log, too
 * @remote:	whose
 * @text:	0 or 1
 *
 * Off means off: what has not been printed is not.
 *
 * Return: 0 or a negative error.
 */
int remote_trace_set_dmesg(struct remote_trace *remote, const char *text)
{
	bool on;
	int ret;

	ret = remote_trace_parse_switch(text, &on);
	if (ret)
		return ret;

	guard(mutex)(&switch_lock);

	if (on == !!remote->dmesg)
		return 0;
	if (on)
		return dmesg_on(remote);
	dmesg_off(remote);

	return 0;
}

static int dmesg_show(struct seq_file *m, void *unused)
{
	const struct remote_trace_scope *scope = m->private;

	seq_printf(m, "%d\n", !!READ_ONCE(scope->remote->dmesg));

	return 0;
}

static int dmesg_store(void *data, char *text)
{
	struct remote_trace_scope *scope = data;

	return remote_trace_set_dmesg(scope->remote, text);
}

REMOTE_TRACE_FILE_RW(dmesg);

/* About the remote as a whole */
const struct remote_trace_file remote_trace_dmesg_files[] = {
	{ "dmesg",	TRACE_MODE_WRITE,	&dmesg_fops },
	{ }
};
