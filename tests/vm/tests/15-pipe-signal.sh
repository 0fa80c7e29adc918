#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: a signal ends a read of trace_pipe that blocks
# requires: host
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on

for state in 0 1; do
	put tracing_on $state
	for f in trace_pipe per_cpu/cpu0/trace_pipe; do
		# One that is handled interrupts the read,
		got=$(timeout -s KILL $((20 * SLOW)) tryio sigread "$T/$f")
		assert_eq "read of $f interrupted, tracing_on $state" "$got" EINTR
		# one that is not ends the reader.
		for sig in TERM HUP; do
			start_reader $f out
			kill -$sig "$reader"
			wait_for 10 "SIG$sig ends a reader of $f" gone "$reader"
		done
	done
done
reset
