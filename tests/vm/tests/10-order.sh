#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: four CPUs write while one reads: time never goes backwards, each loss is counted
# requires: cpus:4
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset

write_all() {
	start_writers "0 1 2 3" 15000
	wait_writers
}

# check HOW
check() {
	# shellcheck disable=SC2046 # four words
	evcheck $(ranges_of 0 1 2 3) <out >sum 2>&1 || fail "$1: $(tail -n 1 sum)"
	echo "$1: $(cat sum)"
	[ "$(value read "$(cat sum)")" -gt 0 ] || fail "$1: nothing was read"
}

selftest_on
for kb in 7 256; do
	# A reader that never blocks.
	put buffer_size_kb $kb
	rm -f finished
	on
	evread -d finished -t $((90 * SLOW)) "$T/trace_pipe" >out &
	reader=$!
	write_all
	touch finished
	wait $reader || fail "$kb KB: the reader failed"
	off
	check "$kb KB, not blocking"

	# A reader that blocks, and comes to the end of the file when tracing is off.
	on
	start_reader trace_pipe out
	write_all
	off
	wait_for 60 "cat comes to the end after tracing is off" gone $reader
	check "$kb KB, blocking"
	wait_for 10 "unloads" is_unloaded
done
reset
