#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: remotes/ as in Linux 7.1: trace has no header, trace_pipe does not end with tracing
# requires: host file:/sys/kernel/tracing/remotes/hypervisor
FTRACE=$T
T=/sys/kernel/tracing/remotes/hypervisor
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
on
for f in trace per_cpu/cpu0/trace; do
	assert_eq "bytes of an empty $f" "$(wc -c <$T/$f)" 0
	taskset -c 0 tryio write $T/write_event 1 >/dev/null
	assert_eq "lines of $f with an event" "$(wc -l <$T/$f)" 1
	assert_eq "the event in $f" "$(ids <$T/$f)" 1
	# The same events have a header where ftrace's ways are expected.
	assert_eq "the header of $FTRACE/$f" "$(head -n 1 "$FTRACE/$f")" "# tracer: nop"
	clear
done

# Who waits goes on waiting, has he read something or not, and gets what comes later.
for f in trace_pipe per_cpu/cpu0/trace_pipe; do
	start_reader $f out
	taskset -c 0 tryio write $T/write_event 1 >/dev/null
	wait_for 10 "the reader of $f gets an event" has_line out ": selftest id=1\$"
	wait_for 10 "the reader of $f sleeps" sleeps "$reader"
	off
	sleep 0.3
	! gone "$reader" || fail "the reader of $f ended with tracing"
	on
	taskset -c 0 tryio write $T/write_event 2 >/dev/null
	wait_for 10 "the reader of $f gets another" has_line out ": selftest id=2\$"
	end_reader
done
T=$FTRACE
start_reader trace_pipe out
write_event 3
wait_for 10 "a reader where ftrace's ways are expected gets an event" has_line out "id=3\$"
off
wait_for 10 "that reader ends with tracing" gone "$reader"
reset
