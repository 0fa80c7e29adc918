#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: an idle machine wakes at most 10 times a second for readers that wait
# requires: file:per_cpu/cpu0/trace_pipe_raw
# timeout: 180
# shellcheck source=../lib.sh
. /tests/lib.sh
reset
selftest_on

# wakes SECONDS: how often CPUs leave the idle loop
wakes() {
	echo 1 >/sys/kernel/tracing/events/power/cpu_idle/enable
	: >/sys/kernel/tracing/trace
	sleep "$1"
	echo 0 >/sys/kernel/tracing/events/power/cpu_idle/enable
	grep -c 'cpu_idle: state=4294967295' /sys/kernel/tracing/trace
}

# looks SECONDS: how often anything of the tracer's ran in a kernel worker
looks() {
	echo 1 >/sys/kernel/tracing/events/workqueue/workqueue_execute_start/enable
	: >/sys/kernel/tracing/trace
	sleep "$1"
	echo 0 >/sys/kernel/tracing/events/workqueue/workqueue_execute_start/enable
	grep -c -E 'function (watch_work|trace_remote|remote_)' /sys/kernel/tracing/trace
}

on
S=5
assert_eq "looks at the rings when nobody waits" "$(looks 2)" 0
idle=$(wakes $S)
pids=
for f in per_cpu/cpu0/trace_pipe_raw trace_pipe; do
	cat "$T/$f" >/dev/null &
	pids="$pids $!"
	wait_for 10 "cat opens $f" reads $! "$T/$f"
	wait_for 10 "cat sleeps" sleeps $!
done
busy=$(wakes $S)
n=$(looks $S)
for pid in $pids; do
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
done
echo "$S seconds: $idle wakes without readers, $busy with two, $n looks at the rings"
[ "$n" -le $((11 * S)) ] || fail "$n looks at the rings in $S seconds"
# A look is a timer and a worker, maybe on another CPU, and a tick or two until the tick stops.
[ $((busy - idle)) -le $((100 * S)) ] ||
	fail "$((busy - idle)) wakes more in $S seconds with readers that wait"
# One look may have been due already.
sleep 1
assert_eq "looks at the rings after they have gone" "$(looks 2)" 0
off
reset
