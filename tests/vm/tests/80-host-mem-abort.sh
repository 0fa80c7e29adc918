#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: host_mem_abort: each page that the hypervisor gives back faults once, and is mapped
# requires: protected program:kvm-load
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put buffer_size_kb 4096

for cpu in 0 $(($(grep -c ^processor /proc/cpuinfo) - 1)); do
	memory_on
	load=$(kvm-load -c "$cpu" -n 5 2>&1) || fail "kvm-load: $load"
	off
	drain >out || exit 1
	memcheck_of out

	# When the VM is gone, the host takes its memory off a list in that memory.
	[ "$(value back "$sum")" -gt 0 ] || fail "the hypervisor gave nothing back"
	assert_eq "pages given back that the host had an abort for" \
		"$(value touched "$sum")" "$(value back "$sum")"

	# An abort is what a stay is for, and there is one in each.
	aborts=$(value aborts "$sum")
	stays=$(grep -c 'hyp_enter reason=host_abort' out)
	assert_eq "entries for an abort, and aborts" "$stays" "$aborts"
done
reset
