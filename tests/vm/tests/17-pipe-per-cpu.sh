#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: a CPU's trace_pipe has that CPU's events and no others
# requires: cpus:2
# shellcheck source=../lib.sh
. /tests/lib.sh
reset
selftest_on
on
cpus=$(grep -c ^processor /proc/cpuinfo)

N=5000
pids=
cpu=0
while [ $cpu -lt "$cpus" ]; do
	evloop -c $cpu -n $N -s $((cpu * 1000000 + 1)) "$T/write_event" >written.$cpu &
	pids="$pids $!"
	cpu=$((cpu + 1))
done
for pid in $pids; do
	wait "$pid" || fail "a writer failed"
done
cpu=0
while [ $cpu -lt "$cpus" ]; do
	drain per_cpu/cpu$cpu/trace_pipe >out || exit 1
	[ -s out ] || fail "CPU $cpu's trace_pipe has nothing"
	assert_eq "lines of others in CPU $cpu's trace_pipe" \
		"$(grep -v -c -E "^(\[00$cpu\]|CPU:$cpu )" out)" 0
	evcheck "$cpu:$((cpu * 1000000 + 1)):$N" <out >sum 2>&1 ||
		fail "CPU $cpu: $(tail -n 1 sum)"
	cpu=$((cpu + 1))
done
drain >out || exit 1
assert_eq "left over for trace_pipe" "$(cat out)" ""
reset
