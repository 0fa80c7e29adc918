#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: accounts of virtual machines: as many stays, by cause (PSCI functions too) and virtual CPU, as a trace of the same run has
# requires: program:kvm-load
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put buffer_size_kb 8192
put events/enable 1
cpu=$(($(grep -c ^processor /proc/cpuinfo) - 1))

# accounts FIELD AWK-CONDITION: a sum over lines of trace_stat/accounts, as they were saved
sum() {
	awk -v field="$1=" "$2"' {
		for (i = 1; i <= NF; i++)
			if (index($i, field) == 1)
				n += substr($i, length(field) + 1)
	}
	END { print n + 0 }' accounts
}
# traced AWK-CONDITION: events of the trace
traced() {
	awk "$1"' { n++ } END { print n + 0 }' out
}

put stay_profile_enabled 1
on
kvm-load -c $cpu -n 300 -t hvc >load0 2>&1 &
first=$!
kvm-load -c 0 -n 100 -t mmio >load1 2>&1 || fail "kvm-load: $(cat load1)"
wait $first || fail "kvm-load: $(cat load0)"
# The firmware is called for these; functions that have no cause of their own are among them.
if [ $cpu -gt 0 ]; then
	cpu_set $cpu 0
	cpu_set $cpu 1
fi
cat /sys/kernel/debug/psci >said 2>/dev/null || :
off
cp "$T/trace_stat/accounts" accounts
cp "$T/trace_stat/vcpus" vcpus
put stay_profile_enabled 0
drain >out || exit 1
! grep LOST out || fail "events were lost"

# All of what a virtual machine did lies within both.
runs=$(traced '/: vcpu_run /')
[ "$runs" -ge 400 ] || fail "no more than $runs runs"
assert_eq "runs of all" "$(sum runs '/^vcpu /')" "$runs"
assert_eq "exits of all" "$(sum count '/cause=guest_exit:/')" "$(traced '/: vcpu_exit /')"
assert_eq "hypercalls to run" "$(sum count '/cause=hvc:__kvm_vcpu_run /')" \
	"$(traced '/: host_hcall .*__kvm_vcpu_run/')"
for class in HVC64 DABT_LOW IABT_LOW WFx; do
	assert_eq "exits for $class" "$(sum count "/cause=guest_exit:$class /")" \
		"$(traced "/: vcpu_exit .* code=TRAP ec=$class\$/")"
done
assert_eq "exits for interrupts" "$(sum count '/cause=guest_exit:IRQ /')" \
	"$(traced '/: vcpu_exit .* code=IRQ/')"

# By the names that events have: a call of the firmware is one stay, and the way back from it
# another, also where it is another call that brings back the CPU.
awk '
/: (psci_call|hyp_enter|hyp_exit) / {
	for (i = 3; i <= NF; i++) { split($i, f, "="); v[f[1]] = f[2] }
}
/: hyp_enter / {
	reason[$1] = v["reason"]
	name[$1] = v["reason"] == "psci" ? last[$1] : ""
}
/: psci_call / { name[$1] = v["name"] }
/: hyp_exit / {
	if (reason[$1] == "smc" || reason[$1] == "psci") {
		own = name[$1] ~ /^(CPU_SUSPEND|CPU_OFF|CPU_ON|AFFINITY_INFO|SYSTEM_SUSPEND)$/
		n[reason[$1] (own ? ":" name[$1] : "")]++
	}
	last[$1] = v["reason"] == "psci" ? name[$1] : ""
}
END { for (cause in n) print cause, n[cause] }' out | sort >calls
awk '$1 == "stay" && $3 ~ /^cause=(smc|psci)/ {
	sub(/.*=/, "", $3); sub(/.*=/, "", $4); n[$3] += $4
}
END { for (cause in n) print cause, n[cause] }' accounts | sort >accounted
tr '\n' ' ' <accounted
cmp calls accounted || fail "calls of the firmware: $(tr '\n' ' ' <accounted), traced: $(
	tr '\n' ' ' <calls)"
if [ "$MODE" != nvhe ] && [ $cpu -gt 0 ]; then
	for cause in smc:CPU_OFF smc:CPU_ON psci:CPU_OFF psci:CPU_ON; do
		assert_eq "$cause" "$(sed -n "s/^$cause //p" accounted)" 1
	done
	[ "$(sed -n 's/^psci:AFFINITY_INFO //p' accounted)" -ge 1 ] ||
		fail "nobody asked whether CPU $cpu is off"
	[ ! -s said ] || grep -q '^psci [0-9]' accounted || fail "the kernel asked for nothing else"
fi

# Each thread has what it ran.
assert_eq "virtual CPUs" "$(awk 'NR > 2' vcpus | wc -l)" 2
tr '\n' ' ' <vcpus
awk 'NR > 2 { print $4 }' vcpus | sort -n >runs
hypcheck <out >sums 2>&1 || fail "$(cat sums)"
# In plain nVHE all machines have the same name, 0: then it is their threads that differ.
awk '/: hyp_exit .*reason=eret_guest/ { sub(/.*vcpu=/, ""); n[$0]++ }
	END { for (i in n) print n[i] }' out | sort -n >threads
cmp -s runs threads || fail "runs by thread: $(tr '\n' ' ' <runs), traced: $(tr '\n' ' ' <threads)"

# The time in guests and for them is neither nothing nor more than there was.
for what in guest_ns hyp_ns; do
	[ "$(sum $what '/^vcpu /')" -gt 0 ] || fail "no $what"
done
hyp=$(sum hyp_ns '/^vcpu /')
exits=$(sum total_ns '/cause=guest_exit:/')
all=$(sum total_ns '/cause=guest_exit:|cause=hvc:__kvm_vcpu_run /')
if [ "$hyp" -lt "$exits" ] || [ "$hyp" -gt "$all" ]; then
	fail "for virtual CPUs $hyp ns, for their exits $exits, with what runs them $all"
fi
