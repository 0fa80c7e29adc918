#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace-cmd record -B hypervisor: every event is understood, counts are those of stats
# requires: program:trace-cmd file:per_cpu/cpu0/trace_pipe_raw
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put buffer_size_kb 1024

# record NAME EVENT COMMAND...: and hold the report against the stats in the file
record() {
	name=$1 event=$2
	shift 2
	bounded 90 trace-cmd record -B hypervisor -e "$event" -C boot -o "$name.dat" \
		sh "$TESTS/recorded" "$@" >"$name.log" 2>&1 ||
		fail "$name: trace-cmd record: $(tail -n 1 "$name.log")"
	report "$name.dat" "$name.txt"
	grep '^hypervisor: ' "$name.txt" >"$name.ours"
	trace-cmd report --stat -i "$name.dat" >"$name.stat" 2>&1
	# When recording ended some had been read and some were still there.
	n=$(awk '/^ *(entries|read events): / { n += $NF } END { print n + 0 }' "$name.stat")
	lost=$(awk '/^ *(overrun|dropped events): / { n += $NF } END { print n + 0 }' "$name.stat")
	assert_eq "$name: events lost" "$lost" 0
	# Whatever is missing: was it read, and did a recorder say something?
	[ "$(wc -l <"$name.ours")" -eq "$n" ] || cat "$name.log" "$name.stat"
	assert_eq "$name: events reported, and events in stats" "$(wc -l <"$name.ours")" "$n"
	sed 's/.*\] *\([0-9]*\):.*/\1/' "$name.ours" >"$name.times"
	sort -n -c "$name.times" || fail "$name: time goes backwards"
	echo "$name: $n events"
	assert_file tracing_on 0
	assert_eq "$name: events/enable afterwards" "$(get events/enable)" 0
	wait_for 10 "$name: unloads" is_unloaded
}

record selftest hypervisor:selftest evloop -c 0 -n 20000 -s 1 "$T/write_event"
sed -n 's/.*: *selftest: *id=\([0-9]*\)$/\1/p' selftest.ours >got
seq 1 20000 >want
cmp got want || fail "$(wc -l <got) selftest events of 20000, or in disorder"

record machine hypervisor kvm-load -c 0 -n 100
for event in hyp_enter hyp_exit host_hcall vcpu_run vcpu_exit; do
	grep -q ": *$event:" machine.ours || fail "no $event was recorded"
done
for text in 'host_hcall: .* name=__kvm_vcpu_run$' 'vcpu_exit: .* code=TRAP ec=HVC64$'; do
	grep -q "$text" machine.ours || fail "no '$text' in the report: is the format understood?"
done
reset
export_dat selftest.dat selftest
export_dat machine.dat machine
