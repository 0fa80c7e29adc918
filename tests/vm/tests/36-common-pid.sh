#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: common_pid: each event is the thread's that entered the hypervisor
# requires: file:per_cpu/cpu0/trace_pipe_raw
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
need_pids
reset
put buffer_size_kb 4096
n=300

# of EVENT VCPU: whose events of that name there are, and how many of each, by pid
of() {
	sed -n "s/^event=$1 pid=\([0-9-]*\) vcpu=$2 n=/\1 /p" pids | sort -n
}

# Two processes and this shell, by turns and at once, on CPUs of their own and on one
put events/enable 1
on
evloop -c 0 -n $n -s 1 "$T/write_event" >/dev/null &
first=$!
evloop -c "$(cpus | tail -n 1)" -n $((2 * n)) -s 1 "$T/write_event" >/dev/null &
second=$!
i=0
while [ $i -lt 50 ]; do
	echo 1 >"$T/write_event"
	i=$((i + 1))
done
wait_all "a writer" $first $second
off
evpids "$T" >pids || fail "$(tail -n 1 pids)"
printf '%s\n' "$$ 50" "$first $n" "$second $((2 * n))" | sort -n >want
of selftest 0 >got
cmp -s want got || fail "selftest is by $(tr '\n' ';' <got) expected $(tr '\n' ';' <want)"
echo "selftest: $(tr '\n' ';' <got)"
# What is around it is the same thread's
for event in hyp_enter host_hcall hyp_exit; do
	for who in $first $second; do
		got=$(of $event 0 | sed -n "s/^$who //p")
		[ "${got:-0}" -ge $n ] || fail "${got:-no} times $event for $n selftest by $who"
	done
done

# A guest's registers are its own, and the thread of a vCPU is KVM's
command -v kvm-load >/dev/null || exit 0
on
kvm-load -c 0 -n $n >load 2>&1 &
load=$!
wait $load || fail "kvm-load: $(cat load)"
off
evpids "$T" >pids || fail "$(tail -n 1 pids)"
for event in vcpu_run vcpu_exit; do
	assert_eq "threads of $event" "$(of $event 1 | sed 's/ .*//')" "$load"
	[ "$(of $event 1 | sed 's/.* //')" -ge $n ] || fail "$event: $(of $event 1) for $n exits"
done
for event in hyp_enter hyp_exit; do
	assert_eq "threads of $event for a guest" "$(of $event 1 | sed 's/ .*//')" "$load"
done
of host_hcall 0 >got
has_line got "^$load " || fail "the calls to run the vCPU are by $(tr '\n' ';' <got)"
reset
