#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: remotes/ as in Linux 7.1: unloads when the last reader has left and all is read
# requires: host file:/sys/kernel/tracing/remotes/hypervisor
T=/sys/kernel/tracing/remotes/hypervisor
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
echo 1 >$T/events/hypervisor/selftest/enable
echo 1 >$T/tracing_on
echo 1 >$T/write_event
echo 0 >$T/tracing_on
assert_loaded "an event is left"
exec 3<$T/trace_pipe
assert_loaded "a reader is there"
exec 4<$T/per_cpu/cpu0/trace_pipe
assert_eq "read" "$(evread $T/trace_pipe | ids)" 1
assert_loaded "it was read, two readers are there"
exec 3<&-
assert_loaded "one of two readers has left"
exec 4<&-
assert_unloaded "the last reader has left"
# A reader alone loads, too.
exec 3<$T/trace_pipe
assert_loaded "a reader came"
echo 1 >$T/tracing_on
exec 3<&-
assert_loaded "it has left, but tracing is on"
echo 0 >$T/tracing_on
assert_unloaded "tracing is off"
reset
