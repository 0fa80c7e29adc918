#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: libtracefs lists and sets the hypervisor's tracers, chooses functions, and reads what they write
# requires: file:set_graph_function program:tfstracer program:kvm-load file:per_cpu/cpu0/trace_pipe_raw
# timeout: 120
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put buffer_size_kb 4096

# tfs WHAT...: one call of the library
tfs() {
	bounded 30 tfstracer hypervisor "$@" >answer 2>&1 || fail "$*: $(cat answer)"
}

# refused WHAT...: that fails
refused() {
	! bounded 30 tfstracer hypervisor "$@" >answer 2>&1 || fail "$*: not refused"
}

# record: ten rounds of a guest
record() {
	on
	bounded 60 kvm-load -c 0 -n 10 -t mmio >load 2>&1 || fail "kvm-load: $(cat load)"
	off
}

# Without nop, which it leaves out of any instance's
tfs list
assert_eq "tracefs_tracers()" "$(sort answer | tr '\n' ' ')" "function function_graph "
tfs available function_graph
refused available blk

tfs filter __kvm_nvhe___kvm_vcpu_run
assert_file set_ftrace_filter __kvm_nvhe___kvm_vcpu_run
tfs function
assert_file current_tracer function
record
n=$(grep -c '__kvm_vcpu_run <-' "$T/trace")
[ "$n" -ge 10 ] || fail "ten rounds, and __kvm_vcpu_run $n times"
tfs read ftrace
assert_eq "what tracefs_iterate_raw_events() gives" "$(cat answer)" "function=$n"

tfs notrace __kvm_nvhe___kvm_vcpu_run
tfs graph
assert_file current_tracer function_graph
record
assert_eq "of a function that is in both lists" "$(grep -c '();\|() {' "$T/trace")" 0
clear
tfs clear
assert_file current_tracer nop

echo >"$T/set_ftrace_notrace"
tfs custom function_graph
assert_file current_tracer function_graph
record
n=$(grep -c '__kvm_vcpu_run();' "$T/trace")
[ "$n" -ge 10 ] || fail "ten rounds, and a graph of __kvm_vcpu_run $n times"
tfs read ftrace
assert_eq "both ends of them" "$(sort answer | tr '\n' ' ')" \
	"funcgraph_entry=$n funcgraph_exit=$n "
refused custom blk
assert_file current_tracer function_graph
tfs clear
echo >"$T/set_ftrace_filter"
reset
