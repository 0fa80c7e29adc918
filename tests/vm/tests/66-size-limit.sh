#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: the largest size that is accepted can be loaded, and who waits for that can be killed
# requires: alone thorough
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset

# The largest size there is: one KB more is refused when it is set, not when it is too late.
low=7
high=$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo)
while [ $((high - low)) -gt 1 ]; do
	mid=$(((low + high) / 2))
	got=$(tryio write "$T/buffer_size_kb" $mid)
	case $got in
	ok) low=$mid ;;
	E2BIG) high=$mid ;;
	*) fail "writing $mid to buffer_size_kb: $got" ;;
	esac
done
put buffer_size_kb $low
assert_refused buffer_size_kb "$high" E2BIG
for kb in 4294967296 18014398509481983 18014398509481984 18446744073709551615; do
	assert_refused buffer_size_kb $kb E2BIG EINVAL
done
assert_file buffer_size_kb "$low (unloaded)"

before=$(mem_settled)
set -- "$T"/per_cpu/cpu*
possible=$#
want=$((low * possible))
echo "$low KB for each of $possible CPUs, $want KB of $before KB that are free"

on
assert_file buffer_size_kb "$low (loaded)"
[ $((before - $(mem_free))) -ge $((want * 9 / 10)) ] || fail "$low KB: less has been taken"
selftest_on
write_event 4711
off
drain >out || exit 1
grep -q 'selftest id=4711' out || fail "what the largest ring recorded is not read"
wait_for 60 "unloads" is_unloaded
assert_mem "$before" 8192 "the largest ring"

# Killed while memory is allocated, and when all of it is and the hypervisor begins to get it:
# tracing does not start, and everything comes back.
taken() { [ $((before - $(mem_free))) -ge "$1" ] || gone "$pid"; }
for percent in 30 97 100; do
	sh -c "echo 1 >$T/tracing_on" &
	pid=$!
	wait_for 60 "$percent percent of the memory are taken" taken $((want * percent / 100))
	kill -9 "$pid" 2>/dev/null
	wait "$pid"
	assert_eq "the shell that was killed at $percent percent" $? 137
	assert_file tracing_on 0
	assert_file buffer_size_kb "$low (unloaded)"
	assert_mem "$before" 8192 "killed at $percent percent"
done

put buffer_size_kb 7
on
off
reset
