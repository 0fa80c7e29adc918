#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: remotes/ as in Linux 7.1: reading with a CPU offline
# requires: host file:/sys/kernel/tracing/remotes/hypervisor cpus:2
T=/sys/kernel/tracing/remotes/hypervisor
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
cpu=$(cpus | tail -n 1)
echo 1 >$T/events/hypervisor/selftest/enable
echo 1 >$T/tracing_on
taskset -c "$cpu" tryio write $T/write_event 5 >/dev/null
cpu_set "$cpu" 0
echo 6 >$T/write_event
assert_eq "trace with CPU $cpu offline" "$(ids <$T/trace)" "5 6"
assert_eq "its own trace" "$(ids <$T/per_cpu/cpu"$cpu"/trace)" 5
assert_eq "trace_pipe with CPU $cpu offline" "$(timeout "$SLOW" cat $T/trace_pipe | ids)" "5 6"
[ ! -e $T/per_cpu/cpu0/trace_pipe_raw ] ||
	assert_eq "its trace_pipe_raw" "$(tryio read $T/per_cpu/cpu"$cpu"/trace_pipe_raw)" EAGAIN
cpu_set "$cpu" 1
taskset -c "$cpu" tryio write $T/write_event 7 >/dev/null
assert_eq "after it is back" "$(timeout "$SLOW" cat $T/trace_pipe | ids)" 7
# Loaded while it is offline.
echo 0 >$T/tracing_on
assert_unloaded "all was read"
cpu_set "$cpu" 0
echo 1 >$T/tracing_on || fail "cannot trace with CPU $cpu offline"
cpu_set "$cpu" 1
taskset -c "$cpu" tryio write $T/write_event 8 >/dev/null
assert_eq "of a CPU offline while loaded" "$(timeout "$SLOW" cat $T/trace_pipe | ids)" 8
reset
