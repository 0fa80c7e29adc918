#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: readers killed in the middle leave nothing behind and disturb nobody
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on

# Waiting for events that never come.
for _ in 1 2 3 4 5; do
	start_reader trace_pipe out
	assert_loaded "a reader waits"
	kill -KILL "$reader"
	wait_for 10 "SIGKILL ends a waiting reader" gone "$reader"
	wait_for 10 "unloads when a waiting reader is killed" is_unloaded
done

# Busy with events that never stop.
last=$(($(grep -c ^processor /proc/cpuinfo) - 1))
on
evloop -c $last -d finished -n 0 -s 1 "$T/write_event" >written &
writer=$!
some() { [ -s out ]; }
for f in trace_pipe per_cpu/cpu$last/trace_pipe; do
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		: >out
		cat "$T/$f" >out &
		reader=$!
		wait_for 10 "a reader of $f gets something" some
		kill -KILL $reader
		wait_for 10 "SIGKILL ends a busy reader of $f" gone $reader
		wait $reader 2>/dev/null
	done
done
touch finished
wait $writer || fail "the writer failed: the last reader's death disturbed it"
assert_loaded "tracing is on"

# What is left is in order: readers took some, one of them perhaps a part of a line with it.
drain >out || exit 1
evcheck -k "$last:1:$(cat written)" <out >sum 2>&1 && keep=1
[ -n "$keep" ] || grep -q "said to be lost" sum || fail "after the kills: $(tail -n 1 sum)"
last_id=$(ids <out | sed 's/.* //')
[ -z "$last_id" ] || assert_eq "the last id" "$last_id" "$(cat written)"

write_event 1
assert_ids "an event after all that" 1
off
assert_unloaded "tracing ended and all was read"
reset
