#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: hypercalls are named; formats have numbers where they name things, in both places
# requires: program:kvm-load
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset

# What a tool cannot parse, or would have to know of this kernel, is not in any format.
for d in "$T"/events/hypervisor/*/; do
	e=$(basename "$d")
	# To the rest of the world it is ftrace's own bprint.
	[ "$e" != hyp_printk ] || continue
	sed -n 's/^print fmt: //p' "$d/format" >fmt
	sed -n 's/^print fmt: //p' "${T%/*}/events/hypervisor/$e/format" >top
	cmp fmt top || fail "$e: the format at the top level is another"
	grep -o '{ *[^,]*,' fmt | tr -d '{, ' >numbers
	bad=$(grep -v -E '^([0-9]+|0x[0-9a-f]+)$' numbers | head -n 1)
	assert_eq "$e: a name that stands for something else than a number" "$bad" ""
done

grep -o '{ *[0-9]*, "[^"]*" }' "$T/events/hypervisor/host_hcall/format" |
	sed 's/{ *\([0-9]*\), "\(.*\)" }/\1 \2/' >names
grep -q ' __kvm_vcpu_run$' names || fail "host_hcall's format does not name __kvm_vcpu_run"
assert_eq "numbers without a name" \
	"$(cut -d' ' -f1 names)" "$(seq 0 $(($(wc -l <names) - 1)))"

# The text says the same, and it is what is done.
put buffer_size_kb 4096
put events/hypervisor/host_hcall/enable 1
on
write_event 1
load=$(kvm-load -n 20 2>&1) || fail "kvm-load: $load"
off
drain >out || exit 1
sed -n 's/.*: host_hcall id=\([0-9]*\) invalid=0 name=\(.*\)$/\1 \2/p' out >calls
assert_eq "hypercalls that are not a line 'id= invalid=0 name='" \
	"$(wc -l <out)" "$(wc -l <calls)"
sort -u calls >called
sort -u names >known
assert_eq "hypercalls whose name is another than the format's" \
	"$(sort called known | uniq | sort - known | uniq -u)" ""
count() {
	grep -c " $1\$" calls
}
exits=$(value exits "$load")
assert_eq "__kvm_vcpu_run" "$(count __kvm_vcpu_run)" "${exits%,}"
assert_eq "__el2_trace_write_event" "$(count __el2_trace_write_event)" 1
if [ "$MODE" = protected ]; then
	assert_eq "__pkvm_init_vm" "$(count __pkvm_init_vm)" 1
	assert_eq "__pkvm_teardown_vm" "$(count __pkvm_teardown_vm)" 1
fi
# The last is this one, by which it ended.
assert_eq "the last" "$(tail -n 1 calls | cut -d' ' -f2)" __el2_trace_enable
reset
