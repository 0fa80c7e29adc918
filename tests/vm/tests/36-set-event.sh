#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: available_events and set_event: the same lines and words as an instance's
# requires: host file:set_event file:available_events
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
for d in "$T"/events/hypervisor/*/; do
	echo "hypervisor:$(basename "$d")"
done | sort >all
sort "$T/available_events" >got
diff all got >differ || fail "available_events: $(tail -n 1 differ)"
assert_file set_event ""

# expect WHAT WORDS: these are on, in set_event and in each event's enable
expect() {
	echo "$2" | tr ' ' '\n' | grep . | sort >want
	sort "$T/set_event" >got
	diff want got >differ || fail "$1: set_event: $(tail -n 1 differ)"
	while IFS=: read -r sys name; do
		case " $2 " in
		*" $sys:$name "*) expected=1 ;;
		*) expected=0 ;;
		esac
		assert_file "events/$sys/$name/enable" $expected
	done <all
}

put set_event hypervisor:selftest
expect "one" "hypervisor:selftest"
put set_event hyp_enter
expect "one more, by its name alone" "hypervisor:selftest hypervisor:hyp_enter"
put set_event '!hypervisor:selftest'
expect "one less" "hypervisor:hyp_enter"
put set_event 'hypervisor:*'
expect "all of a system" "$(tr '\n' ' ' <all)"
put set_event '!hypervisor:*'
expect "none of a system" ""
put set_event '*:*'
expect "all of all" "$(tr '\n' ' ' <all)"
# As the shell does it: opening with O_TRUNC is "none", then these.
echo hypervisor:hyp_exit >"$T/set_event" || fail "echo > set_event failed"
expect "> set_event" "hypervisor:hyp_exit"
echo hypervisor:hyp_enter >>"$T/set_event" || fail "echo >> set_event failed"
expect ">> set_event" "hypervisor:hyp_enter hypervisor:hyp_exit"
printf 'hypervisor:selftest\n!hypervisor:hyp_exit\n' >>"$T/set_event" || fail "two lines"
expect "two lines at once" "hypervisor:hyp_enter hypervisor:selftest"
: >"$T/set_event"
expect "emptied" ""
for word in nosuch hypervisor:nosuch nosuch:selftest; do
	assert_refused set_event $word EINVAL
done
# Both ways lead to the same switch.
selftest_on
expect "by enable" "hypervisor:selftest"
reset
