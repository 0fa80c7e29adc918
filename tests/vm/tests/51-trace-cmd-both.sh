#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace-cmd: host and hypervisor events in one file, on one time line, in order
# requires: program:trace-cmd file:per_cpu/cpu0/trace_pipe_raw
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put buffer_size_kb 1024
bounded 90 trace-cmd record -C boot -e kvm -B hypervisor -e hypervisor -o both.dat \
	sh "$TESTS/recorded" kvm-load -c 0 -n 100 >log 2>&1 ||
	fail "trace-cmd record: $(tail -n 1 log)"
report both.dat both.txt
grep -q '^hypervisor: .*hyp_enter' both.txt || fail "no hypervisor events"
grep -v '^hypervisor: ' both.txt | grep -q 'kvm_entry' || fail "no host events"

# Order is more than sorted time stamps: on its CPU, the guest runs between the host's kvm_entry and
# kvm_exit, so the hypervisor's entries from a guest are there and nowhere else.
grep '\[000\]' both.txt | awk '
/kvm_entry:/ { n++; inside = 1; exits = 0 }
/hyp_enter: .*reason=guest_exit/ {
	total++
	if (inside) exits++
	else if (n) { print "a guest exit outside of kvm_entry .. kvm_exit: " $0; bad++ }
}
/kvm_exit:/ {
	if (inside && !exits) { print "kvm_exit without a guest exit before: " $0; bad++ }
	inside = 0
}
END { print n " times kvm_entry, " total " guest exits, " bad + 0 " out of order"
	exit bad > 0 || !n || !total }' >order || fail "$(tail -n 1 order): $(head -n 1 order)"
cat order
export_dat both.dat both
reset
