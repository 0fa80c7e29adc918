#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: the files of a CPU that is offline work or say ENODEV, and never hang
# requires: cpus:2
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
cpu=$(($(grep -c ^processor /proc/cpuinfo) - 1))
F=per_cpu/cpu$cpu

# bounded COMMAND...: fails rather than hangs
bounded() {
	timeout -s KILL $((20 * SLOW)) "$@" || fail "$*: hangs while CPU $cpu is offline"
}

# Offline before anything is loaded.
cpu_set $cpu 0
for word in $(bounded tryio read "$T/$F/trace_pipe") \
	$(bounded tryio poll "$T/$F/trace_pipe" 200); do
	case $word in
	EAGAIN | ENODEV | timeout) ;;
	*) fail "$F/trace_pipe of a CPU that is offline: $word" ;;
	esac
done
case $(bounded tryio sigread "$T/$F/trace_pipe") in
EINTR | ENODEV) ;;
*) fail "a read of $F/trace_pipe that blocks cannot be interrupted" ;;
esac
[ ! -e "$T/$F/trace" ] || case $(bounded tryio trunc "$T/$F/trace") in
ok | ENODEV) ;;
*) fail "$F/trace of a CPU that is offline cannot be cleared" ;;
esac

# Tracing works for the others, and for this one once it is back.
on
taskset -c 0 tryio write "$T/write_event" 1 >/dev/null
assert_ids "ids while CPU $cpu is offline" 1
cpu_set $cpu 1
taskset -c $cpu tryio write "$T/write_event" 2 >/dev/null
assert_ids "ids after CPU $cpu came back" 2

# Its events outlive it, in both pipes.
taskset -c $cpu tryio write "$T/write_event" 3 >/dev/null
cpu_set $cpu 0
assert_ids "ids of CPU $cpu, which went offline" 3
cpu_set $cpu 1
taskset -c $cpu tryio write "$T/write_event" 4 >/dev/null
cpu_set $cpu 0
case $(bounded tryio poll "$T/$F/trace_pipe" 5000) in
in) assert_ids "ids in $F/trace_pipe, which went offline" 4 $F/trace_pipe ;;
ENODEV) assert_ids "ids left to trace_pipe" 4 ;;
*) fail "poll of $F/trace_pipe does not see the event of a CPU that went offline" ;;
esac

# Clearing and unloading do not need it.
selftest_on
taskset -c 0 tryio write "$T/write_event" 5 >/dev/null
clear
drain >out || exit 1
assert_eq "left after clearing while CPU $cpu is offline" "$(cat out)" ""
off
assert_unloaded "CPU $cpu is offline, tracing ended"
on
off
assert_unloaded "loaded and unloaded while CPU $cpu is offline"
cpu_set $cpu 1
reset
