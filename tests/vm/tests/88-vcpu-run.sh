#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: vcpu_run and vcpu_exit: each way into a guest and out of it, and why
# requires: program:kvm-load
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put buffer_size_kb 4096
put events/enable 1
cpu=$(($(grep -c ^processor /proc/cpuinfo) - 1))
n=100

# exits CLASS: how many were for it
exits() {
	grep -c ": vcpu_exit .* code=TRAP ec=$1\$" out
}

for type in hvc mmio wfi; do
	on
	load=$(kvm-load -c $cpu -n $n -t $type 2>&1) || fail "kvm-load: $load"
	off
	drain per_cpu/cpu$cpu/trace_pipe >out || exit 1
	drain >/dev/null || exit 1
	! grep LOST out || fail "events were lost"
	hypcheck <out >sum 2>&1 || fail "$type: $(cat sum)"

	# What the guest does and what KVM counts is what the hypervisor saw.
	case $type in
	hvc) assert_eq "HVC" "$(exits HVC64)" $n ;;
	wfi) assert_eq "WFI" "$(exits WFx)" "$(value wfi "$load")" ;;
	mmio)
		[ "$(exits DABT_LOW)" -ge $n ] ||
			fail "$(exits DABT_LOW) data aborts for $n stores"
		assert_eq "HVC while there is none" "$(exits HVC64)" 0
		;;
	esac
	[ "$(exits IABT_LOW)" -ge 1 ] || fail "$type: the guest's code was there before it ran"

	# Each pair of them is next to where the hypervisor is left and entered, nowhere else.
	all=$(value exits "$load")
	runs=$(grep -c ': vcpu_run ' out)
	[ "$runs" -ge "${all%,}" ] || fail "$type: $runs runs for $all exits"
	sed 's/^[^:]*: //; s/ vcpu=.*//' out | awk '
	/^vcpu_run /                     { runs++; run = NR }
	/^vcpu_exit /                    { if (was != "hyp_enter reason=guest_exit") bad = NR }
	/^hyp_exit reason=eret_guest/    { outs++; if (run != NR - 1) bad = NR }
	was == "hyp_enter reason=guest_exit" { if (!/^vcpu_exit /) bad = NR; exits++ }
	{ was = $0 }
	END { if (bad) print "line " bad; print runs - outs, runs - exits }' >story
	assert_eq "$type: runs and exits out of place, or one too many" "$(cat story)" "0 0"

	vm=0x0
	[ "$MODE" != protected ] ||
		vm=$(sed -n 's/.*: vm_create vm=\([^ ]*\) .*/\1/p' out)
	assert_eq "$type: whose" \
		"$(sed -n 's/.*: vcpu_[a-z]* \(vm=[^ ]* vcpu_idx=[^ ]*\).*/\1/p' out | sort -u)" \
		"vm=$vm vcpu_idx=0"
	# An interrupt has no exception class, whatever the last one was.
	! grep 'code=IRQ' out | grep -v 'ec=UNKNOWN$' || fail "$type: an interrupt with a class"
done
reset
