#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: an empty trace_pipe_raw and O_NONBLOCK, poll, signals; blocking reads end
# requires: host file:per_cpu/cpu0/trace_pipe_raw
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
RAW=$T/per_cpu/cpu0/trace_pipe_raw

# Not tracing, then tracing and nothing there.
for state in off on; do
	$state
	assert_eq "$state: read" "$(tryio read "$RAW")" EAGAIN
	for how in poll select epoll; do
		assert_eq "$state: $how" "$(bounded 10 tryio $how "$RAW" 200)" timeout
	done
	assert_eq "$state: a signal" "$(bounded 10 tryio sigread "$RAW")" EINTR
done

taskset -c 0 tryio write "$T/write_event" 1 >/dev/null
for how in poll select epoll; do
	assert_eq "$how, with an event that is not much" "$(tryio $how "$RAW" 200)" timeout
done
put buffer_percent 0
for how in poll select epoll; do
	assert_eq "$how, with an event" "$(tryio $how "$RAW" 5000)" in
done
assert_eq "read, with an event" "$(tryio read "$RAW")" data
assert_eq "read again" "$(tryio read "$RAW")" EAGAIN

# A read that blocks comes back with the page, whole, when there is an event.
fileops "$T" raw read=$((PAGE_KB * 1024)) >answer &
reader=$!
wait_for 10 "a reader opens the file" reads $reader "$RAW"
wait_for 10 "the reader sleeps" sleeps $reader
taskset -c 0 tryio write "$T/write_event" 2 >/dev/null
wait_for 10 "the reader has its page" gone $reader
assert_eq "what it got" "$(cat answer)" "read=$((PAGE_KB * 1024)):1 "

# And one that is killed is not stuck.
fileops "$T" raw read=$((PAGE_KB * 1024)) >answer &
reader=$!
wait_for 10 "a reader opens the file" reads $reader "$RAW"
wait_for 10 "the reader sleeps" sleeps $reader
end_reader
off
wait_for 10 "unloads" is_unloaded
reset
