#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: psci_call and psci_return: a CPU goes and comes, and what the kernel asks of PSCI
# requires: protected cpus:2 file:/sys/kernel/debug/psci file:/sys/devices/system/cpu/cpu0/of_node/reg
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put buffer_size_kb 1024
cpu=$(($(grep -c ^processor /proc/cpuinfo) - 1))
# MPIDR of the CPU, which is how PSCI calls it
target=0x$(od -An -tx1 /sys/devices/system/cpu/cpu$cpu/of_node/reg | tr -d ' \n' | sed 's/^0*//')

put events/enable 1
on
cpu_set $cpu 0
cat "$T/per_cpu/cpu$cpu/trace" >gone
cpu_set $cpu 1
off
drain >out || exit 1

# What a CPU says last: it calls, and leaves for good.
grep -v '^#' gone | tail -n 2 | sed 's/.*: //' >last
assert_eq "the CPU's last words, first" "$(head -n 1 last | sed 's/arg=[^ ]*/arg=/')" \
	"psci_call func_id=0x84000002 arg= name=CPU_OFF"
assert_eq "the CPU's last words, second" "$(tail -n 1 last)" "hyp_exit reason=psci vcpu=0"
! grep -q "psci_return.* name=CPU_OFF" out || fail "CPU_OFF returned"

# line EVENT NAME: of out, without the time; the CPU that switches others must be another
line() {
	grep ": $1 .* name=$2\$" out | grep -v "^\[0*$cpu\]" | sed 's/.*: //'
}
assert_eq "CPU_ON" "$(line psci_call CPU_ON)" \
	"psci_call func_id=0xc4000003 arg=$target name=CPU_ON"
assert_eq "what came of CPU_ON" "$(line psci_return CPU_ON)" \
	"psci_return func_id=0xc4000003 ret=0 name=CPU_ON"
assert_eq "whose state was asked for" "$(line psci_call AFFINITY_INFO | sort -u)" \
	"psci_call func_id=0xc4000004 arg=$target name=AFFINITY_INFO"
assert_eq "its state, at last (1 is off)" "$(line psci_return AFFINITY_INFO | tail -n 1)" \
	"psci_return func_id=0xc4000004 ret=1 name=AFFINITY_INFO"
sum=$(hypcheck <out 2>&1) || fail "$sum"
echo "CPU $cpu, $target: $sum"

# The kernel asks PSCI what it can do, and says what it was told.
put events/enable 0
put events/hypervisor/psci_call/enable 1
put events/hypervisor/psci_return/enable 1
on
cat /sys/kernel/debug/psci >said || fail "/sys/kernel/debug/psci cannot be read"
off
drain >out || exit 1
major=$(sed -n 's/^PSCIv\([0-9]*\)\.[0-9]*$/\1/p' said)
minor=$(sed -n 's/^PSCIv[0-9]*\.\([0-9]*\)$/\1/p' said)
assert_eq "PSCI's version" \
	"$(sed -n 's/.*psci_return .*ret=\(.*\) name=PSCI_VERSION/\1/p' out)" \
	$((major << 16 | minor))
# Each call with the result that follows it: "name arg ret"
awk '
{ for (i = 3; i <= NF; i++) { split($i, f, "="); v[f[1]] = f[2] } }
/: psci_call /   { if (arg != "") exit 1; arg = v["arg"]; func_id = v["func_id"] }
/: psci_return / { if (func_id != v["func_id"]) exit 1; print v["name"], arg, v["ret"]; arg = "" }
END { if (arg != "") exit 1 }' out >calls || fail "not each psci_call has its psci_return"
# The SMCCC version and CPU_SUSPEND are asked for first, for other lines of that text.
sed -n 's/^PSCI_FEATURES //p' calls | sed 1,2d >features
assert_eq "functions that are supported" "$(grep -c -v -- ' -' features)" \
	"$(grep -c ' is supported$' said)"
assert_eq "MIGRATE_INFO_TYPE is supported" \
	"$(grep '^0x84000006 ' features | grep -c -v -- ' -')" \
	"$(grep -c '^MIGRATE_INFO_TYPE is supported' said)"
[ "$(grep -c -- ' -1$' features)" -gt 0 ] || fail "there is nothing that PSCI refused"
reset
