#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: host_smc: a call that is forwarded to the firmware, and those that are not
# requires: alone protected file:/sys/kernel/debug/psci
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put buffer_size_kb 1024
B=/sys/bus/platform

# A watchdog's driver that asks the firmware for one by an SMC, on a slot where no device is.
for d in "$B"/devices/*.virtio_mmio; do
	[ ! -e "$d/driver" ] || continue
	dev=$d
done
[ -n "${dev:-}" ] || fail "no virtio-mmio slot is free"
[ -d $B/drivers/arm_smc_wdt ] || fail "the kernel has no arm_smc_wdt"

put events/hypervisor/host_smc/enable 1
put events/hypervisor/host_ffa_call/enable 1
put events/hypervisor/psci_call/enable 1
put events/hypervisor/psci_return/enable 1
assert_eq "driver_override" "$(tryio write "$dev/driver_override" arm_smc_wdt)" ok
on
got=$(tryio write $B/drivers/arm_smc_wdt/bind "${dev##*/}")
off
tryio write "$dev/driver_override" '
' >/dev/null
drain | sed 's/.*: //' >out
assert_eq "what is told of a call to SiP's service" "$(cat out)" \
	"host_smc id=0x82003d06 forwarded=1"
# The firmware knows of none, and the driver hears of it.
assert_eq "bind" "$got" ENODEV

# The firmware's time is not the hypervisor's: the way there is a way out.
put events/hypervisor/enable 1
assert_eq "driver_override" "$(tryio write "$dev/driver_override" arm_smc_wdt)" ok
on
got=$(tryio write $B/drivers/arm_smc_wdt/bind "${dev##*/}")
off
tryio write "$dev/driver_override" '
' >/dev/null
drain | sed 's/.*: //' | grep -B 1 -A 3 '^host_smc id=0x82003d06' >out
assert_eq "bind, again" "$got" ENODEV
cat >want <<'EOF'
hyp_enter reason=smc vcpu=0
host_smc id=0x82003d06 forwarded=1
hyp_exit reason=smc vcpu=0
hyp_enter reason=smc vcpu=0
hyp_exit reason=eret_host vcpu=0
EOF
cmp -s out want || fail "not there and back again: $(cat out)"
put events/hypervisor/enable 0
put events/hypervisor/host_smc/enable 1
put events/hypervisor/host_ffa_call/enable 1
put events/hypervisor/psci_call/enable 1
put events/hypervisor/psci_return/enable 1

# PSCI is the hypervisor's. Each call is told three times, and not as one of FF-A.
on
cat /sys/kernel/debug/psci >said || fail "/sys/kernel/debug/psci cannot be read"
off
drain | sed 's/.*: //' >out
awk '
{ split($2, id, "=") }
NR % 3 == 1 { if ($1 != "psci_call") exit 1; func_id = id[2] }
NR % 3 == 2 { if ($1 != "psci_return" || id[2] != func_id) exit 1 }
NR % 3 == 0 { if ($0 != "host_smc id=" func_id " forwarded=0") exit 1 }
END { if (NR < 30 || NR % 3) exit 1 }' out || fail "not call, return, SMC: $(head -n 9 out)"
reset
