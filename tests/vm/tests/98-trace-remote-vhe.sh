#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: where KVM has no hypervisor of its own trace_remote=hypervisor is reported, no more
# requires: vhe cmdline:hyptrace.boot=vhe
dmesg >log
said="trace_remote=hypervisor^dmesg,all ignored: no such remote; there are: none"
grep -q -F "$said" log || {
	echo "not in the log: $said"
	exit 1
}
