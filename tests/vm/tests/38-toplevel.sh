#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: switches of our events at the top and in instances: on while anybody wants it
# requires: host
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
TRACEFS=/sys/kernel/tracing
E=$TRACEFS/events
I=$TRACEFS/instances/other
S=events/hypervisor/selftest/enable
[ -d $E/hypervisor/selftest ] || fail "the formats are not in $E/hypervisor"

# top DIR VALUE: write a switch of the host's
top() {
	assert_eq "$2 to selftest in $1" "$(tryio write "$1/$S" "$2")" ok
}

# state WHAT OURS TOP: what the switches say, and whether the event is recorded
state() {
	assert_eq "$1: $S" "$(get $S)" "$2"
	assert_eq "$1: $S at the top" "$(cat $TRACEFS/$S)" "$3"
	write_event 3
	want=3
	[ "$2" = 1 ] || want=
	assert_ids "$1" "$want"
}

# Whoever switches everything on gets everything that there is.
assert_eq "events/enable" "$(tryio write $E/enable 1)" ok
assert_eq "sched_switch after events/enable" "$(cat $E/sched/sched_switch/enable)" 1
assert_eq "events/enable, off" "$(tryio write $E/enable 0)" ok
assert_eq "sched_switch after that" "$(cat $E/sched/sched_switch/enable)" 0
assert_file events/enable 0

on
top $TRACEFS 1
state "on at the top" 1 1
put $S 0
state "off here, on at the top" 1 1
put $S 1
top $TRACEFS 0
state "on here, off at the top" 1 0
put $S 0
state "off" 0 0
top $TRACEFS 1
put events/enable 0
: >"$T/set_event"
state "all off here, on at the top" 1 1
assert_file set_event hypervisor:selftest

# Each of the host's instances has switches of its own.
mkdir $I || fail "no instance can be made"
top $I 1
top $TRACEFS 0
state "on in an instance" 1 0
put $S 1
rmdir $I || fail "the instance cannot be removed"
state "on here, the instance is gone" 1 0
put $S 0
state "off again" 0 0

# A trigger on one of ours would never be hit.
for what in traceoff stacktrace enable_event:sched:sched_switch hist:keys=id; do
	assert_eq "trigger $what" "$(tryio write $E/hypervisor/selftest/trigger $what)" EOPNOTSUPP
done
state "after refused triggers" 0 0
assert_eq "sched_switch" "$(cat $E/sched/sched_switch/enable)" 0
: >$TRACEFS/trace
reset
