#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: hyptrace's profile of what is called for a guest: each call counts, times add up
# requires: file:set_graph_function program:hyptrace program:trace-cmd program:kvm-load
# timeout: 300
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset

# number NAME FILE: of that member in JSON, the first
number() {
	sed -n -E "s/.*\"$1\": ([0-9]+).*/\\1/p" "$2" | head -n 1
}

# adds_up FILE.dat: what report tells of its functions is what there is in it
adds_up() {
	hyptrace report --json "$1" >json || fail "report: status $?"
	sed -n '/^"functions"/,$p' json >functions
	assert_eq "lost" "$(sed -n -E '1s/.*"lost": ([0-9]+).*/\1/p' json)" 0
	# Name, calls, total, by itself, longest
	awk -F '[":,} ]+' '$8 == "self_ns" { print $3, $5, $7, $9, $11 }' functions >rows
	[ "$(wc -l <rows)" -gt 20 ] || fail "few functions: $(cat rows)"
	assert_eq "times of functions by themselves, added up" \
		"$(awk '{ n += $4 } END { printf "%.0f\n", n }' rows)" \
		"$(number total_ns functions)"
	awk '$4 > $3 || $5 > $3 { print; exit }' rows >wrong
	[ ! -s wrong ] || fail "more than its total: $(cat wrong)"
	report "$1" plain
	calls=$(number calls functions)
	assert_eq "calls, by their ends" $((calls + $(number without_beginning functions))) \
		"$(grep -c ' funcgraph_exit: ' plain)"
	assert_eq "calls, by their beginnings" $((calls + $(number without_end functions))) \
		"$(grep -c ' funcgraph_entry: ' plain)"
	assert_eq "calls, by function" "$(awk '$1 !~ /^\(/ { n += $2 } END { print n }' rows)" \
		"$calls"
	# A guest's own time is nobody's in the hypervisor: what is left is less than all stays
	stays=$(sed -n -E 's/^\{"name": .*"count": .*"total_ns": ([0-9]+).*/\1/p' json |
		awk '{ n += $1 } END { printf "%.0f\n", n }')
	own=$(awk '$1 !~ /^\(/ { n += $4 } END { printf "%.0f\n", n }' rows)
	[ "$own" -le "$stays" ] || fail "functions took $own ns, and stays $stays ns"
	[ $((own * 4)) -gt "$stays" ] || fail "functions took $own ns only, and stays $stays ns"
	runs=$(awk '$1 == "__kvm_vcpu_run" { print $2 }' rows)
	[ "${runs:-0}" -ge 10 ] || fail "ten rounds, and __kvm_vcpu_run is called $runs times"
	assert_eq "guests that __kvm_vcpu_run has run" \
		"$(awk '$1 == "(guest)" { print ($2 >= 10) }' rows)" 1
	hyptrace export --format functions "$1" >stacks || fail "export: status $?"
	assert_eq "stacks, added up" "$(awk '{ n += $2 } END { printf "%.0f\n", n }' stacks)" "$own"
	hyptrace report --slowest 3 "$1" >slowest || fail "report --slowest: status $?"
	grep -q ' us |  *[a-z_0-9.]*();$' slowest || fail "no graph of the longest stays"
	hyptrace export --format chrome "$1" | grep -q '"cat": "function"' ||
		fail "no function in what Perfetto is given"
}

put current_tracer function_graph
put events/hypervisor/hyp_enter/enable 1
put events/hypervisor/hyp_exit/enable 1
put buffer_size_kb 4096
on
bounded 60 kvm-load -c 0 -n 10 -t mmio >load 2>&1 || fail "kvm-load: $(cat load)"
off
bounded 60 trace-cmd extract -B hypervisor -o got.dat >log 2>&1 ||
	fail "trace-cmd extract: $(tail -n 1 log)"
adds_up got.dat
hyptrace report got.dat | sed -n '/^functions/,$p' | head -n 20
head -n 60 slowest
put events/enable 0
put current_tracer nop
wait_for 10 "unloads" is_unloaded

# trace-cmd's own words, where the kernel has a tracer of that name for itself
if grep -q -w function_graph /sys/kernel/tracing/available_tracers; then
	bounded 120 trace-cmd record -B hypervisor -p function_graph -e hypervisor:hyp_enter \
		-e hypervisor:hyp_exit -b 8192 -o graph.dat \
		kvm-load -c 0 -n 10 -t mmio >log 2>&1 ||
		fail "trace-cmd record: $(tail -n 1 log)"
	adds_up graph.dat
fi
reset
export_dat got.dat functions
