#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: tracing goes on and off while the log is behind: it has all, and the rings are unloaded
# requires: host file:dmesg
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
# Few enough for the kernel log to keep them all
N=200
last_cpu=$(cpus | tr ' ' '\n' | tail -n 1)
[ "$last_cpu" != 0 ] || skip "one CPU: nothing can happen while its events are printed"

logged() {
	dmesg | sed "1,/$MARK\$/d" | grep -c "hypervisor: .*selftest id=$1\$"
}
logged_all() {
	[ "$(logged $((N + round)))" = 1 ]
}
unloaded() {
	grep -q unloaded "$T/buffer_size_kb"
}

# A console to which each line takes its time. What was written is printed once tracing is off; and
# before that has come to its end, another CPU has an event, and tracing has been on and off again.
read -r loglevel _ </proc/sys/kernel/printk
put buffer_size_kb 16
selftest_on
put dmesg 1
dmesg -n 8
round=0
while [ $round -lt 4 ]; do
	round=$((round + 1))
	on
	evloop -c 0 -n $N -s 1 "$T/write_event" >/dev/null || fail "evloop failed"
	off
	on
	evloop -c "$last_cpu" -n 1 -s $((N + round)) "$T/write_event" >/dev/null ||
		fail "evloop failed on CPU $last_cpu"
	off
	wait_for 40 "round $round: the last event comes to the log" logged_all
	drain >/dev/null || exit 1
	wait_for 20 "round $round: unloaded when all has been read and logged" unloaded
done
dmesg -n "$loglevel"
assert_eq "the first event, in the log" "$(logged 1)" $round
put dmesg 0
reset
