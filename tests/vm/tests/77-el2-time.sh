#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: the time a trace, and hyptrace, say was spent in the hypervisor, for what QEMU counts to be held against it (tests/vm/host/el2-time.sh)
# requires: cmdline:hyptrace.icount=1 program:kvm-load program:hyptrace file:per_cpu/cpu0/trace_pipe_raw
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put buffer_size_kb 16384
put events/hypervisor/hyp_enter/enable 1
put events/hypervisor/hyp_exit/enable 1
out=${EXPORT:-.}/el2-time
mkdir -p "${out%/*}"
: >"$out"

# busy NAME COMMAND...: each run is a line of el2-time, in the order in which the
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
	# shellcheck disable=SC2094 # "report" is a command of hyptrace's
	hyptrace report meanwhile >report || fail "$name: hyptrace report failed"
	cat report
	sed -n 's/^meanwhile: \([0-9]* stays\) .* us of \([0-9]* CPUs*\), .*/\1, \2/p' report >first
	assert_eq "$name: stays and CPUs in the report" "$(cat first)" \
		"$(value stays "$sum") stays, 1 CPU"
	# The text has whole microseconds: what they sum up to is a matter of luck in each stay.
	assert_eq "$name: microseconds in the report" \
		"$(awk '/^all / { printf "%.0f", $3 }' report)" \
		"$(awk '$3 == "hyp_enter" { at = $2 }
			$3 == "hyp_exit" && at { us += ($2 - at) * 1e6; at = 0 }
			END { printf "%.0f", us }' meanwhile)"
	assert_eq "$name: the sum of the reasons' stays" \
		"$(awk '/^all / { on = 0 } on { n += $2 } /^cause / { on = 1 } END { print n }' \
			report)" "$(value stays "$sum")"
}

# stat NAME COMMAND...: what hyptrace stat says of it
stat() {
	name=$1
	shift
	hyptrace stat -b 16384 --json -- evstay -q "$T" "$@" >table 2>err ||
		fail "$name: $(tail -n 1 err)"
	cat table
	sum=$(awk -F '[:,}]' '/"total_ns"/ {
		for (i = 1; i < NF; i++) {
			if ($i ~ /"count"/ && !counted++) stays += $(i + 1)
			if ($i ~ /"total_ns"/ && !summed++) ns += $(i + 1)
		}
		counted = summed = 0
	} END { printf "stays=%d ns=%.0f", stays, ns }' table)
	echo "$name $sum" | tee -a "$out"
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
# Live, with everything that the command says of the machine, itself included
stat stat_mmio kvm-load -n 3000 -t mmio
stat stat_mix kvm-load -n 1500 -t mix
reset
