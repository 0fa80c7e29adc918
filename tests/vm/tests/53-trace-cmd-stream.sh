#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace-cmd stream -B hypervisor prints events as they come
# requires: program:trace-cmd file:per_cpu/cpu0/trace_pipe_raw
# shellcheck source=../lib.sh
. /tests/lib.sh
reset
bounded 60 trace-cmd stream -B hypervisor -e hypervisor:selftest \
	sh -c "for n in 1 2 3; do echo \$n >$T/write_event; sleep 1; done" >out 2>err ||
	fail "trace-cmd stream: $(tail -n 1 err)"
assert_eq "what was streamed" "$(sed -n 's/.*selftest: *id=//p' out | tr '\n' ' ')" "1 2 3 "
assert_file tracing_on 0
reset
