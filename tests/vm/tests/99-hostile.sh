#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: a host that attacks the tracing hypercalls from all CPUs takes nothing, pins nothing, breaks nothing
# requires: alone protected file:/sys/kernel/debug/kvm_el2_trace_hostile/run
# timeout: 2400
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
run=/sys/kernel/debug/kvm_el2_trace_hostile/run
reset

# For a run by hand: HOSTILE=SEED,CALLS,SEED,CALLS... (in the guest, hyptrace.hostile=). Otherwise
# the seed is another each time, and is told.
wanted=$(echo "${HOSTILE:-}" | tr ',' ' ')
if [ -z "$wanted" ]; then
	calls=20000
	[ "$LONG" != 1 ] || calls=1000000
	wanted="$(od -A n -N 4 -t u4 /dev/urandom | tr -d ' ') $calls"
fi

# A guest's pages, pinned and not the host's, and another way in and out of the hypervisor
guest_runs() {
	[ "$(cat /sys/kernel/debug/kvm/exits 2>/dev/null || echo 0)" -gt 100 ]
}
kvm-load -n 0 >kvm-load.out 2>&1 &
guest=$!
wait_for 10 "a virtual machine runs" guest_runs

# answered RESULT CALL ANSWER: how often; 0 if never
answered() {
	sed -n "s/^$2:.* $3=\([0-9]*\).*/\1/p" "$1" | grep . || echo 0
}

# shellcheck disable=SC2086 # a list of numbers
set -- $wanted
while [ $# -ge 2 ]; do
	echo "seed $1, $2 calls" >/dev/console
	got=$(tryio write $run "$1 $2")
	# Whether it passes or not
	cat $run | tee result >/dev/console
	[ "$got" = ok ] || fail "seed $1, $2 calls: $got; $(sed '1d' result | grep -E \
		'stuck|unexpected|differ|^CPU|^page' | tr '\n' ' ')"
	# It must have got somewhere, or it shows nothing
	for call in load unload detach enable swap reset sync set_event set_clock set_stack \
		filter set_filter set_trigger read_trigger settle add_pid set_pids change_pid \
		set_cpu wake listen tell_busy record_functions write_event set_accounts \
		reset_accounts read_accounts; do
		[ "$(answered result $call ok)" -gt 0 ] || fail "seed $1: no $call was granted"
	done
	for refused in load:EAGAIN load:EPERM load:EINVAL load:EBUSY unload:EBUSY unload:EAGAIN \
		set_filter:EINVAL set_trigger:EINVAL set_trigger:EEXIST read_trigger:ENOENT \
		add_pid:EINVAL set_pids:EINVAL change_pid:EINVAL set_cpu:EINVAL wake:EINVAL; do
		[ "$(answered result ${refused%:*} ${refused#*:})" -gt 0 ] ||
			fail "seed $1: no ${refused%:*} was refused with ${refused#*:}"
	done
	if [ -e "$T/set_ftrace_filter" ]; then
		[ "$(answered result patch_functions ok)" -gt 0 ] ||
			fail "seed $1: no function was traced"
	fi
	[ "$(answered result patch_functions EINVAL)" -gt 0 ] ||
		fail "seed $1: functions that there are not were traced"
	shift 2
done

kill -TERM $guest
wait $guest || fail "the virtual machine: $(tail -n 1 kvm-load.out)"

# All is as if nothing had been
put events/enable 0
selftest_on
on
for i in 1 2 3 4 5; do
	write_event $i
done
off
assert_ids "what is traced afterwards" "1 2 3 4 5"
reset
