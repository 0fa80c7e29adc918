#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: where there is no hypervisor of its own, hyptrace-check says so, and what to do
# requires: vhe
[ "$("${TESTS%/tests}/hyptrace-check" --mode)" = vhe ] || {
	echo "--mode does not say vhe"
	exit 1
}
"${TESTS%/tests}/hyptrace-check" --only '01-*' >out 2>&1
rc=$?
if [ $rc -ne 2 ]; then
	echo "it ended with status $rc, not 2: $(cat out)"
	exit 1
fi
# What it is, and the remedy
for text in "KVM runs in VHE mode" "kvm-arm.mode=protected"; do
	grep -q -e "$text" out || {
		echo "'$text' is not said: $(cat out)"
		exit 1
	}
done
