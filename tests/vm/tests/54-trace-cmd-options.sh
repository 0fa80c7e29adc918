#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace-cmd -O nooverwrite, -b: options and size by trace-cmd
# requires: host program:trace-cmd file:trace_options
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
bounded 60 trace-cmd start -B hypervisor -e hypervisor:selftest -b 64 -O nooverwrite >out 2>&1 ||
	fail "trace-cmd start -O nooverwrite: $(tail -n 1 out)"
assert_file options/overwrite 0
assert_file buffer_size_kb "64 (loaded)"
evloop -c 0 -n 20000 -s 1 "$T/write_event" >/dev/null || fail "evloop failed"
bounded 60 trace-cmd stop -B hypervisor || fail "trace-cmd stop failed"
bounded 60 trace-cmd extract -B hypervisor -o got.dat >out 2>&1 ||
	fail "trace-cmd extract: $(tail -n 1 out)"
report got.dat got.txt
assert_eq "the first id that was kept" \
	"$(sed -n 's/.*selftest: *id=\([0-9]*\)$/\1/p' got.txt | head -n 1)" 1
off
clear
assert_eq "trace_options after writing overwrite" "$(tryio write "$T/trace_options" overwrite)" ok
assert_file options/overwrite 1
assert_refused trace_options nosuchoption EINVAL
reset
