#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: all events on all CPUs, virtual machines running, one reader: a story without gaps
# requires: program:kvm-load cpus:2
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put events/enable 1

# Reading is hypercalls, which are events: the reader never comes to an end while tracing is on.
for kb in 7 1024; do
	put buffer_size_kb $kb
	on
	cat "$T/trace_pipe" >out 2>err &
	reader=$!
	load_all 150
	off
	wait_for 60 "the reader comes to the end after tracing is off" gone $reader
	assert_eq "what cat complained of" "$(cat err)" ""
	sum=$(hypcheck <out 2>&1) || fail "$kb KB: $sum"
	echo "$kb KB: $sum"
	[ "$(value guest_exit "$sum")" -gt 0 ] || fail "$kb KB: not one exit of a guest was read"
	wait_for 10 "unloads" is_unloaded
done
reset
