#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: header_page, header_event and formats are those tools know from any instance
# requires: host thorough file:events/header_page file:events/header_event
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
E=/sys/kernel/tracing/events
for f in header_page header_event; do
	cmp "$T/events/$f" $E/$f >differ || fail "$f is not the kernel's: $(cat differ)"
done
for d in "$T"/events/hypervisor/*/; do
	name=$(basename "$d")
	# An event of ftrace's under another name: 29-hyp-printk.sh
	[ "$name" != hyp_printk ] || continue
	for f in id format; do
		cmp "$d$f" $E/hypervisor/"$name"/$f >differ ||
			fail "$name/$f is not the same in $E/hypervisor: $(cat differ)"
	done
	id=$(cat "$d/id")
	[ "$id" -ge 1 ] || fail "$name has the id $id"
	n=$(cat $E/*/*/id | grep -c -x "$id")
	assert_eq "events with $name's id $id" "$n" 1
done
