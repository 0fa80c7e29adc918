#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: the triggers stacktrace and traceon, several of an event, and events that are off
# requires: file:events/hypervisor/selftest/trigger
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
E=events/hypervisor
S=$E/selftest/trigger

# kinds: what is in the pipe, a word a record: the id of a selftest, or "stack"
kinds() {
	drain >drained || exit 1
	sed -n -e 's/.*: selftest id=\([0-9]*\)$/\1/p' -e 's/.*: <stack trace>$/stack/p' drained |
		tr '\n' ' ' | sed 's/ $//'
}

# write COUNT: ids from 1 on
write() {
	evloop -c 0 -n "$1" -s 1 "$T/write_event" >/dev/null || fail evloop
}

# A stack for those that the trigger wants, from where they are written
selftest_on
put $S "stacktrace if id & 1"
assert_file $S "stacktrace:unlimited if id & 1"
on
write 5
assert_eq "stacks of odd ones" "$(kinds)" "1 stack 2 3 stack 4 5 stack"
first=$(sed -n '/<stack trace>/{ n; s/^ => //; s/+.*//; p; q; }' drained)
case $first in
*__el2_trace_write_event) ;;
*) fail "the first caller is $first: $(cat drained)" ;;
esac
# The same as the option says
put options/stacktrace 1
put $S '!stacktrace'
write 1
assert_eq "stacks by the option" "$(kinds)" "1 stack"
sed -n '/<stack trace>/,$p' drained | tail -n +2 >by-option
put options/stacktrace 0
put $S "stacktrace"
write 1
assert_eq "a stack by the trigger" "$(kinds)" "1 stack"
sed -n '/<stack trace>/,$p' drained | tail -n +2 >by-trigger
cmp by-option by-trigger || fail "stacks differ: $(diff by-option by-trigger)"
# One is enough
put options/stacktrace 1
write 2
assert_eq "stacks by both" "$(kinds)" "1 stack 2 stack"
put options/stacktrace 0
write 2
assert_eq "stacks after the option" "$(kinds)" "1 stack 2 stack"
put $S '!stacktrace'

# With a filter: of the event, which is not recorded then, but has a stack
put $E/selftest/filter "id > 2"
put $S "stacktrace if id == 2 || id == 4"
write 5
assert_eq "a stack of what is not wanted" "$(kinds)" "stack 3 4 stack 5"
put $E/selftest/filter 0
put $S '!stacktrace'

# Of one that is off
put $E/selftest/enable 0
assert_file $E/selftest/enable 0
put $S "stacktrace:3"
assert_file $E/selftest/enable '0*'
assert_file $E/enable X
grep -q -x hypervisor:selftest "$T/set_event" || fail "set_event: $(get set_event)"
write 5
assert_eq "stacks of an event that is off" "$(kinds)" "stack stack stack"
assert_file $S "stacktrace:count=0"
selftest_on
assert_file $E/selftest/enable '1*'
put $E/selftest/enable 0
assert_file $E/selftest/enable '0*'
: >"$T/set_event"
assert_file $E/selftest/enable '0*'
selftest_on
put $S '!stacktrace'
assert_file $E/selftest/enable 1
: >"$T/set_event"
assert_file $E/selftest/enable 0
assert_file $E/enable 0
selftest_on

# So many, from all CPUs at once, and not one more or less
n=0
for c in $(cpus); do n=$((n + 1)); done
put buffer_percent 0
off
clear
put buffer_size_kb 4096
put $S "stacktrace:1000"
on
start_writers "$(cpus)" 1000
wait_writers
assert_file $S "stacktrace:count=0"
kinds | tr ' ' '\n' | sort >got
assert_eq "stacks" "$(grep -c stack got)" 1000
assert_eq "events" "$(grep -v -c stack got)" $((n * 1000))
for c in $(cpus); do
	assert_eq "lost of CPU $c" "$(stat_of "$c" overrun) $(stat_of "$c" "dropped events")" "0 0"
done
put $S '!stacktrace'
off
clear
put buffer_size_kb 7

