#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: a machine hibernates to its disk and comes back: tracing, readers, clock go on
# requires: alone cpus:2 cmdline:resume=/dev/vda
# timeout: 300
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
mkswap /dev/vda >/dev/null || fail "mkswap failed"
swapon /dev/vda || fail "swapon failed"
# Nothing shall come in between that is not the machine's memory.
sync
reset
selftest_on
put buffer_size_kb 4096

# uptime_ms: in milliseconds, as the hypervisor's clock counts them
uptime_ms() {
	read -r up _ </proc/uptime
	echo "${up%.*}${up#*.}0" | sed 's/^0*//'
}

# later UPTIME: is it that late?
later() {
	[ "$(uptime_ms)" -ge "$1" ]
}

# hibernate ID: and come back. Linux does not while a protected hypervisor keeps CPUs to itself. The
# first thing after it is an event on CPU 1, and it has happened after what had gone before.
hibernate() {
	want=ok
	[ "$MODE" != protected ] || want=EBUSY
	got=$(tryio write /sys/power/state disk)
	back=$(uptime_ms)
	taskset -c 1 tryio write "$T/write_event" "$1" >/dev/null
	assert_eq "hibernating" "$got" "$want"
}

# assert_time ID FILE: the event that hibernate has written is not from before that
assert_time() {
	stamp=$(sed -n "s/ selftest id=$1\$//p" "$2" |
		sed -n 's/.*[[:space:]]\([0-9]*\)\.\([0-9]\{3\}\)[0-9]*:$/\1\2/p')
	[ -n "$stamp" ] || fail "no event of id $1"
	# The uptime is that of the last hundredth.
	[ "$stamp" -ge $((back - 10)) ] ||
		fail "an event has the time $stamp ms, written after $back ms"
	echo "back at $back ms, the first event at $stamp ms"
}

# clock_is_right WHEN: an event's time is that between whose two readings it was written
clock_is_right() {
	for cpu in 0 1; do
		late=$(taskset -c $cpu evtime -n 20 "$T" 2>&1) || fail "$1, CPU $cpu: $late"
		echo "$1, CPU $cpu: $late"
	done
}

on
clock_is_right before

# The counter will begin at 0 again, and shall have got to less than now when the machine is back.
up=$(uptime_ms)
wait_for $((60 + up / 500)) "the machine is old enough" later $((3 * up))

# What is there stays, and who waits for more still does.
for id in 11 12 13; do
	taskset -c 1 tryio write "$T/write_event" $id >/dev/null
done
cat "$T/per_cpu/cpu0/trace_pipe" >pipe 2>&1 &
reader=$!
wait_for 10 "cat opens the file" reads $reader "$T/per_cpu/cpu0/trace_pipe"
wait_for 10 "cat sleeps" sleeps $reader
hibernate 21
assert_file tracing_on 1
assert_ids "what was there before, and after" "11 12 13 21" per_cpu/cpu1/trace_pipe
assert_time 21 drained
assert_eq "what the waiting cat has got" "$(cat pipe)" ""
taskset -c 0 tryio write "$T/write_event" 14 >/dev/null
wait_for 10 "cat gets what comes then" has_line pipe 'selftest id=14$'
kill $reader
wait $reader
clock_is_right after

# Who reads what is written meanwhile loses nothing.
start_writers "0 1"
readers=
for cpu in 0 1; do
	mode=splice
	[ $cpu = 0 ] || mode=mmap
	rawread -m $mode -d finished -t $((120 * SLOW)) -s sum.$cpu -c $cpu "$T" \
		>out.$cpu 2>err.$cpu &
	readers="${readers:+$readers }$!"
done
hibernate 200000000
end_writers
touch finished
wait_all "$(cat err.0 err.1) a reader" "${readers% *}" "${readers##* }"
for cpu in 0 1; do
	grep -v 'id=200000000$' out.$cpu >out
	evcheck -u "$(range_of $cpu)" <out >res 2>&1 || fail "CPU $cpu: $(tail -n 1 res)"
	echo "CPU $cpu: $(cat sum.$cpu)"
done
assert_time 200000000 out.1
clear
clock_is_right "after the second"

# It can be ended, and begun again.
off
: >"$T/trace"
wait_for 10 "the rings go" is_unloaded
on
write_event 15
assert_ids "an event after all that" 15
reset
swapoff /dev/vda
