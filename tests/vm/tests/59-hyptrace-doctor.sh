#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: hyptrace doctor says that all is well, and what is wrong if somebody traces or left a trace
# requires: program:hyptrace file:per_cpu/cpu0/trace_pipe_raw
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset

# bad CHECK: doctor must find it wrong, and say what to do
bad() {
	rc=0
	hyptrace doctor >out 2>err || rc=$?
	cat out err
	assert_eq "status, for $1" $rc 1
	grep -q "^BAD  *$1 " out || fail "$1 is not what is wrong"
	tail -n 1 out | grep -q '^                ' || fail "no mend for $1"
}

hyptrace doctor >out 2>&1 || fail "something is wrong: $(cat out)"
cat out
grep -q '^ok  *hypervisor ' out || fail "no word of the hypervisor"
hyptrace doctor --json >out || fail "doctor --json"
grep -q '"check": "hypervisor", "verdict": "ok"' out || fail "JSON: $(cat out)"

on
bad use
selftest_on
write_event 1
off
bad use
clear
wait_for 10 "unloads" is_unloaded
hyptrace doctor >out 2>&1 || fail "after clearing: $(cat out)"
if command -v setpriv >/dev/null; then
	rc=0
	setpriv --reuid 1000 hyptrace doctor >out 2>&1 || rc=$?
	assert_eq "status for a user" $rc 1
fi
reset
