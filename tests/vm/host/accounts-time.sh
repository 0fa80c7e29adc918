#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# accounts-time.sh DIR: do accounts have each stay, and the time of all of them?
# DIR/accounts-time has a line for each busy run in the guest (tests/vm/progs/evaccounts.c), from
# the accounts; DIR/el2 what QEMU saw executed at EL2 meanwhile (tests/vm/plugin/el2count.c), an
# instruction being a nanosecond.
# files: accounts-time
#
# Each visit to EL2 is a stay of the accounts, and their sum is, within 1 per cent, what lies
# between the first and the last time that the hypervisor read its counter in each visit. There may
# be a few stays more: the hypervisor may have left for a guest, and come back, without having got
# there, because an interrupt was pending.
set -eu -o pipefail
export LC_ALL=C

dir=$1
if [ "$(wc -l <"$dir/accounts-time")" != "$(wc -l <"$dir/el2")" ] || [ ! -s "$dir/el2" ]; then
	echo "the guest made $(wc -l <"$dir/accounts-time") runs, QEMU counted $(wc -l <"$dir/el2")"
	exit 1
fi
paste -d' ' "$dir/accounts-time" "$dir/el2" | awk '
function off(a, b) { return (a > b ? a - b : b - a) / b * 100 }
function wrong(text) { if (!bad) bad = $1 ": " text }
{
	for (i = 2; i <= NF; i++) {
		if (split($i, word, "=") == 2)
			value[word[1]] = word[2]
	}
	stays = value["stays"]
	ns = value["ns"]
	visits = $(NF - 2)
	between = $NF
	runs++
	printf "%s: accounts %d ns in %d stays; EL2 %d visits, between their ends %d (%.2f%%)\n",
		$1, ns, stays, visits, between, off(ns, between)
	if (visits < 1000)
		wrong("only " visits " visits to EL2")
	if (stays < visits || stays > visits + value["guest"] / 100)
		wrong(stays " stays for " visits " visits")
	if (off(ns, between) > 1)
		wrong(sprintf("the accounts say %d ns, there are %d", ns, between))
}
END {
	if (!bad && runs < 6)
		bad = "only " runs " runs"
	if (bad) {
		print bad
		exit 1
	}
}'
