#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: CPUs come and go while others trace and read: no loss beyond what is counted
# requires: alone cpus:4
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on

# cycle ROUNDS: CPUs 1 to 3, one after the other, then all together
cycle() {
	r=0
	while [ $r -lt "$1" ]; do
		for c in 1 2 3; do
			cpu_set $c 0
			cpu_set $c 1
		done
		for c in 1 2 3; do
			cpu_set $c 0
		done
		for c in 3 1 2; do
			cpu_set $c 1
		done
		r=$((r + 1))
	done
}

# A writer whose CPU goes is moved to another by the kernel, so its ids may come from any.
check() {
	evcheck "$(range_of 0 any)" "$(range_of 1 any)" "$(range_of 2 any)" "$(range_of 3 any)" \
		<out >sum 2>&1 || fail "$1: $(tail -n 1 sum)"
	echo "$1: $(cat sum)"
}

# While tracing: nobody reads until the end.
on
start_writers "0 1 2 3"
cycle 3
end_writers
drain >out || exit 1
check "tracing"

# While reading.
rm -f read-done
evread -d read-done -t $((120 * SLOW)) "$T/trace_pipe" >out &
reader=$!
start_writers "0 1 2 3"
cycle 3
end_writers
touch read-done
wait $reader || fail "the reader failed"
check "reading"

# While loading and unloading: a CPU that was away takes part when it is back.
off
clear
for c in 1 2 3; do
	cpu_set $c 0
	on
	cpu_set $c 1
	taskset -c $c tryio write "$T/write_event" $c >/dev/null
	assert_ids "ids of CPU $c, offline while tracing started" $c
	cpu_set $c 0
	off
	assert_unloaded "tracing ended while CPU $c was offline"
	cpu_set $c 1
	on
	taskset -c $c tryio write "$T/write_event" $c >/dev/null
	assert_ids "ids of CPU $c, offline while tracing ended" $c
	off
done
reset
