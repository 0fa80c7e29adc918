#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: a million events of all kinds: on every CPU enters and exits pair up, while virtual machines run and CPUs go off and on
# requires: program:kvm-load file:per_cpu/cpu0/trace_pipe_raw cpus:2
# timeout: 300
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put events/enable 1
last=$(cpus | tail -n 1)

toggle() {
	toggles=0
	until [ -e finished ]; do
		# No program in between, or it would be but a few times.
		echo 0 >"$T/tracing_on" || return 1
		echo 1 >"$T/tracing_on" || return 1
		toggles=$((toggles + 1))
	done
	echo "off and on: $toggles times"
} >toggled 2>&1

overflowed() {
	[ "$(stat_of 0 overrun)" -gt 0 ]
}

# run COUNT KB HOW: all kinds of work until COUNT events have been read and CPUs have come and gone
# five times. HOW "toggle" switches tracing off and on all the time. The summary is left in sum.
run() {
	rm -f reached finished read-done
	put buffer_size_kb "$2"
	on
	loose=
	[ "$3" != toggle ] || loose=-l
	evpairs $loose -n "$1" -r reached -d read-done -t $((240 * SLOW)) "$T" >sum 2>err &
	reader=$!
	workers=
	loads=
	for n in $(cpus); do
		case $((n % 4)) in 0) kind=mmio ;; 1) kind=hvc ;; 2) kind=wfi ;; 3) kind=mix ;; esac
		kvm-load -c "$n" -n 0 -t "$kind" >"load.$n" 2>&1 &
		loads="$loads $!"
		wait_for 10 "kvm-load gets to CPU $n" pinned $! "$n"
	done
	evloop -c 0 -d finished -n 0 -s 1 "$T/write_event" >written 2>&1 &
	workers="$workers $!"
	if [ "$3" = toggle ]; then
		toggle &
		workers="$workers $!"
	fi
	for _ in 1 2 3 4 5; do
		for n in $(seq 1 "$last"); do
			cpu_set "$n" 0
		done
		for n in $(seq 1 "$last"); do
			cpu_set "$n" 1
		done
	done
	# However much a page has: while nobody reads, some is overwritten.
	if [ "$2" = "$DEFAULT_KB" ]; then
		kill -STOP $reader
		wait_for 60 "the smallest ring overflows" overflowed
		kill -CONT $reader
	fi
	# It gives up by itself if they do not come.
	until [ -e reached ]; do
		! gone $reader || fail "$2 KB, $3: $(cat err)"
		usleep 20000
	done
	touch finished
	# shellcheck disable=SC2086 # a list of processes
	kill -TERM $loads
	for pid in $workers; do
		wait "$pid" || fail "$2 KB, $3: a worker failed: $(cat written toggled 2>/dev/null)"
	done
	for pid in $loads; do
		wait "$pid" || fail "$2 KB, $3: kvm-load: $(cat load.*)"
	done
	off
	touch read-done
	wait $reader || fail "$2 KB, $3: $(cat err)"
	sum=$(cat sum)
	echo "$2 KB, $3: $sum"
	[ "$3" != toggle ] || cat toggled
	for what in guest others; do
		[ "$(value $what "$sum")" -gt 0 ] || fail "$2 KB, $3: no '$what' in $sum"
	done
	# Without protection the host calls the firmware itself.
	[ "$MODE" != protected ] || [ "$(value psci "$sum")" -gt 0 ] ||
		fail "$2 KB, $3: no CPU was seen to go off: $sum"
	assert_eq "$2 KB, $3: CPUs that were in the hypervisor" "$(value cpus "$sum")" \
		$((last + 1))
	wait_for 10 "unloads" is_unloaded
}

# Room for all of it, whichever CPU writes it and however late the reader comes.
run 1000000 32768 steady
assert_eq "events lost where there is room for all" "$(value lost "$sum")" 0
assert_eq "gaps where there is room for all" "$(value gaps "$sum")" 0
# Two pages for each CPU: what there is between the gaps.
run 100000 "$DEFAULT_KB" steady
[ "$(value gaps "$sum")" -gt 0 ] || fail "nothing was lost, which the smallest rings are to show"
run 100000 4096 toggle
reset
