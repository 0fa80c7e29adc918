#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: every file is there, with the mode and owner of the contract
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"

# check FILE MODE...: it has one of the modes, and belongs to root
check() {
	f=$1
	shift
	[ -f "$T/$f" ] || fail "$f is not there"
	mode=$(stat -c %a "$T/$f")
	case " $* " in
	*" $mode "*) ;;
	*) fail "$f has mode $mode, expected $*" ;;
	esac
	assert_eq "owner of $f" "$(stat -c %u:%g "$T/$f")" 0:0
}

for f in tracing_on buffer_size_kb trace trace_clock events/enable events/hypervisor/enable; do
	check $f 640
done
check trace_pipe 440
check write_event 200 220 640

cpus=0
for c in /sys/devices/system/cpu/cpu[0-9]*; do
	check "per_cpu/${c##*/}/trace_pipe" 440
	cpus=$((cpus + 1))
done
assert_eq "directories in per_cpu" "$(find "$T/per_cpu" -mindepth 1 -maxdepth 1 | wc -l)" $cpus

for e in hyp_enter hyp_exit host_hcall selftest; do
	check events/hypervisor/$e/enable 640
	check events/hypervisor/$e/id 440
	check events/hypervisor/$e/format 440
done

find "$T" -type d >dirs
while read -r d; do
	assert_eq "owner of $d" "$(stat -c %u:%g "$d")" 0:0
	case $(stat -c %a "$d") in
	*[1-7]) fail "$d has mode $(stat -c %a "$d"): not for everybody's eyes" ;;
	esac
done <dirs
