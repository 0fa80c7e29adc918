#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace_pipe_raw: whole pages with every event in them, none empty, none short
# requires: file:per_cpu/cpu0/trace_pipe_raw cpus:2
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
on

# Few enough to fit, then so many that most are lost; a page of each kind, and part of one.
for n in 1 3 $((PAGE_EVENTS - 1)) "$PAGE_EVENTS" $((PAGE_EVENTS + 1)) \
	$((3 * PAGE_EVENTS / 2)) $((10 * PAGE_EVENTS)); do
	for cpu in 0 1; do
		evloop -c $cpu -n $n -s 1 "$T/write_event" >/dev/null || fail "evloop failed"
	done
	for cpu in 0 1; do
		rawread -s sum -c $cpu "$T" >out 2>err || fail "$n events, CPU $cpu: $(cat err)"
		evcheck -u $cpu:1:$n <out >res 2>&1 ||
			fail "$n events, CPU $cpu: $(tail -n 1 res)"
		echo "$n events, CPU $cpu: $(cat sum)"
		assert_eq "$n events: read and lost" $(($(value read "$(cat res)") +
			$(value lost "$(cat res)"))) $n
	done
	drain >out || exit 1
	assert_eq "left for trace_pipe" "$(cat out)" ""
done

# What one pipe has begun the other goes on with. There is room for times that take some, as those
# of a machine that stands still for a while do.
n=$((3 * PAGE_EVENTS / 2))
evloop -c 0 -n $n -s 1001 "$T/write_event" >/dev/null
# These lines have 37 characters; what is read of half a line is half a line.
dd if="$T/per_cpu/cpu0/trace_pipe" of=text bs=$((37 * 50)) count=1 2>/dev/null
assert_eq "the last of 50 lines" "$(tail -n 1 text | ids)" 1050
rawread -c 0 "$T" >raw 2>err || fail "after trace_pipe: $(cat err)"
cat text raw >both
evcheck 0:1001:$n <both >res 2>&1 || fail "text, then pages: $(tail -n 1 res)"
evloop -c 0 -n $n -s 1 "$T/write_event" >/dev/null
rawread -n 1 -c 0 "$T" >raw 2>err || fail "one page: $(cat err)"
drain >text || exit 1
cat raw text >both
evcheck 0:1:$n <both >res 2>&1 || fail "a page, then text: $(tail -n 1 res)"
reset
