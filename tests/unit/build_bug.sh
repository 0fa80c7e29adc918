#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# An event that fits no page, or has no payload at all, must not compile.
#
# Usage: build_bug.sh OVERLAY OUT CC [FLAGS...]
set -eu
cd "$(dirname "$0")"
overlay=$1 out=$2
shift 2

try()
{
	"$@" -O2 -std=gnu11 -I../shim -I"$overlay/include" -c -o "$out" freestanding.c 2>"$out.err"
}

for len in 4 REMOTE_RING_MAX_PAYLOAD; do
	if ! try "$@" -DLEN=$len; then
		echo "a payload of $len bytes ought to compile:"
		cat "$out.err"
		exit 1
	fi
done

for len in 0 REMOTE_RING_MAX_PAYLOAD+1 65536 0x80000000 0xfffffffc; do
	if try "$@" -DLEN=$len; then
		echo "a payload of $len bytes compiles"
		exit 1
	fi
	# For the right reason
	if ! grep -q BUILD_BUG_ON "$out.err"; then
		cat "$out.err"
		exit 1
	fi
done
