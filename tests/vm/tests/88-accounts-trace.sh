#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: accounts and a trace of the same run, with virtual machines, calls of the firmware and a CPU that goes and comes: as many stays of each cause on each CPU, as many runs of each virtual CPU; sums by cause, CPU, VM, virtual CPU and task are one number
# requires: program:hyptrace program:trace-cmd program:kvm-load file:stay_profile_enabled file:per_cpu/cpu0/trace_pipe_raw
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
last=$(cpus | tail -n 1)
A=$T/trace_stat/accounts

# While all is traced, accounts begin anew on each CPU in a call of its own, and are read in others:
# what they have is what lies between these, whatever else the machine did.
cat >load <<'EOT'
echo 1 >"$1/stay_profile_enabled"
echo >"$1/trace_stat/accounts"
kvm-load -c 0 -n 300 -t mix &
kvm-load -c "$2" -n 200 -t hvc || exit 1
wait $! || exit 1
evloop -c "$2" -n 100 -s 1 "$1/write_event"
cat /sys/kernel/debug/psci
if [ "$2" -gt 0 ]; then
	echo 0 >"/sys/devices/system/cpu/cpu$2/online" || exit 1
	echo 1 >"/sys/devices/system/cpu/cpu$2/online" || exit 1
fi
cat "$1/trace_stat/accounts" >accounts
echo 0 >"$1/stay_profile_enabled"
EOT
bounded 120 hyptrace record -b 8192 -o run.dat -- sh load "$T" "$last" >log 2>&1 ||
	fail "record: $(tail -n 1 log)"
hyptrace report run.dat >table || fail "report: status $?"
cat table
! grep -q '^lost:' table || fail "events were lost: $(grep '^lost:' table)"
hyptrace export --format csv run.dat >stays.csv || fail "export: status $?"

# Of the trace: "CPU CAUSE" of each stay, and "vcpu CPU THREAD VM INDEX" of those that the exit of a
# guest has begun. Accounts do not tell most functions of the firmware from each other.
awk -F, '
NR == 1 {
	for (i = 1; i <= NF; i++)
		column[$i] = i
	next
}
{
	gsub(/"/, "")
	cpu = $column["cpu"]
	cause = $column["cause"]
	if (cause == "hvc:__el2_trace_reset_accounts") {
		begun[cpu] = 1
		for (i in n) {
			split(i, key, " ")
			if (key[1] == cpu || (key[1] == "vcpu" && key[2] == cpu))
				delete n[i]
		}
	}
	if (cause == "hvc:__el2_trace_read_accounts")
		begun[cpu] = 0
	if (!begun[cpu])
		next
	if (cause ~ /^(smc|psci):/ &&
	    cause !~ /:(CPU_SUSPEND|CPU_OFF|CPU_ON|AFFINITY_INFO|SYSTEM_SUSPEND)$/)
		sub(/:.*/, "", cause)
	n[cpu " " cause]++
	if (cause ~ /^guest_exit:/)
		n["vcpu " cpu " " $column["vcpu_thread"] " " $column["vm"] " " $column["vcpu"]]++
}
END { for (i in n) print i, n[i] }' stays.csv | sort >traced
# The same of the accounts, which also have two calls that leave no trace: with these the host asks
# to be woken, and says whether it listens.
awk '
{
	for (i = 2; i <= NF; i++) {
		split($i, word, "=")
		v[word[1]] = word[2]
	}
}
$1 == "stay" && v["cause"] !~ /^hvc:__el2_trace_(read_accounts|wake|listen)$/ {
	print v["cpu"], v["cause"], v["count"]
}
$1 == "vcpu" { print "vcpu", v["cpu"], v["pid"], v["vm"], v["vcpu"], v["runs"] }
' accounts | sort >accounted
cmp traced accounted || {
	diff traced accounted
	fail "trace and accounts differ"
}
grep -q "^$last hvc:__el2_trace_write_event 100\$" accounted || fail "$(cat accounted)"
assert_eq "virtual CPUs" "$(grep -c '^vcpu ' accounted)" 2
if [ "$MODE" != nvhe ] && [ "$last" -gt 0 ]; then
	for cause in smc:CPU_OFF psci:CPU_OFF; do
		grep -q "^$last $cause 1\$" accounted || fail "no $cause: $(cat accounted)"
	done
fi

# Accounts are off, and what they have stays: by cause, by CPU, and line by line.
sum() {
	awk 'NR > 2 { n += $2 } END { print n }' "$@"
}
all=$(sum "$T/trace_stat/stays")
assert_eq "by CPU" "$(for c in $(cpus); do sum "$T/trace_stat/stays$c"; done |
	awk '{ n += $1 } END { print n }')" "$all"
assert_eq "by line" "$(awk '$1 == "stay" { sub(/.*=/, "", $4); n += $4 } END { print n }' "$A")" \
	"$all"
assert_eq "runs of virtual CPUs, and exits of guests" \
	"$(awk 'NR > 2 { n += $4 } END { print n }' "$T/trace_stat/vcpus")" \
	"$(awk '$1 ~ /^guest_exit:/ { n += $2 } END { print n }' "$T/trace_stat/stays")"

# And the trace's: each table's rows have the same sum, that of the stays themselves.
all=$(($(wc -l <stays.csv) - 1))
for by in cause cpu vm vcpu task; do
	hyptrace report --by $by --json run.dat >rows || fail "report --by $by: status $?"
	assert_eq "rows by $by" "$(sed -n 's/^{"name": .*"count": \([0-9]*\),.*/\1/p' rows |
		awk '{ n += $1 } END { print n }')" "$all"
done
reset
