#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernelshark.sh DIR: KernelShark's library must load each NAME.dat that a guest's trace-cmd
# recorded, and find the events that NAME.counts says the guest's own report gave. Status 77 if
# there is nothing to do, or to do it with.
set -eu -o pipefail
# shellcheck source=../../../scripts/lib.sh
. "$(dirname "$0")/../../../scripts/lib.sh"

dir=$1
lib=$BUILD/kshark/usr
if [ ! -f "$BUILD/kshark.packages" ]; then
	echo "KernelShark's library is not here; scripts/fetch-kshark gets it"
	exit 77
fi
multi=$(gcc -print-multiarch)
if ! gcc -O2 -Wall -Wextra -Werror -isystem "$lib/include/kernelshark" -isystem "$lib/include" \
	-o "$dir/kernelshark" "$(dirname "$0")/kernelshark.c" -L"$lib/lib/$multi" \
	-Wl,-rpath,"$lib/lib/$multi" -Wl,--allow-shlib-undefined -lkshark >"$dir/err" 2>&1; then
	echo "tests/vm/host/kernelshark.c does not compile: $(grep -m 1 error "$dir/err")"
	exit 1
fi

n=0
for dat in "$dir"/*.dat; do
	[ -f "$dat" ] || continue
	name=$(basename "$dat" .dat)
	if ! LD_LIBRARY_PATH=$lib/lib/$multi "$dir/kernelshark" "$dat" >"$dir/$name.kshark" \
		2>"$dir/err"; then
		echo "$name: $(tail -n 1 "$dir/err")"
		exit 1
	fi
	# The guest's report has no systems.
	sed 's,.*/,,' "$dir/$name.kshark" | sort >"$dir/$name.here"
	if ! diff "$dir/$name.counts" "$dir/$name.here" >"$dir/differ"; then
		echo "$name: counts differ from the guest's: $(tail -n 1 "$dir/differ")"
		exit 1
	fi
	if ! grep -q '^hypervisor/' "$dir/$name.kshark"; then
		echo "$name: no events of the hypervisor"
		exit 1
	fi
	n=$((n + 1))
done
if [ $n -eq 0 ]; then
	echo "the guest exported no trace.dat"
	exit 77
fi
echo "$n files"
