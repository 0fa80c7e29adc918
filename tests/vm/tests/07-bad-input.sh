#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: nonsense written to a file gives an error and changes nothing
# requires: host
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
HUGE=99999999999999999999

# nonsense FILE: what no file takes
nonsense() {
	assert_refused "$1" "" EINVAL
	assert_refused "$1" "
" EINVAL
	assert_refused "$1" -1 EINVAL ERANGE
	assert_refused "$1" abc EINVAL
	assert_refused "$1" $HUGE EINVAL ERANGE
	assert_refused "$1" "1 x" EINVAL
}

switches="tracing_on events/enable events/hypervisor/enable"
for f in "$T"/events/hypervisor/*/enable; do
	switches="$switches ${f#"$T/"}"
done
for f in $switches; do
	for v in 0 1; do
		put "$f" $v
		nonsense "$f"
		assert_file "$f" $v
	done
	put "$f" 0
done

nonsense trace_clock
assert_refused trace_clock mono EINVAL
assert_refused trace_clock bootx EINVAL

nonsense buffer_size_kb
assert_refused buffer_size_kb 0 EINVAL
assert_refused buffer_size_kb 18014398509481984 EINVAL E2BIG
assert_refused buffer_size_kb 18446744073709551615 EINVAL E2BIG
assert_file buffer_size_kb "7 (unloaded)"

# No event comes of a refused write_event.
selftest_on
on
nonsense write_event
drain >out || exit 1
assert_eq "what refused writes to write_event have traced" "$(cat out)" ""
write_event 1
assert_ids "an event after all that" 1
reset
