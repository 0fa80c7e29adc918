#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: a virtual machine runs and leaves its guest in every way it knows
# requires: program:kvm-load
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"

for type in mmio hvc wfi mix; do
	out=$(kvm-load -n 200 -t $type 2>&1) || fail "kvm-load -t $type: $out"
	for kind in mmio hvc wfi; do
		case $type in
		"$kind" | mix) expected=200 ;;
		*) expected=0 ;;
		esac
		n=$(value $kind "$out")
		assert_eq "$kind exits of kvm-load -t $type" "$n" $expected
	done
done
