#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: readers of every kind at once, while tracing starts and stops and CPUs come and go
# requires: cpus:2 file:per_cpu/cpu0/trace_pipe_raw
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
put buffer_size_kb 64
last=$(cpus | tail -n 1)

# Four kinds of readers for all the time: what one gets the others must not.
rm -f finished
readers=
for n in 1 2; do
	evread -d finished -t $((200 * SLOW)) "$T/trace_pipe" >"pipe.$n" 2>"err.pipe.$n" &
	readers="$readers $!"
done
for cpu in $(cpus); do
	rawread -d finished -t $((200 * SLOW)) -c "$cpu" "$T" >"raw.$cpu" 2>"err.raw.$cpu" &
	readers="$readers $!"
done
(
	while [ ! -e finished ]; do
		cat "$T/trace" "$T"/per_cpu/cpu*/trace "$T"/per_cpu/cpu*/stats
	done
) >/dev/null 2>err.trace &
readers="$readers $!"
(
	while [ ! -e finished ]; do
		# Refused while loaded, which it is: there are readers.
		tryio write "$T/buffer_size_kb" 128 >/dev/null
		cpu_set "$last" 0
		usleep 100000
		cpu_set "$last" 1
		usleep 100000
	done
) >err.hotplug 2>&1 &
readers="$readers $!"

# What is written while tracing is off is not an event, so writers pause meanwhile.
ranges=
start=1
round=0
end=$(($(cut -d. -f1 /proc/uptime) + 20))
while [ "$(cut -d. -f1 /proc/uptime)" -lt $end ]; do
	on
	pids=
	for n in 0 1 2; do
		evloop -n 6000 -s $start "$T/write_event" >/dev/null &
		pids="$pids $!"
		ranges="$ranges $start:6000"
		start=$((start + 6000))
	done
	# shellcheck disable=SC2086 # a list of process ids
	wait_all "a writer" $pids
	off
	round=$((round + 1))
done
touch finished
for pid in $readers; do
	wait "$pid" || fail "a reader failed: $(cat err.*)"
done
cat err.hotplug err.trace
for c in $(cpus); do
	[ "$c" = 0 ] || cpu_set "$c" 1
done
# shellcheck disable=SC2086 # a list of ranges
sum=$(evonce $ranges -- pipe.1 pipe.2 raw.* 2>&1) || fail "$round rounds: $sum"
echo "$round rounds: $sum"
for f in pipe.1 pipe.2; do
	grep -q selftest "$f" || echo "$f has got nothing"
done
reset
wait_for 10 "unloads" is_unloaded
