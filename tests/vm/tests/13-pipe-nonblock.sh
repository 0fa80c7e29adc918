#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: with O_NONBLOCK a trace_pipe that has nothing says EAGAIN
# requires: host
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on

for f in trace_pipe per_cpu/cpu0/trace_pipe; do
	assert_eq "read of $f, tracing off" "$(tryio read "$T/$f")" EAGAIN
	on
	assert_eq "read of $f, nothing traced" "$(tryio read "$T/$f")" EAGAIN
	taskset -c 0 tryio write "$T/write_event" 1 >/dev/null
	assert_eq "read of $f, an event traced" "$(tryio read "$T/$f")" data
	assert_eq "read of $f, all was read" "$(tryio read "$T/$f")" EAGAIN
	off
done
reset
