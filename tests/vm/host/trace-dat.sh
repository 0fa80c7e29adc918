#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# trace-dat.sh DIR: each NAME.dat that a guest's trace-cmd recorded is read by this machine's, and
# must give the events that NAME.counts says the guest's own report gave. Status 77 if there is
# nothing to do it with.
# files: *.dat
set -eu -o pipefail
# shellcheck source=../../../scripts/lib.sh
. "$(dirname "$0")/../../../scripts/lib.sh"
export LC_ALL=C

dir=$1
if ! command -v trace-cmd >/dev/null; then
	echo "no trace-cmd on this machine; scripts/packages --check installs it"
	exit 77
fi
n=0
for dat in "$dir"/*.dat; do
	[ -f "$dat" ] || continue
	name=$(basename "$dat" .dat)
	if ! report_dat -N -i "$dat" >"$dir/$name.report" 2>"$dir/$name.err"; then
		echo "$name: trace-cmd report: $(tail -n 1 "$dir/$name.err")"
		exit 1
	fi
	bad="UNKNOWN EVENT|FAILED TO PARSE|\\[failed|CAN'?T FIND"
	if grep -E "$bad" "$dir/$name.report" >"$dir/bad"; then
		echo "$name: not understood: $(head -n 1 "$dir/bad")"
		exit 1
	fi
	# As event_counts() of tests/vm/lib.sh
	sed -n 's/.*\] *[0-9.]*: *\([a-z_0-9]*\): .*/\1/p' "$dir/$name.report" | sort | uniq -c |
		awk '{ print $2, $1 }' >"$dir/$name.here"
	if ! diff "$dir/$name.counts" "$dir/$name.here" >"$dir/differ"; then
		echo "$name: counts differ from the guest's: $(tail -n 1 "$dir/differ")"
		exit 1
	fi
	[ -s "$dir/$name.counts" ] || { echo "$name: no events at all" && exit 1; }
	n=$((n + 1))
done
echo "$n files"
