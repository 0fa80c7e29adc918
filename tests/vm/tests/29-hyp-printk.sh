#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: hyp_printk is on from the start, and ftrace's own bprint to whoever reads the records
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
E=events/hypervisor/hyp_printk
BPRINT=${T%/*}/events/ftrace/bprint

# Only who was there first can tell.
[ -z "$BOOTED_EVENTS" ] ||
	assert_eq "events that are on after boot" "$(cat "$BOOTED_EVENTS")" hypervisor:hyp_printk
assert_file $E/enable 0
put set_event hyp_printk
assert_file $E/enable 1
assert_file events/enable X

# Tools take the format from ftrace's, by the id in the record.
sed -n 's/^ID: //p' "$BPRINT/format" >want
[ -s want ] || fail "$BPRINT has no id"
get $E/id >got
diff want got >differ || fail "id: $(tail -n 1 differ)"
sed '/^name:/d' "$BPRINT/format" >want
get $E/format | sed '/^name:/d' >got
diff want got >differ || fail "format: $(tail -n 1 differ)"

# The host can neither list nor switch it: it is not one of its events.
[ ! -e "${T%/*}/$E" ] || fail "hyp_printk is among the host's events"

# A kernel as it is delivered has nothing to print.
put events/enable 0
put $E/enable 1
on
write_event 1
off
assert_eq "what is traced" "$(drain)" ""
reset
