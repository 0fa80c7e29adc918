#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: what the hypervisor's functions are while VMs run and CPUs come and go, for what QEMU saw to be held against it (tests/vm/witness)
# requires: cmdline:hyptrace.witness=1 file:set_ftrace_filter file:per_cpu/cpu0/trace_pipe_raw program:kvm-load cpus:2
# timeout: 480
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
out=${EXPORT:-.}/witness
mkdir -p "$out"
last=$(cpus | tail -n 1)
# Rounds of a virtual machine on each CPU, and the room that all they do needs
rounds=60 kb=4096
[ "$LONG" != 1 ] || rounds=1000 kb=32768

# work: hypercalls, guests, memory given and taken, and CPUs that go and come
work() {
	evloop -c 0 -n $rounds -s 1 "$T/write_event" >/dev/null || fail "evloop failed"
	load_all $rounds
	cpu_set "$last" 0
	kvm-load -c 0 -n $rounds -t mmio >load 2>&1 || fail "kvm-load: $(cat load)"
	cpu_set "$last" 1
	kvm-load -c "$last" -n $rounds -t hvc >load 2>&1 || fail "kvm-load: $(cat load)"
}

# record TRACER: all that is called while there is work; to $out/TRACER.CPU
record() {
	put buffer_size_kb $kb
	put current_tracer "$1"
	evmark begin
	on
	work
	off
	evmark end
	for cpu in $(cpus); do
		assert_eq "lost on CPU $cpu" "$(stat_of "$cpu" overrun)" 0
		drain "per_cpu/cpu$cpu/trace_pipe_raw" >"$out/$1.$cpu" || exit 1
	done
	put current_tracer nop
	clear
	wait_for 10 "unloads" is_unloaded
}

cp "$T/available_filter_functions" "$out/functions"
echo "page $((PAGE_KB * 1024))" >"$out/ids"
for event in function funcgraph_entry funcgraph_exit; do
	for format in "$T/events/ftrace/$event/format" "$T/events/hypervisor/$event/format" \
		"${T%/*}/events/ftrace/$event/format"; do
		[ -r "$format" ] || continue
		sed -n "s/^ID: /$event /p" "$format" >>"$out/ids"
		break
	done
done
: >"$out/tracers"
for tracer in $(get available_tracers); do
	case $tracer in function | function_graph) ;; *) continue ;; esac
	record "$tracer"
	echo "$tracer" >>"$out/tracers"
done
reset
