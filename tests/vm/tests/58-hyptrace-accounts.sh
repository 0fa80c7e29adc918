#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: hyptrace stat from accounts: as many stays as from events of the same time, by cause, CPU, VM and vCPU; and whose accounts were on already has them as before
# requires: thorough program:hyptrace program:kvm-load file:trace_stat/accounts file:per_cpu/cpu0/trace_pipe_raw
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
W=hvc:__el2_trace_write_event
last=$(cpus | tail -n 1)

# row NAME [FILE]: the count of a row, in all tables that there are
row() {
	awk -v name="$1" '$1 == name { n += $2 } END { print n + 0 }' "${2:-table}"
}

# stat OPTIONS... -- COMMAND...
stat() {
	bounded 90 hyptrace stat "$@" >table 2>err || fail "hyptrace stat $*: status $?: $(cat err)"
	cat table
	grep -q '^accounts: .* CPUs*, nothing lost$' table ||
		fail "hyptrace stat $*: not from accounts"
}

# kept: of write_event, by what is there for whoever looks next
kept() {
	awk -v cause=$W '$1 == cause { n = $2 } END { print n + 0 }' "$T/trace_stat/stays"
}

# The first VM is there as long as the second: a handle that is free again is given anew. Whoever
# runs this has accounts on, which say when it is there.
cat >load <<'EOT'
evloop -c 0 -n 700 -s 1 "$1/write_event" || exit 1
kvm-load -c "$2" -n 3000 -t hvc >load0 2>&1 &
until [ "$(wc -l <"$1/trace_stat/vcpus")" -gt 2 ]; do usleep 1000; done
kill -STOP $!
kvm-load -c 0 -n 100 -t mmio >load1 2>&1
rc=$?
kill -CONT $!
wait $! && exit $rc
EOT

# both BY: of the same load, from accounts and from events; the ones within the others
both() {
	# shellcheck disable=SC2016 # for that shell
	stat --by "$1" -- sh -c 'hyptrace stat --source events -b 8192 --by "$3" -- \
		sh load "$1" "$2" >events' sh "$T" "$last" "$1"
	cat events
	grep -q '^events: .*, nothing lost, [0-9]* events$' events || fail "events are not, or lost"
	assert_file stay_profile_enabled 0
}

both cause
for file in table events; do
	assert_eq "hypercalls of evloop, $file" "$(row $W $file)" 700
	assert_eq "HVCs of a guest, $file" "$(row guest_exit:HVC64 $file)" 3000
	# Those that have a VM in them, which nothing but the load has
	awk '$1 ~ /^guest_exit:|^hvc:__kvm_vcpu_run$/ { print $1, $2 }' $file | sort >rows.$file
done
[ "$(wc -l <rows.table)" -gt 3 ] || fail "rows of a VM: $(cat rows.table)"
cmp rows.table rows.events || fail "causes differ: $(cat rows.table rows.events)"

both vcpu
for file in table events; do
	# Runs are the last but one.
	awk '/^v[^ ]* (0x|of )/ { n = $(NF - 1); sub(/  .*/, ""); print $0 ": " n }' \
		$file | sort >rows.$file
done
assert_eq "vCPUs" "$(wc -l <rows.table)" 2
[ "$(sed 's/.*: //' rows.table | sort -n | tail -n 1)" -ge 3000 ] ||
	fail "runs: $(cat rows.table)"
# In plain nVHE they are known by their threads.
cmp rows.table rows.events || fail "vCPUs differ: $(cat rows.table rows.events)"
awk '/^v[^ ]* (0x|of )/ && ($NF <= 0 || $(NF - 3) <= 0) { bad = 1 } END { exit bad }' table ||
	fail "a vCPU without time"
grep -q '^host ' table || fail "no row of the host"

# By VM, where they have names
stat --by vm -- sh load "$T" "$last"
[ "$MODE" = nvhe ] || assert_eq "VMs" "$(grep -c '^vm 0x' table)" 2

