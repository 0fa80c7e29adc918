#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: vm_create and vm_teardown: each VM once, and the one that there is no room for
# requires: protected program:vms
# timeout: 300
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put buffer_size_kb 4096

# assert_text WHAT FILE EXPECTED
assert_text() {
	assert_eq "$1" "$(cat "$2")" "$3"
}

# story VMS VCPUS: vms at work; what the hypervisor says of it is in out, what vms says in said
story() {
	on
	vms "$1" "$2" >said 2>&1 || fail "vms $1 $2: $(tail -n 1 said)"
	off
	drain >out || exit 1
	! grep LOST out || fail "events were lost"
	sed -n 's/.*: vm_create vm=\(0x[0-9a-f]*\) .* err=0$/\1/p' out >created
	sed -n 's/.*: vm_teardown vm=\(0x[0-9a-f]*\) .* err=0$/\1/p' out >gone
	grep ': vm_create .* err=-' out | sed 's/.*: //' >refused
}

put events/enable 1
story 1 3
assert_text "what came of it" said ok
assert_eq "one VM" "$(wc -l <created)" 1
vm=$(cat created)
assert_text "what was torn down" gone "$vm"
assert_text "what was refused" refused ""
# No guest of 6.12 is a protected one.
assert_eq "vm_create" "$(sed -n 's/.*: \(vm_create .*\)/\1/p' out)" \
	"vm_create vm=$vm nr_vcpus=3 protected=0 err=0"
assert_eq "vm_teardown" "$(sed -n 's/.*: \(vm_teardown .*\)/\1/p' out)" \
	"vm_teardown vm=$vm nr_vcpus=3 protected=0 err=0"
assert_eq "vCPUs that ran" \
	"$(sed -n 's/.*: vcpu_run vm=\([^ ]*\) vcpu_idx=\(.*\)/\1 \2/p' out | sort -u)" \
	"$(printf '%s\n' "$vm 0" "$vm 1" "$vm 2")"
# In order: nothing before the creation, nothing after the end
assert_eq "the first and the last of the VM" \
	"$(sed -n "s/.*: \([a-z_]*\) vm=$vm.*/\1/p" out | sed -n '1p;$p' | tr '\n' ' ')" \
	"vm_create vm_teardown "
hypcheck <out >sum 2>&1 || fail "$(cat sum)"

# All that the hypervisor has room for, and one more. A VM takes some fifty pages.
need=$((256 * 64 * PAGE_KB))
[ "$(mem_free)" -ge $need ] || skip "the rest passes, but 256 VMs take $need KB: --memory 2G"
put events/enable 0
put events/hypervisor/vm_create/enable 1
put events/hypervisor/vm_teardown/enable 1
story 256 1
refusals=$(grep -c -v '^ok$' said)
echo "$(wc -l <created) created, $refusals refused"
[ "$refusals" -gt 0 ] || fail "256 VMs at once: none was refused"
assert_eq "created" "$(wc -l <created)" "$(grep -c '^ok$' said)"
assert_eq "refused" "$(wc -l <refused)" "$refusals"
assert_eq "handles that came twice" "$(sort created | uniq -d)" ""
sort created >a
sort gone >b
cmp a b || fail "not those that were created were torn down"
# -12 is ENOMEM
assert_eq "a refusal" "$(sort -u refused)" "vm_create vm=0x0 nr_vcpus=1 protected=0 err=-12"
assert_eq "what the host made of it" "$(grep -v '^ok$' said | sort -u)" ENOMEM
reset
