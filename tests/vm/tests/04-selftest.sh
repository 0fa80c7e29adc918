#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: write_event makes the hypervisor emit a selftest event, printed as the manual says
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
on

for id in 0 1 42 4294967296 18446744073709551615; do
	write_event $id
	drain >out || exit 1
	assert_eq "lines for write_event $id" "$(wc -l <out)" 1
	tab=$(printf '\t')
	grep -q -E "^\[[0-9]{3}\]$tab +?[0-9]+\.[0-9]{6}: selftest id=$id\$" out ||
		fail "write_event $id: '$(cat out)', not '[CPU]<tab>SECS.USECS: selftest id=$id'"
done

# A newline after the number, as echo writes it; and the number of the CPU it happened on.
last=$(($(grep -c ^processor /proc/cpuinfo) - 1))
for cpu in 0 $last; do
	taskset -c "$cpu" sh -c "echo 7 >$T/write_event" || fail "write_event on CPU $cpu failed"
	drain >out || exit 1
	assert_eq "CPU of an event written on CPU $cpu" "$(cut -d ']' -f 1 out)" \
		"$(printf '[%03d' "$cpu")"
done
reset
