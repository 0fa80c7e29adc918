#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: the trigger traceoff: the event that fires it is the last one, and who waits is told
# requires: file:events/hypervisor/selftest/trigger
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
E=events/hypervisor
S=$E/selftest/trigger

# told CPU EVENT: the kernel log has one more line than before, about that
nr_told=$(dmesg | grep -c 'tracing was switched off')
told() {
	nr_told=$((nr_told + 1))
	assert_eq "lines in the log" "$(dmesg | grep -c 'tracing was switched off')" $nr_told
	dmesg | grep 'tracing was switched off' | tail -n 1 |
		grep -q "hypervisor: tracing was switched off by a trigger of $2 on CPU $1\$" ||
		fail "the log says: $(dmesg | tail -n 1)"
}

# last_of CPU WHAT LINE: what the last event of a CPU is
last_of() {
	got=$(tail -n 1 "$T/per_cpu/cpu$1/trace" | sed 's/^.*[0-9]: //')
	assert_eq "$2: the last event of CPU $1" "$got" "$3"
}

assert_file $S "# Available triggers:
# traceon traceoff stacktrace"

# One event, and what comes after it in the same stay and later
selftest_on
put $S "traceoff if id == 5"
assert_file $S "traceoff:unlimited if id == 5"
on
evloop -c 0 -n 20 -s 1 "$T/write_event" >/dev/null || fail evloop
assert_file tracing_on 0
told 0 selftest
assert_ids "traceoff if id == 5" "1 2 3 4 5"
write_event 6
assert_ids "when it is off" ""
for what in overrun "dropped events"; do
	for c in $(cpus); do
		[ "$(stat_of "$c" "$what")" = 0 ] || fail "$what of CPU $c: $(stat_of "$c" "$what")"
	done
done

# To switch it on again is to wait for the next one
for n in 1 2 3; do
	on
	assert_file tracing_on 1
	evloop -c 0 -n 20 -s 1 "$T/write_event" >/dev/null || fail evloop
	assert_ids "the time after, $n" "1 2 3 4 5"
	assert_file tracing_on 0
	told 0 selftest
done
# ... even if nobody has asked meanwhile
on
evloop -c 0 -n 20 -s 1 "$T/write_event" >/dev/null || fail evloop
on
assert_file tracing_on 1
told 0 selftest
assert_ids "switched on before it was known to be off" "1 2 3 4 5"
write_event 7
assert_ids "and then" 7

# Of a stay, what comes before the event is there and what comes after is not: hyp_exit of its CPU
clear
put $E/hyp_enter/enable 1
put $E/hyp_exit/enable 1
put $E/host_hcall/enable 1
for c in $(cpus); do
	on
	evloop -c "$c" -n 20 -s 1 "$T/write_event" >/dev/null || fail evloop
	assert_file tracing_on 0
	last_of "$c" "in the middle of a stay" "selftest id=5"
	tail -n 3 "$T/per_cpu/cpu$c/trace" | sed 's/^.*[0-9]: //' | head -n 1 >first
	assert_eq "CPU $c: three before the end" "$(cat first)" "hyp_enter reason=hvc vcpu=0"
	told "$c" selftest
	# The others have finished the stays they were in
	for other in $(cpus); do
		[ "$other" = "$c" ] || tail -n 1 "$T/per_cpu/cpu$other/trace" |
			grep -q -e ': hyp_exit ' -e '^#' ||
			fail "CPU $other ends with $(tail -n 1 "$T/per_cpu/cpu$other/trace")"
	done
	clear
done
put $S '!traceoff'
for event in hyp_enter hyp_exit host_hcall; do
	clear
	put $E/$event/trigger "traceoff"
	on
	write_event 8
	assert_file tracing_on 0
	tail -n 1 "$T/trace" | grep -q ": $event " ||
		fail "after $event comes $(tail -n 1 "$T/trace")"
	assert_eq "events called $event" "$(grep -c ": $event " "$T/trace")" 1
	nr_told=$((nr_told + 1))
	put $E/$event/trigger '!traceoff'
done
put events/enable 0
clear

# A page that did not change hands; there is always one if the hypervisor keeps the books
if [ "$MODE" != nvhe ]; then
	put $E/page_transition/enable 1
	put $E/page_transition/trigger "traceoff if err != 0"
	assert_file $E/page_transition/trigger "traceoff:unlimited if err != 0"
	put $E/page_transition/trigger '!traceoff'
	put events/enable 0
