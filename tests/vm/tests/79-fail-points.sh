#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: whatever fails in an operation, the first, the second ... of all that can: nothing is left behind, and it works the next time
# requires: thorough file:/proc/self/fail-nth file:/sys/kernel/debug/fail_el2_trace
# timeout: 900
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset

D=/sys/kernel/debug
for f in failslab fail_page_alloc fail_usercopy fail_el2_trace; do
	[ -d $D/$f ] || fail "$D/$f is not there"
	# A task counts what may fail by itself; it is no news for the log.
	echo 0 >$D/$f/verbose
done
# What may wait fails, too, and so does a single page.
echo 0 >$D/failslab/ignore-gfp-wait
echo 0 >$D/fail_page_alloc/ignore-gfp-wait
echo 0 >$D/fail_page_alloc/ignore-gfp-highmem
echo 0 >$D/fail_page_alloc/min-order

# Our functions, by where they are: objects of a directory lie side by side. What they have had
# allocated is told by who called whom.
awk '
$3 == "_stext" { text = 1 }
$3 == "_etext" { text = 0 }
!text || $2 !~ /^[tT]$/ { next }
{ name[++nr] = $3 }
$3 ~ /^remote_(trace|ring)_/ { if (!first[1]) first[1] = nr; last[1] = nr }
$3 ~ /^el2_trace_/ { if (!first[2]) first[2] = nr; last[2] = nr }
END {
	for (k in first)
		for (i = first[k]; i <= last[k]; i++)
			print name[i]
}' /proc/kallsyms >ours
if [ "$(wc -l <ours)" -lt 100 ] || [ "$(wc -l <ours)" -gt 1000 ]; then
	fail "$(wc -l <ours) functions are said to be ours"
fi

# stacks: who has allocated what there is, each with how much. Where pages are watched over
# (page_owner=on), that is pages; objects otherwise, for both at a time are not allowed: to list the
# objects of a cache takes a page below a lock that watching over pages takes, says lockdep.
if [ -e $D/page_owner_stacks/show_stacks ]; then
	held_what=pages
	stacks() { cat $D/page_owner_stacks/show_stacks; }
else
	held_what=objects
	stacks() { cat $D/slab/kmalloc-*/alloc_traces; }
fi

# held: how much of it is of our functions. Memory of the allocators' own, and page tables, may
# stay.
held() {
	: >held.list
	stacks | awk '
	function symbol(text) {
		sub(/^ */, "", text)
		sub(/\+0x.*/, "", text)
		return text
	}
	function end_of_stack() {
		if (mine && !other) {
			nr += count
			print count, stack >"held.list"
		}
		mine = other = 0
		stack = ""
	}
	NR == FNR { ours[$1] = 1; next }
	/^nr_base_pages:/ { count = $2; end_of_stack(); next }
	/^ *[0-9]+ / { end_of_stack(); count = $1; next }
	{ s = symbol($0); stack = stack " " s }
	s in ours { mine = 1 }
	s ~ /allocate_slab|new_slab|depot_|pte_alloc|p[mu]d_alloc|kvm_hyp_zalloc_page/ { other = 1 }
	END { end_of_stack(); print nr + 0 }' ours -
}

# owners: of all pages, who has them; where the hypervisor trusts the host, they are all its own
owners() {
	[ ! -e $D/fail_el2_trace_owners ] || sort $D/fail_el2_trace_owners
}

# same WHAT: nothing has been left behind, once rings are gone
same() {
	wait_for 10 "$1: unloads" is_unloaded
	# What is freed after others have looked for the last time
	for _ in 1 2 3 4 5; do
		held_now=$(held)
		[ "$held_now" != "$held_before" ] || break
		usleep 200000
	done
	[ "$held_now" = "$held_before" ] || cat held.list
	assert_eq "$1: $held_what allocated" "$held_now" "$held_before"
	owners >owners.now
	cmp owners.now owners.before >differ ||
		fail "$1: owners of pages are $(tr '\n' ' ' <owners.now), were $(tr '\n' ' ' \
			<owners.before)"
}

