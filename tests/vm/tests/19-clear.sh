#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: opening trace with O_TRUNC, or writing anything to it, forgets what was traced
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
on

# gone_after HOW: nothing old is read, something new is
gone_after() {
	drain >out || exit 1
	assert_eq "read after $1" "$(cat out)" ""
	write_event 9
	assert_ids "ids written after $1" 9
	assert_file tracing_on 1
}

# Twice what two pages have room for, and some
many=$((4 * PAGE_EVENTS + 1000))
# A few events, or more than fit.
for n in 3 $many; do
	fill() { evloop -n "$n" -s 100 "$T/write_event" >written || fail "evloop failed"; }
	fill
	: >"$T/trace"
	gone_after "> trace with $n events"
	fill
	assert_eq "open with O_TRUNC" "$(tryio trunc "$T/trace")" ok
	gone_after "O_TRUNC with $n events"
	for text in 0 1 anything; do
		fill
		put trace $text
		gone_after "writing '$text' to trace with $n events"
	done
	fill
	echo 0 >"$T/trace" || fail "echo 0 > trace failed"
	gone_after "echo 0 > trace with $n events"
done

# Clearing what is empty, and what is not loaded, is fine.
clear
clear
off
assert_unloaded "tracing ended and all was read"
clear
put trace 0
assert_unloaded "trace was cleared"

# What was dropped for want of room is forgotten with the rest, and what is dropped later is told.
# There are readers of each kind meanwhile: one that has read some, one of pages, one that looks.
put options/overwrite 0
on
exec 3<"$T/trace_pipe" 4<"$T/per_cpu/cpu0/trace_pipe_raw" 5<"$T/trace"
for how in trunc write; do
	evloop -c 0 -n $many -s 1 "$T/write_event" >/dev/null || fail "evloop failed"
	[ "$(stat_of 0 "dropped events")" -gt 1000 ] || fail "there is room for $many events"
	dd bs=200 count=1 <&3 >/dev/null 2>&1
	case $how in
	trunc) : >"$T/trace" ;;
	*) put per_cpu/cpu0/trace 0 ;;
	esac
	for stat in entries overrun "dropped events" "read events"; do
		assert_eq "$stat after a clear by $how" "$(stat_of 0 "$stat")" 0
	done
	evloop -c 0 -n $many -s 100001 "$T/write_event" >/dev/null || fail "evloop failed"
	kept=$(stat_of 0 entries)
	dropped=$(stat_of 0 "dropped events")
	assert_eq "written after a clear by $how" $((kept + dropped)) $many
	grep -v '^#' "$T/trace" >looked
	assert_eq "trace after a clear by $how" "$(grep -c . looked)" "$kept"
	drain >out || exit 1
	sed -n '/selftest id=100001$/,$p;/LOST/p' out >later
	assert_eq "lines after a clear by $how" "$(grep -c . later)" "$kept"
	taskset -c 0 tryio write "$T/write_event" 200000 >/dev/null
	drain >out || exit 1
	assert_eq "lost after a clear by $how" \
		"$(sed -n 's/.*LOST \([0-9]*\) .*/\1/p' out)" "$dropped"
	clear
done
exec 3<&- 4<&- 5<&-
off
clear
put options/overwrite 1

# A reader that waits is not disturbed, and sees what comes after.
on
start_reader trace_pipe out
clear
write_event 10
wait_for 10 "a reader sees an event after a clear" has_line out ": selftest id=10\$"
end_reader
assert_eq "what it saw" "$(ids <out)" 10
reset
