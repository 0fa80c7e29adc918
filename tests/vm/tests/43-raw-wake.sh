#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: who waits on trace_pipe_raw is woken within 100 ms of an event, however it waits
# requires: file:per_cpu/cpu0/trace_pipe_raw
# timeout: 180
# shellcheck source=../lib.sh
. /tests/lib.sh
reset
selftest_on
[ ! -e "$T/buffer_percent" ] || put buffer_percent 0
on
for file in per_cpu/cpu0/trace_pipe_raw per_cpu/cpu0/trace_pipe trace_pipe; do
	for how in poll select epoll read; do
		# 100 ms is the promise; emulated CPUs that share the machine add their own delays.
		out=$(evwake -n 12 -t $((250 * SLOW)) -w $how "$T" $file 2>&1) ||
			fail "$file, $how: $(echo "$out" | tail -n 1)"
		echo "$file, $how: $out"
	done
	clear
done
off
reset
