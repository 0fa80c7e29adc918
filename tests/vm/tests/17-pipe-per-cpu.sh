#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: a CPU's trace_pipe has that CPU's events and no others
# requires: cpus:2
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
on

start_writers "$(cpus)" 5000
wait_writers
for cpu in $(cpus); do
	drain "per_cpu/cpu$cpu/trace_pipe" >out || exit 1
	[ -s out ] || fail "CPU $cpu's trace_pipe has nothing"
	assert_eq "lines of others in CPU $cpu's trace_pipe" \
		"$(grep -v -c -E "^(\[00$cpu\]|CPU:$cpu )" out)" 0
	evcheck "$(range_of "$cpu")" <out >sum 2>&1 || fail "CPU $cpu: $(tail -n 1 sum)"
done
drain >out || exit 1
assert_eq "left over for trace_pipe" "$(cat out)" ""
reset
