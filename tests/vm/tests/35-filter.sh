#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: filter: what matches is recorded, what does not is neither there nor lost
# requires: file:events/hypervisor/selftest/filter file:events/hypervisor/filter
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
E=events/hypervisor

# of FILTER: it is set, and these are the ids from 1 to 20 that match
of() {
	put $E/selftest/filter "$1"
	assert_file $E/selftest/filter "$1"
	i=1
	while [ $i -le 20 ]; do
		write_event $i
		i=$((i + 1))
	done
	assert_ids "of 1 to 20 where $1" "$2"
}

all=$(seq -s ' ' 1 20)
put $E/filter 0
for f in "$T/$E"/*/filter; do
	assert_eq "$f" "$(cat "$f")" none
done

selftest_on
on
of "id == 7" 7
of "id != 7" "1 2 3 4 5 6 8 9 10 11 12 13 14 15 16 17 18 19 20"
of "id < 4 || id >= 0x12" "1 2 3 18 19 20"
of "id & 16 && !(id == 17 || id > 18)" "16 18"
of "id > 4 && id <= 6 || id == 9 || !(id < 20)" "5 6 9 20"
of "common_type == $(get $E/selftest/id) && id == 3" 3
of "common_type != $(get $E/selftest/id)" ""
of "$(seq 1 15 | sed 's/.*/id==&||/' | tr -d '\n')id==20" \
	"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 20"
of "id > 18446744073709551610" ""
write_event 0xffffffffffffffff
assert_ids "the largest number" 18446744073709551615

# What does not match does not count: all that was written is read
of "id == 1" 1
put $E/selftest/filter 0
assert_file $E/selftest/filter none
of "id <= 20" "$all"
for what in overrun "dropped events" entries; do
	for c in $(cpus); do
		assert_eq "$what of CPU $c" "$(stat_of "$c" "$what")" 0
	done
done

# A mistake is no filter, and says what it is
got=$(tryio write "$T/$E/selftest/filter" "id == 5 || nosuch == 3")
assert_eq "a filter of a field that is not there" "$got" EINVAL
assert_eq "selftest/filter after a mistake" "$(get $E/selftest/filter)" "id == 5 || nosuch == 3
                  ^
parse_error: Field not found"
write_event 3
assert_ids "after a mistake" 3
put $E/selftest/filter 0

# The CPU, and the thread
for c in $(cpus); do
	put $E/selftest/filter "CPU == $c"
	for cpu in $(cpus); do
		evloop -c "$cpu" -n 3 -s $((cpu * 10 + 1)) "$T/write_event" >/dev/null ||
			fail "evloop failed"
	done
	assert_ids "CPU == $c" "$((c * 10 + 1)) $((c * 10 + 2)) $((c * 10 + 3))"
done

# One event's is no other's, and pairs need not be: who filters one of two has asked for it
put $E/selftest/filter 0
put $E/hyp_enter/filter "reason == host_abort"
put $E/hyp_enter/enable 1
put $E/hyp_exit/enable 1
write_event 1
off
drain >drained || exit 1
! grep 'hyp_enter reason=hvc' drained || fail "hyp_enter is not filtered"
grep -q 'hyp_exit reason=eret_host' drained || fail "hyp_exit is gone, too"
assert_eq "what has no filter" "$(ids <drained)" 1
put $E/hyp_enter/filter "reason == hvc"
on
clear
write_event 2
off
drain >drained || exit 1
grep -q 'hyp_enter reason=hvc' drained || fail "a name of a reason does not match"
for name in nosuch hv hvcs HVC; do
	got=$(tryio write "$T/$E/hyp_enter/filter" "reason == $name")
	assert_eq "reason == $name" "$got" EINVAL
done

# A filter of all is one of those that have the field
put $E/filter "reason == psci"
assert_file $E/hyp_exit/filter "reason == psci"
case $(get $E/selftest/filter) in
"reason == psci"*"parse_error: Couldn't find or set field"*) ;;
*) fail "selftest/filter after one for all: $(get $E/selftest/filter)" ;;
esac
put $E/filter 0
for f in "$T/$E"/*/filter; do
	assert_eq "$f" "$(cat "$f")" none
done

# By who has entered, if the kernel tells
put events/enable 0
selftest_on
on
clear
need_pids
evloop -c 0 -n 5 -s 1 "$T/write_event" >/dev/null &
put $E/selftest/filter "common_pid == $$"
wait $!
clear
evloop -c 0 -n 5 -s 11 "$T/write_event" >/dev/null || fail evloop
echo 4 >"$T/write_event"
assert_ids "common_pid of this shell" 4
put $E/selftest/filter 0
reset
