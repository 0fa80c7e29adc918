#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace-cmd record -F and -P run their command, which finds its pid in set_event_pid
# requires: program:trace-cmd
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put buffer_size_kb $((32 * PAGE_KB))
# The first event is looked for, however late the recorders are.
put options/overwrite 0
assert_file set_event_pid ""
# On a busy machine trace-cmd may have its recorders stop before they have read for the first time.
cat >script <<END
echo \$\$ >self
cat $T/set_event_pid >seen
evloop -c 0 -n 1 -s 5 $T/write_event >evloop.out
until cat pid.dat.*cpu* | grep -q .; do
	evloop -c 0 -n $PAGE_EVENTS -s 6 $T/write_event >evloop.out
	usleep 20000
done
END
for option in -F "-P 1"; do
	rm -f seen
	# shellcheck disable=SC2086 # an option and its value
	bounded 60 trace-cmd record -o pid.dat -B hypervisor -e hypervisor:selftest $option \
		sh script >log 2>&1 || fail "record $option: $(tail -n 1 log)"
	[ -e seen ] || fail "record $option did not run its command: $(head -n 1 log)"
	[ "$option" = -F ] || echo 1 >self
	assert_eq "set_event_pid, $option" "$(cat seen)" "$(cat self)"
	report pid.dat out
	grep -q 'selftest: *id=5$' out || fail "record $option: no event: $(tail -n 1 out)"
	off
	put events/enable 0
	clear
done
reset
