#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# el2-time.sh DIR: is the time that a trace says was spent in the hypervisor the time that was?
# DIR/el2-time has a line for each busy run in the guest (tests/vm/progs/evstay.c), from the trace;
# DIR/el2 the instructions that QEMU saw executed at EL2 meanwhile (tests/vm/plugin/el2count.c), an
# instruction being a nanosecond.
# files: el2-time
#
# hyp_enter has the time of its writing, some way into the hypervisor; so has hyp_exit, some way
# before the end. So two things are asked, each within 5 per cent:
#
# - between: is the trace's sum the number of instructions between the first and the last time that
#   the hypervisor read its counter, in each visit?
# - whole: is the trace's sum, plus a constant for each pair and another for each time a guest was
#   entered, the number of all instructions at EL2? The constants are what is missing in the first
#   two runs; the others do other things.
#
# hyptrace stat, in the runs that are called stat_, tells of all the machine does, so of a little
# more than the command: that is within 5 per cent of what is between, too.
#
# And each visit to EL2 is a pair, and so is each time that the hypervisor had left for a guest and
# came back without having got there, because an interrupt was pending. Nothing else is.
set -eu -o pipefail
export LC_ALL=C

dir=$1
if [ "$(wc -l <"$dir/el2-time")" != "$(wc -l <"$dir/el2")" ] || [ ! -s "$dir/el2" ]; then
	echo "the guest made $(wc -l <"$dir/el2-time") runs, QEMU counted $(wc -l <"$dir/el2")"
	exit 1
fi
paste -d' ' "$dir/el2-time" "$dir/el2" | awk '
function off(a, b) { return (a > b ? a - b : b - a) / b * 100 }
function wrong(text) { if (!bad) bad = $1 ": " text }
{
	for (i = 2; i <= NF; i++) {
		if (split($i, word, "=") == 2)
			value[word[1]] = word[2]
	}
	stays = value["stays"]
	guest = value["guest"]
	ns = value["ns"]
	visits = value["visits"]
	all = value["insns"]
	between = value["between"]
	if ($1 ~ /^untraced/) {
		if (stays)
			wrong(stays " pairs without tracing")
		printf "%s: EL2 %d instructions in %d visits\n", $1, all, visits
		next
	}
	if ($1 ~ /^stat_/) {
		printf "%s: stat %d ns in %d stays; EL2 in %d visits, between %d (%.2f%%)\n",
			$1, ns, stays, visits, between, off(ns, between)
		if (visits < 10000 || stays < visits || stays > visits * 1.05)
			wrong(stays " stays for " visits " visits")
		if (off(ns, between) > 5)
			wrong(sprintf("stat says %d ns, and there are %d", ns, between))
		stats++
		next
	}
	if (visits < 1000)
		wrong("only " visits " visits to EL2")
	if (stays != visits + value["givenup"])
		wrong(stays " pairs for " visits " visits, " value["givenup"] " guests given up")
	runs++
	if (runs == 1)
		each = (all - ns) / stays
	if (runs == 2 && !guest)
		wrong("not one guest was entered")
	else if (runs == 2)
		entry = (all - ns - each * stays) / guest
	whole = ns + each * stays + entry * guest
	printf "%s: trace %d ns in %d pairs; EL2 %d instructions in %d visits, between %d (%.2f%%)",
		$1, ns, stays, all, visits, between, off(ns, between)
	if (runs > 2)
		printf ", whole from the trace %d (%.2f%%)", whole, off(whole, all)
	print ""
	if (off(ns, between) > 5)
		wrong(sprintf("the trace says %d ns, between its ends there are %d", ns, between))
	if (off(whole, all) > 5)
		wrong(sprintf("the trace says %d ns in all, there are %d", whole, all))
}
END {
	printf "left out of each pair: %.0f, of each entry to a guest: %.0f more\n", each, entry
	if (!bad && stats < 2)
		bad = "hyptrace stat was asked " stats + 0 " times"
	if (!bad && runs < 4)
		bad = "only " runs " runs"
	if (bad) {
		print bad
		exit 1
	}
}'