fi

# It fires if the event's filter does not want it, and if the event is off, but for that it is not
# recorded
selftest_on
put $E/selftest/filter "id > 100"
put $S "traceoff if id == 5"
on
evloop -c 0 -n 20 -s 1 "$T/write_event" >/dev/null || fail evloop
assert_file tracing_on 0
assert_ids "of those that are not wanted" ""
put $E/selftest/filter 0
put events/enable 0
assert_file $E/selftest/enable '0*'
put $E/host_hcall/enable 1
on
evloop -c 0 -n 20 -s 1 "$T/write_event" >/dev/null || fail evloop
assert_file tracing_on 0
nr_told=$((nr_told + 1))
told 0 selftest
tail -n 1 "$T/per_cpu/cpu0/trace" | grep -q ': host_hcall .*name=__el2_trace_write_event$' ||
	fail "an event that is off: the last one is $(tail -n 1 "$T/per_cpu/cpu0/trace")"
assert_ids "an event that is off" ""
put events/enable 0
clear

# Who waits is told, as if by hand
selftest_on
on
start_reader trace_pipe out
evloop -c 0 -n 20 -s 1 "$T/write_event" >/dev/null || fail evloop
wait_for 10 "cat comes to the end of trace_pipe" gone "$reader"
wait "$reader" || fail "cat failed: $(cat out)"
assert_eq "what cat has read" "$(ids <out)" "1 2 3 4 5"
told 0 selftest
# One that has not read anything waits on
on
start_reader trace_pipe out
put $S '!traceoff'
put $E/selftest/filter "id > 100"
put $S "traceoff if id == 5"
evloop -c 0 -n 20 -s 1 "$T/write_event" >/dev/null || fail evloop
is_told() {
	[ "$(dmesg | grep -c 'tracing was switched off')" -gt $nr_told ]
}
wait_for 10 "the host notices by itself" is_told
told 0 selftest
sleeps "$reader" || fail "a reader that has read nothing waits no more"
on
write_event 101
wait_for 10 "cat reads" has_line out "id=101"
end_reader
put $E/selftest/filter 0
off

# Count: so often and no more. A trigger that has come to its end stays
put $S '!traceoff'
assert_file $S "# Available triggers:
# traceon traceoff stacktrace"
put $S "traceoff:3 if id & 1"
assert_file $S "traceoff:count=3 if id & 1"
clear
for left in 2 1 0; do
	on
	evloop -c 0 -n 5 -s 10 "$T/write_event" >/dev/null || fail evloop
	assert_file tracing_on 0
	assert_file $S "traceoff:count=$left if id & 1"
	assert_ids "$left left" "10 11"
done
on
evloop -c 0 -n 5 -s 10 "$T/write_event" >/dev/null || fail evloop
assert_file tracing_on 1
assert_ids "none left" "10 11 12 13 14"
# While it is off it counts for nothing
put $S '!traceoff:0'
put $S "traceoff:2"
on
evloop -c 0 -n 5 -s 10 "$T/write_event" >/dev/null || fail evloop
assert_file $S "traceoff:count=1"
put $S '!traceoff'

# All CPUs at once: one of them is the one
for n in 1 2 3 4 5; do
	clear
	put $S "traceoff:1 if id & 1"
	on
	before=$(dmesg | grep -c 'tracing was switched off')
	start_writers "$(cpus)"
	wait_for 10 "it is off" grep -q 0 "$T/tracing_on"
	assert_file $S "traceoff:count=0 if id & 1"
	end_writers
	assert_eq "lines in the log" "$(dmesg | grep -c 'tracing was switched off')" $((before + 1))
	c=$(dmesg | sed -n 's/.*switched off by a trigger of selftest on CPU //p' | tail -n 1)
	tail -n 1 "$T/per_cpu/cpu$c/trace" | grep -q 'id=.*[13579]$' ||
		fail "the last of CPU $c: $(tail -n 1 "$T/per_cpu/cpu$c/trace")"
	put $S '!traceoff'
done

# Tracing that nobody reads, and that has nothing to be read, is unloaded when it is noticed
put events/enable 0
clear
off
put $S traceoff
on
write_event 1
wait_for 10 "the rings are unloaded" is_unloaded
put $S '!traceoff'
reset
