#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: who waits is woken by an interrupt of the hypervisor, on each CPU, for nothing else
# requires: host file:per_cpu/cpu0/trace_pipe_raw
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
TRACEFS=/sys/kernel/tracing
LAST=$(($(grep -c ^processor /proc/cpuinfo) - 1))

# irqs [CPU]: how many there have been, on all that are online or on one
irqs() {
	awk -v cpu="${1:-}" '
	NR == 1 {
		n = NF
		for (i = 1; i <= n; i++)
			if ($i == "CPU" cpu)
				column = i + 1
	}
	$NF == "el2_trace" {
		for (i = 2; i <= n + 1; i++)
			if (cpu == "" || i == column)
				sum += $i
	}
	END { print sum + 0 }' /proc/interrupts
}

irqs_above() {
	[ "$(irqs)" -gt "$1" ]
}

# write_on CPU ID
write_on() {
	evloop -c "$1" -n 1 -s "$2" "$T/write_event" >/dev/null || fail "no event on CPU $1"
}

on
grep -q 'el2_trace$' /proc/interrupts || skip "EL2's timer has no interrupt"

# Events after a silence: each is told of by an interrupt. How late that is includes the time that
# this machine takes to switch to a process, which has no bound. But were it for the timer, which
# has a look every 100 ms, most of evwake's events would wait for nearly all of that.
for how in poll epoll read; do
	before=$(irqs)
	out=$(evwake -n 10 -w $how "$T" trace_pipe 2>&1) || fail "$how: $(echo "$out" | tail -n 1)"
	n=$(($(irqs) - before))
	echo "$how: $out; $n interrupts"
	[ $n -ge 10 ] || fail "$how: $n interrupts for 10 events"
	[ "$(value median "$out")" -le 25000 ] || fail "$how: as late as by the timer: $out"
done
clear

# From each CPU, also after it has been off.
# woken WHAT CPU FILE
woken() {
	start_reader "$3" out
	before=$(irqs "$2")
	write_on "$2" 7
	wait_for 10 "$1: a reader of $3 sees CPU $2's event" test -s out
	[ "$(irqs "$2")" -gt "$before" ] || fail "$1: CPU $2 has had no interrupt"
	end_reader
	clear
}
for c in $(seq 0 "$LAST"); do
	woken "event" "$c" trace_pipe
	woken "event" "$c" "per_cpu/cpu$c/trace_pipe"
	[ "$c" != 0 ] || continue
	cpu_set "$c" 0
	cpu_set "$c" 1
	woken "after hotplug" "$c" "per_cpu/cpu$c/trace_pipe_raw"
done

# Of a CPU that goes, who learns what it wrote last, on its way? psci_call in protected mode.
if [ "$LAST" -gt 0 ] && [ "$MODE" != nvhe ]; then
	put events/hypervisor/psci_call/enable 1
	start_reader "per_cpu/cpu$LAST/trace_pipe" out
	cpu_set "$LAST" 0
	wait_for 10 "a reader sees that CPU $LAST was switched off" has_line out CPU_OFF
	cpu_set "$LAST" 1
	end_reader
	put events/hypervisor/psci_call/enable 0
	clear
fi

# Who wants much is not woken for little: two events of a page.
put buffer_percent 50
fileops "$T" raw poll=100000 >answer &
pid=$!
wait_for 10 "fileops opens the file" reads $pid "$T/per_cpu/cpu0/trace_pipe_raw"
wait_for 10 "poll sleeps" sleeps $pid
# What readers have asked for that are gone may be told yet, once.
write_on 0 1
sleep 0.3
before=$(irqs)
write_on 0 2
write_on 0 3
sleep 0.3
assert_eq "interrupts for two events of a page" "$(($(irqs) - before))" 0
gone $pid && fail "poll is over for two events"
evloop -c 0 -n $((500 * PAGE_KB)) -s 1 "$T/write_event" >/dev/null
wait_for 10 "poll is over when half of the ring is full" gone $pid
[ "$(irqs)" -gt "$before" ] || fail "half of the ring is full, and there was no interrupt"
clear

# What it takes to wake is no event, nor is to wait: a reader of all is left in peace.
put events/enable 1
start_reader trace_pipe out
sleep 1
before=$(irqs)
lines=$(wc -l <out)
sleep 2
n=$(($(irqs) - before)) lines=$(($(wc -l <out) - lines))
end_reader
put events/enable 0
echo "all events, nothing happens, 2 seconds: $n interrupts, $lines lines"
[ $n -le $((20 * SLOW)) ] || fail "$n interrupts in 2 seconds: who reads wakes itself"
clear

# looks WORKER: how often the kernel has it look in two seconds
looks() {
	echo 1 >$TRACEFS/events/workqueue/workqueue_execute_start/enable
	sleep 0.5
	: >$TRACEFS/trace
	sleep 2
	grep -c "function $1" $TRACEFS/trace || true
	echo 0 >$TRACEFS/events/workqueue/workqueue_execute_start/enable
	: >$TRACEFS/trace
}

# A trigger that switches tracing off: pollers are woken, and nobody has looked before.
selftest_on
S=events/hypervisor/selftest/trigger
put $S 'traceoff if id == 99'
start_reader trace_pipe out
assert_eq "looks for what triggers have done" "$(looks switch_work)" 0
before=$(irqs)
write_event 99
wait_for 10 "the reader comes to the end" gone "$reader"
wait "$reader"
assert_eq "the trace ends" "$(ids <out)" 99
irqs_above "$before" || fail "tracing was switched off without an interrupt"
put $S '!traceoff'
clear

# Nor does one for the log, which has what is new all the same.
if [ -e "$T/dmesg" ]; then
	on
	put dmesg 1
	assert_eq "looks for what is to be logged" "$(looks dmesg_work)" 0
	before=$(irqs)
	write_event 4711
	dmesg_has() { dmesg | grep -q 'selftest id=4711'; }
	wait_for 10 "the log has an event" dmesg_has
	irqs_above "$before" || fail "the log has an event without an interrupt"
	put dmesg 0
fi
off
reset
