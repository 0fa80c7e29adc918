#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: 4 MB for each CPU: loads, holds 100,000 events, unloads and gives the memory back
# requires: thorough
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
put buffer_size_kb 4096
assert_file buffer_size_kb "4096 (unloaded)"
cpus=$(grep -c ^processor /proc/cpuinfo)

before=$(mem_free)
on
assert_file buffer_size_kb "4096 (loaded)"
taken=$((before - $(mem_free)))
[ $taken -ge $((cpus * 3500)) ] || fail "loading 4096 KB for $cpus CPUs took only $taken KB"

evloop -c 0 -n 100000 -s 1 "$T/write_event" >written || fail "evloop failed"
drain >out || exit 1
evcheck 0:1:100000 <out >sum 2>&1 || fail "100000 events: $(tail -n 1 sum)"
assert_eq "100000 events" "$(cat sum)" "lines=100000 read=100000 lost=0"

# Far more than fit.
evloop -c 0 -n 400000 -s 1 "$T/write_event" >written || fail "evloop failed"
drain >out || exit 1
evcheck 0:1:400000 <out >sum 2>&1 || fail "400000 events: $(tail -n 1 sum)"
echo "400000 events: $(cat sum)"
[ "$(value lost "$(cat sum)")" -gt 0 ] || fail "4 MB lost nothing of 400000 events"
[ "$(value read "$(cat sum)")" -ge 100000 ] || fail "4 MB held only: $(cat sum)"
rm -f out
off
assert_file buffer_size_kb "4096 (unloaded)"

n=0
while [ $n -lt 20 ]; do
	on
	off
	n=$((n + 1))
done
enough() { [ $((before - $(mem_free))) -le 2048 ]; }
wait_for 10 "4 MB a CPU come back: $before KB were free before" enough
reset
