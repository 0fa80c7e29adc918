#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: who waits on trace_pipe_raw is woken within 100 ms of an event, however it waits
# requires: host thorough file:per_cpu/cpu0/trace_pipe_raw
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
put buffer_percent 0
on
for file in per_cpu/cpu0/trace_pipe_raw per_cpu/cpu0/trace_pipe trace_pipe; do
	for how in poll select epoll read; do
		out=$(evwake -n 10 -w $how "$T" $file 2>&1) ||
			fail "$file, $how: $(echo "$out" | tail -n 1)"
		echo "$file, $how: $out"
	done
	clear
done

# While data keeps coming, within 10 ms: of the oldest event, so that a full page waits for less.
# This machine's own lateness, that of sleeps as long, is not the tracer's: neither that of the
# timer nor the reader's.
for _ in 1 2 3; do
	sum=$(evstream -c 0 "$T" 2>&1) || fail "$(echo "$sum" | tail -n 1)"
	echo "data keeps coming: $sum"
	clear
	late=$(($(value age "$sum") - 2 * $(value late "$sum")))
	[ "$(value waits "$sum")" -eq 0 ] || [ $late -gt 10000 ] || break
	late=
done
[ -n "$late" ] || fail "while data keeps coming: more than 10 ms: $sum"
off
reset
