#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: events/enable and each event's enable read 0, 1 or X, and switch what they say
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
E=events/hypervisor

# all VALUE: every single event says so
all() {
	for f in "$T/$E"/*/enable; do
		assert_eq "$f" "$(cat "$f")" "$1"
	done
}

assert_file events/enable 0
assert_file $E/enable 0
all 0

put events/enable 1
assert_file events/enable 1
assert_file $E/enable 1
all 1
put $E/selftest/enable 0
assert_file $E/selftest/enable 0
assert_file $E/hyp_enter/enable 1
assert_file events/enable X
assert_file $E/enable X
put $E/enable 0
assert_file events/enable 0
all 0
put $E/enable 1
assert_file events/enable 1
all 1
put events/enable 0
put events/enable 0
all 0
put $E/selftest/enable 1
put $E/selftest/enable 1
assert_file $E/selftest/enable 1
assert_file $E/enable X

# Nothing is written of an event that is off, at once and while tracing is on.
on
write_event 1
put $E/selftest/enable 0
write_event 2
put $E/selftest/enable 1
write_event 3
assert_ids "ids with the event on, off, on" "1 3"
put events/enable 0
write_event 4
drain >out || exit 1
assert_eq "what is traced with all events off" "$(cat out)" ""

# What was chosen outlives unloading.
put $E/selftest/enable 1
off
assert_unloaded "tracing ended and all was read"
assert_file $E/selftest/enable 1
on
write_event 5
assert_ids "ids after loading again" 5
reset
