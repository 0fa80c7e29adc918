// SPDX-License-Identifier: GPL-2.0
/*
 * The writer of the remote for tests: its events, as the host knows them and as they are recorded.
 */
#define CREATE_TRACE_POINTS
#include "events.h"

#include <linux/build_bug.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <linux/trace_seq.h>
#include <linux/unaligned.h>

#include "../../trace.h"
#include "test.h"

/* Interrupts are off for as long as it takes to write so many */
#define TEST_BATCH	16U

/* One in so many is a long one */
#define TEST_LONG_EVERY	8

#define TEST_STACK_MAX	16

/* Each CPU's, and its lock's one class: none is ever held within another */
DEFINE_PER_CPU_ALIGNED(struct test_cpu, remote_trace_test_cpus) = {
	.ring.lock = __RAW_SPIN_LOCK_UNLOCKED(remote_trace_test_cpus.ring.lock),
};

struct remote_trace_event remote_trace_test_events[TEST_NR_EVENTS];

/* What each is recorded with; 0 for off */
static u32 test_ids[TEST_NR_EVENTS];
static u32 test_stack_id;
static bool test_on;
static bool test_busy;

static void print_short(struct trace_seq *seq, struct trace_seq *tmp, const void *record, u32 len)
{
	const struct trace_event_raw_remote_test_short *entry = record;

	remote_trace_printf(seq, "remote_test_short seq=%llu", entry->seq);
}

static void print_long(struct trace_seq *seq, struct trace_seq *tmp, const void *record, u32 len)
{
	const struct trace_event_raw_remote_test_long *entry = record;

	remote_trace_printf(seq, "remote_test_long seq=%llu first=%u", entry->seq, entry->data[0]);
}

static void print_value(struct trace_seq *seq, struct trace_seq *tmp, const void *record, u32 len)
{
	const struct trace_event_raw_remote_test_value *entry = record;

	remote_trace_printf(seq, "remote_test_value seq=%llu value=%llu", entry->seq, entry->value);
}

/**
 * remote_trace_test_init_events - fill in remote_trace_test_events
 */
void __init remote_trace_test_init_events(void)
{
	remote_trace_test_events[TEST_EVENT_SHORT] = (struct remote_trace_event) {
		.call = &event_remote_test_short,
		.print = print_short,
		.size = sizeof(struct trace_event_raw_remote_test_short),
		.on = true,
	};
	remote_trace_test_events[TEST_EVENT_LONG] = (struct remote_trace_event) {
		.call = &event_remote_test_long,
		.print = print_long,
		.size = sizeof(struct trace_event_raw_remote_test_long),
	};
	remote_trace_test_events[TEST_EVENT_VALUE] = (struct remote_trace_event) {
		.call = &event_remote_test_value,
		.print = print_value,
		.size = sizeof(struct trace_event_raw_remote_test_value),
	};
}

/**
 * remote_trace_test_set_event - switch an event on or off
 * @event:	which
 * @id:		what it is recorded with; 0 for off
 */
void remote_trace_test_set_event(enum test_event event, u32 id)
{
	WRITE_ONCE(test_ids[event], id);
}

/**
 * remote_trace_test_set_stack - follow each event by its call stack, or do not
 * @id:		what that is recorded with; 0 for not at all
 */
void remote_trace_test_set_stack(u32 id)
{
	WRITE_ONCE(test_stack_id, id);
}

/**
 * remote_trace_test_set_on - let events be written, or not
 * @on:		a CPU that is writing already goes on until it lets interrupts in
 */
void remote_trace_test_set_on(bool on)
{
	WRITE_ONCE(test_on, on);
}

/**
 * remote_trace_test_is_on - are events to be written?
 */
bool remote_trace_test_is_on(void)
{
	return READ_ONCE(test_on);
}

/**
 * remote_trace_test_set_busy - have CPUs tell while they are writing, or not
 * @on:		as above
 */
void remote_trace_test_set_busy(bool on)
{
	WRITE_ONCE(test_busy, on);
}

static void fill_header(struct trace_entry *entry, u32 id)
{
	entry->type = id;
	entry->flags = 0;
	entry->preempt_count = 0;
	entry->pid = current->pid;
}

/* Begin an event; it takes a number whether or not there is room for it */
static __always_inline struct remote_ring_record begin_event(struct test_cpu *tcpu, u32 id, u64 now,
							     const u32 len)
{
	struct remote_ring_record record;

	WRITE_ONCE(tcpu->written, tcpu->written + 1);
	record = remote_ring_writer_reserve(&tcpu->ring, now, len);
	if (record.ok)
		fill_header(record.payload, id);

	return record;
}

