#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: hyptrace doctor and stat, where KVM runs in VHE mode, say so, and what to boot with
# requires: vhe program:hyptrace
hyptrace doctor >out 2>&1
rc=$?
if [ $rc -ne 1 ]; then
	echo "doctor ended with status $rc, not 1: $(cat out)"
	exit 1
fi
# What it is, and the remedy
for text in "BAD   hypervisor  KVM runs in VHE mode" "kvm-arm.mode=protected"; do
	grep -q -e "$text" out || {
		echo "'$text' is not said: $(cat out)"
		exit 1
	}
done
hyptrace stat -- true >out 2>&1
rc=$?
if [ $rc -ne 1 ] || ! grep -q 'hyptrace doctor' out; then
	echo "stat ended with status $rc, and does not send to the doctor: $(cat out)"
	exit 1
fi
