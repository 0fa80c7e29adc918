#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: poll, select and epoll tell when trace_pipe has something, and wake for it
# requires: host
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
on

for f in trace_pipe per_cpu/cpu0/trace_pipe; do
	for how in poll select epoll; do
		assert_eq "$how of an empty $f" "$(tryio $how "$T/$f" 300)" timeout
		assert_eq "$how without waiting" "$(tryio $how "$T/$f" 0)" timeout

		# The event comes while it waits.
		tryio $how "$T/$f" 20000 >answer &
		pid=$!
		wait_for 10 "tryio opens $f" reads $pid "$T/$f"
		wait_for 10 "tryio sleeps in $how" sleeps $pid
		taskset -c 0 tryio write "$T/write_event" 1 >/dev/null
		wait_for 10 "$how of $f wakes for an event" gone $pid
		assert_eq "$how of $f, an event came" "$(cat answer)" in

		# The event is there before.
		assert_eq "$how of $f with an event" "$(tryio $how "$T/$f" 20000)" in
		assert_ids "the event $how told of" 1 $f
	done
done

# An event of another CPU is no news for the reader of this one.
if [ "$(grep -c ^processor /proc/cpuinfo)" -ge 2 ]; then
	taskset -c 1 tryio write "$T/write_event" 2 >/dev/null
	assert_eq "poll of CPU 0 with an event of CPU 1" \
		"$(tryio poll "$T/per_cpu/cpu0/trace_pipe" 300)" timeout
	assert_eq "poll of CPU 1 with an event of CPU 1" \
		"$(tryio poll "$T/per_cpu/cpu1/trace_pipe" 300)" in
fi
reset
