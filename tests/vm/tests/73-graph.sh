#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: the tracer function_graph: what the hypervisor calls, one within the other, with durations, as ftrace prints it and as filtered
# requires: file:set_graph_function program:kvm-load
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put buffer_size_kb 4096

# record: what a guest that runs for ten rounds has the hypervisor do, to "out"
record() {
	on
	bounded 60 kvm-load -c 0 -n 10 -t mmio >load 2>&1 || fail "kvm-load: $(cat load)"
	off
	cat "$T/trace" >trace || fail "trace cannot be read"
	drain >out || exit 1
	assert_eq "lost" "$(grep -c LOST out)" 0
	[ -s out ] || fail "nothing is recorded"
	# The one shows what the other does, and a header
	grep -v '^#' trace | diff - out >differ || fail "trace and trace_pipe: $(tail -n 1 differ)"
}

# well_formed: each line is one of a graph, each brace closes the one that it is below of
well_formed() {
	awk '
	{ line = $0 }
	/^ ------------------------------------------$/ || /^$/ { next }
	/^ [ 0-9]+\) .* => / { next }
	!/^ [ 0-9]+\) .{14}\|  / { print "no line of a graph: " line; exit }
	{
		cpu = $1
		sub(/^[^|]*\|  /, "")
		match($0, /^ */)
		indent = RLENGTH / 2
		text = substr($0, RLENGTH + 1)
	}
	text ~ /^\/\* .* \*\/$/ { comments++; next }
	text ~ /^[a-zA-Z_0-9.]+\(\);$/ {
		if (indent != depth[cpu] + 0) { print "not " depth[cpu] + 0 " deep: " line; exit }
		leaves++
		next
	}
	text ~ /^[a-zA-Z_0-9.]+\(\) \{$/ {
		if (indent != depth[cpu] + 0) { print "not " depth[cpu] + 0 " deep: " line; exit }
		depth[cpu]++
		next
	}
	text == "}" {
		if (indent != --depth[cpu]) { print "closes another: " line; exit }
		pairs++
		next
	}
	{ print "what is this: " line; exit }
	END {
		for (cpu in depth)
			if (depth[cpu]) print depth[cpu] " open on " cpu
		print leaves + 0, pairs + 0, comments + 0 >"counts"
	}' out >wrong
	[ ! -s wrong ] || fail "$(head -n 1 wrong)"
	read -r leaves pairs comments <counts
}

# at_top: functions that are in no other
at_top() {
	sed -n 's/^ [ 0-9]*) .* |  __kvm_nvhe_\([a-z_A-Z0-9.]*\)().*/\1/p' out | sort -u |
		tr '\n' ' ' | sed 's/ $//'
}

# named: all of them
named() {
	sed -n 's/^ [ 0-9]*) .* |  *__kvm_nvhe_\([a-z_A-Z0-9.]*\)().*/\1/p' out | sort -u
}

put current_tracer function_graph
record
assert_eq "the first lines" "$(head -n 4 trace)" "# tracer: function_graph
#
# CPU  DURATION                  FUNCTION CALLS
# |     |   |                     |   |   |   |"
well_formed
echo "$leaves leaves, $pairs pairs"
[ "$leaves" -ge 20 ] || fail "few leaves"
[ "$pairs" -ge 20 ] || fail "few pairs"
assert_eq "comments" "$comments" 0
[ "$(grep -c '|    __kvm_nvhe___kvm_vcpu_run() {$' out)" -ge 10 ] ||
	fail "ten rounds, and __kvm_vcpu_run $(grep -c '__kvm_vcpu_run() {' out) times"
grep -q ' [0-9]*\.[0-9]\{3\} us  *|  ' out || fail "no durations"

# Events between, as comments
put events/hypervisor/hyp_enter/enable 1
put events/hypervisor/hyp_exit/enable 1
record
well_formed
assert_eq "comments" "$comments" "$(grep -c '/\* hyp_\(enter\|exit\): ' out)"
[ "$comments" -ge 20 ] || fail "$comments events"
put events/enable 0

# Which of them: as a set of functions, as those that begin, and as those that are left out
printf '*vcpu_run\n' >"$T/set_ftrace_filter"
record
well_formed
assert_eq "functions" "$(named | tr '\n' ' ')" "__kvm_vcpu_run handle___kvm_vcpu_run "
echo __kvm_vcpu_run >"$T/set_graph_function"
record
well_formed
assert_eq "functions that a graph begins with" "$(named)" __kvm_vcpu_run
: >"$T/set_ftrace_filter"
record
well_formed
assert_eq "functions that a graph begins with, of all" "$(at_top)" __kvm_vcpu_run
[ "$(named | wc -l)" -gt 3 ] || fail "nothing is called in it: $(named)"
: >"$T/set_graph_function"
echo __kvm_vcpu_run >"$T/set_graph_notrace"
record
well_formed
named >names
! grep -x __kvm_vcpu_run names || fail "left out, and there"
grep -q -x handle___kvm_vcpu_run names || fail "what calls it is not there"
: >"$T/set_graph_notrace"

# How deep
for depth in 1 2; do
	put max_graph_depth $depth
	record
	well_formed
	deepest=$(sed -n 's/^ [ 0-9]*) .* |  \( *\)__kvm.*/\1/p' out | sort -u | tail -n 1 | wc -c)
	assert_eq "the deepest indent, with its newline" "$deepest" $((2 * depth - 1))
done
put max_graph_depth 0

# What is shown can be chosen when it is read
echo '*vcpu_run' >"$T/set_ftrace_filter"
on
bounded 60 kvm-load -c 0 -n 10 -t mmio >load 2>&1 || fail "kvm-load: $(cat load)"
off
# shows PATTERN: a line of trace is one
shows() {
	grep -q -E "$1" "$T/trace" ||
		fail "'$1' is not there: $(grep -v '^#' "$T/trace" | tail -n 2)"
}
shows '^ [ 0-9]+\) .{14}\|  \}$'
put options/funcgraph-tail 1
shows '^ [ 0-9]+\) .{14}\|  \} /\* __kvm_nvhe_handle___kvm_vcpu_run \*/$'
put trace_options nofuncgraph-tail
put options/funcgraph-cpu 0
shows '^.{14}\|  \}$'
put options/funcgraph-duration 0
shows '^\}$'
put options/funcgraph-abstime 1
shows '^ +[0-9]+\.[0-9]{6} \|  \}$'
put options/funcgraph-proc 1
shows '^ +[0-9]+\.[0-9]{6} \|   *<\.\.\.>-[0-9]+ * \| \}$'
put options/funcgraph-overrun 1
shows '^ \(Overruns: 0\)$'
# Another tracer, and records are lines like others
put current_tracer function
shows '^\[[0-9]+\].*: graph_ent: func=__kvm_nvhe___kvm_vcpu_run depth=1$'
shows '^\[[0-9]+\].*: graph_ret: func=__kvm_nvhe___kvm_vcpu_run depth=1 overrun=0 calltime='
shows ' calltime=[0-9]+ rettime=[0-9]+$'
put current_tracer nop
clear
wait_for 10 "unloads" is_unloaded
put trace_options funcgraph-duration
put trace_options funcgraph-cpu
put current_tracer function_graph
reset
