#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: function_graph: whatever happens meanwhile, each end has the begin that it belongs to, and only what a CPU that went off has called has no end
# requires: file:set_graph_function program:kvm-load cpus:2
# timeout: 300
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put buffer_size_kb 32768
last=$(cpus | tail -n 1)
online=/sys/devices/system/cpu/cpu$last/online

# load N: guests that run and are thrown out of it, on every CPU that is on
load() {
	pids=
	for cpu in $(cpus); do
		kvm-load -c "$cpu" -n "$1" -t mmio >"load.$cpu" 2>&1 &
		pids="$pids $!"
	done
}
end_load() {
	for pid in $pids; do
		wait "$pid" || fail "kvm-load: $(cat load.*)"
	done
}

# judge: what was recorded, as ordinary lines; "left" is how many stays were never ended
judge() {
	off
	put current_tracer nop
	drain >out || exit 1
	assert_eq "lost" "$(grep -c LOST out)" 0
	put events/enable 0
	awk '
	function bad(why) { print why ": " $0; exit }
	{ cpu = $1; sub(/^.*[0-9]: /, ""); name = $1 }
	name == "hyp_enter" { reason[cpu] = $2 }
	name == "hyp_exit" && $2 == "reason=eret_host" && depth[cpu] {
		# What a CPU called that went off it does not return from when it is on again.
		if (reason[cpu] != "reason=psci") bad(depth[cpu] " calls are open on " cpu)
		depth[cpu] = 0
		left++
	}
	name == "graph_ent:" {
		calls++
		if ($3 != "depth=" depth[cpu] + 0) bad("not " depth[cpu] + 0 " deep on " cpu)
		func_at[cpu, depth[cpu]++] = $2
	}
	name == "graph_ret:" {
		if (!depth[cpu]) bad("an end without a begin on " cpu)
		depth[cpu]--
		if ($3 != "depth=" depth[cpu]) bad("not " depth[cpu] " deep on " cpu)
		if ($2 != func_at[cpu, depth[cpu]]) bad("the end of another on " cpu)
	}
	END { print calls + 0 >"calls"; print left + 0 >"left" }' out >wrong
	[ ! -s wrong ] || fail "$(head -n 1 wrong)"
	cat calls
	[ "$(cat calls)" -ge "$1" ] || fail "$(cat calls) calls"
}

watched() {
	put current_tracer function_graph
	put events/hypervisor/hyp_enter/enable 1
	put events/hypervisor/hyp_exit/enable 1
	on
}

# A CPU goes off and comes back
watched
for n in 1 2 3; do
	load 30
	end_load
	if [ -w "$online" ]; then
		echo 0 >"$online" || fail "CPU $last does not go off"
		echo 1 >"$online" || fail "CPU $last does not come back"
	fi
done
judge 3000
want=0
# Without protection the hypervisor does not see them go.
[ ! -w "$online" ] || [ "$MODE" = nvhe ] || want=3
assert_eq "stays that were not ended" "$(cat left)" "$want"

# The tracer, what it traces, and tracing are switched in the middle of stays.
watched
load 100
n=0
while jobs -p | grep -q . && [ $n -lt 20 ]; do
	put current_tracer nop
	put current_tracer function_graph
	echo '__kvm_*' >"$T/set_graph_function"
	put tracing_on 0
	echo '*vcpu*' >"$T/set_graph_notrace"
	put tracing_on 1
	: >"$T/set_graph_function"
	: >"$T/set_graph_notrace"
	n=$((n + 1))
done
end_load
judge 300
assert_eq "stays that were not ended" "$(cat left)" 0
reset
