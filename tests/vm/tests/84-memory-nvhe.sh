#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: without protection memory is the host's business, and the hypervisor tells nothing of it
# requires: nvhe program:kvm-load
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put buffer_size_kb 4096
memory_on
load=$(kvm-load -c 0 -n 20 2>&1) || fail "kvm-load: $load"
off
drain >out || exit 1
has_line out ': hyp_enter ' || fail "nothing was recorded at all"
for event in $MEMORY_EVENTS; do
	! has_line out ": $event " || fail "$event: $(grep -m 1 ": $event " out)"
done
reset