/* An event has been written from here: struct stack_entry, if that is wanted */
static noinline void write_stack(struct test_cpu *tcpu)
{
	const u32 head = offsetof(struct stack_entry, caller);
	unsigned long callers[TEST_STACK_MAX];
	u32 id = READ_ONCE(test_stack_id);
	struct remote_ring_record record;
	struct stack_entry *entry;
	unsigned int nr;

	if (!id)
		return;

	nr = stack_trace_save(callers, ARRAY_SIZE(callers), 1);
	/* What is not used is marked as ftrace marks it */
	memset(callers + nr, 0xff, sizeof(callers) - nr * sizeof(callers[0]));

	/* The time of the event, lest a reader of all CPUs find another one's in between */
	record = begin_event(tcpu, id, tcpu->ring.time, head + sizeof(callers));
	if (!record.ok)
		return;

	entry = record.payload;
	entry->size = nr;
	memcpy(record.payload + head, callers, sizeof(callers));
	remote_ring_writer_commit(&tcpu->ring, record);
}

/* All but call stacks begin with the number that the event has by our own count */
static_assert(offsetof(struct trace_event_raw_remote_test_short, seq) ==
	      sizeof(struct trace_entry));
static_assert(offsetof(struct trace_event_raw_remote_test_long, seq) == sizeof(struct trace_entry));
static_assert(offsetof(struct trace_event_raw_remote_test_value, seq) ==
	      sizeof(struct trace_entry));

static __always_inline struct remote_ring_record begin_numbered(struct test_cpu *tcpu, u32 id,
								const u32 len)
{
	u64 seq = tcpu->written;
	struct remote_ring_record record = begin_event(tcpu, id, ktime_get_boottime_ns(), len);

	if (record.ok)
		put_unaligned(seq, (u64 *)(record.payload + sizeof(struct trace_entry)));

	return record;
}

static __always_inline void commit_numbered(struct test_cpu *tcpu, struct remote_ring_record record)
{
	remote_ring_writer_commit(&tcpu->ring, record);
	write_stack(tcpu);
}

static void write_short(struct test_cpu *tcpu, u32 id)
{
	struct remote_ring_record record;

	record = begin_numbered(tcpu, id, sizeof(struct trace_event_raw_remote_test_short));
	if (record.ok)
		commit_numbered(tcpu, record);
}

static void write_long(struct test_cpu *tcpu, u32 id)
{
	u64 seq = tcpu->written;
	struct trace_event_raw_remote_test_long *entry;
	struct remote_ring_record record;
	unsigned int i;

	record = begin_numbered(tcpu, id, sizeof(*entry));
	if (!record.ok)
		return;

	entry = record.payload;
	for (i = 0; i < TEST_LONG_BYTES; i++)
		entry->data[i] = seq + i;
	commit_numbered(tcpu, record);
}

static void write_value(struct test_cpu *tcpu, u32 id, u64 value)
{
	struct trace_event_raw_remote_test_value *entry;
	struct remote_ring_record record;

	record = begin_numbered(tcpu, id, sizeof(*entry));
	if (!record.ok)
		return;

	entry = record.payload;
	put_unaligned(value, &entry->value);
	commit_numbered(tcpu, record);
}

/*
 * From here to leave_ring() this CPU's ring is written to, if it is to be. Nothing that is switched
 * off before an interrupt is switched off afterwards.
 */
static struct test_cpu *enter_ring(unsigned long *flags)
{
	struct test_cpu *tcpu;

	local_irq_save(*flags);
	tcpu = this_cpu_ptr(&remote_trace_test_cpus);
	if (READ_ONCE(test_on))
		remote_ring_writer_enter(&tcpu->ring);
	if (READ_ONCE(test_busy))
		remote_ring_writer_tell_busy(&tcpu->ring);
	if (tcpu->ring.inside)
		return tcpu;
	local_irq_restore(*flags);

	return NULL;
}

static void leave_ring(struct test_cpu *tcpu, unsigned long flags)
{
	remote_ring_writer_leave(&tcpu->ring);
	local_irq_restore(flags);
}

/**
 * remote_trace_test_write_value - write the event of write_event, if it is on
 * @value:	what it carries
 *
 * Context: any but NMI.
 */
void remote_trace_test_write_value(u64 value)
{
	struct test_cpu *tcpu;
	unsigned long flags;
	u32 id;

	tcpu = enter_ring(&flags);
	if (!tcpu)
		return;

	id = READ_ONCE(test_ids[TEST_EVENT_VALUE]);
	if (id)
		write_value(tcpu, id, value);
	leave_ring(tcpu, flags);
}

static void write_batch(unsigned int nr)
{
	struct test_cpu *tcpu;
	unsigned long flags;
	u32 id;

	tcpu = enter_ring(&flags);
	if (!tcpu)
		return;

	while (nr--) {
		id = READ_ONCE(test_ids[TEST_EVENT_SHORT]);
		if (id)
			write_short(tcpu, id);
		id = nr % TEST_LONG_EVERY ? 0 : READ_ONCE(test_ids[TEST_EVENT_LONG]);
		if (id)
			write_long(tcpu, id);
	}
	leave_ring(tcpu, flags);
}

/**
 * remote_trace_test_write_many - write the threads' events, of those that are on
 * @nr:		how many, not counting those that come only now and then
 *
 * Context: a thread; reschedules.
 */
void remote_trace_test_write_many(unsigned int nr)
{
	unsigned int now;

	for (; nr; nr -= now) {
		now = min(nr, TEST_BATCH);
		write_batch(now);
		cond_resched();
	}
}
