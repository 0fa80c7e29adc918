#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: set_event_pid and set_event_notrace_pid: what is done on behalf of those who are wanted is recorded, all of it and nothing else
# requires: file:per_cpu/cpu0/trace_pipe_raw
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
need_pids
reset
put buffer_size_kb 4096
last=$(cpus | tail -n 1)
n=200

# start COMMAND...: in the background, but not before "go" is there; $! is its pid
start() {
	sh -c 'until [ -e go ]; do usleep 2000; done; exec "$@"' - "$@" &
}

# of EVENT [VCPU]: whose events of that name there are, and how many of each, by pid
of() {
	sed -n "s/^event=$1 pid=\([0-9-]*\) vcpu=${2:-0} n=/\1 /p" pids | sort -n
}

# all_of EVENT: likewise, for guests or not
all_of() {
	{
		of "$1" 0
		of "$1" 1
	} | awk '{ n[$1] += $2 } END { for (pid in n) print pid, n[pid] }' | sort -n
}

# traced: stop, and take what there is. Whoever is not wanted has not been counted in any way
traced() {
	off
	for cpu in $(cpus); do
		for what in overrun 'dropped events'; do
			assert_eq "CPU $cpu: $what" "$(stat_of "$cpu" "$what")" 0
		done
	done
	evpids "$T" >pids || fail "$(tail -n 1 pids)"
	assert_eq "hyp_exit by thread" "$(all_of hyp_exit)" "$(all_of hyp_enter)"
}

# two PIDS NO_PIDS WANT: two threads write, A n times and B 2n, and the shell once: S. With these
# in the two files, selftest is by WANT
two() {
	rm -f go
	start evloop -c 0 -n $n -s 1 "$T/write_event" >/dev/null
	first=$!
	start evloop -c "$last" -n $((2 * n)) -s 1 "$T/write_event" >/dev/null
	second=$!
	: >"$T/set_event_pid"
	: >"$T/set_event_notrace_pid"
	[ -z "$1" ] || put set_event_pid "$(echo "$1" | sed "s/A/$first/; s/B/$second/")"
	[ -z "$2" ] || put set_event_notrace_pid "$(echo "$2" | sed "s/A/$first/; s/B/$second/")"
	on
	touch go
	wait_all "a writer" $first $second
	write_event 1
	traced
	echo "$3" | tr ',' '\n' | sed "s/^A/$first/; s/^B/$second/; s/^S/$$/" | grep . |
		sort -n >want
	of selftest >got
	cmp -s want got || fail "'$1' and not '$2': selftest is by $(tr '\n' ';' <got)" \
		"expected $(tr '\n' ';' <want)"
}

put events/enable 1
two "" "" "A $n,B $((2 * n)),S 1"
two "A" "" "A $n"
assert_eq "threads of hyp_enter" "$(of hyp_enter | sed 's/ .*//')" $first
two "A B" "" "A $n,B $((2 * n))"
two "" "B" "A $n,S 1"
two "A B" "B" "A $n"
two "B" "B" ""
two "0" "" ""
two "$(seq 5000000 5001000 | tr '\n' ' ') B" "" "B $((2 * n))"
two "" "$(seq 5000000 5001000 | tr '\n' ' ') A" "B $((2 * n)),S 1"
echo "as many as were wanted"
: >"$T/set_event_pid"
: >"$T/set_event_notrace_pid"

# Changed while it runs: it holds from then on, and stays are whole
# Of several calls, so that there is a whole one among them
has_events() {
	[ "$(stat_of 0 entries)" -gt 20 ]
}
rm -f finished
evloop -c 0 -d finished -n 0 -s 1 "$T/write_event" >/dev/null &
writer=$!
on
for _ in 1 2 3 4 5 6 7 8 9 10; do
	put set_event_notrace_pid $writer
	clear
	usleep 10000
	put events/enable 0
	drain per_cpu/cpu0/trace_pipe >out || exit 1
	assert_eq "events of one who is not wanted any more" "$(grep -c selftest out)" 0
	put events/enable 1
	echo $writer >"$T/set_event_pid" || fail "set_event_pid"
	: >"$T/set_event_notrace_pid"
	clear
	wait_for 10 "events of one who is wanted again" has_events
	: >"$T/set_event_pid"
	put set_event_notrace_pid 1
	put events/enable 0
	drain per_cpu/cpu0/trace_pipe >out || exit 1
	[ "$(grep -c selftest out)" -gt 0 ] || fail "no events of one who is wanted again"
	put events/enable 1
done
touch finished
wait_all "the writer" $writer
off
clear
# ... in a test that knows what is whole, with guests that go in and out
: >"$T/set_event_notrace_pid"
command -v kvm-load >/dev/null || exit 0
rm -f finished
on
evpairs -l -d finished -t $((60 * SLOW)) "$T" >sum 2>err &
reader=$!
kvm-load -c "$last" -n 0 -t mix >load 2>&1 &
load=$!
wait_for 10 "kvm-load gets to CPU $last" pinned $load "$last"
for _ in $(seq 100); do
	echo $load >"$T/set_event_pid"
	echo $load >"$T/set_event_notrace_pid"
	: >"$T/set_event_pid"
	: >"$T/set_event_notrace_pid"
done
kill -TERM $load
wait $load || fail "kvm-load: $(cat load)"
off
touch finished
wait $reader || fail "pairs while the lists change: $(cat err)"
cat sum
[ "$(value guest "$(cat sum)")" -gt 0 ] || fail "no guest was seen"

# Virtual machines, by the thread that runs them
for list in set_event_pid set_event_notrace_pid; do
	rm -f go
	start kvm-load -c 0 -n $n >load0 2>&1
	first=$!
	start kvm-load -c "$last" -n $n >load1 2>&1
	second=$!
	put $list $first
	on
	touch go
	wait $first || fail "kvm-load: $(cat load0)"
	wait $second || fail "kvm-load: $(cat load1)"
	traced
	wanted=$first
	[ $list = set_event_pid ] || wanted=$second
	for event in vcpu_run vcpu_exit hyp_enter hyp_exit; do
		assert_eq "$list: threads of $event of guests" \
			"$(of $event 1 | sed 's/ .*//')" "$wanted"
		[ "$(of $event 1 | sed 's/.* //')" -ge $n ] ||
			fail "$list: $event: $(of $event 1) for $n exits"
	done
	: >"$T/$list"
done
reset
