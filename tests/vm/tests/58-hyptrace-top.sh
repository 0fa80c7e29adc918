#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: hyptrace top from events: known hypercalls of a known number in batch mode, and on a terminal of 80x24 keys sort, go into a VM and end it; however it ends, terminal and tracing are as before
# requires: host thorough program:hyptrace program:kvm-load program:ptyscreen file:per_cpu/cpu0/trace_pipe_raw
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put set_event hyp_exit
put buffer_size_kb 12

# as_before: what it found is there again
as_before() {
	assert_file tracing_on 0
	assert_file set_event hypervisor:hyp_exit
	wait_for 10 "unloads" is_unloaded
	assert_file buffer_size_kb '12 (unloaded)'
}

# sum NAME: of a row's counts, in all tables that there are
sum() {
	awk -v name="$1" '$1 == name { n += $2 } END { print n + 0 }' table
}

is_on() {
	[ "$(cat "$T/tracing_on")" = 1 ]
}

# In tables of 100 ms, the last of what is left when it is ended: each of these stays once
hyptrace top -b -d 0.1 --sort count --buffer 4096 >table 2>err &
pid=$!
wait_for 20 "tracing" is_on
evloop -c 0 -n 700 -s 1 "$T/write_event"
kvm-load -c 0 -n 300 -t hvc >load || fail "kvm-load: $(cat load)"
has_tables() {
	[ "$(grep -c '^events: ' table)" -ge 2 ]
}
wait_for 20 "a second table" has_tables
kill -INT $pid
rc=0
wait $pid || rc=$?
assert_eq "status after SIGINT: $(cat err)" $rc 0
! grep '^lost:' table || fail "events were lost"
assert_eq "hypercalls of evloop" "$(sum hvc:__el2_trace_write_event)" 700
assert_eq "HVCs of a guest" "$(sum guest_exit:HVC64)" 300
awk '/^cause / { last = 0; next } NF == 8 && $1 ~ /:/ { if (last && $2 > last) print; last = $2 }' \
	table >off
[ ! -s off ] || fail "not the most stays first: $(cat off)"
as_before

# So many tables, and no more
bounded 60 hyptrace top --source events --batch -n 3 -d 0.2 --by cpu --json >table 2>err ||
	fail "-n 3: $(cat err)"
assert_eq "tables" "$(grep -c '^{"by": "cpu"' table)" 3
as_before

# None of this is for no terminal, or for one that nobody knows.
bounded 60 hyptrace top </dev/null >out 2>&1 && fail "top without a terminal"
grep -q 'is no terminal' out || fail "no terminal: $(cat out)"
grep -q 'hyptrace top -b' out || fail "no mend without a terminal: $(cat out)"

# on_screen ROWS COLUMNS [OPTIONS...]: what ptyscreen is told is on the standard input
on_screen() {
	screen_rows=$1 screen_columns=$2
	shift 2
	bounded 120 ptyscreen "$screen_rows" "$screen_columns" hyptrace top -d 0.5 \
		--buffer 1024 "$@" >screen 2>err || {
		cat screen
		fail "on the screen: $(cat err)"
	}
}

# ended STATUS: so it ended, and all is as before
ended() {
	assert_eq "end" "$(tail -n 2 screen | tr '\n' ' ')" "$1 restored "
	as_before
}

# shown FROM TO: lines of the screen's copies that are between the two that say so
shown() {
	awk -v from="$1" -v to="$2" 'index($0, from) { on = 1 } on; index($0, to) { on = 0 }' screen
}

kvm-load -n 0 -t wfi >other 2>&1 &
other=$!

# Keys: orders, tables, help, a VM and a cause in it, and back
if [ "$MODE" = nvhe ]; then
	who='vcpu of thread' by=u into='vcpu of thread'
else
	who='vm 0x' by=v into='vm 0x'
fi
on_screen 24 80 <<EOT
expect by cause, most time first
expect guest_exit:WFx
show
key N
expect by cause, most stays first
show
key L
expect by cause, longest stay first
key C
expect by cause, name first
key R
expect by cause, name last
key RT
key ?
expect Enter, Right
key x
expect by cause, most time first
key t
expect by task, most time first
key p
expect by cpu, most time first
expect CPU 0
key $by
expect $who
expect in guest
key C\eB
expect name first
key \r
expect > by cause, name first
expect guest_exit:WFx
show
key N\r
expect > by task, most stays first
expect ****
expect kvm-load
show
key \e
expect > by cause, most stays first
key \e
expect lost: 
key q
end
EOT
cat screen
ended "exit 0"
grep -q "^${into}[^>]* > by cause, name first" screen || fail "not in a VM, or of another kind"
grep -q "^${into}[^>]* > [^>]*:[^>]* > by task, most stays first" screen || fail "not in a cause"
# A frame of 80 columns is full of what it is for: a head, three lines, and keys.
assert_eq "lines of a screen" "$(awk 'length != 80' screen | grep -v -c -E '^(exit|restored)')" 0
assert_eq "screens with all of the last line" "$(grep -c '^q quit  ? help .* sort' screen)" 4
assert_eq "screens that tell what was lost" "$(grep -c '^from events, lost: ' screen)" 4
# By number: every row of the second copy has no more than the one before it.
shown 'most stays first' 'q quit' | awk 'NF == 7 && $2 ~ /^[0-9]+$/ { print $2 }' >counts
[ "$(wc -l <counts)" -gt 2 ] || fail "$(wc -l <counts) rows of the most stays first"
sort -rn counts | cmp -s - counts || fail "not the most stays first: $(tr '\n' ' ' <counts)"

# Another size, and it is drawn for that
on_screen 24 80 <<'EOT'
expect guest_exit:WFx
resize 10 60
expect Enter into  Esc back  c p v u t by
show
resize 40 132
expect p50
show
key q
end
EOT
ended "exit 0"

# What is lost is on the third line: in its first interval it is stopped while more comes than
# there is room for.
calls=$((500 * PAGE_KB))
on_screen 24 80 --buffer 4 -d 4 <<EOT
expect by cause, most time first
signal 19
run evloop -c 0 -n $calls -s 1 $T/write_event
signal 18
expect  events; 
show
key q
end
EOT
ended "exit 0"
lost=$(sed -n 's/^from events, lost: \([0-9]*\) events; .*/\1/p' screen)
[ "${lost:-0}" -gt $((2 * calls)) ] ||
	fail "events lost of some $((3 * calls)) in a ring of 4 KB: '$lost'"

# However it ends. 2 is SIGINT, also from the terminal's key; 15 is SIGTERM, 3 SIGQUIT.
for n in 2 15 3; do
	on_screen 24 80 <<EOT
expect guest_exit:WFx
signal $n
end
EOT
	ended "exit 0"
done
on_screen 24 80 <<'EOT'
expect guest_exit:WFx
key \003
end
EOT
ended "exit 0"
# The terminal itself goes away, as when ssh does.
on_screen 24 80 <<'EOT'
expect guest_exit:WFx
hangup
end
EOT
assert_eq "end without a terminal" "$(cat screen)" "exit 0"
as_before
# An error is told on the terminal as it was; of this kind, nothing else can be put back.
on_screen 24 200 <<'EOT'
expect guest_exit:WFx
nofiles
end
show
EOT
grep -q '^hyptrace: .* cannot be read: Too many open files' screen ||
	fail "an error on the screen: $(cat screen)"
grep -q '^restored' screen || fail "after an error: $(cat screen)"
kill $other
wait $other || fail "kvm-load: $(cat other)"
off
clear
wait_for 10 "unloads" is_unloaded
reset
