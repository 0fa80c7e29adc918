#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: an event's time is CLOCK_BOOTTIME's, on every CPU, and stays so
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
on

check() {
	for cpu in $(seq 0 $(($(grep -c ^processor /proc/cpuinfo) - 1))); do
		out=$(taskset -c "$cpu" evtime -n 50 "$T" 2>&1) || fail "CPU $cpu, $1: $out"
		echo "CPU $cpu, $1: $out"
	done
}

# There is nothing to wait for but the time itself, in which a clock drifts.
check "at once"
sleep 3
check "after 3 seconds"
# Loaded again, it starts from what the host says now.
off
on
check "loaded again"
sleep 1
check "a second later"
off

# A trace that went on for a while is no older when it is read later.
on
write_event 1
sleep 1
drain >out || exit 1
now=$(cut -d . -f 1 /proc/uptime)
t=$(sed 's/.*\t *\([0-9]*\)\..*/\1/' out)
if [ $((now - t)) -lt 1 ] || [ $((now - t)) -gt $((5 * SLOW)) ]; then
	fail "an event read a second later has the time $t at $now seconds of uptime"
fi
reset
