#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: hyptrace record and report: two VMs of different load, each with its own hypercalls, and the text of trace tells the same
# requires: thorough program:hyptrace program:trace-cmd program:kvm-load file:per_cpu/cpu0/trace_pipe_raw
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset

# The first VM is there as long as the second: a handle that is free again is given anew.
bounded 90 hyptrace record -b 4096 -o two.dat -- sh -c 'kvm-load -c 0 -n 3000 -t hvc &
	kvm-load -c 0 -n 100 -t hvc & wait' >log 2>&1 || fail "record: $(tail -n 1 log)"
assert_file tracing_on 0
hyptrace report two.dat >table || fail "report: status $?"
cat table
! grep -q '^lost:' table || fail "events were lost: $(grep '^lost:' table)"
hyptrace export --format csv two.dat >stays || fail "export: status $?"
awk -F, '$4 == "\"guest_exit:HVC64\"" { n[$7]++ } END { for (i in n) print n[i] }' stays |
	sort -n | tr '\n' ' ' >loads
assert_eq "HVCs of each vCPU's thread" "$(cat loads)" "100 3000 "
if [ "$MODE" != nvhe ]; then
	awk -F, '$4 == "\"guest_exit:HVC64\"" { n[$8]++ } END { for (i in n) print n[i] }' stays |
		sort -n | tr '\n' ' ' >loads
	assert_eq "HVCs of each VM" "$(cat loads)" "100 3000 "
fi

for by in cpu vm vcpu task; do
	hyptrace report --by $by two.dat >rows || fail "report --by $by: status $?"
	assert_eq "stays by $by" "$(awk '/^all / { print $2 }' rows)" \
		"$(awk '/^all / { print $2 }' table)"
done

# The same from text, which has reasons and whole microseconds.
put buffer_size_kb 4096
put events/hypervisor/enable 1
on
kvm-load -c 0 -n 300 -t hvc >log 2>&1 || fail "kvm-load: $(cat log)"
off
cp "$T/trace" text
clear
awk '$3 == "hyp_enter" { split($4, word, "="); why[$1] = word[2]; at[$1] = $2 }
	$3 == "hyp_exit" && why[$1] {
		n[why[$1]]++
		us[why[$1]] += ($2 - at[$1]) * 1e6
		why[$1] = ""
	}
	END { for (i in n) printf "%s %d %.0f\n", i, n[i], us[i] }' text | sort >want
# Interrupts are exits, too, and some are the hypervisor's own
exits=$(value exits "$(cat log)") got=$(sed -n 's/^guest_exit \([0-9]*\) .*/\1/p' want)
if [ "${got:-0}" -lt "${exits%,}" ] || [ "$got" -gt $((${exits%,} + 40)) ]; then
	fail "$exits exits, and the text has: $(cat want)"
fi
hyptrace report --json text >json || fail "report of a text: status $?"
sed -n -E 's/^\{"name": "(.*)", "count": ([0-9]*), "total_ns": ([0-9]*)000, .*/\1 \2 \3/p' json |
	sort >got
cmp -s want got || fail "of a text: $(tr '\n' ';' <got) and not $(tr '\n' ';' <want)"
reset
export_dat two.dat two
