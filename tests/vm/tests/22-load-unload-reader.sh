#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: loading by readers, with events, at different sizes, costs no memory either
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on

# rounds N: by a reader and by tracing, with events that are read, and cleared
rounds() {
	n=0
	while [ $n -lt "$1" ]; do
		for kb in 4 40; do
			put buffer_size_kb $kb
			assert_eq "round $n, read" "$(tryio read "$T/trace_pipe")" EAGAIN
			on
			evloop -n 300 -s 1 "$T/write_event" >/dev/null || fail "evloop failed"
			assert_eq "round $n, read" "$(tryio read "$T/trace_pipe")" data
			off
			clear
			is_unloaded || fail "round $n: still loaded"
		done
		n=$((n + 1))
	done
}

rounds 3
before=$(mem_settled)
rounds 50
# A page leaked in each load would be 400 KB; a reader's pages or a ring far more.
assert_mem "$before" $((75 * PAGE_KB)) "100 loads"
reset
