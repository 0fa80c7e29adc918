#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: a CPU's trace clears that CPU alone
# requires: cpus:2 file:per_cpu/cpu0/trace
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
on

for how in trunc write; do
	taskset -c 0 tryio write "$T/write_event" 1 >/dev/null
	taskset -c 1 tryio write "$T/write_event" 2 >/dev/null
	case $how in
	trunc) got=$(tryio trunc "$T/per_cpu/cpu0/trace") ;;
	*) got=$(tryio write "$T/per_cpu/cpu0/trace" 0) ;;
	esac
	assert_eq "clearing CPU 0 by $how" "$got" ok
	assert_ids "ids after clearing CPU 0 by $how" 2
done
reset
