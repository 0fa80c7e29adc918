#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: remotes/ as in Linux 7.1: CPU:n [LOST n EVENTS], exactly
# requires: host file:/sys/kernel/tracing/remotes/hypervisor
T=/sys/kernel/tracing/remotes/hypervisor
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
cpu=0
echo 1 >$T/events/hypervisor/selftest/enable
echo 1 >$T/tracing_on
n=$((10 * PAGE_EVENTS))
evloop -c $cpu -n $n -s 1 $T/write_event >/dev/null
timeout $((2 * SLOW)) cat $T/trace_pipe >out
first=$(sed -n 's/.*selftest id=\([0-9]*\)$/\1/p' out | head -n 1)
assert_eq "LOST line" "$(head -n 1 out)" "CPU:$cpu [LOST $((first - 1)) EVENTS]"
assert_eq "LOST lines" "$(grep -c LOST out)" 1
assert_eq "events read" "$(grep -c selftest out)" $((n - first + 1))
reset
