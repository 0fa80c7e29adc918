#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: CPUs that sleep by PSCI calls lose no event that there is room for
# requires: protected file:/sys/devices/system/cpu/cpu0/cpuidle/state1/usage
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
# 32 pages of the smallest size there is have room for more than this, on one CPU alone
WANTED=1000
put buffer_size_kb 128
put events/hypervisor/psci_call/enable 1
put events/hypervisor/psci_return/enable 1

naps() {
	cat /sys/devices/system/cpu/cpu*/cpuidle/state1/usage | awk '{ n += $1 } END { print n }'
}

# How often accounts say that a CPU came back from the firmware
returns() {
	awk '$1 == "stay" && $3 ~ /^cause=psci(:CPU_SUSPEND)?$/ { sub(/.*=/, "", $4); n += $4 }
		END { print n + 0 }' accounts
}

before=$(naps)
put stay_profile_enabled 1
accounted=$(naps)
on
traced=$(naps)
made=0
tries=0
while [ $made -lt $WANTED ]; do
	tries=$((tries + 1))
	[ $tries -lt 500 ] || fail "no idle machine: $made naps"
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		usleep 2000
	done
	made=$(($(naps) - traced))
done
off
least=$(($(naps) - accounted))
cp "$T/trace_stat/accounts" accounts
returns=$(returns)
most=$(($(naps) - before))
put stay_profile_enabled 0
# A nap is counted by the host when it is over; each CPU may be in one.
nr=$(cpus | wc -w)
grep -q 'cause=psci:CPU_SUSPEND ' accounts || fail "no nap is an account of its own"
if [ "$returns" -lt $((least - nr)) ] || [ "$returns" -gt $((most + nr)) ]; then
	fail "accounts have $returns returns from the firmware, the host $least to $most naps"
fi
for cpu in $(cpus); do
	for what in overrun 'dropped events'; do
		assert_eq "$what of CPU $cpu" "$(stat_of "$cpu" "$what")" 0
	done
done
drain >out || exit 1
if grep -q LOST out; then
	fail "lost: $(grep -m 1 LOST out)"
fi
calls=$(grep -c 'psci_call .*name=CPU_SUSPEND' out)
# Who slept already when tracing went on made the call before.
[ "$calls" -ge $((made - nr)) ] || fail "$calls calls are told of $made that were made"
echo "$calls suspend calls"

# In pairs, with all events, while the CPUs come and go on their own.
wait_for 10 "unloads" is_unloaded
put buffer_size_kb 4096
put events/enable 1
evpairs -n 5000 -r reached -d finished -t $((60 * SLOW)) "$T" >sum 2>err &
judge=$!
on
until [ -e reached ]; do
	! gone $judge || fail "$(cat err)"
	usleep 2000
done
off
touch finished
wait $judge || fail "$(cat err)"
cat sum
[ "$(value psci "$(cat sum)")" -gt 0 ] || fail "no nap among them: $(cat sum)"
reset
