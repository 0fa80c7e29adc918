#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: page_transition: what a VM shares and donates; the host's allocations name the pages
# requires: protected program:kvm-load
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
host=${T%/*}
reset
put buffer_size_kb 4096

# The host's own record of who allocates which page, and frees it.
: >"$host/trace"
echo boot >"$host/trace_clock"
echo 1 >"$host/events/kmem/mm_page_alloc/enable"
echo 1 >"$host/events/kmem/mm_page_free/enable"
memory_on
load=$(kvm-load -c 0 -n 5 2>&1)
rc=$?
off
echo 0 >"$host/events/kmem/enable"
cp "$host/trace" host
echo local >"$host/trace_clock"
: >"$host/trace"
[ $rc -eq 0 ] || fail "kvm-load: $load"
drain >out || exit 1
memcheck_of out

# Every hypercall that shares or unshares a page is there, once, and all comes back.
n=$(value share "$sum")
[ "$n" -gt 0 ] || fail "nothing was shared"
for what in unshare share_calls unshare_calls; do
	assert_eq "$what, and pages shared" "$(value $what "$sum")" "$n"
done
n=$(value give "$sum")
[ "$n" -gt 0 ] || fail "nothing was donated"
assert_eq "pages given back, and pages donated" "$(value back "$sum")" "$n"
assert_eq "transitions refused" "$(value refused "$sum")" 0
assert_eq "pages that are not the host's afterwards" "$(value left "$sum")" 0

# seconds LINE: when that was
seconds() {
	echo "$1" | sed 's/.*[] .] *\([0-9]*\.[0-9]*\): .*/\1/'
}

# not_after WHAT A B: of two times
not_after() {
	awk "BEGIN { exit !($2 <= $3) }" || fail "$1: $2 is after $3"
}

# What was donated was allocated by kvm-load before, at this address and large enough; when it has
# come back, each page is freed.
tid=$(value tid "$load")
grep 'page_transition op=donate from=host to=hyp' out >donations
while read -r line; do
	addr=$(value addr "$line")
	nr=$(value nr_pages "$line")
	pfn=$(printf '0x%x' $((addr / PAGE_KB / 1024)))
	got=$(grep -E "kvm-load-${tid%,} .* mm_page_alloc: .* pfn=$pfn order=" host | tail -n 1)
	[ -n "$got" ] || fail "kvm-load did not allocate $addr, which was donated"
	order=$(value order "$got")
	[ "$nr" -le $((1 << order)) ] || fail "$nr pages at $addr were donated, of 2^$order"
	not_after "allocation and donation of $addr" "$(seconds "$got")" "$(seconds "$line")"

	line=$(grep "page_transition op=donate from=hyp to=host addr=$addr " out | tail -n 1)
	for i in $(seq 0 $((nr - 1))); do
		pfn=$(printf '0x%x' $((addr / PAGE_KB / 1024 + i)))
		got=$(grep -E "kvm-load-${tid%,} .* mm_page_free: .* pfn=$pfn " host | tail -n 1)
		[ -n "$got" ] || fail "page frame $pfn was not freed after all"
		[ "$i" -gt 0 ] || [ -z "$line" ] ||
			not_after "return and freeing of $addr" "$(seconds "$line")" \
				"$(seconds "$got")"
	done
done <donations
reset
