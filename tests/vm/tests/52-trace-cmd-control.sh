#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace-cmd start, stop, show, stat, extract, clear, reset: as for an instance
# requires: host thorough program:trace-cmd file:per_cpu/cpu0/trace_pipe_raw
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
I=/sys/kernel/tracing/instances/real
mkdir -p $I
tc() {
	bounded 60 trace-cmd "$@" >out 2>err || fail "trace-cmd $*: $(tail -n 1 err)"
}

# The same commands to both; what they say may differ in what is in the buffers only.
for b in real hypervisor; do
	e=hypervisor:selftest
	[ $b = hypervisor ] || e=sched:sched_switch
	dir=/sys/kernel/tracing/instances/$b
	tc start -B $b -e $e
	assert_eq "$b: tracing_on after start" "$(cat $dir/tracing_on)" 1
	for n in 1 2 3; do
		write_event $n
		sleep 0.1
	done
	tc stat -B $b
	# stat tells of a clock that is not the usual one.
	grep -E -v '^ *[0-9]+|switch|selftest|sched|hypervisor|Instance|total|Clock|^$' out >stat.$b
	tc stop -B $b
	assert_eq "$b: tracing_on after stop" "$(cat $dir/tracing_on)" 0
	tc show -B $b
	grep -q -E 'selftest id=2|sched_switch:' out || fail "$b: show shows no event"
	cp out show.1
	tc show -B $b
	cmp -s out show.1 || fail "$b: show is not the same twice"
	tc restart -B $b
	assert_eq "$b: tracing_on after restart" "$(cat $dir/tracing_on)" 1
	write_event 4
	sleep 0.1
	tc stop -B $b
	tc extract -B $b -o $b.dat
	report $b.dat $b.txt
	grep -q -E 'selftest: *id=4|sched_switch:' $b.txt || fail "$b: extract has no event"
	[ $b = hypervisor ] || mkdir -p $I
	tc start -B $b -e $e
	write_event 5
	sleep 0.1
	tc clear -B $b
	tc show -B $b
	! grep -q 'selftest id=5' out || fail "$b: clear has cleared nothing"
	tc reset -B $b
	cat $dir/tracing_on >on.$b
	assert_eq "$b: events/enable after reset" "$(cat $dir/events/enable)" 0
done
# What a reset instance is, on or off, a reset hypervisor is too.
assert_eq "tracing_on after reset" "$(cat on.hypervisor)" "$(cat on.real)"
diff stat.real stat.hypervisor >differ || cat differ
cmp -s stat.real stat.hypervisor || fail "stat is different: $(tail -n 1 differ)"
assert_eq "ids extracted" \
	"$(sed -n 's/.*selftest: *id=//p' hypervisor.txt | tr '\n' ' ')" "1 2 3 4 "
# What would remove an instance leaves the hypervisor where it is, and off.
trace-cmd reset -B hypervisor -d >/dev/null 2>&1
[ -d /sys/kernel/tracing/instances/hypervisor/events ] || fail "trace-cmd reset -d removed it"
trace-cmd reset -B real -d >/dev/null 2>&1
[ ! -d $I ] || rmdir $I

# By CPU, and what is in it for a person.
# It lists what the kernel's own events/ has, where hyp_printk is ftrace:bprint.
bounded 60 trace-cmd list -e 2>&1 | grep '^hypervisor:' | sort >got
for d in "$T"/events/hypervisor/*/; do
	echo "hypervisor:$(basename "$d")"
done | grep -v ':hyp_printk$' | sort >want
diff want got >differ || fail "trace-cmd list -e: $(tail -n 1 differ)"
bounded 60 trace-cmd list -e hypervisor:selftest -F >out 2>&1 || fail "trace-cmd list -F failed"
grep -q 'field:.*id;' out || fail "trace-cmd list -F shows no format: $(tail -n 1 out)"
reset
