#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# accounts-time.sh DIR: do accounts have each stay, and the time of all of them?
# DIR/accounts-time has a line for each busy run in the guest and each CPU
# (tests/vm/progs/evaccounts.c), from the accounts; DIR/el2 what QEMU saw that CPU execute at EL2
# meanwhile (tests/vm/plugin/el2count.c), an instruction being a nanosecond.
# files: accounts-time
#
# On each CPU each visit to EL2 is a stay of the accounts, and so is each time that the hypervisor
# had left for a guest and came back without having got there. Nothing else is. All stays' sum is,
# within 0.2 per cent, what lies between the first and the last time that the hypervisor read its
# counter in each visit.
#
# Without pKVM a CPU that goes takes EL2 away from the hypervisor, which is a visit; when it comes,
# the host calls the stub that is there instead (for its features, and twice for vectors) and then
# has the hypervisor begin: four more, and in none of these is a hypervisor there to tell. With pKVM
# a CPU goes by a call of the firmware, and when it comes the hypervisor is there before the host.
set -eu -o pipefail
export LC_ALL=C

dir=$1
if [ "$(wc -l <"$dir/accounts-time")" != "$(wc -l <"$dir/el2")" ] || [ ! -s "$dir/el2" ]; then
	echo "the guest told $(wc -l <"$dir/accounts-time") times of a CPU, QEMU" \
		"$(wc -l <"$dir/el2")"
	exit 1
fi
paste -d' ' "$dir/accounts-time" "$dir/el2" | awk '
function off(a, b) { return b ? (a > b ? a - b : b - a) / b * 100 : a ? 100 : 0 }
function wrong(text) { if (!bad) bad = name ": " text }
function end_run() {
	if (name == "")
		return
	printf "%s: accounts %.0f ns in %d stays; ", name, ns, stays
	printf "EL2 %d visits, %d guests given up, between %.0f (%.3f%%)\n", visits, givenup,
		between, off(ns, between)
	if (visits < 500)
		wrong("only " visits " visits to EL2")
	if (off(ns, between) > 0.2)
		wrong(sprintf("the accounts say %.0f ns, there are %.0f", ns, between))
	runs++
	ns = stays = visits = givenup = between = 0
}
{
	if ($1 != name)
		end_run()
	name = $1
	split("", value)
	for (i = 2; i <= NF; i++) {
		split($i, word, "=")
		if (word[1] == "cpu" && "cpu" in value && value["cpu"] != word[2])
			wrong("CPU " value["cpu"] " of the accounts, " word[2] " of QEMU")
		value[word[1]] = word[2]
	}
	cpu = value["cpu"]
	if (value["stays"] != value["visits"] + value["givenup"])
		wrong("CPU " cpu " has " value["stays"] " stays for " value["visits"] \
		      " visits and " value["givenup"] " guests given up")
	setups = cpu && value["mode"] == "nvhe" ? 5 * value["cycles"] : 0
	if (value["setups"] != setups)
		wrong("CPU " cpu ": " value["setups"] \
		      " visits around the hypervisor, not " setups)
	if (cpu && value["cycles"] && value["stays"] < 100)
		wrong("CPU " cpu " has done next to nothing")
	ns += value["ns"]
	stays += value["stays"]
	visits += value["visits"]
	givenup += value["givenup"]
	between += value["between"]
}
END {
	end_run()
	if (!bad && runs < 11)
		bad = "only " runs " runs"
	if (bad) {
		print bad
		exit 1
	}
}'
