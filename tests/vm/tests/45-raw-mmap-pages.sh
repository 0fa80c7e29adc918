#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace_pipe_raw mapped, several pages at a call: the same events, whose they stay and for how long, errors, waiting
# requires: file:per_cpu/cpu0/trace_pipe_raw cpus:2
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset

# start KB OVERWRITE: tracing on
start() {
	put buffer_size_kb "$1"
	put options/overwrite "$2"
	on
	# Before it is switched on, lest switching be an event
	selftest_on
}

# stop: nothing is left, and nothing loaded
stop() {
	off
	put events/hypervisor/selftest/enable 0
	wait_for 10 "unloads" is_unloaded
}

# write_ids N: events 1 to N on CPU 0
write_ids() {
	evloop -c 0 -n "$1" -s 1 "$T/write_event" >/dev/null || fail "evloop failed"
}

# The same events as trace shows, with their times; and as many at a time as the reader holds
start $((64 * PAGE_KB)) 1
for how in "pages -k 1" "pages -k 3" "pages -k 40" "mixed -k 40"; do
	for n in 1 100 "$PAGE_EVENTS" $((41 * PAGE_EVENTS / 2)); do
		write_ids $n
		grep -v '^#' "$T/per_cpu/cpu0/trace" >before
		# shellcheck disable=SC2086 # a word or three
		rawread -m $how -s sum -c 0 "$T" >out 2>err || fail "$n events, $how: $(cat err)"
		cmp before out >differ || fail "$n events, $how: $(cat differ)"
		evcheck 0:1:$n <out >res 2>&1 || fail "$n events, $how: $(tail -n 1 res)"
		assert_eq "left after $n events, $how" "$(tryio read \
			"$T/per_cpu/cpu0/trace_pipe_raw")" EAGAIN
	done
	most=$(value most "$(cat sum)")
	case $how in
	*" 1") assert_eq "pages at a time" "$most" 1 ;;
	*" 3") assert_eq "pages at a time" "$most" 3 ;;
	*) assert_eq "pages at a time" "$most" 17 ;;
	esac
done
stop

# Rings that are too small for their events, the default among them; and those that keep the oldest
for kb in 7 $((8 * PAGE_KB)) $((64 * PAGE_KB)); do
	for overwrite in 1 0; do
		what="$kb KB, overwrite=$overwrite"
		start $kb $overwrite
		n=$(((kb / PAGE_KB + 30) * PAGE_EVENTS))
		write_ids $n
		lost=$(($(stat_of 0 overrun) + $(stat_of 0 "dropped events")))
		[ $lost -gt 0 ] || fail "$what: nothing is lost"
		rawread -m pages -s sum -c 0 "$T" >out 2>err || fail "$what: $(cat err)"
		# What was refused at the end is told with the next event.
		evloop -c 0 -n 1 -s $((n + 1)) "$T/write_event" >/dev/null || fail "evloop failed"
		rawread -m pages -s more -c 0 "$T" >>out 2>err || fail "$what: $(cat err)"
		evcheck 0:1:$((n + 1)) <out >res 2>&1 || fail "$what: $(tail -n 1 res)"
		told=$(($(value lost "$(cat sum)") + $(value lost "$(cat more)")))
		assert_eq "$what: lost, by the map and by stats" $told $lost
		assert_eq "$what: events, read and lost" \
			$(($(value events "$(cat sum)") + told)) $n
		stop
	done
done
put options/overwrite 1

# Where splice has left the reader nothing is unread, though that page once had more than the last
start $((64 * PAGE_KB)) 1
write_ids $((40 * PAGE_EVENTS))
rawread -m splice -c 0 "$T" >out 2>err || fail "splice: $(cat err)"
n=$((PAGE_EVENTS / 2))
write_ids $n
# So much later that the next has its time in a record of its own, and the page ends before its end
usleep 200000
evloop -c 0 -n $((2 * n)) -s $((n + 1)) "$T/write_event" >/dev/null || fail "evloop failed"
rawread -m splice -n 1 -c 0 "$T" >out 2>err || fail "splice: $(cat err)"
rawread -m mmap -c 0 "$T" >>out 2>err || fail "mapped after a splice: $(cat err)"
evcheck 0:1:$((3 * n)) <out >res 2>&1 || fail "mapped after a splice: $(tail -n 1 res)"
stop

# While somebody writes, and each way in its turn: what was got stays as it is meanwhile
start $((64 * PAGE_KB)) 1
for how in pages mixed; do
	rm -f written
	n=$((200 * PAGE_EVENTS))
	{
		evloop -c 0 -n $n -s 1 "$T/write_event" >/dev/null
		: >written
	} &
	rawread -m $how -d written -t $((120 * SLOW)) -s sum -c 0 "$T" >out 2>err ||
		fail "while written, $how: $(cat err)"
	wait
	evcheck -u 0:1:$n <out >res 2>&1 || fail "while written, $how: $(tail -n 1 res)"
	echo "while written, $how: $(cat sum)"
done

# Promises one by one
rawpages -c 0 "$T" 2>err || fail "$(cat err)"

# It waits as TRACE_MMAP_IOCTL_GET_READER does, and only a remote's file has it
stop
put buffer_size_kb $((64 * PAGE_KB))
selftest_on
I=/sys/kernel/tracing/instances/pages

# in_dir DIR OP...: what becomes of the operations there, from the same state each time
in_dir() {
	dir=$1
	shift
	echo 0 >"$dir/tracing_on"
	: >"$dir/trace"
	echo 50 >"$dir/buffer_percent"
	echo 1 >"$dir/tracing_on"
	bounded 20 fileops "$dir" "$@" 2>&1
}

# does EXPECTED OP...
does() {
	want=$1
	shift
	got=$(in_dir "$T" "$@")
	assert_eq "$*" "$got" "$want "
}
does "map:0 join:sleeps join:17" raw map events=1 bg get=40 join pages=50 join
does "map:0 get=4:1 join:sleeps kill:EINTR" raw map events=1 percent=0 get=4 bg get=4 join kill
does "map:0 wake:0 join:0 join:0 unmap:0 get=4:ENODEV" raw map bg get=4 wake join bg get=4 off \
	join unmap nonblock get=4
does "map:0 join:sleeps join:17" raw map close-dup bg get=40 join pages=50 join
off
if mkdir $I 2>/dev/null; then
	got=$(in_dir $I raw map nonblock get=4)
	rmdir $I || fail "$I cannot be removed"
	assert_eq "an instance's" "$got" "map:0 get=4:ENOTTY "
fi
reset
