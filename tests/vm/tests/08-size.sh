#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: buffer_size_kb sets the size of a ring, but only while nothing is loaded
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset

for kb in 1 7 64 1000; do
	put buffer_size_kb $kb
	assert_file buffer_size_kb "$kb (unloaded)"
	on
	assert_file buffer_size_kb "$kb (loaded)"
	off
	assert_file buffer_size_kb "$kb (unloaded)"
done

# While loaded, by tracing, by a reader or by events left over: EBUSY.
put buffer_size_kb 16
selftest_on
on
assert_refused buffer_size_kb 8 EBUSY
write_event 1
off
assert_refused buffer_size_kb 8 EBUSY
# What is wrong in itself is not worth trying again.
assert_refused buffer_size_kb 0 EINVAL
clear
start_reader trace_pipe out
assert_refused buffer_size_kb 8 EBUSY
end_reader
wait_for 10 "unloads when the reader goes" is_unloaded
put buffer_size_kb 8
assert_file buffer_size_kb "8 (unloaded)"

# More than the machine has is refused, and the machine is none the worse for it.
total=$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo)
assert_refused buffer_size_kb "$total" E2BIG EINVAL ENOMEM
assert_file buffer_size_kb "8 (unloaded)"

# A bigger ring holds more: what five pages have does not fit two, and one to go on with, but 16.
n=$((5 * PAGE_EVENTS))
for pages in 2 16; do
	put buffer_size_kb $((pages * PAGE_KB))
	on
	evloop -c 0 -n $n -s 1 "$T/write_event" >written || fail "evloop failed"
	off
	drain >out || exit 1
	evcheck 0:1:$n <out >sum 2>&1 || fail "$pages pages: $(tail -n 1 sum)"
	lost=$(value lost "$(cat sum)")
	case $pages in
	2) [ "$lost" -gt 0 ] || fail "2 pages lost nothing of $n events" ;;
	*) assert_eq "lost from $pages pages" "$lost" 0 ;;
	esac
done
reset
