#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace-cmd records the hypervisor's functions, and trace-cmd report shows them by name
# requires: file:set_ftrace_filter program:trace-cmd program:kvm-load file:per_cpu/cpu0/trace_pipe_raw
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset

# record: what is traced already, or with OPTIONs; to got.dat
record() {
	put buffer_size_kb 4096
	on
	bounded 60 kvm-load -c 0 -n 10 -t mmio >load 2>&1 || fail "kvm-load: $(cat load)"
	off
	bounded 60 trace-cmd extract -B hypervisor -o got.dat >log 2>&1 ||
		fail "trace-cmd extract: $(tail -n 1 log)"
}

# looks_right: with trace-cmd's own way to print a function, and as anybody can by the format
looks_right() {
	bounded 60 trace-cmd report -i got.dat >out 2>err || fail "trace-cmd report: $(cat err)"
	report got.dat plain
	for text in out plain; do
		n=$(grep -c 'function: *__kvm_nvhe___kvm_vcpu_run\( \|$\)' $text)
		[ "$n" -ge 10 ] || fail "$text: ten rounds, and __kvm_vcpu_run $n times: $(
			grep function: $text | head -n 1)"
		! grep -E 'function: *(0x)?[0-9a-f]+( |$)' $text >bad ||
			fail "$text: no name: $(head -n 1 bad)"
	done
	# trace-cmd's own way tells no caller unless it is asked to
	n=$(grep -c '__kvm_vcpu_run <-- __kvm_nvhe_handle___kvm_vcpu_run$' plain)
	[ "$n" -ge 10 ] ||
		fail "ten rounds, and its caller $n times: $(grep vcpu_run plain | head -n 1)"
}

put current_tracer function
put events/hypervisor/hyp_enter/enable 1
record
looks_right
grep -q 'hyp_enter: ' out || fail "no event beside the functions"
put events/enable 0
put current_tracer nop

# Its own words for it, which it knows if the kernel has a tracer of that name. Not its -l and -n,
# which take the kernel's own list of functions for everybody's
if grep -q -w function /sys/kernel/tracing/available_tracers; then
	bounded 60 trace-cmd start -B hypervisor -p function >log 2>&1 ||
		fail "trace-cmd start -p function: $(tail -n 1 log)"
	assert_file current_tracer function
	echo '*vcpu_run' >"$T/set_ftrace_filter"
	echo 'handle*' >"$T/set_ftrace_notrace"
	off
	clear
	wait_for 10 "unloads" is_unloaded
	record
	looks_right
	assert_eq "functions" "$(sed -n 's/.*function: *__kvm_nvhe_\([^ ]*\) .*/\1/p' plain |
		sort -u | tr '\n' ' ')" "__kvm_vcpu_run "
	bounded 60 trace-cmd reset -B hypervisor >log 2>&1 || fail "trace-cmd reset: $(cat log)"
	assert_file current_tracer nop
	assert_file set_ftrace_filter "#### all functions enabled ####"
	assert_file set_ftrace_notrace "#### no functions disabled ####"
fi
reset
