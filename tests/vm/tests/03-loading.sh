#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: memory is taken when tracing or reading starts, and given back when nobody needs it
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset

assert_file buffer_size_kb "7 (unloaded)"
on
assert_file buffer_size_kb "7 (loaded)"
off
assert_file buffer_size_kb "7 (unloaded)"

# Choosing events takes no memory, nor does writing an event that nobody records.
selftest_on
write_event 1
assert_file buffer_size_kb "7 (unloaded)"

# A reader loads, and keeps it loaded when tracing ends.
start_reader trace_pipe out
assert_loaded "a reader has opened trace_pipe"
on
off
assert_loaded "tracing ended, the reader is still there"
end_reader
wait_for 10 "unloads when the reader goes" is_unloaded
assert_eq "what the reader has read" "$(cat out)" ""

# So does the reader of one CPU.
start_reader per_cpu/cpu0/trace_pipe out
assert_loaded "a reader has opened per_cpu/cpu0/trace_pipe"
end_reader
wait_for 10 "unloads when the reader of CPU 0 goes" is_unloaded

# Events that nobody has read keep it loaded; reading them all ends that.
on
write_event 2
off
assert_loaded "tracing ended, an event is left"
assert_ids "the event that was left" 2
assert_unloaded "the last event was read"

# So does clearing them.
on
write_event 3
off
assert_loaded "tracing ended, an event is left"
clear
assert_unloaded "the last event was cleared"
reset
