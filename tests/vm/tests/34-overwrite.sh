#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: options/overwrite=0 keeps the oldest events and counts those there was no room for
# requires: file:options/overwrite
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
assert_file options/overwrite 1
assert_refused options/overwrite 2 EINVAL
assert_refused options/overwrite x EINVAL
selftest_on

put options/overwrite 0
assert_file options/overwrite 0
on
evloop -c 0 -n 20000 -s 1 "$T/write_event" >/dev/null || fail "evloop failed"
dropped=$(stat_of 0 "dropped events")
entries=$(stat_of 0 entries)
assert_eq "overrun" "$(stat_of 0 overrun)" 0
assert_eq "entries and dropped events" $((entries + dropped)) 20000
[ "$entries" -ge 300 ] || fail "only $entries events were kept"
drain >out || exit 1
# The oldest, without a gap.
assert_eq "the ids that were kept" "$(ids <out)" "$(seq 1 "$entries" | tr '\n' ' ' | sed 's/ $//')"

# After reading there is room; what was dropped is told before what comes next.
taskset -c 0 tryio write "$T/write_event" 30000 >/dev/null
drain >out || exit 1
assert_eq "what is told of the dropped" "$(sed -n 's/.*LOST \([0-9]*\) .*/\1/p' out)" "$dropped"
assert_eq "the event after them" "$(ids <out)" 30000

# Back again: a flight recorder.
off
clear
put options/overwrite 1
on
evloop -c 0 -n 20000 -s 1 "$T/write_event" >/dev/null || fail "evloop failed"
drain >out || exit 1
assert_eq "the newest id with overwrite=1" "$(tail -n 1 out | ids)" 20000
evcheck 0:1:20000 <out >sum 2>&1 || fail "with overwrite=1: $(tail -n 1 sum)"
reset
