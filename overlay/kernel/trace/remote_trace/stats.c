// SPDX-License-Identifier: GPL-2.0
/*
 * How many events there are, have been read and have been lost, as ftrace tells it: since the ring
 * was loaded or cleared. What has been is still told when the ring is unloaded.
 */
#include <linux/cleanup.h>
#include <linux/math64.h>
#include <linux/time64.h>

#include "../trace.h"
#include "internal.h"

/* Begin to count anew */
static void stats_start(struct remote_trace_cpu *tcpu)
{
	const struct remote_ring_meta *meta = tcpu->reader.meta;

	tcpu->start = (struct remote_trace_counters) {
		.overrun = READ_ONCE(meta->overrun),
		.dropped = READ_ONCE(meta->dropped),
		.read = tcpu->reader.read,
	};
	tcpu->start_event = tcpu->reader.next_event;
}

/**
 * remote_trace_stats - count one CPU's events
 * @tcpu:	which
 * @ring:	filled in: what is there
 * @counters:	filled in: what has been
 *
 * All is 0 if the remote can no longer be asked.
 *
 * Context: the remote is loaded.
 */
void remote_trace_stats(struct remote_trace_cpu *tcpu, struct remote_ring_stats *ring,
			struct remote_trace_counters *counters)
{
	const struct remote_ring_meta *meta = tcpu->reader.meta;

	*ring = (struct remote_ring_stats) { };
	*counters = (struct remote_trace_counters) { };

	guard(mutex)(&tcpu->lock);

	if (remote_trace_sync(tcpu->scope.remote, tcpu->scope.cpu, 0))
		return;

	remote_ring_reader_stats(&tcpu->reader, ring);
	counters->overrun = READ_ONCE(meta->overrun) - tcpu->start.overrun;
	counters->dropped = READ_ONCE(meta->dropped) - tcpu->start.dropped;
	counters->read = tcpu->reader.read - tcpu->start.read;
}

static void stats_loaded(struct remote_trace *remote)
{
	int cpu;

	for_each_possible_cpu(cpu)
		stats_start(&remote->cpus[cpu]);
}

/* A tool may want to know what came of its trace when it has stopped and read it */
static void stats_unloading(struct remote_trace *remote)
{
	struct remote_ring_stats ring;
	int cpu;

	for_each_possible_cpu(cpu)
		remote_trace_stats(&remote->cpus[cpu], &ring, &remote->cpus[cpu].kept);
}

static void stats_cleared(struct remote_trace_cpu *tcpu)
{
	tcpu->kept = (struct remote_trace_counters) { };
	if (remote_trace_loaded(tcpu->scope.remote))
		stats_start(tcpu);
}

const struct remote_trace_feature remote_trace_stats_feature = {
	.loaded		= stats_loaded,
	.unloading	= stats_unloading,
	.cleared	= stats_cleared,
};

static void print_time(struct trace_seq *s, const char *what, u64 time)
{
	u64 usecs = ns2usecs(time);
	u32 rest;

	usecs = div_u64_rem(usecs, USEC_PER_SEC, &rest);
	trace_seq_printf(s, "%s ts: %5llu.%06u\n", what, usecs, rest);
}

/* As tracing_stats_read() prints it */
static void stats_show(struct trace_seq *s, void *data)
{
	const struct remote_trace_scope *scope = data;
	struct remote_trace *remote = scope->remote;
	struct remote_trace_cpu *tcpu = &remote->cpus[scope->cpu];
	struct remote_trace_counters counters = { };
	struct remote_ring_stats ring = { };

	scoped_guard(mutex, &remote->lock) {
		if (remote_trace_loaded(remote))
			remote_trace_stats(tcpu, &ring, &counters);
		else
			counters = tcpu->kept;
	}

	trace_seq_printf(s, "entries: %llu\n", ring.entries);
	trace_seq_printf(s, "overrun: %llu\n", counters.overrun);
	/* Events are not overwritten while they are written */
	trace_seq_puts(s, "commit overrun: 0\n");
	trace_seq_printf(s, "bytes: %llu\n", ring.bytes);
	print_time(s, "oldest event", ring.oldest);
	print_time(s, "now", remote->ops->now(remote->priv));
	trace_seq_printf(s, "dropped events: %llu\n", counters.dropped);
	trace_seq_printf(s, "read events: %llu\n", counters.read);
}

REMOTE_TRACE_READ_FN(stats)

/* Data is the struct remote_trace_scope of the CPU */
const struct file_operations remote_trace_stats_fops = {
	.open		= tracing_open_generic,
	.read		= stats_read,
	.llseek		= generic_file_llseek,
};
