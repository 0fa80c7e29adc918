#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: stacks under load: one for each event and its own, counts exact, pairs complete
# requires: file:options/stacktrace program:kvm-load cpus:2
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
cpus=$(grep -c ^processor /proc/cpuinfo)

# check_stacks ALL: a trace_pipe on stdin. A stack comes at the time of its CPU's event before it,
# which has no other; with ALL, each event has one. Says how many there were.
check_stacks() {
	awk -v all="$1" '
	function bad(what) {
		print "line " NR ", " what ": " $0
		failed = 1
		exit 1
	}
	$1 == "=>" {
		if (!open || $2 !~ /^__kvm_nvhe_/)
			bad("not a place in the hypervisor on a stack")
		frames++
		next
	}
	{
		if (open && !frames)
			bad("a stack of nothing before it")
		open = 0
	}
	/^CPU:/ {
		lost += $3
		cpu = sprintf("[%03d]", substr($1, 5))
		delete time[cpu]
		gap[cpu] = 1
		next
	}
	$3 == "<stack" {
		if ($1 in time ? time[$1] != $2 : !($1 in gap))
			bad("not the stack of the event before")
		delete time[$1]
		delete gap[$1]
		stacks++
		open = 1
		frames = 0
		next
	}
	{
		if (all && $1 in time)
			bad("the event before has no stack")
		time[$1] = $2
		delete gap[$1]
		events++
	}
	END {
		if (failed)
			exit 1
		for (cpu in time)
			if (all)
				bad("the last event has no stack")
		print "events=" events + 0 " stacks=" stacks + 0 " lost=" lost + 0
	}'
}

# without_stacks: the story that hypcheck judges
without_stacks() {
	grep -v -e '<stack trace>$' -e '^ => '
}

# Far too little room: each event and each stack is read or lost.
selftest_on
put options/stacktrace 1
on
evloop -c 0 -n 20000 -s 1 "$T/write_event" >/dev/null || fail "evloop failed"
drain >out || exit 1
sum=$(check_stacks 1 <out) || fail "$sum"
echo "overwriting: $sum"
[ "$(value stacks "$sum")" -ge 50 ] || fail "no stacks: $sum"
n=$(($(value events "$sum") + $(value stacks "$sum") + $(value lost "$sum")))
assert_eq "20000 events and their stacks" $n 40000
assert_eq "the last one" "$(ids <out | sed 's/.* //')" 20000

# No room and nothing is given up: one that is refused has no stack, and that of the last may be.
reset
selftest_on
put options/overwrite 0
put options/stacktrace 1
on
evloop -c 0 -n 20000 -s 1 "$T/write_event" >/dev/null || fail "evloop failed"
dropped=$(stat_of 0 "dropped events")
drain >out || exit 1
sum=$(check_stacks 0 <out) || fail "$sum"
echo "dropping: $sum dropped=$dropped"
n=$(value events "$sum")
assert_eq "events, stacks and drops" $((n + $(value stacks "$sum") + dropped)) $((20000 + n))
[ $((n - $(value stacks "$sum"))) -le 1 ] || fail "events without a stack: $sum"

# Machines on all CPUs, everything is traced, room for all of it.
load_all() {
	pids=
	for cpu in $(seq 0 $((cpus - 1))); do
		kvm-load -c "$cpu" -n 60 >"load.$cpu" 2>&1 &
		pids="$pids $!"
	done
	"$@"
	cpu=0
	for pid in $pids; do
		wait "$pid" || fail "kvm-load on CPU $cpu: $(cat "load.$cpu")"
		cpu=$((cpu + 1))
	done
}

# check_load ALL
check_load() {
	for cpu in $(seq 0 $((cpus - 1))); do
		drain "per_cpu/cpu$cpu/trace_pipe" >out || exit 1
		sum=$(check_stacks "$1" <out) || fail "CPU $cpu: $sum"
		echo "CPU $cpu: $sum"
		[ "$(value stacks "$sum")" -gt 0 ] || fail "CPU $cpu: no stacks: $sum"
		story=$(without_stacks <out | hypcheck 2>&1) || fail "CPU $cpu: $story"
		echo "CPU $cpu: $story"
		assert_eq "CPU $cpu: lost" "$(value lost "$sum")" 0
		exits=$(value exits "$(cat "load.$cpu")")
		assert_eq "CPU $cpu: calls of __kvm_vcpu_run" "$(value run_count "$story")" \
			"${exits%,}"
		d=$(($(value enter "$story") - $(value exit "$story")))
		[ "${d#-}" -le 1 ] || fail "CPU $cpu: pairs: $story"
	done
	grep -q '=> __kvm_nvhe___kvm_vcpu_run+' out || fail "nothing on the way to the guest"
}

reset
put buffer_size_kb 16384
put events/enable 1
put options/stacktrace 1
on
load_all true
off
check_load 1
wait_for 10 "unloads" is_unloaded

# The same while the option is switched all the time.
toggle() {
	for pid in $pids; do
		until gone "$pid"; do
			put options/stacktrace 0
			put options/stacktrace 1
		done
	done
}
on
load_all toggle
off
check_load 0
reset
