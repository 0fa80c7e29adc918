#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: opening trace with O_TRUNC, or writing anything to it, forgets what was traced
# shellcheck source=../lib.sh
. /tests/lib.sh
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

# A few events, or more than fit.
for n in 3 10000; do
	fill() { evloop -n $n -s 100 "$T/write_event" >written || fail "evloop failed"; }
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

# A reader that waits is not disturbed, and sees what comes after.
on
start_reader trace_pipe out
clear
write_event 10
wait_for 10 "a reader sees an event after a clear" has_line out ": selftest id=10\$"
end_reader
assert_eq "what it saw" "$(ids <out)" 10
reset
