#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: buffer_percent: 0 to 100, and whatever it says, one event alone is not left lying
# requires: file:buffer_percent file:per_cpu/cpu0/trace_pipe_raw
# shellcheck source=../lib.sh
. /tests/lib.sh
reset
selftest_on
for value in 101 -1 x ""; do
	assert_refused buffer_percent "$value" EINVAL
done
RAW=$T/per_cpu/cpu0/trace_pipe_raw
put buffer_size_kb 256

on
for percent in 0 50 100; do
	put buffer_percent $percent
	assert_file buffer_percent $percent
	for n in 1 300 20000; do
		dd if="$RAW" of=page bs=4096 count=1 2>/dev/null &
		reader=$!
		wait_for 10 "dd opens the file" reads $reader "$RAW"
		wait_for 10 "dd sleeps" sleeps $reader
		evloop -c 0 -n $n -s 1 "$T/write_event" >/dev/null || fail "evloop failed"
		wait_for 2 "$percent %: a reader is woken by $n events" gone $reader
		wait $reader
		assert_eq "$percent %, $n events: bytes read" "$(wc -c <page | tr -d ' ')" 4096
		clear
	done
done
off
reset
