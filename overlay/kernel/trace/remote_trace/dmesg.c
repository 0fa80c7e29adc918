// SPDX-License-Identifier: GPL-2.0
/*
 * dmesg of a remote: its events go to the kernel log, too.
 *
 * The remote cannot print, so a work follows the rings as long as they are loaded and something may
 * come. It takes nothing from those who read, and nothing waits for it: where a ring is overwritten
 * or read to its end faster than the log is written to, the log says how many events it lacks.
 *
 * The work takes the lock of one CPU's ring at a time, to copy a page, and no other; so it can be
 * waited for under remote_trace::lock.
 */
#include <linux/cleanup.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/printk.h>
#include <linux/processor.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "../trace.h"
#include "heap.h"
#include "internal.h"

/* How often the rings are looked at, when there was nothing and when there was something */
#define DMESG_INTERVAL		DIV_ROUND_UP(HZ, 10)
#define DMESG_BUSY_INTERVAL	DIV_ROUND_UP(HZ, 100)

/* How many lines are printed in a row, before what has become of the rings is looked at again */
#define DMESG_LINES		1000

/* How many looks a CPU gets to leave the writer's code, as in remote_trace/merge.c */
#define SETTLE_LOOKS		100

/**
 * struct dmesg_cpu - a CPU's ring on its way to the log
 * @copy:	the page that is looked at
 * @buf:	its memory
 * @pages:	pages that may still be looked at before others have their turn
 */
struct dmesg_cpu {
	struct remote_ring_copy	copy;
	struct remote_ring_page	*buf;
	u32			pages;
};

/**
 * struct remote_trace_dmesg - a remote that is printed
 * @remote:	which
 * @work:	prints
 * @text:	the line that is printed
 * @heap:	CPUs that have events
 * @cpus:	by CPU, valid for possible CPUs
 * @sources:	@heap's elements, one for each possible CPU
 */
struct remote_trace_dmesg {
	struct remote_trace		*remote;
	struct delayed_work		work;
	struct remote_trace_text	text;
	struct remote_trace_heap	heap;
	struct dmesg_cpu		*cpus;
	struct remote_trace_source	sources[];
};

/* A CPU's next event, or NULL if there is none, for now */
static const struct remote_ring_event *dmesg_peek(struct remote_trace_dmesg *dmesg, int cpu)
{
	struct remote_trace_cpu *tcpu = &dmesg->remote->cpus[cpu];
	struct dmesg_cpu *dcpu = &dmesg->cpus[cpu];
	const struct remote_ring_event *event;

	while (!(event = remote_ring_copy_peek(&dcpu->copy))) {
		guard(mutex)(&tcpu->lock);

		if (!dcpu->pages)
			return NULL;
		dcpu->pages--;
		if (!remote_ring_follow(&dcpu->copy, &tcpu->reader, remote_trace_sync))
			return NULL;
	}

	return event;
}

static void dmesg_collect(struct remote_trace_dmesg *dmesg)
{
	struct remote_trace *remote = dmesg->remote;
	struct remote_trace_heap *heap = &dmesg->heap;
	int cpu;

	heap->nr = 0;
	for_each_possible_cpu(cpu) {
		struct remote_trace_cpu *tcpu = &remote->cpus[cpu];
		const struct remote_ring_event *event;
		unsigned int looks = SETTLE_LOOKS;

		/* What it is about to publish comes before what others publish later */
		while (remote_ring_reader_busy(&tcpu->reader) && --looks)
			cpu_relax();

		dmesg->cpus[cpu].pages = remote->layout.nr_slots + 2;
		event = dmesg_peek(dmesg, cpu);
		if (event)
			heap->data[heap->nr++] = (struct remote_trace_source) {
				event->time, tcpu
			};
	}
	remote_trace_heap_build(heap);
}

/* An event is a line, and one more if others were lost before it */
static void dmesg_print(struct remote_trace_dmesg *dmesg, const struct remote_trace_cpu *tcpu,
			const struct remote_ring_event *event)
{
	struct trace_seq *seq = &dmesg->text.seq;
	const char *line, *end, *next;

	trace_seq_init(seq);
	remote_trace_print(&dmesg->text, tcpu, event);

	end = seq->buffer + trace_seq_used(seq);
	for (line = seq->buffer; line < end; line = next) {
		next = memchr(line, '\n', end - line);
		next = next ? next + 1 : end;
		pr_info("%s: %.*s", dmesg->remote->name, (int)(next - line), line);
	}
}

/* Go through at most @lines events up to @horizon; returns whether there may be others */
static bool dmesg_walk(struct remote_trace_dmesg *dmesg, u64 horizon, unsigned int lines,
		       bool print)
{
	struct remote_trace_heap *heap = &dmesg->heap;
	const struct remote_ring_event *event;

	dmesg_collect(dmesg);
	while (heap->nr && dmesg->sources[0].time <= horizon && lines--) {
		struct remote_trace_cpu *tcpu = dmesg->sources[0].tcpu;
		int cpu = tcpu->scope.cpu;

		if (print)
			dmesg_print(dmesg, tcpu, dmesg_peek(dmesg, cpu));
		remote_ring_copy_consume(&dmesg->cpus[cpu].copy);

		event = dmesg_peek(dmesg, cpu);
		if (event)
			remote_trace_heap_update(heap, event->time);
		else
			remote_trace_heap_pop(heap);
		cond_resched();
	}

	return heap->nr;
}

