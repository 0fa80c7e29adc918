#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The writer and a user of it, without any library: nothing may be left undefined, not even the
# memcpy() and memset() that a compiler likes to call, for EL2 need not have them.
#
# Usage: freestanding.sh OVERLAY OUT CC [FLAGS...]
set -eu
cd "$(dirname "$0")"
overlay=$1 out=$2
shift 2

for opt in -O2 -Os; do
	"$@" $opt -std=gnu11 -Wall -Wextra -Werror -ffreestanding -fno-builtin -nostdlib \
		-fno-stack-protector -fno-pic -mgeneral-regs-only -I../shim -I"$overlay/include" \
		-r -o "$out" freestanding.c "$overlay/kernel/trace/remote_ring/writer.c"

	# readelf reads the objects of any machine. Symbol 0 of every table is undefined by design.
	undefined=$(LC_ALL=C readelf -sW "$out" | awk '$7 == "UND" && $8 != "" { print $8 }')
	if [ -n "$undefined" ]; then
		echo "undefined with $opt: $undefined"
		exit 1
	fi
	LC_ALL=C readelf -sW "$out" | grep -q ' remote_ring_writer_swap$'
done
