#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: all functions traced and not, again and again, while guests run on all CPUs: the text is in the end what it was
# requires: file:set_ftrace_filter program:kvm-load cpus:2
# timeout: 480
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
TEXT_TEST=0x74657874
rounds=300
[ "$LONG" != 1 ] || rounds=10000

# text: a checksum of what the hypervisor executes, as it tells it
text() {
	selftest_on
	on
	write_event $TEXT_TEST
	off
	drain >sum || exit 1
	put events/enable 0
	ids <sum
}

before=$(text) || exit 1
[ -n "$before" ] || fail "no checksum"
if [ "$before" = $((TEXT_TEST)) ]; then
	echo "the hypervisor does not tell a checksum of its text: only that nothing breaks is seen"
	told=0
else
	told=1
	assert_eq "the checksum of the same text" "$(text)" "$before"
fi

# It does see what is patched, if but one function is
echo __kvm_vcpu_run >"$T/set_ftrace_filter"
put current_tracer function
one=$(text) || exit 1
[ $told -eq 0 ] || [ "$one" != "$before" ] || fail "a function is traced, and the text is the same"
put current_tracer nop
: >"$T/set_ftrace_filter"
assert_eq "the text after that" "$(text)" "$before"

loads=
for n in $(cpus); do
	case $((n % 3)) in 0) kind=mmio ;; 1) kind=mix ;; 2) kind=hvc ;; esac
	kvm-load -c "$n" -n 0 -t "$kind" >"load.$n" 2>&1 &
	loads="$loads $!"
	wait_for 10 "kvm-load gets to CPU $n" pinned $! "$n"
done
start_writers 0
on
i=0
while [ $i -lt $rounds ]; do
	# No program in between
	echo function >"$T/current_tracer" || fail "round $i: cannot be traced"
	echo nop >"$T/current_tracer" || fail "round $i: cannot end to be traced"
	i=$((i + 1))
	[ $((i % 20)) -ne 0 ] || : >"$T/trace"
done
put current_tracer function
evread -n 2000 -t $((60 * SLOW)) "$T/trace_pipe" >out || fail "nothing is traced any more"
put current_tracer nop
off
end_writers
# shellcheck disable=SC2086 # a list of processes
kill -TERM $loads
for pid in $loads; do
	wait "$pid" || fail "kvm-load: $(cat load.*)"
done
grep -q ': __kvm_nvhe_[^ ]* <-__kvm_nvhe_' out || fail "no function in $(wc -l <out) lines"
clear
wait_for 10 "unloads" is_unloaded
assert_eq "the text in the end" "$(text)" "$before"
echo "$rounds times on and off, text $before"
reset
