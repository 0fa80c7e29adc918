#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: tracing_cpumask: CPUs that are not in it take no events, whatever else is switched, loaded, or goes off and on meanwhile
# requires: file:tracing_cpumask file:per_cpu/cpu0/trace_pipe_raw cpus:2
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put buffer_size_kb 4096
last=$(cpus | tail -n 1)
all=$(get tracing_cpumask)
# All but the last one
others=$(printf '%x' $((0x$all & ~(1 << last))))
n=100

# written WHEN N0 NLAST: n events on CPU 0 and on the last one, of which so many are there
written() {
	when=$1
	clear
	for cpu in 0 "$last"; do
		evloop -c "$cpu" -n $n -s 1 "$T/write_event" >/dev/null || fail "evloop"
	done
	for cpu in 0 "$last"; do
		drain "per_cpu/cpu$cpu/trace_pipe" >out || exit 1
		assert_eq "$when: selftest of CPU $cpu" "$(grep -c selftest out)" "$2"
		[ "$2" != 0 ] || assert_eq "$when: of CPU $cpu" "$(cat out)" ""
		for what in overrun 'dropped events'; do
			assert_eq "$when: $what of CPU $cpu" "$(stat_of "$cpu" "$what")" 0
		done
		shift
	done
}

has_entries() {
	[ "$(stat_of "$last" entries)" -gt 0 ]
}

put events/enable 1
on
written "all" $n $n
put tracing_cpumask "$others"
written "not the last one" $n 0
off
on
written "off and on" $n 0
off
clear
wait_for 10 "unloads" is_unloaded
put buffer_size_kb 2048
on
written "loaded anew" $n 0
put events/enable 0
put events/enable 1
written "other events" $n 0
put tracing_cpumask 0
written "none" 0 0
put tracing_cpumask "$(printf '%x' $((1 << last)))"
written "the last one alone" 0 $n
put tracing_cpumask "$all"
written "all again" $n $n
off
put tracing_cpumask "$others"
on
written "switched while off" $n 0

# A CPU that comes does as it is told now
cpu_set "$last" 0
cpu_set "$last" 1
written "went and came" $n 0
cpu_set "$last" 0
put tracing_cpumask "$all"
cpu_set "$last" 1
written "taken in while away" $n $n
cpu_set "$last" 0
put tracing_cpumask "$others"
cpu_set "$last" 1
written "left out while away" $n 0
put tracing_cpumask "$all"

# While CPUs write as fast as they can: what is there is told, and no more comes
clear
start_writers "0 $last"
for _ in $(seq 20); do
	put tracing_cpumask "$others"
	echo >"$T/per_cpu/cpu$last/trace" || fail "cannot be cleared"
	usleep 5000
	assert_eq "entries while the CPU is left out" "$(stat_of "$last" entries)" 0
	put tracing_cpumask "$all"
	wait_for 10 "events of a CPU that is taken in" has_entries
done
end_writers
off
clear

# Enters and exits pair up meanwhile, of guests as well
command -v kvm-load >/dev/null || exit 0
rm -f finished
on
evpairs -l -d finished -t $((60 * SLOW)) "$T" >sum 2>err &
reader=$!
kvm-load -c "$last" -n 0 -t mix >load 2>&1 &
load=$!
wait_for 10 "kvm-load gets to CPU $last" pinned $load "$last"
for _ in $(seq 200); do
	put tracing_cpumask "$others"
	put tracing_cpumask "$all"
done
kill -TERM $load
wait $load || fail "kvm-load: $(cat load)"
off
touch finished
wait $reader || fail "pairs while the mask changes: $(cat err)"
cat sum
[ "$(value guest "$(cat sum)")" -gt 0 ] || fail "no guest was seen"
reset
