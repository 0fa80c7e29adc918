#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: hyp_pool: a VM's pool is what was donated for it, is used up to the end, and emptied
# requires: protected program:kvm-load
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put buffer_size_kb 4096
memory_on
VMS=3
for _ in $(seq $VMS); do
	load=$(kvm-load -c 0 -n 5 2>&1) || fail "kvm-load: $load"
done
off
drain >out || exit 1
memcheck_of out

assert_eq "pools that came and went" "$(value pools "$sum")" $VMS
n=$(value pool_pages "$sum")
[ "$n" -ge $VMS ] || fail "$n pages in the pools of $VMS VMs"
# Each is emptied in the end, which is when nothing is left to be had.
assert_eq "times that a pool had nothing left" "$(value fail "$sum")" $VMS
# Every page went in, out as a table or a part of one, in again, and out to the host.
pools=$(sed -n 's/.*hyp_pool op=fail pool=\(0x[0-9a-f]*\) .*/\1/p' out | sort -u)
ins=0 outs=0
for pool in $pools; do
	grep -q "page_transition op=donate from=host to=hyp addr=$pool " out ||
		fail "pool $pool was not donated"
	ins=$((ins + $(grep -c "hyp_pool op=free pool=$pool " out)))
	outs=$((outs + $(grep -c "hyp_pool op=alloc pool=$pool .* order=0" out)))
done
assert_eq "pages put into pools" "$ins" $((2 * n))
[ "$outs" -ge "$n" ] || fail "$outs pages taken from pools of $n"
reset
