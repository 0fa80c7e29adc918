#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: where the kernel log cannot keep up it says how many events it lacks; none is twice
# requires: host file:dmesg
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put dmesg 0
N=$((10 * PAGE_EVENTS))

# The log itself would lose lines: it is read as it is written, from before this test began. There
# tabs are escaped.
read -r loglevel _ </proc/sys/kernel/printk
evlog() {
	sed "1,/$MARK/d" log | sed -n 's/.*;hypervisor: //p' | sed 's/\\x09/\t/g'
}
logged_last() {
	! gone "$reader" || fail "dd has lost lines of the log itself: $(cat dd.err)"
	grep -q "id=$1\$" log
}
dd if=/dev/kmsg of=log bs=8192 2>dd.err &
reader=$!
wait_for 10 "dd opens the log" reads "$reader" /dev/kmsg

# All of the ring's events at once, on a console: a serial line takes longer than it takes to write
# them, however much a page has.
dmesg -n 8
selftest_on
put dmesg 1
on
evloop -c 0 -n $N -s 1 "$T/write_event" >/dev/null || fail "evloop failed"
wait_for 40 "the last event comes to the log" logged_last $N
dmesg -n 1

# Then one by one, with whole events enabled: it must not keep itself busy for ever.
put events/enable 1
write_event $((N + 1))
wait_for 20 "an event among others comes to the log" logged_last $((N + 1))
put events/enable 0
size=-1
quiet() {
	now=$(wc -c <log)
	[ "$now" = "$size" ] && return
	size=$now
	usleep 300000
	return 1
}
wait_for 20 "the log comes to rest" quiet
kill $reader
dmesg -n "$loglevel"

evlog | grep -E 'LOST|selftest' | sed "/id=$((N + 1))\$/,\$d" >got
grep -q LOST got || fail "the log kept up with $N events at once: this tests nothing"
evcheck "0:1:$N" <got >sum 2>&1 || fail "$N events in the log: $(tail -n 1 sum)"
# What trace_pipe has of them is its own business: it has the newest, when no other events follow.
selftest_on
write_event $((N + 2))
drain >out || exit 1
assert_eq "the newest in trace_pipe" "$(ids <out | tr ' ' '\n' | tail -n 1)" $((N + 2))
off
put dmesg 0
reset
