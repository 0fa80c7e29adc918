#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: dmesg sends every event to the kernel log, once, and takes none from those who read
# requires: file:dmesg
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put dmesg 0

# Lines as trace_pipe has them, of all that the kernel logged since this test began
logged() {
	dmesg | sed -n "/$MARK\$/,\$p" | sed -n 's/.* hypervisor: \(\[.*\)/\1/p'
}

logged_is() {
	[ "$(logged | ids)" = "$1" ]
}

# expect WHAT IDS: these are in the log, and no other, as soon as it has come to them
expect() {
	wait_for 10 "$1: in the log: '$(logged | ids)', expected '$2'" logged_is "$2"
}

assert_file dmesg 0
for v in 2 x "" "1 x"; do
	assert_refused dmesg "$v" EINVAL
done
for where in remotes instances; do
	put "../$where/hypervisor/dmesg" 1
	assert_file dmesg 1
	put dmesg 0
done

# What was there before it was switched on is not printed.
selftest_on
on
write_event 1
put dmesg 1
assert_file dmesg 1
all=
for cpu in $(cpus); do
	for i in 1 2 3; do
		taskset -c "$cpu" tryio write "$T/write_event" $((100 * cpu + 10 + i)) >/dev/null
		all="$all $((100 * cpu + 10 + i))"
	done
done
all=${all# }
expect "events of every CPU, in the order of time" "$all"

# They are still there, and the lines are the same.
drain >piped || exit 1
assert_eq "what trace_pipe still has" "$(ids <piped)" "1 $all"
logged >inlog
sed 1d piped >expected
diff expected inlog >differ || fail "the log's lines differ from trace_pipe's: $(tail -n 1 differ)"

# A reader that is faster than the log takes nothing from it either.
write_event 501
assert_ids "read at once" 501
expect "an event that has been read already" "$all 501"

# Off and on again: nothing twice, nothing of what was in between.
put dmesg 0
write_event 502
put dmesg 1
write_event 503
expect "off and on" "$all 501 503"

# The log keeps the rings loaded until it has all, and loading begins anew. More than once, and
# without a program in between: there shall be something left for the end to do.
unloaded() {
	grep -q unloaded "$T/buffer_size_kb"
}
all="$all 501 503"
drain >/dev/null || exit 1
off
for i in 504 505 506 507 508; do
	echo 1 >"$T/tracing_on"
	echo $i >"$T/write_event"
	echo 0 >"$T/tracing_on"
	drain >/dev/null || exit 1
	wait_for 10 "unloaded when all has been read and logged" unloaded
	all="$all $i"
	logged_is "$all" || fail "unloaded: in the log: '$(logged | ids)', expected '$all'"
done
put dmesg 0
reset
