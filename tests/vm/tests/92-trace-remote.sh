#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace_remote=hypervisor^... has traced since before the first VM, as was asked for
# requires: cmdline:hyptrace.boot=good
# state: as booted
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"

# trace_remote=hypervisor^buf_size=64^overwrite=0^dump_on_panic=7,selftest,hypervisor:hyp_enter
# trace_remote=hypervisor^dmesg,hyp_exit
# trace_event=hypervisor:vcpu_run,hypervisor:selftest
assert_file tracing_on 1
assert_file buffer_size_kb "64 (loaded)"
assert_file options/overwrite 0
assert_file dump_on_panic 7
assert_file dmesg 1
assert_eq set_event "$(sed 's/^hypervisor://' "$T/set_event" | sort | tr '\n' ' ')" \
	"hyp_enter hyp_exit hyp_printk selftest vcpu_run "
dmesg >log
! grep 'trace_remote=.*ignored' log >bad || fail "complaint: $(head -n 1 bad)"

# Before it is read: the log may lack what a reader was quicker to take.
has_logged() {
	dmesg | grep -q 'hypervisor: .*: selftest id=77$'
}
write_event 77
wait_for 10 "the event in the kernel log" has_logged

# From the beginning: the oldest event was before init ran.
drain >out || exit 1
first=$(sed -n '1s/^\[[0-9]*\][^0-9]*\([0-9]*\)\.\([0-9]*\):.*/\1\2/p' out)
init=$(sed -n 's/^\[ *\([0-9]*\)\.\([0-9]*\)\] Run \/init as init process/\1\2/p' log)
[ -n "$first" ] || fail "the first line has no time: $(head -n 1 out)"
[ -n "$init" ] || fail "the log does not tell when init ran"
[ "$first" -lt "$init" ] || fail "the first event was at $first us, init ran at $init us"
grep -q ': selftest id=77$' out || fail "no selftest event"
grep -q ': hyp_exit ' out || fail "no hyp_exit event"
! grep -q ': host_hcall ' out || fail "an event nobody asked for"

# What the command line has switched on at the top is switched off there, and no more than that.
for event in vcpu_run selftest; do
	S=events/hypervisor/$event/enable
	assert_file $S 1
	assert_eq "$event at the top" "$(cat /sys/kernel/tracing/$S)" 1
	assert_eq "$event off" "$(tryio write /sys/kernel/tracing/$S 0)" ok
	assert_eq "$event at the top, off" "$(cat /sys/kernel/tracing/$S)" 0
done
assert_file events/hypervisor/vcpu_run/enable 0
assert_file events/hypervisor/selftest/enable 1
put dmesg 0
put dump_on_panic 0
reset
