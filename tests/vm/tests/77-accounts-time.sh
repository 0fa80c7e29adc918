#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: the stays that accounts have on each CPU, and their time, for what QEMU counts to be held against it (tests/vm/host/accounts-time.sh): with virtual machines, CPUs that go and come, calls of the firmware, naps, tracing on and off
# requires: cmdline:hyptrace.icount=1 program:kvm-load file:stay_profile_enabled cpus:2
# timeout: 600
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
out=${EXPORT:-.}/accounts-time
mkdir -p "${out%/*}"
: >"$out"
last=$(cpus | tail -n 1)
CYCLES=5

# The CPUs' naps are calls of the firmware: only where that is wanted
naps() {
	for nap in /sys/devices/system/cpu/cpu*/cpuidle/state1/disable; do
		[ ! -e "$nap" ] || echo "$1" >"$nap" || fail "naps: $nap"
	done
}

# busy NAME COMMAND...: each run is a line for each CPU, in the order in which the plugin writes its
# own. $cycles: how often the last CPU goes and comes in it
cycles=0
busy() {
	name=$1
	shift
	evaccounts "$T" "$@" >sums 2>err || fail "$name: $(tail -n 1 err)"
	sed "s/^/$name mode=$MODE cycles=$cycles /" sums | tee -a "$out"
}

# What the runs below do, besides a single virtual machine: $1 is the hypervisor's directory, $2
# the last CPU, $3 how often
cat >two <<'EOT'
kvm-load -c 0 -n 500 -t mix &
kvm-load -c "$2" -n 500 -t hvc
rc=$?
wait $! && exit $rc
EOT
cat >psci <<'EOT'
for i in $(seq "$3"); do
	cat /sys/kernel/debug/psci || exit 1
done
EOT
cat >hotplug <<'EOT'
online=/sys/devices/system/cpu/cpu$2/online
for i in $(seq "$3"); do
	kvm-load -c 0 -n 100 -t mix &
	echo 0 >"$online" && echo 1 >"$online" && kvm-load -c "$2" -n 50 -t mix || exit 1
	wait $! || exit 1
done
EOT
# Off when it begins, and when it ends
cat >off <<'EOT'
online=/sys/devices/system/cpu/cpu$2/online
for i in $(seq "$3"); do
	echo 1 >"$online" && kvm-load -c "$2" -n 200 -t mix && echo 0 >"$online" || exit 1
done
EOT
cat >naps <<'EOT'
for f in /sys/devices/system/cpu/cpu*/cpuidle/state1/disable; do echo 0 >"$f"; done
for i in $(seq "$3"); do
	usleep 2000
done
for f in /sys/devices/system/cpu/cpu*/cpuidle/state1/disable; do echo 1 >"$f"; done
EOT
# Tracing and its events go on and off, in the middle of stays as well
cat >switching <<'EOT'
kvm-load -c "$2" -n 2000 -t mix &
for i in $(seq "$3"); do
	echo 1 >"$1/tracing_on"
	echo 0 >"$1/events/enable"
	echo 1 >"$1/events/hypervisor/hyp_exit/enable"
	echo 1 >"$1/events/enable"
	echo 0 >"$1/tracing_on"
done
wait $!
EOT

naps 1
put stay_profile_enabled 1
busy write_event evloop -n 3000 -s 1 "$T/write_event"
busy hvc kvm-load -c "$last" -n 1000 -t hvc
busy mmio kvm-load -c "$last" -n 1000 -t mmio
busy mix kvm-load -n 500 -t mix
busy two sh two "$T" "$last"
[ "$MODE" = nvhe ] || busy psci sh psci "$T" "$last" 20
cycles=$CYCLES
busy hotplug sh hotplug "$T" "$last" $CYCLES
cpu_set "$last" 0
busy off sh off "$T" "$last" $CYCLES
cpu_set "$last" 1
cycles=0
[ "$MODE" = nvhe ] || busy naps sh naps "$T" "$last" 200
# Beside tracing, whose own work is time as well
put buffer_size_kb 16384
put events/enable 1
on
busy traced_write_event evloop -n 3000 -s 1 "$T/write_event"
busy traced_mix kvm-load -n 500 -t mix
cycles=$CYCLES
busy traced_hotplug sh hotplug "$T" "$last" $CYCLES
cycles=0
[ "$MODE" = nvhe ] || busy traced_naps sh naps "$T" "$last" 200
off
busy switching sh switching "$T" "$last" 30
naps 0
reset
