#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: the event and the lines that docs/adding-events.md adds, as text and to trace-cmd
# requires: program:trace-cmd
# shellcheck source=../vm/lib.sh
. /tests/lib.sh
reset

# differs: the first line of a diff that tells
differs() {
	grep '^[-+][^-+]' differ | head -n 1
}

# What the page says one is to do prints what the page says it will, but for the time.
strip() {
	sed 's/^\[[0-9]*\][[:space:]]*[0-9]*\.[0-9]*: //'
}
sh /tests/guest.sh | strip >got
sed -n 's/.*# \[[0-9]*\] *[0-9.]*: //p' /tests/guest.sh >want
[ -s want ] || fail "the page says nothing of what is to be seen"
diff want got >differ || fail "what the page says: $(differs)"
reset

# The event, with its fields, by its own switch alone.
E=events/hypervisor
assert_file $E/guess/enable 0
grep -q 'field:u64 number;	offset:8;	size:8;	signed:0;' "$T/$E/guess/format" ||
	fail "guess/format has no number"
put $E/guess/enable 1
on
write_event 7
off
drain | strip >got || exit 1
assert_eq "guess alone" "$(cat got)" "guess number=7 even=0"

# Lines: each with the function it is in, and the text that was meant. The kernel's %pS tells the
# symbol's size too.
grep -v '^#' /tests/expected >want
lines() {
	sed -n "s/.*$1 __kvm_nvhe_handle___el2_trace_write_event: //p" | grep -v '^[0-9]* for ' |
		sed -e 's/[[:space:]]*$//' -e 's,\(+0x4\)/0x[0-9a-f]*$,\1,'
}
put events/enable 0
put $E/hyp_printk/enable 1
on
write_event 42
off
lines 'hyp_printk' <"$T/trace" >got
diff want got >differ || fail "trace: $(differs)"
drain >out || exit 1
assert_eq "lines that are no hyp_printk" "$(grep -v -c ': hyp_printk ' out)" 0
lines 'hyp_printk' <out >got
diff want got >differ || fail "trace_pipe: $(differs)"

# A format that is none of the kernel's, one that asks for text, too few arguments, just enough.
on
write_event 44
off
drain | lines 'hyp_printk' | sed 's/0x[0-9a-f]*)/ADDRESS)/' >got || exit 1
cat >bad <<END
(no format of the kernel's: ADDRESS)
(bad format or arguments: text %s)
(bad format or arguments: two %d %d %d)
two 1 2 3
END
diff bad got >differ || fail "bad records: $(differs)"

put events/enable 0
on
write_event 42
off
drain >out || exit 1
assert_eq "what is traced with hyp_printk off" "$(cat out)" ""

# The same to trace-cmd, which finds the texts by itself. What its recorders have not put into their
# files when the command ends, a signal may make them lose.
cat >work <<'END'
. /tests/lib.sh
recorded() {
	for file in x.dat.*cpu*; do
		[ ! -s "$file" ] || return 0
	done
	return 1
}
write_event 42
wait_for 30 "trace-cmd records what was written" recorded
END
bounded 60 trace-cmd record -B hypervisor -e hypervisor:guess -e hypervisor:hyp_printk \
	-o x.dat sh work >log 2>&1 || fail "record: $(tail -n 1 log)"
bounded 60 trace-cmd report -N -i x.dat >out 2>err || fail "report: $(tail -n 1 err)"
grep -q ': *guess: *number=42 even=1$' out || fail "trace-cmd does not report guess"
sed -n 's/.*bprint: *\(__kvm\)/bprint \1/p' out | lines bprint >got
diff want got >differ || fail "trace-cmd: $(differs)"
reset
