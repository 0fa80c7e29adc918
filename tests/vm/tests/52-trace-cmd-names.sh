#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace-cmd report shows the hypervisor's events with the names of the threads that called
# requires: program:trace-cmd file:per_cpu/cpu0/trace_pipe_raw
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
need_pids
reset
put buffer_size_kb 1024
n=500
# The kernel keeps the names of those that it sees switched to while it traces.
cat >script <<END
exec 3>self
echo \$\$ >&3
exec evloop -c 0 -n $n -s 1 $T/write_event
END
bounded 90 trace-cmd record -C boot -e sched:sched_switch -B hypervisor -e hypervisor:selftest \
	-o names.dat sh script >log 2>&1 || fail "trace-cmd record: $(tail -n 1 log)"
report names.dat names.txt
sed -n 's/^hypervisor: *\([^ ]*\) .*: selftest: .*/\1/p' names.txt | sort | uniq -c |
	awk '{ print $2, $1 }' >got
assert_eq "whose selftest events, and how many" "$(cat got)" "evloop-$(cat self) $n"
reset
