#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: what the hypervisor's functions are while VMs run and CPUs come and go, for what QEMU saw to be held against it (tests/vm/witness)
# requires: cmdline:hyptrace.witness=1 file:set_ftrace_filter file:per_cpu/cpu0/trace_pipe_raw program:kvm-load cpus:2
# timeout: 600
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
out=${EXPORT:-.}/witness
mkdir -p "$out"
last=$(cpus | tail -n 1)
rounds=60
# Calls that there must be, and the room that they need
calls=20000 kb=4096
[ "$LONG" != 1 ] || calls=1000000 kb=40960

# guests CPU...: a virtual machine on each at once. None waits for its timer, as a machine that a
# plugin makes slow may be too late for
guests() {
	loads=
	for cpu in "$@"; do
		case $((cpu % 2)) in 0) kind=mmio ;; 1) kind=hvc ;; esac
		kvm-load -c "$cpu" -n $rounds -t "$kind" >"load.$cpu" 2>&1 &
		loads="$loads $!"
	done
	for pid in $loads; do
		wait "$pid" || fail "kvm-load: $(cat load.*)"
	done
}

# work: hypercalls, guests, memory given and taken, and a CPU that goes and comes
work() {
	evloop -c 0 -n $rounds -s 1 "$T/write_event" >/dev/null || fail "evloop failed"
	# shellcheck disable=SC2046 # a list
	guests $(cpus)
	cpu_set "$last" 0
	guests 0
	cpu_set "$last" 1
	guests "$last"
}

# enough RECORDS: are there so many?
enough() {
	for cpu in $(cpus); do
		stat_of "$cpu" entries
	done | awk -v want="$1" '{ n += $1 } END { exit n < want }'
}

# record TRACER RECORDS: all that is called while there is work, and so many at least; to
# $out/TRACER.CPU
record() {
	put buffer_size_kb $kb
	put current_tracer "$1"
	evmark begin
	on
	work
	until enough "$2"; do
		work
	done
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
echo "page $((PAGE_KB * 1024))" >"$out/formats"
for event in function funcgraph_entry funcgraph_exit; do
	for format in "$T"/events/*/"$event"/format "${T%/*}/events/ftrace/$event/format"; do
		[ -r "$format" ] || continue
		awk -v event=$event '/^ID:/ { id = $2 }
		/ depth;/ { sub(/.*offset:/, ""); depth = $0 + 0 }
		END { print event, id, depth + 0 }' "$format" >>"$out/formats"
		break
	done
done
: >"$out/tracers"
for tracer in $(get available_tracers); do
	case $tracer in
	function) record "$tracer" $calls ;;
	# Two for each call
	function_graph) record "$tracer" $((2 * calls)) ;;
	*) continue ;;
	esac
	echo "$tracer" >>"$out/tracers"
done
reset
