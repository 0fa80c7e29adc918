#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: all functions traced and not, again and again, while guests run on all CPUs: the text is in the end what it was, and nobody can write to it
# requires: file:set_ftrace_filter program:kvm-load cpus:2
# timeout: 7200
#
# hyptrace.patch=ROUNDS on the kernel's command line: how often (300)
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
TEXT_TEST=0x74657874
ALIAS_TEST=0x616c696173
TABLES=/sys/kernel/debug/kernel_page_tables
rounds=$(tr ' ' '\n' </proc/cmdline | sed -n 's/^hyptrace\.patch=//p')
: "${rounds:=300}"

# order NUMBER: what the hypervisor has to tell when it is asked so; the number if it is not asked
order() {
	selftest_on
	on
	write_event "$1"
	off
	drain >told || exit 1
	put events/enable 0
	ids <told
}

# text: a checksum of what the hypervisor executes
text() {
	order $TEXT_TEST
}

# nobody_writes WHEN: nowhere is the text mapped such that it can be written to
nobody_writes() {
	case $MODE in
	protected)
		mapped=$(order $ALIAS_TEST) || exit 1
		[ "${mapped% *}" -gt 0 ] || fail "$1: the text is mapped nowhere: '$mapped'"
		assert_eq "$1: how often the text is mapped, writable" "${mapped#* }" 0
		;;
	*)
		# The host patches it, as it does its own, where such pages of it are: that is all
		# that its page tables have of what comes and goes
		sed -n '/Fixmap start/,/Fixmap end/p' $TABLES >fixmap
		[ -s fixmap ] || fail "there is no fixmap in $TABLES"
		[ -s fixmap.before ] || cp fixmap fixmap.before
		diff fixmap.before fixmap >differ ||
			fail "$1: the host maps $(sed -n 's/^+0x/0x/p' differ |
				tr -s ' \n' ' ')"
		;;
	esac
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
looked=
if [ "$MODE" = protected ] && [ $told -eq 1 ] || [ "$MODE" != protected ] && [ -r $TABLES ]; then
	looked=", nobody can write to it"
	nobody_writes "at first"
fi

# It does see what is patched, if but one function is
echo __kvm_vcpu_run >"$T/set_ftrace_filter"
put current_tracer function
one=$(text) || exit 1
[ $told -eq 0 ] || [ "$one" != "$before" ] || fail "a function is traced, and the text is the same"
put current_tracer nop
# At once: whatever the host patches next of itself takes away what was left mapped for it
[ -z "$looked" ] || nobody_writes "after one function"
: >"$T/set_ftrace_filter"
assert_eq "the text after that" "$(text)" "$before"

# Exits of all kinds; and between them they sleep, and leave the machine to others
loads=
for n in $(cpus); do
	kvm-load -c "$n" -n 0 -t mix >"load.$n" 2>&1 &
	loads="$loads $!"
	wait_for 10 "kvm-load gets to CPU $n" pinned $! "$n"
done
start_writers 0
on
# Before the others, which have the CPU that this is on for what it leaves: each is to be there, and
# this is to get on. No program in between.
# shellcheck disable=SC2016 # the variables are that shell's
sh -c '
	renice -n -20 -p $$ >/dev/null || exit 1
	i=0
	while [ $i -lt "$2" ]; do
		echo function >"$1/current_tracer" || exit 1
		echo nop >"$1/current_tracer" || exit 1
		i=$((i + 1))
		[ $((i % 20)) -ne 0 ] || : >"$1/trace"
	done' sh "$T" "$rounds" || fail "no round that ends well: $(get current_tracer)"
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
# Which shows nothing if the others had no share
for n in $(cpus); do
	exits=$(value exits "$(cat "load.$n")")
	[ "$exits" -ge "$rounds" ] || fail "CPU $n: $exits exits of its guest in $rounds rounds"
	all="${all:-} $exits"
done
written=$(cat written.0)
[ "$written" -ge "$rounds" ] || fail "$written other hypercalls in $rounds rounds"
clear
wait_for 10 "unloads" is_unloaded
assert_eq "the text in the end" "$(text)" "$before"
[ -z "$looked" ] || nobody_writes "in the end"
echo "$rounds times on and off, text $before$looked; exits of guests:$all; hypercalls: $written"
reset
