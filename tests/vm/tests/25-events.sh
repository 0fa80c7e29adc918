#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: a virtual machine's life shows: entries, exits, hypercalls, each in its place
# requires: program:kvm-load
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
# Enough for all of it, so that the counts are exact.
put buffer_size_kb 4096
put events/enable 1

cpus=$(grep -c ^processor /proc/cpuinfo)
for cpu in 0 $((cpus - 1)); do
	on
	load=$(kvm-load -c $cpu -n 100 2>&1) || fail "kvm-load: $load"
	off
	drain per_cpu/cpu$cpu/trace_pipe >out || exit 1
	sum=$(hypcheck <out 2>&1) || fail "CPU $cpu: $sum"
	echo "$load"
	echo "CPU $cpu: $sum"
	exits=$(value exits "$load")
	exits=${exits%,}
	tid=$(value tid "$load")
	tid=${tid%,}
	assert_eq "CPU $cpu: events lost" "$(value lost "$sum")" 0

	# Every exit of the guest was an entry before, and that a hypercall.
	assert_eq "CPU $cpu: calls of __kvm_vcpu_run" "$(value run_count "$sum")" "$exits"
	n=$(value enter "$sum")
	[ "$n" -gt "$exits" ] || fail "CPU $cpu: $n times hyp_enter for $exits exits"
	d=$((n - $(value exit "$sum")))
	[ "${d#-}" -le 1 ] || fail "CPU $cpu: $n times hyp_enter, but $((n - d)) hyp_exit"

	# An exit of the guest names the thread that runs it, and only that.
	for kind in guest_exit eret_guest; do
		n=$(value $kind "$sum")
		[ "$n" -ge "$exits" ] ||
			fail "CPU $cpu: reason=$kind came $n times for $exits exits"
	done
	assert_eq "CPU $cpu: vCPU threads that appear" "$(value vcpus "$sum")" "$tid"
	grep 'hyp_enter reason=guest_exit' out | grep -v -q "vcpu=$tid\$" &&
		fail "CPU $cpu: an exit of the guest without vcpu=$tid"
	drain >/dev/null || exit 1
	assert_unloaded "tracing ended and all was read"
done
reset
