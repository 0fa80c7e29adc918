#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace_pipe_raw mapped, in the manner of trace_mmap.h: the same records as by read
# requires: file:per_cpu/cpu0/trace_pipe_raw cpus:2
# timeout: 120
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
on
rawread -m mmap -c 0 "$T" >/dev/null 2>err || {
	[ $? -ne 77 ] || skip "$(cat err)"
	fail "mmap of an empty ring: $(cat err)"
}
# One page by each in turn, with a part of one at the end; both stories are one.
for n in 1 100 "$PAGE_EVENTS" $((5 * PAGE_EVENTS / 2)); do
	evloop -c 0 -n $n -s 1 "$T/write_event" >/dev/null || fail "evloop failed"
	rawread -m mmap -c 0 "$T" >out 2>err || fail "$n events: $(cat err)"
	evcheck 0:1:$n <out >res 2>&1 || fail "$n events, mapped: $(tail -n 1 res)"
	assert_eq "left after $n events were read in the map" "$(tryio read \
		"$T/per_cpu/cpu0/trace_pipe_raw")" EAGAIN
done
n=$((25 * PAGE_EVENTS))
# A machine that stands still for a while has times that take room of their own, and so may have
# lost a page above.
before=$(stat_of 0 overrun)
evloop -c 0 -n $n -s 1 "$T/write_event" >/dev/null || fail "evloop failed"
rawread -m mmap -s sum -c 0 "$T" >out 2>err || fail "$n events: $(cat err)"
evcheck 0:1:$n <out >res 2>&1 || fail "$n events, mapped: $(tail -n 1 res)"
assert_eq "lost, by the map and by stats" "$(value lost "$(cat sum)")" \
	"$(($(stat_of 0 overrun) - before))"
off
wait_for 10 "unloads" is_unloaded
reset
