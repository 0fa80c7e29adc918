#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: buffer_percent: who waits for much is woken when there is, and not before
# requires: host thorough file:buffer_percent file:per_cpu/cpu0/trace_pipe_raw
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
for value in 101 -1 x ""; do
	assert_refused buffer_percent "$value" EINVAL
done
RAW=$T/per_cpu/cpu0/trace_pipe_raw
put buffer_size_kb 256

on
# A read is content with any event, whatever the percentage; splice waits for that.
for percent in 0 50 100; do
	put buffer_percent $percent
	assert_file buffer_percent $percent
	for n in 1 300 20000; do
		fileops "$T" raw read=$((PAGE_KB * 1024)) >answer &
		reader=$!
		wait_for 10 "a reader opens the file" reads $reader "$RAW"
		wait_for 10 "the reader sleeps" sleeps $reader
		evloop -c 0 -n $n -s 1 "$T/write_event" >/dev/null || fail "evloop failed"
		wait_for 2 "$percent %: a reader is woken by $n events" gone $reader
		wait $reader
		assert_eq "$percent %, $n events: pages read" "$(cat answer)" \
			"read=$((PAGE_KB * 1024)):1 "
		clear
	done
done
off
clear

# From here on, a ring of 17 pages, and events that fill it in 70 ms if they have 4 KB.
put buffer_size_kb $((16 * PAGE_KB))
on

# stream LEAST MOST ARGUMENTS: how many pages there are when somebody's wait ends
stream() {
	least=$1 most=$2
	shift 2
	sum=$(evstream -l 100 -r 50 -c 0 "$@" "$T" 2>&1) || fail "$*: $(echo "$sum" | tail -n 1)"
	fill=$(value fill "$sum")
	echo "from $(get buffer_percent) %, $*: $sum"
	clear
	[ "$(value waits "$sum")" -gt 0 ] || return 1
	[ "$fill" -le "$most" ] && [ "$fill" -ge "$least" ]
}

# try LEAST MOST PERCENT ARGUMENTS: from PERCENT on; one of three times must do, other guests may
# take the machine's time
try() {
	least=$1 most=$2 percent=$3
	shift 3
	for _ in 1 2 3; do
		put buffer_percent "$percent"
		! stream "$least" "$most" "$@" || return 0
	done
	fail "$percent %, $*: $least to $most pages were to be there: $sum"
}

for how in splice mmap; do
	try 8 14 50 -m $how
	try 15 18 100 -m $how

	# While somebody waits.
	try 15 18 0 -m $how -q 100
	try 8 14 100 -m $how -q 50
done
# With 0 splice does not wait where there is anything, though it be on the page being written.
try 1 5 0 -m mmap
try 1 5 100 -m mmap -q 0

# Who reads, and does not ask for much, gets the next there is.
try 1 1 100 -m read
off
reset
