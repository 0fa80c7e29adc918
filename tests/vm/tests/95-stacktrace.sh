#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: options/stacktrace: an event is followed by the hypervisor's call stack, or is not
# requires: file:options/stacktrace
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset

# has_stack FILE ID: the event, and then where it was written, by name
has_stack() {
	assert_eq "$1: the event" "$(ids <"$1")" "$2"
	sed -n '2{s/^\[[0-9]*\]\t *\([0-9.]*: <stack trace>\)$/\1/p}' "$1" >got
	sed -n '1s/^\[[0-9]*\]\t *\([0-9.]*: \).*/\1<stack trace>/p' "$1" >want
	cmp -s got want || fail "$1: not a stack at the event's time: '$(sed -n 2p "$1")'"
	sed -n 's/^ => __kvm_nvhe_\(.*\)+0x[0-9a-f]*\/0x[0-9a-f]*$/\1/p' "$1" >names
	assert_eq "$1: lines of the stack that are a symbol of the hypervisor" \
		$(($(wc -l <names) + 2)) "$(wc -l <"$1")"
	assert_eq "$1: who wrote the event" "$(head -n 1 names)" handle___el2_trace_write_event
	# The handler of all that the host does
	assert_eq "$1: handle_trap" "$(grep -c -x handle_trap names)" 1
	# The way in is assembly, with labels that depend on the configuration.
	assert_eq "$1: the last but one" "$(tail -n 2 names | head -n 1)" handle_trap
}

has_no_stack() {
	assert_eq "$1: the event" "$(ids <"$1")" "$2"
	assert_eq "$1: lines" "$(wc -l <"$1")" 1
}

assert_file options/stacktrace 0
assert_refused options/stacktrace 2 EINVAL
assert_refused options/stacktrace x EINVAL
selftest_on
on
write_event 1
drain >off.1 || exit 1
has_no_stack off.1 1

# While tracing is on; what it shows when one only looks is what it shows when one takes it.
put options/stacktrace 1
assert_file options/stacktrace 1
grep -qx stacktrace "$T/trace_options" || fail "trace_options does not say stacktrace"
write_event 2
grep -v '^#' "$T/trace" >look.2
drain >on.2 || exit 1
has_stack on.2 2
cmp look.2 on.2 || fail "trace and trace_pipe differ"

put trace_options nostacktrace
assert_file options/stacktrace 0
write_event 3
drain >off.3 || exit 1
has_no_stack off.3 3

# While nothing is loaded: it is remembered.
off
wait_for 10 "unloads" is_unloaded
put trace_options stacktrace
assert_file options/stacktrace 1
on
write_event 4
drain >on.4 || exit 1
has_stack on.4 4
cat on.4
reset
