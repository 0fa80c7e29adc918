#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: hyptrace record and report: two VMs of different load, each with its own hypercalls, and hyp-time finds the same stays
# requires: program:hyptrace program:trace-cmd program:kvm-load program:hyp-time file:per_cpu/cpu0/trace_pipe_raw
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset

bounded 90 hyptrace record -b 4096 -o two.dat -- sh -c 'kvm-load -c 0 -n 300 -t hvc &
	kvm-load -c 0 -n 100 -t hvc & wait' >log 2>&1 || fail "record: $(tail -n 1 log)"
assert_file tracing_on 0
hyptrace report two.dat >table || fail "report: status $?"
cat table
! grep -q '^lost:' table || fail "events were lost: $(grep '^lost:' table)"
hyptrace export --format csv two.dat >stays || fail "export: status $?"
awk -F, '$4 == "\"guest_exit:HVC64\"" { n[$7]++ } END { for (i in n) print n[i] }' stays |
	sort -n | tr '\n' ' ' >loads
assert_eq "HVCs of each vCPU's thread" "$(cat loads)" "100 300 "
if [ "$MODE" != nvhe ]; then
	awk -F, '$4 == "\"guest_exit:HVC64\"" { n[$8]++ } END { for (i in n) print n[i] }' stays |
		sort -n | tr '\n' ' ' >loads
	assert_eq "HVCs of each VM" "$(cat loads)" "100 300 "
fi

# hyp-time on the text comes to the same number of stays.
report two.dat text
grep '^hypervisor: ' text >ours
assert_eq "stays" "$(hyptrace report two.dat | sed -n 's/.*: \([0-9]*\) stays in .*/\1/p')" \
	"$(hyp-time ours | awk '/^CPU/ { n += $3 } END { print n + 0 }')"
for by in cpu vm vcpu task; do
	hyptrace report --by $by two.dat >rows || fail "report --by $by: status $?"
	assert_eq "stays by $by" "$(awk '/^all / { print $2 }' rows)" \
		"$(awk '/^all / { print $2 }' table)"
done
reset
export_dat two.dat two
