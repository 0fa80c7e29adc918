#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace-cmd record -f: what the filter wants is recorded, and nothing else, or lost
# requires: host program:trace-cmd file:error_log
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put buffer_size_kb 1024

# record NAME EVENT FILTER COMMAND...
record() {
	name=$1 event=$2 filter=$3
	shift 3
	bounded 90 trace-cmd record -B hypervisor -e "$event" -f "$filter" -C boot \
		-o "$name.dat" sh "$TESTS/recorded" "$@" >"$name.log" 2>&1 ||
		fail "$name: trace-cmd record: $(tail -n 1 "$name.log")"
	report "$name.dat" "$name.txt"
	grep '^hypervisor: ' "$name.txt" >"$name.ours"
	trace-cmd report --stat -i "$name.dat" >"$name.stat" 2>&1
	n=$(awk '/^ *(entries|read events): / { n += $NF } END { print n + 0 }' "$name.stat")
	lost=$(awk '/^ *(overrun|dropped events): / { n += $NF } END { print n + 0 }' "$name.stat")
	assert_eq "$name: events lost" "$lost" 0
	# Whatever is missing: was it read, and did a recorder say something?
	[ "$(wc -l <"$name.ours")" -eq "$n" ] || cat "$name.log" "$name.stat"
	assert_eq "$name: events reported, and events in stats" "$(wc -l <"$name.ours")" "$n"
	wait_for 10 "$name: unloads" is_unloaded
}

record ids hypervisor:selftest "id > 100 && id <= 150 || id == 777" \
	evloop -c 0 -n 2000 -s 1 "$T/write_event"
sed -n 's/.*: *selftest: *id=\([0-9]*\)$/\1/p' ids.ours >got
{
	seq 101 150
	echo 777
} >want
cmp got want || fail "$(wc -l <got) events of 51, or others: $(tr '\n' ' ' <got)"

# By a name of the format's, in a machine that makes all kinds of them
record guests hypervisor:hyp_exit "reason == eret_guest" kvm-load -c 0 -n 100
[ "$(wc -l <guests.ours)" -ge 100 ] || fail "$(wc -l <guests.ours) exits to the guest of 100"
! grep -v 'reason=eret_guest' guests.ours || fail "others than reason=eret_guest"

# It takes its filters away
for f in "$T"/events/hypervisor/*/filter; do
	assert_eq "$f" "$(cat "$f")" none
done
reset
