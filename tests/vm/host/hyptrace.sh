#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# hyptrace.sh DIR: of each NAME.dat that a guest recorded, hyptrace finds the stays that are in the
# text of trace-cmd's report, each as long as it is there. Status 77 if there is nothing to do, or
# to do it with.
# files: *.dat
set -eu -o pipefail
# shellcheck source=../../../scripts/lib.sh
. "$(dirname "$0")/../../../scripts/lib.sh"

dir=$1
if ! command -v trace-cmd >/dev/null || ! pkg-config --exists libtracecmd json-c ncursesw; then
	echo "no trace-cmd or not hyptrace's libraries on this machine; scripts/packages --check" \
		"installs them"
	exit 77
fi
if ! make -s -C "$ROOT/tools/hyptrace" BUILD="$BUILD/hyptrace" >"$dir/err" 2>&1; then
	echo "tools/hyptrace does not compile: $(grep -m 1 error "$dir/err")"
	exit 1
fi
n=0 stays=0
for dat in "$dir"/*.dat; do
	[ -f "$dat" ] || continue
	name=$(basename "$dat" .dat)
	report_dat -N -t -i "$dat" 2>"$dir/err" | grep '^hypervisor: ' |
		awk -f "$ROOT/tests/hyptrace/stays.awk" |
		awk -F'\t' '{ print $1, $2, $3, $7 }' >"$dir/$name.stays" || true
	# One of single events has none.
	[ -s "$dir/$name.stays" ] || continue
	if ! "$BUILD/hyptrace/hyptrace" report --timeline "$dat" >"$dir/timeline" 2>"$dir/err"; then
		echo "$name: $(head -n 1 "$dir/err")"
		exit 1
	fi
	sed -n -E 's/^([0-9]+)\.([0-9]{9}) \[0*([0-9]+)\] *([0-9]+) ns  ([^ ]+).*/\4 \3 \5 \1\2/p' \
		"$dir/timeline" >"$dir/$name.found"
	if ! diff "$dir/$name.stays" "$dir/$name.found" >"$dir/differ"; then
		echo "$name: stays differ: $(sed -n 2p "$dir/differ")"
		exit 1
	fi
	n=$((n + 1))
	stays=$((stays + $(wc -l <"$dir/$name.stays")))
done
if [ $n -eq 0 ]; then
	echo "the guest exported no trace.dat with stays"
	exit 77
fi
echo "$n files, $stays stays"
