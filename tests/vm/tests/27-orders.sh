#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: tracing takes no memory in larger pieces than the kernel can be counted on to have
# requires: thorough file:/sys/kernel/tracing/events/kmem/mm_page_alloc
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
order=3

# Large enough that whatever there is one of for each page is, too.
put buffer_size_kb $((49152 / $(cpus | wc -w)))

host=/sys/kernel/tracing/instances/orders
mkdir $host || fail "no instance of the kernel's own tracing"
echo 1 >$host/options/event-fork
echo "order > $order" >$host/events/kmem/mm_page_alloc/filter
echo $$ >$host/set_event_pid
echo 1 >$host/events/kmem/mm_page_alloc/enable

on
write_event 4711
head -n 1 "$T/trace" >/dev/null
put dmesg 1
put dmesg 0
put dump_on_panic 100
put dump_on_panic 0
cat "$T/trace_stat/accounts" "$T/trace_stat/stays" >/dev/null
off
drain >out || exit 1

echo 0 >$host/tracing_on
grep -v '^#' $host/trace >allocations
rmdir $host || fail "the instance does not go"
[ ! -s allocations ] ||
	fail "$(wc -l <allocations) of more than order $order: $(head -n 1 allocations)"
grep -q 'selftest id=4711' out || fail "the event was not read"
reset
