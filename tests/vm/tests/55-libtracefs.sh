#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: libtracefs takes the hypervisor for one of its instances
# requires: host program:tfs file:per_cpu/cpu0/trace_pipe_raw
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put buffer_size_kb 512
for what in create iterate cpu buffered; do
	for n in 1 500 5000; do
		out=$(bounded 60 tfs $what hypervisor $n 2>&1) || fail "$what, $n events: $out"
		assert_eq "$what, $n events" "$out" "events=$n"
		wait_for 10 "unloads" is_unloaded
	done
done
reset
