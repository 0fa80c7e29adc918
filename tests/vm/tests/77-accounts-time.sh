#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: the stays that accounts have, and their time, for what QEMU counts to be held against it (tests/vm/host/accounts-time.sh)
# requires: cmdline:hyptrace.icount=1 program:kvm-load file:stay_profile_enabled
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
out=${EXPORT:-.}/accounts-time
mkdir -p "${out%/*}"
: >"$out"

# busy NAME COMMAND...: each run is a line, in the order in which the plugin writes its own
busy() {
	name=$1
	shift
	sum=$(evaccounts "$T" "$@" 2>err) || fail "$name: $(tail -n 1 err)"
	echo "$name $sum" | tee -a "$out"
}

put stay_profile_enabled 1
busy write_event evloop -n 3000 -s 1 "$T/write_event"
busy hvc kvm-load -n 1000 -t hvc
busy mmio kvm-load -n 1000 -t mmio
busy mix kvm-load -n 500 -t mix
# Beside tracing, whose own work is time as well
put buffer_size_kb 16384
put events/enable 1
on
busy traced_write_event evloop -n 3000 -s 1 "$T/write_event"
busy traced_mix kvm-load -n 500 -t mix
off
reset
