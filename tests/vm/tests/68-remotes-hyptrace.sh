#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: hyptrace where there is only remotes/ as in Linux 7.1, or in Linux 7.1 itself: doctor, stat and top by its text, and everything is put back; what takes pages says so
# requires: program:hyptrace program:kvm-load program:unshare file:/sys/kernel/tracing/remotes/hypervisor
# timeout: 180
T=/sys/kernel/tracing/remotes/hypervisor
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset

# bare COMMAND...: where all that Linux 7.1 has not got is not there, or is of no use
cat >bare.sh <<'END'
for dir in hypervisor instances events; do
	[ ! -d /sys/kernel/tracing/$dir ] || mount -t tmpfs none /sys/kernel/tracing/$dir || exit 99
done
cd /sys/kernel/tracing/remotes/hypervisor || exit 99
for f in set_event available_events trace_options current_tracer events/enable \
	events/hypervisor/enable per_cpu/cpu*/stats per_cpu/cpu*/trace_pipe_raw; do
	[ ! -e "$f" ] || mount -o bind /dev/null "$f" || exit 99
done
cd "$OLDPWD" || exit 99
exec "$@"
END
bare() {
	unshare -m sh bare.sh "$@"
}

put events/hypervisor/hyp_exit/enable 1
put events/hypervisor/selftest/enable 1
put buffer_size_kb 12

as_before() {
	assert_file tracing_on 0
	assert_file events/hypervisor/hyp_enter/enable 0
	assert_file events/hypervisor/hyp_exit/enable 1
	assert_file events/hypervisor/selftest/enable 1
	wait_for 10 "unloads" is_unloaded
	assert_file buffer_size_kb '12 (unloaded)'
}

# stat OPTIONS... -- COMMAND...
stat() {
	bounded 90 unshare -m sh bare.sh hyptrace stat "$@" >table 2>err ||
		fail "hyptrace stat $*: status $?: $(cat err)"
	cat table
	as_before
}

# row NAME: the count of a row; is NAME FROM TO: that is from FROM to TO
row() {
	awk -v name="$1" '$1 == name { n = $2 } END { print n + 0 }' table
}
is() {
	row_is=$(row "$1")
	if [ "$row_is" -lt "$2" ] || [ "$row_is" -gt "$3" ]; then
		fail "$1: $row_is stays, expected $2 to $3"
	fi
}

bare hyptrace doctor >out 2>&1 || fail "doctor: $(cat out)"
cat out
grep -q '^note  *hypervisor .*remotes/hypervisor, .* text' out || fail "not a word of text"
on
bare hyptrace doctor >out 2>&1 && fail "doctor is content with another who traces"
grep -q "echo 0 > $T/tracing_on" out || fail "doctor's mend: $(tail -n 1 out)"
bare hyptrace stat -- true >out 2>&1 && fail "stat while another traces"
grep -q "echo 0 > $T/tracing_on" out || fail "stat's mend: $(tail -n 1 out)"
off
# To open it for writing clears nothing in Linux 7.1
put trace 0
wait_for 10 "unloads" is_unloaded

stat -b 4096 -- evloop -c 0 -n 700 -s 1 "$T/write_event"
is hvc 700 1100
! grep '^lost:' table || fail "events were lost"
grep -q 'text alone' err || fail "not a word of what text lacks: $(cat err)"
stat -b 4096 -- sh -c 'kvm-load -c 0 -n 300 -t hvc >load'
# Interrupts are exits, too, and some are the hypervisor's own
exits=$(value exits "$(cat load)")
is guest_exit "${exits%,}" $((${exits%,} + 40))
last=$(cpus | tail -n 1)
stat -b 4096 -C "$last" -- kvm-load -c 0 -n 100 -t hvc
[ "$last" = 0 ] || is guest_exit 0 0

# Another VM, by its vCPU's thread
kvm-load -n 0 -t wfi >other 2>&1 &
other=$!
runs() {
	stat -p $other -- usleep 300000
	[ "$(row guest_exit)" -gt 0 ]
}
wait_for 20 "stays of process $other" runs
# shellcheck disable=SC2016 # for that shell
stat -b 4096 -p $other -- sh -c 'usleep 300000; kill -STOP "$1"
	kvm-load -c 0 -n 2000 -t hvc; kill -CONT "$1"' sh $other
is guest_exit 1 1999
stat --by vcpu -- usleep 300000
grep -q "^vcpu of thread $other  *[1-9]" table || fail "by vCPU there is no thread $other"

# What is lost is told: nobody takes it while it comes.
calls=$((1500 * PAGE_KB))
# shellcheck disable=SC2016 # for that shell
stat -b 4 -- sh -c 'kill -STOP $PPID; evloop -c 0 -n "$2" -s 1 "$1/write_event"
	kill -CONT $PPID' sh "$T" $calls
lost=$(sed -n 's/^lost: \([0-9]*\) events.* in [1-9][0-9]* places; .*/\1/p' table)
[ "${lost:-0}" -gt 1000 ] ||
	fail "events lost of some $((2 * calls)), in 4 KB and a pipe: '$lost'"
events=$(sed -n 's/^events: .*, \([0-9]*\) events$/\1/p' table)
[ $((events + lost)) -ge $((2 * calls)) ] ||
	fail "$events events and $lost lost, of $((2 * calls)) at least"

bounded 60 unshare -m sh bare.sh hyptrace top -b -n 2 -d 0.3 >table 2>err || fail "top: $(cat err)"
assert_eq "top's tables" "$(grep -c '^events: ' table)" 2
[ "$(row guest_exit)" -gt 0 ] || fail "top: no guest"
as_before
kill $other
wait $other || fail "kvm-load: $(cat other)"

# A signal ends it, and it puts back. Not before it has begun: what is behind a "&" ignores this
# one, so no table of the last may be waited for.
: >table
unshare -m sh bare.sh hyptrace stat -I 100 >table 2>err &
pid=$!
wait_for 20 "a table" has_line table '^all '
kill -INT $pid
rc=0
wait $pid || rc=$?
assert_eq "status after SIGINT: $(cat err)" $rc 0
as_before

# What cannot be says so, and what does instead.
bare hyptrace stat --vm 0x1000 -- true >out 2>&1 && fail "--vm"
grep -q '^ *-p PID' out || fail "--vm, of text: $(cat out)"
bare hyptrace record -- true >out 2>&1 && fail "record"
grep -q "cat $T/trace_pipe" out || fail "record, of text: $(cat out)"
reset
