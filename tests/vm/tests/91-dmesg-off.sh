#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: a log that is far behind holds nobody up, and switching it off is the end of it
# requires: host file:dmesg
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
case $(uname -v) in
*PREEMPT_RT*) skip "the console is a thread's, and does not make the log slow" ;;
esac
reset
put dmesg 0
put buffer_size_kb 2048
N=60000

# The console makes it slow: it takes much longer for a line than the ring for an event.
read -r loglevel _ </proc/sys/kernel/printk

# The newest event in the log
logged_last() {
	dmesg | sed -n 's/.* hypervisor: .*: selftest id=\([0-9]*\)$/\1/p' | tail -n 1
}
# behind WHAT: the log has begun, and not come to the end
behind() {
	last=$(logged_last)
	echo "$1: $last of $N events are in the log"
	[ "${last:-0}" -lt $N ] || fail "$1: all $N events are in the log: somebody waited for it"
}

selftest_on
put dmesg 1
on
dmesg -n 8
evloop -c 0 -n $N -s 1 "$T/write_event" >/dev/null || fail "evloop failed"
behind "written"

# Neither an event's switch nor the remote's own waits, wherever it is.
put events/hypervisor/hyp_enter/enable 1
put events/hypervisor/hyp_enter/enable 0
echo 1 >/sys/kernel/tracing/events/hypervisor/hyp_enter/enable || fail "the host's switch fails"
echo 0 >/sys/kernel/tracing/events/hypervisor/hyp_enter/enable || fail "the host's switch fails"
off
behind "tracing is off"
put dmesg 0
behind "dmesg is off"
end=$last
dmesg -n "$loglevel"
clear
assert_unloaded "all has been forgotten and dmesg is off"
usleep 200000
assert_eq "the newest event in the log after dmesg was switched off" "$(logged_last)" "$end"
put buffer_size_kb 7
reset
