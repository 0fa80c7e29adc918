#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: the hypervisor is asked to tell which CPUs are busy only while somebody needs to know
# requires: host file:per_cpu/cpu1/trace_pipe_raw
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
RAW=$T/per_cpu/cpu1/trace_pipe_raw
events=events/hypervisor/host_hcall
put $events/filter 'id == __el2_trace_tell_busy'
put $events/enable 1
# All calls are made on CPU 0, so that there is nothing in the pages of CPU 1
taskset -p -c 0 $$ >/dev/null || fail "cannot stay on CPU 0"
on
before=0

# asked: how often it has been asked to tell, or not to any more. Who looks does not need to know.
asked() {
	grep -c 'name=__el2_trace_tell_busy$' "$T/trace"
}

# changed TIMES WHAT: so often since the last time
changed() {
	now=$(asked) || true
	assert_eq "$2: asked or not" $((now - before)) "$1"
	before=$now
}

has_asked() {
	[ "$(asked)" -gt "$before" ]
}

changed 0 "nobody is there"
cat "$T/trace" >/dev/null
changed 0 "trace has been read"

# A file that is consumed as text asks from when it is opened, and only the first of several.
exec 3<"$T/trace_pipe"
changed 1 "trace_pipe is opened"
exec 4<"$T/per_cpu/cpu0/trace_pipe"
changed 0 "another one is"
exec 3<&-
changed 0 "one is closed"
exec 4<&-
changed 1 "both are"

# Pages: when somebody waits, and until it is closed.
assert_eq "to read a page that is not there" "$(tryio read "$RAW")" EAGAIN
changed 0 "pages are read without waiting"
assert_eq "poll" "$(tryio poll "$RAW" 10)" timeout
changed 2 "one has polled, and is gone"
cat "$RAW" >/dev/null &
reader=$!
wait_for 10 "cat sleeps in a read of $RAW" has_asked
changed 1 "one waits"
end_reader
changed 1 "it is gone"

put dmesg 1
changed 1 "the log follows"
put dmesg 0
changed 1 "it does not"

# As long as nothing is recorded the log waits for nothing.
off
put dmesg 1
on
changed 1 "the log follows from when tracing is on"
put dmesg 0
off
reset
