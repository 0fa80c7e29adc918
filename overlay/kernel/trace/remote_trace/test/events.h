/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The events of the remote for tests. @seq counts what has been written to the CPU's ring since it
 * was loaded, from 0, call stacks included: it is what the ring numbers its events by, counted by
 * somebody else.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM remote_test

#if !defined(_KERNEL_REMOTE_TRACE_TEST_EVENTS_H) || defined(TRACE_HEADER_MULTI_READ)
#define _KERNEL_REMOTE_TRACE_TEST_EVENTS_H

#include <linux/tracepoint.h>

/* More than 112 bytes, so that its length takes a word of its own */
#define TEST_LONG_BYTES	200

/* A thread's */
TRACE_EVENT(remote_test_short,
	TP_PROTO(u64 seq),
	TP_ARGS(seq),

	TP_STRUCT__entry(
		__field(u64,	seq)
	),

	TP_fast_assign(
		__entry->seq = seq;
	),

	TP_printk("seq=%llu", __entry->seq)
);

/* A thread's; byte i of @data is @seq + i */
TRACE_EVENT(remote_test_long,
	TP_PROTO(u64 seq, const u8 *data),
	TP_ARGS(seq, data),

	TP_STRUCT__entry(
		__field(u64,	seq)
		__array(u8,	data,	TEST_LONG_BYTES)
	),

	TP_fast_assign(
		__entry->seq = seq;
		memcpy(__entry->data, data, TEST_LONG_BYTES);
	),

	TP_printk("seq=%llu first=%u", __entry->seq, __entry->data[0])
);

/* What is written to write_event */
TRACE_EVENT(remote_test_value,
	TP_PROTO(u64 seq, u64 value),
	TP_ARGS(seq, value),

	TP_STRUCT__entry(
		__field(u64,	seq)
		__field(u64,	value)
	),

	TP_fast_assign(
		__entry->seq = seq;
		__entry->value = value;
	),

	TP_printk("seq=%llu value=%llu", __entry->seq, __entry->value)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE events
#include <trace/define_trace.h>
