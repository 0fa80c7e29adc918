#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace is consistent while its ring is being overwritten: no garbage, lost is told
# requires: thorough cpus:2
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
on
grep -v '^#' "$T/trace" >/dev/null 2>err
! grep -q "not supported" err || skip "trace cannot be read yet"

rounds=10
[ "$LONG" != 1 ] || rounds=25
for kb in 7 256; do
	off
	clear
	put buffer_size_kb $kb
	on
	start_writers "0 1"
	n=0 lost=0 seen=0
	while [ $n -lt $rounds ]; do
		bounded 20 cat "$T/trace" >raw || fail "reading trace failed"
		grep -v '^#' raw >out
		# Every id that is missing between two that are there is said to be lost: -k only
		# lets the end be missing, and -t what was before it was opened.
		sum=$(evcheck -k -t 0:1:90000000 1:100000001:90000000 <out 2>&1) || {
			tail -n 5 out
			fail "$kb KB, round $n: $(echo "$sum" | tail -n 1)"
		}
		lost=$((lost + $(value lost "$sum")))
		seen=$((seen + $(value read "$sum")))
		n=$((n + 1))
	done
	end_writers
	[ $seen -gt 0 ] || fail "$kb KB: nothing was seen"
	# Of a ring of two pages all that was there when it was opened may be gone.
	[ $lost -gt 0 ] || [ $kb = 7 ] || fail "$kb KB: nothing was lost, so nothing is shown"
	echo "$kb KB: $seen events seen, $lost lost"

	# The pipe still has its due: nothing was taken by looking.
	drain >out || exit 1
	# shellcheck disable=SC2046 # two words
	evcheck $(ranges_of 0 1) <out >sum 2>&1 ||
		fail "$kb KB, trace_pipe afterwards: $(tail -n 1 sum)"
done
reset
