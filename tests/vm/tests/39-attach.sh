#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: perf and BPF are refused the hypervisor's events, and whoever else uses them goes on
# requires: host thorough
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
TRACEFS=/sys/kernel/tracing
E=$TRACEFS/events

# attempts SYSTEM EVENT: what comes of each way to hang on to it
attempts() {
	id=$(cat "$E/$1/$2/id")
	for how in "perf $id" "bpf $id" "raw $2"; do
		# shellcheck disable=SC2086 # two words
		attach $how 2>&1
	done | tr '\n' ' '
}

# refused WHEN: all of them, by each of ours, and nothing is switched by it
refused() {
	before=$(cat "$E/hypervisor/enable" "$T/events/enable")
	for event in "$E"/hypervisor/*/; do
		event=$(basename "$event")
		assert_eq "$event, $1" "$(attempts hypervisor "$event")" \
			"EOPNOTSUPP EOPNOTSUPP EOPNOTSUPP "
	done
	assert_eq "what is on after refusing, $1" \
		"$(cat "$E/hypervisor/enable" "$T/events/enable")" "$before"
}

# This kernel has all that is needed to hang on to an event, if it is one of the host's.
assert_eq "sched_switch" "$(attempts sched sched_switch)" "ok ok ok "
refused "all off"

# While others have them switched on, here and there.
assert_eq "events/enable" "$(tryio write $E/enable 1)" ok
refused "all on"
assert_eq "sched_switch, all on" "$(attempts sched sched_switch)" "ok ok ok "
assert_eq "events/enable, off" "$(tryio write $E/enable 0)" ok
assert_file events/enable 0

# An instance of the host is one more user: the last to go switches off.
I=$TRACEFS/instances/other
mkdir $I || fail "no instance can be made"
S=events/hypervisor/selftest/enable
for dir in $TRACEFS $I; do
	assert_eq "selftest in $dir" "$(tryio write "$dir/$S" 1)" ok
	assert_file $S 1
done
refused "in two instances"
assert_eq "selftest off at the top" "$(tryio write $TRACEFS/$S 0)" ok
assert_file $S 1
rmdir $I || fail "the instance cannot be removed"
assert_file $S 0

# The events themselves still go where they belong.
assert_eq "selftest at the top" "$(tryio write $TRACEFS/$S 1)" ok
on
write_event 5
assert_ids "ids after all that" 5
assert_eq "selftest at the top, off" "$(tryio write $TRACEFS/$S 0)" ok
: >$TRACEFS/trace
reset
