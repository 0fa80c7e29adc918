#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: host_stage2_*, hyp_map, hyp_unmap: page tables change as transitions say, on all CPUs
# requires: protected program:kvm-load cpus:2
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put buffer_size_kb 4096
cpus=$(grep -c ^processor /proc/cpuinfo)

# VMs on all CPUs, in one order: no page is given by two, or mapped where it has been taken.
memory_on
load_all 20
off
drain >out || exit 1
memcheck_of out
assert_eq "pages that are not the host's afterwards" "$(value left "$sum")" 0
for pair in "hyp_map:op=share from=host to=hyp|op=donate from=host to=hyp" \
	"hyp_unmap:op=unshare from=host to=hyp|op=donate from=hyp to=host" \
	"host_stage2_owner:op=donate"; do
	event=${pair%%:*}
	n=$(grep -c ": $event " out)
	[ "$n" -ge "$cpus" ] || fail "$event came $n times for $cpus VMs"
	assert_eq "$event, and transitions" "$n" "$(grep -c -E "${pair#*:}" out)"
done

# Each has a switch of its own.
put events/enable 0
for event in $MEMORY_EVENTS; do
	put "events/hypervisor/$event/enable" 1
	on
	kvm-load -n 5 >load 2>&1 || fail "kvm-load: $(cat load)"
	off
	put "events/hypervisor/$event/enable" 0
	drain >out || exit 1
	assert_eq "what came with $event on" "$(sed 's/.*: \([a-z0-9_]*\) .*/\1/' out | sort -u)" \
		"$event"
done
reset
