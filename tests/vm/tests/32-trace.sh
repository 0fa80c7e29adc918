#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace shows what trace_pipe will, time and again, and takes nothing
# requires: cpus:2
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
on

# The comment at the top is not the trace.
lines() { grep -v '^#' "$T/${1:-trace}"; }
if ! lines >one 2>err; then
	! grep -q "not supported" err || skip "trace cannot be read yet"
fi
assert_eq "trace of nothing" "$(lines)" ""

# compare WHAT: twice the same, then the pipe has it too, then there is nothing
compare() {
	lines >one
	lines >two
	cmp -s one two || fail "$1: trace is not the same twice"
	drain >all || exit 1
	grep -v LOST all >pipe
	cmp -s one pipe || {
		diff one pipe | head -n 20
		fail "$1: trace and trace_pipe differ"
	}
	[ -s pipe ] || fail "$1: there was nothing"
	assert_eq "$1: trace after all was read" "$(lines)" ""
}

write_event 1
compare "one event"
for cpu in 0 1; do
	evloop -c $cpu -n 300 -s $((cpu * 1000 + 1)) "$T/write_event" >/dev/null
done
assert_eq "lines of CPU 1's trace" "$(lines per_cpu/cpu1/trace | grep -c '^\[001\].*selftest')" 300
assert_eq "others' lines in it" "$(lines per_cpu/cpu1/trace | grep -v -c '^\[001\]')" 0
compare "600 events on two CPUs"

# Part of it read: trace begins where the pipe has stopped.
evloop -c 0 -n $((7 * PAGE_EVENTS)) -s 1 "$T/write_event" >/dev/null
dd if="$T/trace_pipe" of=head bs=2000 count=1 2>/dev/null
[ "$(grep -c selftest head)" -gt 10 ] || fail "dd has read no lines"
compare "after part of it was read"

# More than fits: what was lost by then was never in the trace, as in ftrace, which tells of it in
# the comment. Whoever consumes has lost it.
clear
MANY=$((10 * PAGE_EVENTS))
for cpu in 0 1; do
	evloop -c $cpu -n $MANY -s 1 "$T/write_event" >/dev/null
done
assert_eq "what trace tells of what was overwritten" "$(lines | grep LOST)" ""
entries=$(lines | wc -l)
assert_eq "the comment" "$(sed -n 's/^# entries[^:]*: \([0-9/]*\) .*/\1/p' "$T/trace")" \
	"$entries/$((2 * MANY))"
compare "after $MANY events on two CPUs"
assert_eq "CPUs that trace_pipe tells of" "$(grep -c LOST all)" 2

# It may be read after tracing was stopped, and while it stays, so do the rings.
evloop -c 0 -n 100 -s 1 "$T/write_event" >/dev/null
off
assert_loaded "tracing was stopped, events are left"
assert_eq "lines after tracing was stopped" "$(lines | grep -c selftest)" 100
compare "after tracing was stopped"
assert_unloaded "all was read"
assert_eq "trace, not loaded" "$(lines)" ""
assert_unloaded "trace was read"
reset
