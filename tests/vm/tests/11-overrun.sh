#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: 10,000 events into 7 KB: the first id read is the number lost plus one
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on

for round in 1 2; do
	on
	evloop -c 0 -n 10000 -s 1 "$T/write_event" >written || fail "evloop failed"
	off
	drain >out || exit 1
	lost=$(sed -n '1s/^CPU:0 \[LOST \([0-9]*\) EVENTS\]$/\1/p' out)
	[ -n "$lost" ] ||
		fail "round $round: first line '$(head -n 1 out)', not CPU:0 [LOST n EVENTS]"
	first=$(sed -n '2s/.*: selftest id=\([0-9]*\)$/\1/p' out)
	assert_eq "round $round: first id after LOST $lost" "$first" $((lost + 1))
	assert_eq "round $round: lines that tell of lost events" "$(grep -c LOST out)" 1
	read=$(($(wc -l <out) - 1))
	assert_eq "round $round: read and lost together" $((read + lost)) 10000
	evcheck 0:1:10000 <out >sum 2>&1 || fail "round $round: $(tail -n 1 sum)"
	# 7 KB are worth at least this many, however the last page is filled.
	[ $read -ge 150 ] || fail "round $round: only $read events were left of 7 KB"
done
reset
