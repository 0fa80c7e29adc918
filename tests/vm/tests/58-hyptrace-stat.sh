#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: hyptrace stat from events: known hypercalls of a known number, of two VMs and of one process alone, and everything is put back
# requires: host thorough program:hyptrace program:kvm-load file:per_cpu/cpu0/trace_pipe_raw
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
# With nothing on to begin with, and nothing afterwards
bounded 90 hyptrace stat --source events -- true >table 2>err ||
	fail "hyptrace stat: status $?: $(cat err)"
assert_file set_event ''
assert_file tracing_on 0
wait_for 10 "unloads" is_unloaded
assert_file buffer_size_kb "$DEFAULT_KB (unloaded)"

# What it finds is to be there afterwards.
put set_event hyp_exit
put buffer_size_kb 12

# stat_row NAME: the count of a row
row() {
	awk -v name="$1" '$1 == name { print $2; found = 1 } END { if (!found) print 0 }' table
}

# stat OPTIONS... -- COMMAND...
stat() {
	bounded 90 hyptrace stat "$@" >table 2>err || fail "hyptrace stat $*: status $?: $(cat err)"
	cat table
	assert_file tracing_on 0
	assert_file set_event hypervisor:hyp_exit
	wait_for 10 "unloads" is_unloaded
	assert_file buffer_size_kb '12 (unloaded)'
}

stat -b 4096 -- evloop -c 0 -n 700 -s 1 "$T/write_event"
assert_eq "hypercalls of evloop" "$(row hvc:__el2_trace_write_event)" 700
! grep -q '^lost:' table || fail "events were lost: $(grep '^lost:' table)"
sum=$(awk '/ns$/ { next } $1 == "all" { all = $2; next } NF == 8 { n += $2 } \
	END { print n - all }' table)
assert_eq "rows that 'all' does not have" "$sum" 0

stat -b 4096 -- kvm-load -c 0 -n 300 -t hvc
assert_eq "HVCs of a guest" "$(row guest_exit:HVC64)" 300
# One that only others would be counted in, if there are any
last=$(cpus | tail -n 1)
stat -b 4096 -C "$last" -- kvm-load -c 0 -n 100 -t hvc
[ "$last" = 0 ] || assert_eq "HVCs of a guest on another CPU" "$(row guest_exit:HVC64)" 0

# What is lost is told: it is stopped while more comes than there is room for.
calls=$((500 * PAGE_KB))
# shellcheck disable=SC2016 # for that shell
stat -b 4 -- sh -c 'kill -STOP $PPID; evloop -c 0 -n "$2" -s 1 "$1/write_event"
	kill -CONT $PPID' sh "$T" $calls
lost=$(sed -n 's/^lost: \([0-9]*\) events.* in [1-9][0-9]* places; .*/\1/p' table)
[ "${lost:-0}" -gt $((2 * calls)) ] ||
	fail "events lost of some $((3 * calls)) in a ring of 4 KB: '$lost'"
events=$(sed -n 's/^events: .*, \([0-9]*\) events$/\1/p' table)
grep -q "^events: .* CPUs*, $lost lost, $events events\$" table ||
	fail "the head: $(head -n 1 table)"
n=$((events + lost))
[ $n -ge $((3 * calls)) ] || fail "$events events and $lost lost, of $((3 * calls)) at least"
[ $n -lt $((3 * calls + 3000)) ] ||
	fail "$events events and $lost lost, of some $((3 * calls))"
[ "$(row hvc:__el2_trace_write_event)" -lt $calls ] || fail "all were counted, and events lost"

# Of two, one process's
mkfifo go
sh -c 'read -r go <go; exec kvm-load -c 0 -n 200 -t hvc' >other 2>&1 &
other=$!
stat -b 4096 -p $other -- sh -c 'echo >go; kvm-load -c 0 -n 300 -t hvc
	while kill -0 '$other'; do usleep 20000; done 2>/dev/null'
wait $other || fail "kvm-load: $(cat other)"
assert_eq "HVCs of one of two" "$(row guest_exit:HVC64)" 200

# Of two VMs, one
if [ "$MODE" = nvhe ]; then
	bounded 60 hyptrace stat --vm 0x1000 -- true >table 2>err && fail "--vm without handles"
	grep -q 'VM 0x1000: KVM is not protected' err || fail "--vm without handles: $(cat err)"
	grep -q -e '-p PID' err || fail "no mend without handles: $(cat err)"
else
	stat -b 4096 --vm 1 -- kvm-load -c 0 -n 10 -t hvc
	assert_eq "stays of a VM that is not there" "$(row all)" 0
	grep -q 'nothing was of VM 0x1;' err || fail "a VM that is not there: $(cat err)"
	# Which is free again now, and the first to be given
	one=$(sed -n 's/^    --vm //p' err)
	kvm-load -c 0 -n 0 -t wfi >other 2>&1 &
	other=$!
	runs() {
		stat --vm "$one" -- usleep 50000
		[ "$(row guest_exit:WFx)" -gt 0 ]
	}
	wait_for 20 "VM $one" runs
	assert_eq "words of a VM that is there" "$(cat err)" ""
	stat -b 4096 --vm "$one" -- kvm-load -c 0 -n 300 -t hvc
	assert_eq "HVCs of the other VM" "$(row guest_exit:HVC64)" 0
	two=$(printf '0x%x' $((one + 1)))
	stat -b 4096 --vm "$two" -- kvm-load -c 0 -n 300 -t hvc
	assert_eq "HVCs of VM $two" "$(row guest_exit:HVC64)" 300
	assert_eq "WFIs of the other VM" "$(row guest_exit:WFx)" 0
	stat -b 4096 --vm "$two" --by vm -- kvm-load -c 0 -n 300 -t hvc
	assert_eq "rows of one VM" \
		"$(sed -n 's/^vm \(0x[^ ]*\) .*/\1/p; s/^host .*/host/p' table)" "$two"
	kill $other
	wait $other || fail "kvm-load: $(cat other)"
fi

# The command's status is its own, and a signal ends it.
rc=0
bounded 60 hyptrace stat -- sh -c 'exit 7' >table || rc=$?
assert_eq "status" $rc 7
hyptrace stat --source events -I 100 --json >table 2>err &
pid=$!
wait_for 20 "a first table" has_line table ']}'
put write_event 1
assert_file tracing_on 1
bounded 60 hyptrace stat --source events -- true >out 2>&1 && fail "two at the same time"
grep -q 'traced by somebody else' out || fail "the second says: $(cat out)"
kill -INT $pid
rc=0
wait $pid || rc=$?
assert_eq "status after SIGINT: $(cat err)" $rc 0
assert_file tracing_on 0
assert_file set_event hypervisor:hyp_exit
wait_for 10 "unloads" is_unloaded
reset
