#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: events/hypervisor at the top: does not act as if it could trace; the rest works
# shellcheck source=../lib.sh
. /tests/lib.sh
reset
TRACEFS=/sys/kernel/tracing
E=$TRACEFS/events
[ -d $E/hypervisor/selftest ] || fail "the formats are not in $E/hypervisor"

# Whoever switches everything on gets everything that there is.
assert_eq "events/enable" "$(tryio write $E/enable 1)" ok
assert_eq "sched_switch after events/enable" "$(cat $E/sched/sched_switch/enable)" 1
assert_eq "events/enable, off" "$(tryio write $E/enable 0)" ok
assert_eq "sched_switch after that" "$(cat $E/sched/sched_switch/enable)" 0

# One of ours: either it is on, and then so is the hypervisor's, or it says why not.
got=$(tryio write $E/hypervisor/selftest/enable 1)
case $got in
ok)
	assert_eq "the hypervisor's selftest/enable" "$(get events/hypervisor/selftest/enable)" 1
	put events/enable 0
	tryio write $E/hypervisor/selftest/enable 0 >/dev/null
	;;
EOPNOTSUPP | ENODEV) ;;
*) fail "enabling $E/hypervisor/selftest: $got" ;;
esac
echo "selftest at the top: $got"
: >$TRACEFS/trace
reset
