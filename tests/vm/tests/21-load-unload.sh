#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: a thousand rounds of loading and unloading cost no memory
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset

rounds() {
	n=0
	while [ $n -lt "$1" ]; do
		echo 1 >"$T/tracing_on" || fail "round $n: cannot switch on"
		echo 0 >"$T/tracing_on" || fail "round $n: cannot switch off"
		n=$((n + 1))
	done
}

# What the first rounds allocate may stay: page tables of the hypervisor, slabs.
rounds 20
before=$(mem_settled)
rounds 1000
assert_file buffer_size_kb "7 (unloaded)"
# The rest of the machine takes and gives back some 100 KB meanwhile. A page leaked in each
# round would be 4000 KB, and a round takes four and more for each CPU.
assert_mem "$before" $((128 * PAGE_KB)) "1000 rounds"

# And it still works.
selftest_on
on
write_event 1
assert_ids "an event after 1000 rounds" 1
reset
