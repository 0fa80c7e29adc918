#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: where KVM waits for a VM to start its hypervisor, tracing starts it
# requires: nvhe cpus:2 cmdline:kvm.enable_virt_at_load=0
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"

started() {
	grep -q kvm/cpu:online /sys/devices/system/cpu/hotplug/states
}

# Nothing of this needs a hypervisor.
! started || fail "the hypervisor has been started before anybody asked"
write_event 1
assert_file events/enable 0
clear
off

# It comes and goes with a VM.
kvm-load 1 >/dev/null || fail "kvm-load failed"
! started || fail "the hypervisor is still there after the only VM has gone"

# A CPU that is away while it starts takes part when it is back.
cpu_set 1 0
selftest_on
started || fail "an event is on and there is no hypervisor"
on
cpu_set 1 1
taskset -c 0 tryio write "$T/write_event" 2 >/dev/null
taskset -c 1 tryio write "$T/write_event" 3 >/dev/null
assert_ids "ids of CPU 0 and of CPU 1" "2 3"

# And stays: for VMs that come and go, and when tracing has ended.
put events/enable 1
kvm-load 1 >/dev/null || fail "kvm-load failed"
drain >out || exit 1
has_line out hyp_exit || fail "no events of a VM"
reset
started || fail "the hypervisor has gone though events may be switched"
selftest_on
on
write_event 4
assert_ids "ids of another trace" 4
reset
