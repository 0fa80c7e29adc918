#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: a read of trace_pipe that blocks wakes for an event
# requires: host
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
on

for f in trace_pipe per_cpu/cpu0/trace_pipe; do
	start_reader $f out
	for id in 1 2 3; do
		taskset -c 0 tryio write "$T/write_event" $id >/dev/null
		wait_for 10 "the reader of $f gets event $id" has_line out ": selftest id=$id\$"
		wait_for 10 "the reader of $f sleeps again" sleeps "$reader"
	done
	assert_eq "ids read from $f" "$(ids <out)" "1 2 3"
	end_reader
done

# Reading starts before tracing does: it waits.
off
clear
start_reader trace_pipe out
on
write_event 4
wait_for 10 "the reader gets the first event of a trace that started later" \
	has_line out ": selftest id=4\$"

# Once it has read something, the end of tracing is the end of the file.
off
wait_for 10 "the reader comes to the end after tracing is off" gone "$reader"
wait "$reader" || fail "cat trace_pipe ended with status $?: $(cat out)"
assert_eq "ids read in all" "$(ids <out)" 4
wait_for 10 "unloads" is_unloaded

# Two readers share: every event goes to one of them.
on
cat "$T/trace_pipe" >one &
a=$!
cat "$T/trace_pipe" >two &
b=$!
wait_for 10 "the first of two readers sleeps" sleeps $a
wait_for 10 "the second of two readers sleeps" sleeps $b
n=1
while [ $n -le 20 ]; do
	write_event $n
	n=$((n + 1))
done
both() { [ "$(cat one two | wc -l)" -ge 20 ]; }
wait_for 10 "20 events come to two readers" both
assert_eq "ids of two readers together" \
	"$(cat one two | ids | tr ' ' '\n' | sort -n | tr '\n' ' ')" \
	"$(seq 20 | tr '\n' ' ')"
kill $a $b
wait_for 10 "the first reader dies" gone $a
wait_for 10 "the second reader dies" gone $b
reset
