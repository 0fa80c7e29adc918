#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: remotes/ and instances/ have the hypervisor's very tree; it cannot be removed there
# requires: file:../remotes/hypervisor file:../instances/hypervisor
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
TRACEFS=/sys/kernel/tracing

(cd "$T" && find . | sort) >here
for where in remotes instances; do
	dir=$TRACEFS/$where/hypervisor
	(cd "$dir" && find . | sort) >there
	diff here there >differ || fail "$dir differs: $(tail -n 1 differ)"
	find "$dir" -type f | while read -r f; do
		assert_eq "mode of $f" "$(stat -c '%a %u' "$f")" \
			"$(stat -c '%a %u' "$T/${f#"$dir"/}")"
	done || exit 1
	# One hypervisor, whichever way one goes.
	echo 8 >"$dir/buffer_size_kb" || fail "$dir/buffer_size_kb cannot be written"
	assert_file buffer_size_kb "8 (unloaded)"
	echo 1 >"$dir/events/hypervisor/selftest/enable"
	echo 1 >"$dir/tracing_on"
	assert_file tracing_on 1
	echo 3 >"$dir/write_event"
	assert_eq "read in $dir" "$(evread "$dir/trace_pipe" | ids)" 3
	reset
done

# An instance of the kernel's own can be made and removed beside it, but this one stays.
I=$TRACEFS/instances
why=$(rmdir $I/hypervisor 2>&1 | sed 's/.*: //')
case $why in
"Device or resource busy" | "Operation not permitted") ;;
*) fail "removing $I/hypervisor: '$why' does not say why not" ;;
esac
! mkdir $I/hypervisor 2>/dev/null || fail "$I/hypervisor could be made again"
[ -d $I/hypervisor/events ] || fail "$I/hypervisor is gone after all"
mkdir $I/another || fail "instances can no longer be made"
[ -f $I/another/per_cpu/cpu0/trace_pipe_raw ] || fail "a new instance has not its files"
rmdir $I/another || fail "instances can no longer be removed"
! rmdir $TRACEFS/remotes/hypervisor 2>/dev/null || fail "remotes/hypervisor could be removed"
