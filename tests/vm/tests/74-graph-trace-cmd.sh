#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace-cmd records the graph of the hypervisor's functions, and its report shows what trace shows
# requires: file:set_graph_function program:trace-cmd program:kvm-load file:per_cpu/cpu0/trace_pipe_raw
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put buffer_size_kb 4096

# lines: "DURATION|TEXT" of a graph on stdin. A call of one line is one here, even if its ends lie
# on two pages, where trace does not see the other and a report does. From 10 ms on trace has, as
# ftrace, no more than seven digits and a mark for that; a report all of them, and the mark of 1 ms.
lines() {
	awk -F '|' '
	function flush() { if (held != "") print held; held = "" }
	{
		gsub(/^ +| +$/, "", $1)
		gsub(/ +/, " ", $1)
		if ($1 ~ /[0-9][0-9][0-9][0-9][0-9]\.[0-9]+ us$/)
			gsub(/^[^0-9]+|\.[0-9]+/, "", $1)
		brace = $2
		sub(/}/, "", brace)
		if (held != "" && $2 ~ /^ *}$/ && index(held, "|" brace) == 1 &&
		    substr(held, length(brace) + 2, 1) != " ") {
			sub(/\(\) \{$/, "();", held)
			print $1 held
			held = ""
			next
		}
		flush()
		if ($2 ~ /\(\) \{$/) held = $1 "|" $2
		else print $1 "|" $2
	}
	END { flush() }'
}

put current_tracer function_graph
on
bounded 60 kvm-load -c 0 -n 10 -t mmio >load 2>&1 || fail "kvm-load: $(cat load)"
off
# The lines that say that the task is another are trace's alone
sed -n -e '/ => /d' -e 's/^ 0) //p' "$T/per_cpu/cpu0/trace" | lines >ours
bounded 60 trace-cmd extract -B hypervisor -o got.dat >log 2>&1 ||
	fail "trace-cmd extract: $(tail -n 1 log)"
bounded 60 trace-cmd report -i got.dat >out 2>err || fail "trace-cmd report: $(cat err)"
sed -n 's/.*\[000\].* funcgraph_[a-z]*: *\(.*|.*\)/\1/p' out | lines >theirs
n=$(grep -c '__kvm_nvhe___kvm_vcpu_run()' ours)
[ "$n" -ge 10 ] || fail "ten rounds, and __kvm_vcpu_run $n times"
diff theirs ours >differ ||
	fail "trace-cmd and trace: $(grep "^[-+][^-+]" differ | head -n 4)"
echo "$(wc -l <ours) lines of graph"

# By the format alone, as anybody can
report got.dat plain
run="__kvm_nvhe___kvm_vcpu_run ([0-9]*)"
for text in "funcgraph_entry: *--> $run" \
	"funcgraph_exit: *<-- $run (start: [0-9a-f]*  end: [0-9a-f]*)"; do
	assert_eq "'$text'" "$(grep -c "$text" plain)" "$n"
done
put current_tracer nop
clear
wait_for 10 "unloads" is_unloaded

# Its own words for it, which it knows if the kernel has a tracer of that name. Not its -g, which it
# writes to the top instance alone, whatever -B says
if grep -q -w function_graph /sys/kernel/tracing/available_tracers; then
	bounded 60 trace-cmd start -B hypervisor -p function_graph --max-graph-depth 2 \
		>log 2>&1 || fail "trace-cmd start -p function_graph: $(tail -n 1 log)"
	assert_file current_tracer function_graph
	assert_file max_graph_depth 2
	echo __kvm_vcpu_run >"$T/set_graph_function"
	bounded 60 trace-cmd reset -B hypervisor >log 2>&1 || fail "trace-cmd reset: $(cat log)"
	assert_file current_tracer nop
	assert_file set_graph_function "#### all functions enabled ####"
	put max_graph_depth 0

	# All of it in one command, after which all is as before
	bounded 90 trace-cmd record -B hypervisor -p function_graph --max-graph-depth 2 \
		-o record.dat kvm-load -c 0 -n 10 -t mmio >log 2>&1 ||
		fail "trace-cmd record: $(tail -n 1 log)"
	assert_file max_graph_depth 0
	bounded 60 trace-cmd report -i record.dat >out 2>err || fail "trace-cmd report: $(cat err)"
	n=$(grep -c 'funcgraph_entry:.*|  *__kvm_nvhe_handle___kvm_vcpu_run() {' out)
	[ "$n" -ge 10 ] || fail "ten rounds recorded, and the handler $n times"
	n=$(grep -c 'funcgraph_entry:.*|  *__kvm_nvhe___kvm_vcpu_run();' out)
	[ "$n" -ge 10 ] || fail "no deeper than 2, and __kvm_vcpu_run without calls $n times"
fi
reset
