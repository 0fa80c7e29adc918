#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: an idle machine does not wake for readers that wait; at most 10 times a second without an interrupt
# requires: host thorough file:per_cpu/cpu0/trace_pipe_raw
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
TRACEFS=/sys/kernel/tracing
S=5

# observe [SECONDS]: S seconds of the host's own trace, of who keeps CPUs from being idle, into the
# file trace
observe() {
	for event in power/cpu_idle irq/irq_handler_entry timer/timer_expire_entry \
		timer/hrtimer_expire_entry sched/sched_switch; do
		echo 1 >$TRACEFS/events/$event/enable
	done
	: >$TRACEFS/trace
	sleep "${1:-$S}"
	echo 0 >$TRACEFS/events/enable
	grep -v '^#' $TRACEFS/trace >trace
}

# awake LIKE [UNLIKE]: how often CPUs have left idle and, before they were idle again, come by a
# line that is like this, and not like that
awake() {
	awk -v like="$1" -v unlike="${2:-^$}" '
	{ match($0, /\[[0-9]+\]/); cpu = substr($0, RSTART, RLENGTH) }
	/cpu_idle: state=4294967295/ { awake[cpu] = 1 }
	/cpu_idle: state=[0-9] / { awake[cpu] = 0 }
	$0 ~ like && $0 !~ unlike { if (awake[cpu] == 1) n++; awake[cpu] = 2 }
	END { print n + 0 }' trace
}

# wakes: for a timer, an interrupt, or a task. A tick alone does not count: how many of them a CPU
# takes before it sleeps on without is its governor's guess, and the busier the machine around this
# one, the worse it guesses.
wakes() {
	awake 'timer_expire_entry|irq_handler_entry|next_comm=' \
		'function=tick_nohz_handler|name=arch_timer|next_comm=swapper'
}

# ours: to look at the rings, or to let a reader run
ours() {
	awake 'function=watch_timer|name=el2_trace|next_comm=cat '
}

looks() {
	grep -cE 'function=watch_timer|name=el2_trace' trace
}

on
# In 5 seconds: none if the hypervisor tells that there is something
most=0
grep -q 'el2_trace$' /proc/interrupts || most=$((10 * S + 1))
for round in 1 2 3; do
	observe
	assert_eq "looks at the rings when nobody waits" "$(looks)" 0
	idle=$(wakes)

	pids=
	for f in per_cpu/cpu0/trace_pipe_raw trace_pipe; do
		cat "$T/$f" >/dev/null &
		pids="$pids $!"
		wait_for 10 "cat opens $f" reads $! "$T/$f"
		wait_for 10 "cat sleeps" sleeps $!
	done
	observe
	busy=$(wakes)
	n=$(looks)
	ours=$(ours)
	for pid in $pids; do
		kill -KILL "$pid"
		wait "$pid" 2>/dev/null
	done
	echo "$S seconds: $idle wakes without readers, $busy with two, $ours for them, $n looks"
	[ "$most" = 0 ] || [ "$n" -gt 0 ] || fail "nobody has looked at the rings"
	[ "$n" -le "$most" ] || fail "$n looks at the rings in $S seconds"
	[ "$ours" -le "$most" ] || fail "CPUs woke $ours times in $S seconds for readers"

	# Whoever else wakes CPUs does not do so with a beat, so half as much is left for them.
	[ $((busy - idle)) -gt $((most + 5 * S)) ] || break
	[ "$round" != 3 ] || fail "$((busy - idle)) wakes more in $S seconds with readers that wait"

	# One look may have been due already.
	sleep 0.2
done
sleep 0.2
observe
assert_eq "looks at the rings after they have gone" "$(looks)" 0

# watched WHAT OP...: nobody looks again while somebody is where the operations have led him
watched() {
	what=$1
	shift
	fileops "$T" "$@" lseek=0 pause=60000 >so-far &
	pid=$!
	wait_for 10 "fileops has come so far" has_line so-far lseek
	sleep 0.3
	observe 2
	kill -KILL $pid
	wait $pid 2>/dev/null
	assert_eq "looks at the rings, $what" "$(looks)" 0
	on
	clear
}

# Who has been told, and has not read it, nor asked again.
watched "an event told to epoll" pipe epoll events=1 pause=500
watched "an event told to epoll, edge-triggered" pipe epoll-et events=1 pause=500
watched "an event told by epoll_wait" pipe epoll events=1 wait=5000
# Who waits while tracing is off.
watched "a reader, tracing off" off pipe bg read=4096
watched "another, off while he waits" raw bg read=4096 off
watched "a poll, tracing off" off raw percent=0 bg poll=100000
watched "epoll_wait, tracing off" off pipe epoll bg wait=100000
put buffer_percent 50

# And is woken by what comes when it is switched on.
off
fileops "$T" pipe epoll wait=10000 >answer &
pid=$!
wait_for 10 "fileops opens the file" reads $pid "$T/trace_pipe"
wait_for 10 "epoll_wait sleeps" sleeps $pid
sleep 0.3
on
write_event 1
wait_for 10 "epoll_wait is over" gone $pid
assert_eq "epoll_wait, begun when tracing was off" "$(cat answer)" "wait=10000:in "
off
reset
