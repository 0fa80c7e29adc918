#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What init runs in the guest when it is asked to bench: prints "name value" lines. With
# hyptrace.grow=KB,KB... on the kernel's command line, what rings of these sizes cost; with
# hyptrace.lines, what is marked for a plugin that looks at barriers and lines.
set -eu

# Linux 7.1 and later have it elsewhere; a kernel without it, nowhere.
for T in hypervisor remotes/hypervisor; do
	T=/sys/kernel/tracing/$T
	export T
	[ ! -d "$T" ] || break
done

sizes=$(sed -n 's/.*hyptrace\.grow=\([0-9,]*\).*/\1/p' /proc/cmdline | tr ',' ' ')
if [ -n "$sizes" ]; then
	# shellcheck disable=SC2086 # a list of numbers
	evgrow $sizes
	echo "end 0"
	exit
fi

if grep -q 'hyptrace\.lines' /proc/cmdline; then
	evbench lines
	echo "end 0"
	exit
fi

case $(cat /sys/devices/system/cpu/possible) in
0)
	if [ -d "$T" ]; then
		evbench write
		evbench read
		evbench raw
		evbench longest
	fi
	evbench host
	evbench kvm
	;;
*) evbench merge ;;
esac
echo "end 0"