# Two of an event: the stack of the last one is there
put $S "traceoff:1 if id == 3"
put $S "stacktrace if id >= 2"
assert_file $S "stacktrace:unlimited if id >= 2
traceoff:count=1 if id == 3"
on
write 5
assert_file tracing_on 0
assert_eq "both" "$(kinds)" "1 2 stack 3 stack"
assert_file $S "stacktrace:unlimited if id >= 2
traceoff:count=0 if id == 3"
# What excludes another, and what is there already; what takes away takes the other, too
assert_refused $S "traceoff" EEXIST
assert_refused $S "traceon" EEXIST
assert_refused $S "stacktrace:5" EEXIST
put $S '!traceon'
assert_file $S "stacktrace:unlimited if id >= 2"
put $S '!traceoff'
put $S '!stacktrace:7 if nothing'
assert_file $S "# Available triggers:
# traceon traceoff stacktrace"

# On by a trigger: from the next stay on. The rings are there as long as the trigger is
off
clear
wait_for 10 "the rings are unloaded" is_unloaded
put $S "traceon if id == 3"
assert_loaded "with a traceon"
write 5
assert_file tracing_on 1
assert_eq "on by a trigger" "$(kinds)" "4 5"
off
assert_loaded "with a traceon"
assert_file tracing_on 0
write 2
assert_eq "off by hand" "$(kinds)" ""
# Who waits for it need do nothing
start_reader trace_pipe out
write 5
wait_for 10 "cat reads" has_line out "id=5"
assert_eq "what cat has read" "$(ids <out)" "4 5"
end_reader
off
# On by one and off by another, again and again, known or not
put $E/host_hcall/enable 1
put $E/host_hcall/trigger "traceoff if id == __el2_trace_set_event"
for n in 1 2 3; do
	clear
	write 5
	put $E/selftest/enable 1
	put $E/selftest/enable 0
	put $E/selftest/enable 1
	assert_file tracing_on 0
	tail -n 1 "$T/trace" | grep -q 'host_hcall .*name=__el2_trace_set_event$' ||
		fail "the last event is $(tail -n 1 "$T/trace")"
	assert_eq "$n: between the two" "$(kinds)" "4 5"
done
put $E/host_hcall/trigger '!traceoff'
put $E/host_hcall/enable 0
put $S '!traceon'
clear
wait_for 10 "the rings are unloaded" is_unloaded

# By stays that are not traced, as they begin and as they end, and by their calls
for event in hyp_enter hyp_exit host_hcall; do
	put $E/$event/trigger "traceon:1"
	wait_for 10 "on by $event" grep -q 1 "$T/tracing_on"
	assert_file $E/$event/trigger "traceon:count=0"
	off
	put $E/hyp_enter/enable 1
	put $E/hyp_exit/enable 1
	clear
	put $E/$event/trigger '!traceon'
	put $E/$event/trigger "traceon:1"
	wait_for 10 "on by $event" grep -q 1 "$T/tracing_on"
	write 3
	off
	drain >drained || exit 1
	sed -n 's/^\[\(...\)\].*: \(hyp_enter\|hyp_exit\|selftest\) .*/\1 \2/p' drained |
		awk '
		$2 == "hyp_enter" { if (inside[$1]) bad = "two enters"; inside[$1] = 1 }
		$2 == "hyp_exit" { if (!inside[$1]) bad = "an exit and no enter"; inside[$1] = 0 }
		$2 == "selftest" { if (!inside[$1]) bad = "an event outside" }
		{ n++ }
		END { if (!bad) bad = n > 6 ? "ok" : n; print bad }' >paired
	assert_eq "on by $event: stays" "$(cat paired)" ok
	put $E/$event/trigger '!traceon'
	put $E/hyp_enter/enable 0
	put $E/hyp_exit/enable 0
	clear
done
put events/enable 0

# The lines of hyp_printk have one, if the hypervisor is built to have any
if [ -e "$T/$E/hyp_printk/trigger" ]; then
	put $E/hyp_printk/trigger "traceoff if ip != 0"
	assert_file $E/hyp_printk/enable '0*'
	put $E/hyp_printk/trigger '!traceoff'
	assert_file $E/hyp_printk/enable 0
fi
off
reset
