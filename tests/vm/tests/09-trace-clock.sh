#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace_clock knows the boot clock and no other
# requires: host
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset

assert_file trace_clock "[boot]"
put trace_clock boot
assert_file trace_clock "[boot]"
for clock in local global counter mono x86-tsc "[boot]"; do
	assert_refused trace_clock "$clock" EINVAL
done
