#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: a trigger of the host's enables and disables our events when it is hit, not before
# requires: host
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
TRACEFS=/sys/kernel/tracing
E=$TRACEFS/events
S=events/hypervisor/selftest/enable
# Hit when, and only when, hit says so: by a name nobody else has. One event has no room for both.
ON=$E/sched/sched_process_exec/trigger
OFF=$E/sched/sched_process_exit/trigger
for n in on off; do
	echo '#!/bin/sh' >"hitme-$n"
	chmod +x "hitme-$n"
done

trigger_on() {
	assert_eq "enable_event" "$(tryio write "$ON" \
		'enable_event:hypervisor:selftest if filename ~ "*/hitme-on"')" ok
}

trigger_off() {
	assert_eq "disable_event" "$(tryio write "$OFF" \
		'disable_event:hypervisor:selftest if comm == "hitme-off"')" ok
}

# no_trigger FILE COMMAND
no_trigger() {
	assert_eq "no $2" "$(tryio write "$1" "!$2:hypervisor:selftest")" ok
}

# hit NAME
hit() {
	"./hitme-$1" || fail "hitme-$1 cannot be run"
}

is() {
	[ "$(get $S) $(cat $TRACEFS/$S)" = "$1" ]
}

# state WHAT OURS TOP: waits for that, and sees whether the event is recorded
state() {
	wait_for 10 "$1: $2 here and $3 at the top" is "$2 $3"
	write_event 4
	want=4
	[ "$2" = 1 ] || want=
	assert_ids "$1" "$want"
}

on
trigger_on
state "not hit" 0 '0*'
hit on
state "hit" 1 '1*'
trigger_off
state "still on" 1 '1*'
hit off
state "disabled" 0 '0*'
hit on
state "enabled again" 1 '1*'
put $S 1
hit off
state "disabled at the top, on here" 1 '0*'
put $S 0
state "off here, too" 0 '0*'

# A file that triggers switch is switched by hand, too.
assert_eq "on by hand" "$(tryio write $TRACEFS/$S 1)" ok
assert_file $S 1
assert_eq "off by hand" "$(tryio write $TRACEFS/$S 0)" ok
assert_file $S 0

# Without triggers it stays as they left it.
hit on
state "on, by the trigger" 1 '1*'
no_trigger "$ON" enable_event
no_trigger "$OFF" disable_event
state "on, no trigger" 1 1
assert_eq "off by hand" "$(tryio write $TRACEFS/$S 0)" ok
state "off, no trigger" 0 0
trigger_on
no_trigger "$ON" enable_event
state "a trigger came and went" 0 0
: >$TRACEFS/trace
reset
