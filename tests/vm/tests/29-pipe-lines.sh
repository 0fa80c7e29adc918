#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: a read of trace_pipe gives whole lines if one fits, and closing it then loses nothing
# requires: host
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
on

# pieces SIZE COUNT: that many reads of that size, each with an open and a close of its own
pieces() {
	n=0
	while [ $n -lt "$2" ]; do
		dd if="$T/$file" bs="$1" count=1 2>/dev/null >piece
		[ "$(wc -c <piece)" -le "$1" ] || fail "$file: more than $1 characters read"
		cat piece
		n=$((n + 1))
	done
}

for file in trace_pipe per_cpu/cpu0/trace_pipe; do
	# Lines of the same length, some 35 characters: two fit into 100, one into 50.
	taskset -c 0 evloop -n 40 -s 1000 "$T/write_event" >/dev/null || fail "evloop failed"
	pieces 50 4 >out
	pieces 100 4 >>out
	assert_eq "$file: ids read in pieces" "$(ids <out)" \
		"1000 1001 1002 1003 1004 1005 1006 1007 1008 1009 1010 1011"
	# Just so long as a line, and one character less.
	len=$(sed -n 1p out | wc -c | tr -d ' ')
	pieces "$len" 1 >out
	assert_eq "$file: the id of a line that just fits" "$(ids <out)" 1012
	pieces $((2 * len - 1)) 1 >out
	assert_eq "$file: the id of the next" "$(ids <out)" 1013

	# A line that does not fit comes in parts, as long as the file is open.
	dd if="$T/$file" bs=10 count=8 2>/dev/null >out
	tail -n +2 out >rest
	assert_eq "$file: a line in parts" "$(head -n 1 out | ids)" 1014
	assert_eq "$file: after that, all that is left" \
		"$(cat rest)$(drain "$file" | ids)" "$(cat rest)$(seq -s ' ' 1016 1039)"
done
off
reset