# Of one CPU, and by CPU
stat -C "$last" -- evloop -c 0 -n 700 -s 1 "$T/write_event"
[ "$last" = 0 ] || assert_eq "hypercalls on CPU $last" "$(row $W)" 0
stat --by cpu -- evloop -c "$last" -n 700 -s 1 "$T/write_event"
[ "$(awk -v cpu="$last" '$1 == "CPU" && $2 == cpu { print $3 }' table)" -ge 700 ] ||
	fail "less than 700 on CPU $last"
assert_eq "CPUs' stays that 'all' has not" \
	"$(awk '$1 == "CPU" { n += $3 } $1 == "all" { n -= $2 } END { print n }' table)" 0

# Nothing is traced for it, and who traces is no hindrance.
stat -- sh -c "grep -q '^0' $T/tracing_on && grep -q unloaded $T/buffer_size_kb &&
	grep -q 1 $T/stay_profile_enabled" || fail "something else than accounts is on"
selftest_on
on
stat -- evloop -c 0 -n 7 -s 1 "$T/write_event"
assert_eq "while somebody traces" "$(row $W)" 7
assert_file tracing_on 1
off
clear
wait_for 10 "unloads" is_unloaded

# Accounts that were on are somebody's: they go on, and have all.
put stay_profile_enabled 1
evloop -c 0 -n 5 -s 1 "$T/write_event" >out
stat -- evloop -c 0 -n 7 -s 1 "$T/write_event"
assert_eq "of those that were on" "$(row $W)" 7
assert_file stay_profile_enabled 1
assert_eq "what their owner has" "$(kept)" 12
bounded 60 hyptrace stat -- sh -c "echo >$T/trace_stat/stays" >table || fail "status $?"
grep -q '^accounts: .*, not all: somebody has cleared' table || fail "cleared: $(head -n 1 table)"
bounded 60 hyptrace stat -- sh -c "echo 0 >$T/stay_profile_enabled" >table || fail "status $?"
grep -q '^accounts: .*, not all: .* off meanwhile' table || fail "off: $(head -n 1 table)"
assert_file stay_profile_enabled 0

# In tables of 100 ms, each of these once; and Ctrl-C
is_on() {
	[ "$(cat "$T/stay_profile_enabled")" = 1 ]
}
has_tables() {
	[ "$(grep -c '^accounts: ' table)" -ge "$1" ]
}
for options in "-I 100" ""; do
	# shellcheck disable=SC2086 # words
	hyptrace stat $options >table 2>err &
	pid=$!
	wait_for 20 "accounts" is_on
	[ -z "$options" ] || wait_for 20 "a table" has_tables 1
	evloop -c 0 -n 700 -s 1 "$T/write_event" >out
	[ -z "$options" ] || wait_for 20 "tables" has_tables 3
	kill -INT $pid
	rc=0
	wait $pid || rc=$?
	assert_eq "status after SIGINT: $(cat err)" $rc 0
	assert_eq "stays of evloop, $options" "$(row $W)" 700
	has_tables 1 || fail "no table after SIGINT"
	assert_file stay_profile_enabled 0
done
# Another end, and the switch is put back, too: nobody reads what it prints.
bounded 60 hyptrace stat -I 10 -- usleep 500000 2>err | head -n 1 >out
assert_file stay_profile_enabled 0

# For programs
for n in 1 2; do
	bounded 60 hyptrace stat --json -- sh -c "evloop -c 0 -n 300 -s 1 $T/write_event >out" \
		>json$n || fail "--json: status $?"
done
grep -q '^{"by": "cause", "source": "accounts", .*"partial": false' json1 ||
	fail "JSON: $(head -n 1 json1)"
grep -q "\"$W\", \"count\": 300, " json1 || fail "JSON: $(grep $W json1)"
hyptrace diff json1 json2 >out || fail "diff of tables: status $?"
grep -q "^$W  *300  *300 " out || fail "diff of tables: $(cat out)"
rc=0
hyptrace stat --source accounts --by task -- true >out 2>&1 || rc=$?
assert_eq "accounts by task" $rc 2
hyptrace doctor >out 2>&1 || fail "doctor: $(cat out)"
grep -q '^ok  *accounts .*off' out || fail "doctor: $(cat out)"
put stay_profile_enabled 1
hyptrace doctor >out 2>&1 || fail "doctor: $(cat out)"
grep -q '^ok  *accounts .*on$' out || fail "doctor: $(cat out)"
reset
