#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: tracing_on starts and stops, and doing it twice is fine
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset

assert_file tracing_on 0
for v in 0 0 1 1 0 0 1 0; do
	put tracing_on $v
	assert_file tracing_on $v
done

# It does what it says: only what happens while it is on is traced.
selftest_on
write_event 1
on
write_event 2
on
write_event 3
off
write_event 4
off
write_event 5
assert_ids "ids after on, off" "2 3"

# Stopping and starting again keeps what was not read.
on
write_event 6
off
on
write_event 7
assert_ids "ids after off and on again" "6 7"
reset