static void dmesg_queue(struct remote_trace_dmesg *dmesg, unsigned long delay)
{
	queue_delayed_work(system_unbound_wq, &dmesg->work, delay);
}

static void dmesg_work(struct work_struct *work)
{
	struct remote_trace_dmesg *dmesg = container_of(to_delayed_work(work),
							struct remote_trace_dmesg, work);
	struct remote_trace *remote = dmesg->remote;
	/* Before the rings: what was written while tracing was on must still be printed */
	bool tracing = READ_ONCE(remote->tracing_on);

	if (dmesg_walk(dmesg, remote->ops->now(remote->priv), DMESG_LINES, true))
		dmesg_queue(dmesg, DMESG_BUSY_INTERVAL);
	else if (tracing)
		dmesg_queue(dmesg, DMESG_INTERVAL);
}

/**
 * remote_trace_dmesg_start - begin to print what a remote writes
 * @remote:	just loaded, or to be traced again
 * @loaded:	it has just been loaded
 *
 * Nothing if dmesg is off.
 *
 * Context: remote_trace::lock is held.
 */
void remote_trace_dmesg_start(struct remote_trace *remote, bool loaded)
{
	struct remote_trace_dmesg *dmesg = remote->dmesg;
	int cpu;

	if (!dmesg)
		return;

	if (loaded) {
		for_each_possible_cpu(cpu)
			remote_ring_copy_init(&dmesg->cpus[cpu].copy, dmesg->cpus[cpu].buf,
					      &remote->cpus[cpu].reader);
	}

	dmesg_queue(dmesg, DMESG_INTERVAL);
}

/**
 * remote_trace_dmesg_stop - print what has not been printed, and no more
 * @remote:	loaded, and about to be unloaded
 *
 * Nothing if dmesg is off.
 *
 * Context: remote_trace::lock is held; nobody traces.
 */
void remote_trace_dmesg_stop(struct remote_trace *remote)
{
	struct remote_trace_dmesg *dmesg = remote->dmesg;

	if (!dmesg)
		return;

	cancel_delayed_work_sync(&dmesg->work);
	dmesg_walk(dmesg, U64_MAX, UINT_MAX, true);
}

static void dmesg_free(struct remote_trace_dmesg *dmesg)
{
	int cpu;

	if (dmesg->cpus) {
		for_each_possible_cpu(cpu)
			free_page((unsigned long)dmesg->cpus[cpu].buf);
	}
	kvfree(dmesg->cpus);
	kvfree(dmesg);
}

static struct remote_trace_dmesg *dmesg_alloc(struct remote_trace *remote)
{
	struct remote_trace_dmesg *dmesg;
	int nr = num_possible_cpus(), cpu;

	dmesg = kvzalloc(struct_size(dmesg, sources, nr), GFP_KERNEL);
	if (!dmesg)
		return NULL;

	dmesg->remote = remote;
	INIT_DELAYED_WORK(&dmesg->work, dmesg_work);
	min_heap_init(&dmesg->heap, dmesg->sources, nr);
	dmesg->cpus = kvcalloc(nr_cpu_ids, sizeof(*dmesg->cpus), GFP_KERNEL);
	if (!dmesg->cpus)
		goto free;

	for_each_possible_cpu(cpu) {
		dmesg->cpus[cpu].buf = (void *)__get_free_page(GFP_KERNEL);
		if (!dmesg->cpus[cpu].buf)
			goto free;
	}

	return dmesg;

free:
	dmesg_free(dmesg);

	return NULL;
}

static int dmesg_on(struct remote_trace *remote)
{
	struct remote_trace_dmesg *dmesg = dmesg_alloc(remote);
	int cpu;

	if (!dmesg)
		return -ENOMEM;

	if (remote_trace_loaded(remote)) {
		for_each_possible_cpu(cpu) {
			struct remote_trace_cpu *tcpu = &remote->cpus[cpu];

			guard(mutex)(&tcpu->lock);
			remote_ring_copy_init(&dmesg->cpus[cpu].copy, dmesg->cpus[cpu].buf,
					      &tcpu->reader);
		}
		/* What was there before is not what was asked for */
		dmesg_walk(dmesg, remote->ops->now(remote->priv), UINT_MAX, false);
		dmesg_queue(dmesg, DMESG_INTERVAL);
	}
	WRITE_ONCE(remote->dmesg, dmesg);

	return 0;
}

static void dmesg_off(struct remote_trace *remote)
{
	struct remote_trace_dmesg *dmesg = remote->dmesg;

	cancel_delayed_work_sync(&dmesg->work);
	if (remote_trace_loaded(remote))
		dmesg_walk(dmesg, remote->ops->now(remote->priv), UINT_MAX, true);
	WRITE_ONCE(remote->dmesg, NULL);
	dmesg_free(dmesg);
}

/**
 * remote_trace_set_dmesg - say whether events shall go to the kernel log, too
 * @remote:	whose
 * @text:	0 or 1
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

	guard(mutex)(&remote->lock);

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
