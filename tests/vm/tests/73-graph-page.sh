#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: docs/hypercall.md: its commands, as they stand there, tell what a hypercall of a known load does
# requires: file:set_graph_function program:kvm-load
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
[ "$MODE" = protected ] || skip "the call of the page is one of a protected hypervisor"
reset

# The page says sleep for as long as one wants to look. The shell has one of its own, so no other
# can stand for it by its name.
awk '/^## / { exit } /^    / { print substr($0, 5) }' "$TESTS/hypercall.md" >page
assert_eq "commands of the page" "$(grep -c . page)" 5
sed 's/sleep 10/kvm-load -c 0 -n 10 -t hvc >\/dev\/null/' page >commands
! cmp -s page commands || fail "the page has no time to look"
bounded 60 sh -e commands >answer 2>err || fail "status $?: $(cat err)"
cat answer
assert_eq "the first line" "$(grep -m 1 tracer answer)" "# tracer: function_graph"
calls=$(grep -c '|  __kvm_nvhe___pkvm_host_share_hyp() {$' answer)
[ "$calls" -gt 0 ] || fail "the call is not there"
assert_eq "what a graph begins with" \
	"$(sed -n 's/^ [ 0-9]*) .*|  \(__kvm[^(]*\)().*/\1/p' answer | sort -u)" \
	__kvm_nvhe___pkvm_host_share_hyp
# It walks page tables, among other things.
grep -q '|   *__kvm_nvhe_kvm_pgtable_walk()' answer || fail "no page table is walked"
[ "$(grep -c '|    *__kvm_nvhe_' answer)" -gt "$((3 * calls))" ] || fail "hardly anything is in it"
awk '/^## / { on = /no longer/ } on && /^    / { print substr($0, 5) }' "$TESTS/hypercall.md" >end
[ -s end ] || fail "the page does not say how it ends"
(cd "$T" && sh -e) <end || fail "it does not end"
assert_file current_tracer nop
assert_file set_graph_function "#### all functions enabled ####"
reset
