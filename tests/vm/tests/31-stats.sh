#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: stats has the kernel's own lines, and its counts add up to what was written
# requires: file:per_cpu/cpu0/stats
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset

# The form, which tools parse, from an instance of the kernel's own.
I=/sys/kernel/tracing/instances/form
mkdir $I && echo boot >$I/trace_clock
form() { sed 's/[0-9][0-9]*/N/g' "$1"; }
form $I/per_cpu/cpu0/stats | tr -s ' ' >want
rmdir $I
for cpu in $(cpus); do
	form "$T/per_cpu/cpu$cpu/stats" | tr -s ' ' >got
	diff want got >differ || fail "CPU $cpu, not loaded: $(tail -n 1 differ)"
done

# sum_of NAME: over all CPUs
sum_of() {
	for c in $(cpus); do stat_of "$c" "$1"; done | awk '{ n += $1 } END { print n + 0 }'
}

# check WHAT WRITTEN: every event written is in one of the counts
check() {
	n=$(($(sum_of entries) + $(sum_of overrun) + $(sum_of "read events") +
		$(sum_of "dropped events")))
	assert_eq "$1: events in all of stats" $n "$2"
}

selftest_on
on
form "$T/per_cpu/cpu0/stats" | tr -s ' ' >got
diff want got >differ || fail "loaded: $(tail -n 1 differ)"
check "nothing written" 0

evloop -c 0 -n 100 -s 1 "$T/write_event" >/dev/null || fail "evloop failed"
assert_eq "entries of 100" "$(stat_of 0 entries)" 100
assert_eq "overrun of 100" "$(stat_of 0 overrun)" 0
[ "$(stat_of 0 bytes)" -ge 1600 ] || fail "100 events in $(stat_of 0 bytes) bytes"
from=$(cut -d. -f1 /proc/uptime)
now=$(stat_of 0 "now ts" | cut -d. -f1)
to=$(cut -d. -f1 /proc/uptime)
if [ "$now" -lt $((from - 1)) ] || [ "$now" -gt $((to + 1)) ]; then
	fail "now ts is $now between $from and $to seconds"
fi
oldest=$(stat_of 0 "oldest event ts" | tr -d ' ')

drain >out || exit 1
first=$(head -n 1 out | sed 's/.*\t *\([0-9.]*\):.*/\1/')
assert_eq "oldest event ts" "$oldest" "$first"
assert_eq "entries after reading" "$(stat_of 0 entries)" 0
assert_eq "read events" "$(stat_of 0 "read events")" 100
check "all read" 100

evloop -c 0 -n 20000 -s 101 "$T/write_event" >/dev/null || fail "evloop failed"
[ "$(stat_of 0 overrun)" -gt 10000 ] || fail "overrun is $(stat_of 0 overrun) of 20000"
check "overrun" 20100
over=$(stat_of 0 overrun)
entries=$(stat_of 0 entries)
drain >out || exit 1
assert_eq "lines read" "$(grep -c selftest out)" "$entries"
assert_eq "lost while read" "$(sed -n 's/.*LOST \([0-9]*\) .*/\1/p' out |
	awk '{ n += $1 } END { print n + 0 }')" "$over"
check "overrun and read" 20100

# Looking at it does not load anything.
off
assert_unloaded "tracing ended and all was read"
cat "$T"/per_cpu/cpu*/stats >/dev/null
assert_unloaded "stats was read"
reset
