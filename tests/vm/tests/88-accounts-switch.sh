#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: accounts switched, cleared and read while virtual machines run: no stay has a guest's time in it
# requires: program:kvm-load
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
cpu=$(($(grep -c ^processor /proc/cpuinfo) - 1))
[ $cpu -gt 0 ] || skip "one CPU: it cannot be switched while a guest runs"

# A guest that leaves all the time
(
	while :; do
		kvm-load -c $cpu -n 2000 -t mmio >load 2>&1 || break
	done
) &
load=$!

uptime() {
	read -r uptime _ </proc/uptime
}

# However it was switched, nothing has taken longer than the accounts have been on.
i=0
while [ $i -lt 150 ]; do
	uptime
	before=$uptime
	put stay_profile_enabled 1
	[ $((i % 3)) -ne 0 ] || echo >"$T/trace_stat/stays$cpu" || fail "cannot be cleared"
	cat "$T/trace_stat/accounts" >now
	put stay_profile_enabled 0
	cat "$T/trace_stat/accounts" >>now
	uptime
	awk -v most="$before $uptime" '
		BEGIN { split(most, at, " "); most = (at[2] - at[1] + 0.02) * 1e9 }
		$1 == "stay" {
			split($4, c, "="); split($5, t, "="); split($6, l, "=")
			if (t[2] > c[2] * l[2] || l[2] > most) { print; bad = 1 }
		}
		END { exit bad }' now ||
		fail "turn $i: longer than there was time from $before to $uptime"
	i=$((i + 1))
done
kill $load 2>/dev/null
wait $load 2>/dev/null
wait_for 20 "the load to end" gone "$load"

# With all at rest nothing is under way that was begun before.
put stay_profile_enabled 1
kvm-load -c $cpu -n 50 -t hvc >load 2>&1 || fail "kvm-load: $(cat load)"
cp "$T/trace_stat/accounts" accounts
put stay_profile_enabled 0
awk '$1 == "stay" && $3 == "cause=guest_exit:HVC64" { sub(/.*=/, "", $4); n += $4 }
	END { exit n != 50 }' accounts || fail "of 50 calls: $(grep HVC64 accounts)"