total=0
# points ERRORS NAME OPTION...: of failnth, in the hypervisor's directory if $tree is not another
tree=$T
points() {
	points_errors=$1 points_name=$2
	shift 2
	said=$(failnth -a "$points_errors" -w "$points_name" "$@" 2>&1) || fail "$said"
	echo "$said"
	said=${said##*: }
	[ "${said%% *}" -gt 0 ] || fail "$points_name: nothing could fail"
	total=$((total + ${said%% *}))
}

STATES="-s tracing_on -s buffer_size_kb -s set_event -s set_event_pid -s events/enable -s dmesg"
STATES="$STATES -s dump_on_panic -s options/overwrite -s options/stacktrace"
MEMORY=ENOMEM,EFAULT
# What stays from the first time on: what a panic is to be told with
on
off
put dump_on_panic 1
put dump_on_panic 0
held_before=$(held)
owners >owners.before

# from_nothing SIZE OPTION...: tracing on, with rings of so many kilobytes
# shellcheck disable=SC2086 # a list of words
from_nothing() {
	kb=$1
	shift
	put buffer_size_kb "$kb"
	# The hypervisor's own words are those that it has for what it refuses.
	points $MEMORY,EINVAL,ENODEV "tracing on, $kb KB" "$@" $STATES -u tracing_on=0 \
		"$tree" tracing_on write=1
	same "tracing on, $kb KB"
	put buffer_size_kb 7
}
from_nothing 7
from_nothing 64
# The hypervisor takes more than 256 pages in more than one call, and these come last.
from_nothing $((260 * PAGE_KB)) -l 20

# Files that load, and those that do not, by all their names
for name in trace_pipe per_cpu/cpu0/trace_pipe per_cpu/cpu0/trace_pipe_raw trace \
	per_cpu/cpu0/trace per_cpu/cpu0/stats set_event available_events events/enable \
	events/hypervisor/selftest/format; do
	# shellcheck disable=SC2086
	points $MEMORY,EINVAL "open $name" $STATES "$tree" $name open
done
same "opening files"
for top in remotes instances; do
	tree=/sys/kernel/tracing/$top/hypervisor
	# shellcheck disable=SC2086
	points $MEMORY,EINVAL "open $top/.../trace_pipe" $STATES "$tree" trace_pipe open
	# shellcheck disable=SC2086
	points $MEMORY,EINVAL,ENODEV "tracing on, $top" $STATES -u tracing_on=0 "$tree" \
		tracing_on write=1
done
tree=$T
same "other trees"

# What can be chosen, while nothing is loaded and while tracing is on. "EINVAL" is the hypervisor's.
choices() {
	while read -r file value back; do
		# shellcheck disable=SC2086
		points $MEMORY,EINVAL "$1, $file=$value" $STATES -u "$file=$back" "$tree" \
			"$file" "write=$value"
	done <<-EOF
		events/hypervisor/selftest/enable 1 0
		events/hypervisor/enable 1 0
		events/enable 1 0
		options/stacktrace 1 0
		dump_on_panic 5 0
		dmesg 1 0
		buffer_percent 10 50
		trace_clock boot boot
		events/hypervisor/selftest/filter 0 0
		events/hypervisor/selftest/trigger stacktrace:3 !stacktrace
	EOF
	# For a list that finds no memory ftrace has its own word; the hypervisor may refuse it.
	# shellcheck disable=SC2086
	points $MEMORY,EPERM,EINVAL "$1, set_event_pid" $STATES -u set_event_pid= \
		"$tree" set_event_pid write=1
	points $MEMORY,EINVAL "$1, set_event" -u set_event= "$tree" set_event \
		"write=hypervisor:hyp_enter hypervisor:selftest"
	points $MEMORY,EINVAL "$1, set_event by its system" -s set_event -u set_event= "$tree" \
		set_event write=hypervisor
	# Of several events ftrace leaves some on, and undoes what names of tasks take with a
	# warning.
	host=events/hypervisor/selftest/enable
	echo 0 >/sys/kernel/tracing/options/record-cmd
	points $MEMORY,EINVAL "$1, the host's own switch" -s $host -u $host=0 \
		/sys/kernel/tracing $host write=1
	echo 1 >/sys/kernel/tracing/options/record-cmd
}
choices off
points $MEMORY "off, buffer_size_kb=16" -u buffer_size_kb=7 "$tree" buffer_size_kb write=16
points $MEMORY "off, options/overwrite=0" -u options/overwrite=1 "$tree" options/overwrite write=0
same "choices, off"

put buffer_size_kb 64
on
# That rings are there must be seen by what is to see that they are not.
[ "$(held)" != "$held_before" ] || fail "rings are no $held_what of ours"
owners >owners.now
[ ! -s owners.now ] || ! cmp owners.now owners.before >differ ||
	fail "rings have changed the owner of no page"
choices on
selftest_on
points $MEMORY "write_event" "$tree" write_event write=1
# What has been cleared on one CPU and not on the next is gone.
points $MEMORY,ENODEV "clear" "$tree" trace trunc
points $MEMORY,ENODEV "clear a CPU" "$tree" per_cpu/cpu0/trace trunc
write_event 1
for name in trace per_cpu/cpu0/trace; do
	points $MEMORY "open $name, on" "$tree" $name open
	points $MEMORY "read $name" "$tree" $name read=4096
	points $MEMORY "splice $name" "$tree" $name splice=4096
done
points $MEMORY,ENODEV "read stats" "$tree" per_cpu/cpu0/stats read=4096
clear

# Readers: each event once
PAGE=$((PAGE_KB * 1024))
many=$((PAGE_EVENTS * 5 / 2))
taskset -p 1 $$ >/dev/null
for name in trace_pipe per_cpu/cpu0/trace_pipe; do
	for op in read=4096 splice=8192; do
		points $MEMORY "$op $name" -e $many "$tree" $name "$op"
	done
done
for op in read=$PAGE read=$((4 * PAGE)) splice=$((4 * PAGE)) get get=1 get=2; do
	points $MEMORY "$op trace_pipe_raw" -e $many "$tree" per_cpu/cpu0/trace_pipe_raw "$op"
done
put events/enable 0
for name in trace_pipe per_cpu/cpu0/trace_pipe_raw; do
	points $MEMORY "poll $name" "$tree" $name poll
	points $MEMORY "epoll $name" "$tree" $name epoll
done
points $MEMORY "mmap" "$tree" per_cpu/cpu0/trace_pipe_raw mmap
points $MEMORY "tracing off" -u tracing_on=1 "$tree" tracing_on write=0
off
put buffer_size_kb 7
same "tracing"

# And all works
selftest_on
on
write_event 7
off
assert_ids "afterwards" 7
reset
same "the end"
echo "$total points failed, and no page is missing" | tee /dev/console
