/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the remote for tests share.
 *
 *	remote.c	the remote: memory, and what remote_trace asks for
 *	write.c		the writer: events into rings
 *	threads.c	who has events written all the time
 */
#ifndef _KERNEL_REMOTE_TRACE_TEST_TEST_H
#define _KERNEL_REMOTE_TRACE_TEST_TEST_H

#include <linux/percpu-defs.h>
#include <linux/remote_ring_writer.h>
#include <linux/remote_trace.h>

/* By the numbers that both sides know them by */
enum test_event {
	TEST_EVENT_SHORT,
	TEST_EVENT_LONG,
	TEST_EVENT_VALUE,
	TEST_NR_EVENTS,
};

/**
 * struct test_cpu - a CPU's ring
 * @ring:	the ring
 * @written:	events written to it since it was loaded, those it refused included; the owner's
 */
struct test_cpu {
	struct remote_ring_writer	ring;
	u64				written;
};

DECLARE_PER_CPU_ALIGNED(struct test_cpu, remote_trace_test_cpus);

/* write.c */
extern struct remote_trace_event remote_trace_test_events[TEST_NR_EVENTS];
void remote_trace_test_init_events(void);
void remote_trace_test_set_event(enum test_event event, u32 id);
void remote_trace_test_set_stack(u32 id);
void remote_trace_test_set_on(bool on);
bool remote_trace_test_is_on(void);
void remote_trace_test_set_busy(bool on);
void remote_trace_test_write_value(u64 value);
void remote_trace_test_write_many(unsigned int nr);

/* threads.c */
int remote_trace_test_start_threads(void);
void remote_trace_test_wake_threads(void);

#endif /* _KERNEL_REMOTE_TRACE_TEST_TEST_H */
