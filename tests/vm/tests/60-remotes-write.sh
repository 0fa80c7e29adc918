#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: remotes/ as in Linux 7.1: selftest id=N by write_event, into trace_pipe
# requires: host file:/sys/kernel/tracing/remotes/hypervisor
T=/sys/kernel/tracing/remotes/hypervisor
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
echo 1 >$T/events/hypervisor/selftest/enable
echo 1 >$T/tracing_on
for id in $(seq 1 8); do
	echo "$id" >$T/write_event || fail "write_event $id failed"
done
timeout $((2 * SLOW)) cat $T/trace_pipe >out
n=0
while read -r line; do
	n=$((n + 1))
	case $line in
	\[0*:" selftest id=$n") ;;
	*) fail "line $n is '$line'" ;;
	esac
done <out
assert_eq "lines" $n 8
echo 0 >$T/tracing_on
reset
