#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: the time a trace says was spent in the hypervisor, for what QEMU counts to be held against it (tests/vm/host/hyp-time.sh)
# requires: cmdline:hyptrace.icount=1 program:kvm-load program:hyp-time file:per_cpu/cpu0/trace_pipe_raw
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put buffer_size_kb 16384
put events/hypervisor/hyp_enter/enable 1
put events/hypervisor/hyp_exit/enable 1
out=${EXPORT:-.}/hyp-time
mkdir -p "${out%/*}"
: >"$out"

# busy NAME COMMAND...: each run is a line of hyp-time, in the order in which the
# plugin writes its own.
busy() {
	name=$1
	shift
	sum=$(evstay -t text "$T" "$@" 2>err) || fail "$name: $(tail -n 1 err)"
	echo "$name $sum" | tee -a "$out"
}

# check_text: the same from the text, as a user would
check_text() {
	start=$(value start "$sum") end=$(value end "$sum")
	# What was before and after the command is not in the sum.
	awk -v from="$start" -v to="$end" '$2 * 1e9 >= from - 1e3 && $2 * 1e9 <= to + 0' \
		text >meanwhile
	hyp-time meanwhile >report || fail "$name: hyp-time failed"
	cat report
	assert_eq "$name: CPUs in hyp-time's report" "$(grep -c '^CPU' report)" 1
	assert_eq "$name: stays in hyp-time's report" \
		"$(sed -n 's/^CPU 0: \([0-9]*\) stays.*/\1/p' report)" "$(value stays "$sum")"
	us=$(sed -n 's/^CPU 0: .* \([0-9]*\) microseconds,.*/\1/p' report)
	ns=$(value ns "$sum")
	d=$((us * 1000 - ns))
	# Besides, the text has microseconds: how they fall is a matter of luck in each stay.
	[ ${d#-} -le $((ns / 20 + $(value stays "$sum") * 10)) ] ||
		fail "$name: hyp-time says $us microseconds in the hypervisor, it is $ns ns"
	assert_eq "$name: the sum of the reasons' stays" \
		"$(awk '/entered for/ { n += $4 } END { print n }' report)" "$(value stays "$sum")"
}

for run in \
	"write_event evloop -n 3000 -s 1 $T/write_event" \
	"hvc kvm-load -n 1000 -t hvc" \
	"mmio kvm-load -n 1000 -t mmio" \
	"wfi kvm-load -n 500 -t wfi" \
	"mix kvm-load -n 500 -t mix"; do
	on
	# shellcheck disable=SC2086 # a command
	busy $run
	off
	check_text
	clear
done
# Other events in between are time, too.
put events/enable 1
on
busy all_events kvm-load -n 500 -t mix
off
check_text
clear
put events/enable 0
# And what it is when nobody looks.
busy untraced_write_event evloop -n 3000 -s 1 "$T/write_event"
busy untraced_mmio kvm-load -n 1000 -t mmio
reset
