#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace-cmd -T switches the hypervisor's stacks on, and trace-cmd report prints them
# requires: program:trace-cmd file:options/stacktrace
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset

# trace OUT OPTION... Not "record": if a command is done before trace-cmd's recorders have begun,
# they record nothing.
trace() {
	out=$1
	shift
	bounded 60 trace-cmd start -B hypervisor -e hypervisor:selftest "$@" >log 2>&1 ||
		fail "trace-cmd start $*: $(tail -n 1 log)"
	evloop -c 0 -n 5 -s 1 "$T/write_event" >/dev/null || fail "evloop failed"
	bounded 60 trace-cmd stop -B hypervisor || fail "trace-cmd stop failed"
	bounded 60 trace-cmd extract -B hypervisor -o got.dat >log 2>&1 ||
		fail "trace-cmd extract: $(tail -n 1 log)"
	# With trace-cmd's own way to print a stack, and as anybody can by the format.
	bounded 60 trace-cmd report -i got.dat >"$out" 2>err || fail "trace-cmd report: $(cat err)"
	report got.dat "$out.plain"
	grep -c ': *kernel_stack: ' "$out" >"$out.n"
	assert_eq "events" "$(grep -c 'selftest: *id=' "$out")" 5
}

trace without
assert_file options/stacktrace 0
assert_eq "stacks without -T" "$(cat without.n)" 0

trace with -T
assert_eq "stacks with -T" "$(cat with.n)" 5
for name in handle___el2_trace_write_event handle_trap; do
	n=$(grep -c "^=> __kvm_nvhe_$name (" with)
	[ "$n" -ge 5 ] || fail "$name is $n times in 5 stacks"
	n=$(grep -c "=> __kvm_nvhe_$name\$" with.plain)
	[ "$n" -ge 5 ] || fail "$name is $n times in 5 stacks, by the format"
done
! grep '=> *\(0x\)*[0-9a-f]*$' with >bad || fail "no name for '$(head -n 1 bad)'"
reset
