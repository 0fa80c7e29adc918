#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: what Perfetto's ftrace probe does to a tracing directory works, in all three places
# requires: host file:per_cpu/cpu0/trace_pipe_raw file:per_cpu/cpu0/stats file:events/header_page
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
for dir in "$T" /sys/kernel/tracing/remotes/hypervisor /sys/kernel/tracing/instances/hypervisor; do
	for n in 1 5000; do
		out=$(bounded 60 perfetto "$dir" $n 2>&1) || fail "$dir, $n events: $out"
		echo "$dir, $n events: $out"
	done
	assert_unloaded "the probe has gone"
done
# It opens the files of CPUs that are not there at the moment.
cpu=$(cpus | tail -n 1)
if [ "$cpu" -gt 0 ]; then
	cpu_set "$cpu" 0
	out=$(bounded 60 perfetto "$T" 1000 2>&1) || fail "CPU $cpu is offline: $out"
	cpu_set "$cpu" 1
fi
reset
