#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: what is wrong in trace_remote= is reported, by name, and left out; the rest counts
# requires: cmdline:hyptrace.boot=bad
# state: as booted
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"

# trace_remote=hypervisor^buf_size=0^buf_size=x^buf_size=99999999999^overwrite=2^dmesg=yes
#	^dump_on_panic=-1^dump_on_panic=10001^nosuch=1^^buf_size=16
#	,selftest,nosuch,no:such,,hyp_exit
# trace_remote=other,x trace_remote= trace_remote=hypervisorx^dmesg
dmesg >log
# expect TEXT: the kernel has said so
expect() {
	grep -q -F "trace_remote=$1" log || fail "not in the log: trace_remote=$1"
}

for value in 0 x 99999999999; do
	expect "hypervisor: buf_size=$value ignored (error -"
done
expect "hypervisor: buf_size=0 ignored (error -22): it takes kilobytes"
expect "hypervisor: overwrite=2 ignored (error -22): it takes 0 or 1"
expect "hypervisor: dmesg=yes ignored (error -22): it takes 0 or 1"
expect "hypervisor: dump_on_panic=-1 ignored (error -"
expect "hypervisor: dump_on_panic=10001 ignored (error -22): it takes 0, 1, or a number of lines"
expect "hypervisor: option 'nosuch' ignored: there are buf_size, overwrite, dump_on_panic, dmesg, \
tracer, filter, notrace, graph"
expect "hypervisor: option '' ignored"
for word in nosuch no:such ""; do
	expect "hypervisor: event '$word' ignored (error -22): see available_events"
done
expect "other,x ignored: no such remote; there are: hypervisor"
expect " ignored: no such remote"
expect "hypervisorx^dmesg ignored: no such remote"
assert_eq "complaints" "$(grep -c 'trace_remote=.* ignored' log)" 15

assert_file tracing_on 1
assert_file buffer_size_kb "16 (loaded)"
assert_file options/overwrite 1
assert_file dmesg 0
assert_file dump_on_panic 0
assert_eq set_event "$(sort "$T/set_event" | tr '\n' ' ')" \
	"hypervisor:hyp_exit hypervisor:hyp_printk hypervisor:selftest "
reset
