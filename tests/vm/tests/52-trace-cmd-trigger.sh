#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace-cmd record -R: the trigger ends the record where it says
# requires: host program:trace-cmd file:events/hypervisor/selftest/trigger
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
bounded 90 trace-cmd record -B hypervisor -e hypervisor:selftest -R 'traceoff if id == 5' \
	-o off.dat sh "$TESTS/recorded" evloop -c 0 -n 2000 -s 1 "$T/write_event" >off.log 2>&1 ||
	fail "trace-cmd record: $(tail -n 1 off.log)"
report off.dat off.txt
got=$(sed -n 's/.*: *selftest: *id=\([0-9]*\)$/\1/p' off.txt | tr '\n' ' ')
assert_eq "ids" "$got" "1 2 3 4 5 "

bounded 90 trace-cmd record -B hypervisor -e hypervisor:selftest -R 'stacktrace:2 if id >= 5' \
	-o stack.dat sh "$TESTS/recorded" evloop -c 0 -n 20 -s 1 "$T/write_event" >stack.log 2>&1 ||
	fail "trace-cmd record: $(tail -n 1 stack.log)"
report stack.dat stack.txt
assert_eq "selftests" "$(grep -c ': selftest: ' stack.txt)" 20
assert_eq "stacks" "$(grep -c ': kernel_stack: ' stack.txt)" 2

# It takes its triggers away
for f in "$T"/events/hypervisor/*/trigger; do
	grep -q '^# Available triggers:' "$f" || fail "$f: $(cat "$f")"
done
off
clear
reset
