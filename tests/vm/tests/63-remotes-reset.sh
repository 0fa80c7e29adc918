#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: remotes/ as in Linux 7.1: reset by writing trace, for all CPUs and for one
# requires: host file:/sys/kernel/tracing/remotes/hypervisor cpus:2
T=/sys/kernel/tracing/remotes/hypervisor
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
echo 1 >$T/events/hypervisor/selftest/enable
echo 1 >$T/tracing_on

fill() {
	for cpu in 0 1; do
		taskset -c $cpu tryio write $T/write_event $cpu >/dev/null
	done
}
fill
echo 0 >$T/trace || fail "trace cannot be written"
assert_eq "after echo > trace" "$(timeout "$SLOW" cat $T/trace_pipe)" ""
fill
echo 0 >$T/per_cpu/cpu0/trace || fail "cpu0/trace cannot be written"
assert_eq "after echo > per_cpu/cpu0/trace" "$(timeout "$SLOW" cat $T/trace_pipe | ids)" 1
fill
echo 0 >$T/per_cpu/cpu1/trace || fail "cpu1/trace cannot be written"
assert_eq "after echo > per_cpu/cpu1/trace" "$(timeout "$SLOW" cat $T/trace_pipe | ids)" 0
echo 7 >$T/write_event
echo 0 >$T/tracing_on
assert_loaded "there is an event"
echo 0 >$T/trace
assert_unloaded "it was reset, tracing is off"
reset
