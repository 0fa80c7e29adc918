#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace-cmd stream -B hypervisor prints events, by whole pages, as of an instance
# requires: host program:trace-cmd file:per_cpu/cpu0/trace_pipe_raw
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
# A page at a time. The last ones may be missing: 3.1.6 does not always wait for what its recorders
# send when they are stopped.
put buffer_percent 1
cat >writer <<END
for page in 0 1 2 3; do
	evloop -c 0 -s \$((page * $PAGE_EVENTS + 1)) -n $PAGE_EVENTS "$T/write_event"
	sleep 1
done >written
END
bounded 60 trace-cmd stream -b $((PAGE_KB * 16)) -B hypervisor -e hypervisor:selftest \
	sh ./writer >out 2>err || fail "trace-cmd stream: $(tail -n 1 err)"
sed -n 's/.*selftest: *id=//p' out >got
[ "$(wc -l <got)" -ge $((2 * PAGE_EVENTS)) ] || fail "streamed: $(wc -l <got) events"
seq "$(wc -l <got)" | cmp -s - got || fail "streamed: $(head -n 1 got) to $(tail -n 1 got)"
assert_file tracing_on 0
reset
