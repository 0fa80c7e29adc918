#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: hyptrace top from accounts: the numbers of stat in the same run, by cause, CPU and vCPU; on a terminal it goes on from events for tasks, and back; whosever accounts they are has them as before
# requires: host thorough program:hyptrace program:kvm-load program:ptyscreen file:trace_stat/accounts file:per_cpu/cpu0/trace_pipe_raw
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put set_event hyp_exit
put buffer_size_kb 12
W=hvc:__el2_trace_write_event
last=$(cpus | tail -n 1)

# as_before: what it found is there again
as_before() {
	assert_file stay_profile_enabled 0
	assert_file tracing_on 0
	assert_file set_event hypervisor:hyp_exit
	wait_for 10 "unloads" is_unloaded
	assert_file buffer_size_kb '12 (unloaded)'
}

is_on() {
	[ "$(cat "$T/stay_profile_enabled")" = 1 ]
}

has_tables() {
	[ "$(grep -c '^accounts: ' table)" -ge "$1" ]
}

# run_top OPTIONS...: in tables of 100 ms, until ended
run_top() {
	: >table
	hyptrace top -b -d 0.1 "$@" >table 2>err &
	pid=$!
	wait_for 20 "a table" has_tables 1
}

end_top() {
	wait_for 20 "a table" has_tables $(($(grep -c '^accounts: ' table) + 2))
	kill -INT $pid
	rc=0
	wait $pid || rc=$?
	assert_eq "status after SIGINT: $(cat err)" $rc 0
	! grep '^accounts: ' table | grep -v ', nothing lost$' || fail "not all of it"
}

# sums COLUMN... <TABLES: of the rows whose first word is one that the load alone has, the sums of
# these columns, counted from the end
sums() {
	awk -v columns="$*" '
		/^(guest_exit:|hvc:__kvm_vcpu_run |v[^ ]* (0x|of ))/ {
			n = split(columns, c, " ")
			name = /^v/ && $2 != "us" ? $1 " " $2 " " $3 " " $4 : $1
			for (i = 1; i <= n; i++)
				sum[name, i] += $(NF - c[i])
			names[name]
		}
		END {
			for (name in names) {
				printf "%s", name
				for (i = 1; i <= n; i++)
					printf " %.3f", sum[name, i]
				print ""
			}
		}' | sort
}

# Whatever of the load is counted by the one is counted by the other.
put stay_profile_enabled 1
evloop -c 0 -n 5 -s 1 "$T/write_event" >out
for by in cause vcpu; do
	run_top --by $by
	hyptrace stat --by $by -- kvm-load -c "$last" -n 3000 -t hvc >whole || fail "stat: $?"
	end_top
	# Count and time of a cause; time, runs and time of guests
	columns='6 5'
	[ $by = cause ] || columns='3 1 0'
	# shellcheck disable=SC2086 # words
	sums $columns <table >rows
	# shellcheck disable=SC2086
	sums $columns <whole >rows.stat
	cat rows
	cmp rows.stat rows || fail "stat by $by: $(cat rows.stat)"
done
[ "$(wc -l <rows)" -eq 1 ] || fail "vCPUs: $(cat rows)"
assert_file stay_profile_enabled 1

# Each of these once, and whose accounts they are still has all.
run_top --sort count
evloop -c 0 -n 700 -s 1 "$T/write_event" >out
end_top
assert_eq "hypercalls of evloop" "$(awk -v w=$W '$1 == w { n += $2 } END { print n }' table)" 700
assert_eq "what their owner has" \
	"$(awk -v w=$W '$1 == w { print $2 }' "$T/trace_stat/stays")" 705
awk '/^cause / { last = 0; next } NF == 8 && $1 ~ /:/ { if (last && $2 > last) print; last = $2 }' \
	table >off
[ ! -s off ] || fail "not the most stays first: $(cat off)"
run_top
echo >"$T/trace_stat/stays"
wait_for 20 "that they were cleared" grep -q '^accounts: .*, not all: somebody has cleared' table
kill -INT $pid
wait $pid || fail "status $?"
put stay_profile_enabled 0

# They are switched on for it, and off; nothing else is.
: >table
hyptrace top -b -d 0.1 --by cpu >table 2>err &
pid=$!
wait_for 20 "accounts" is_on
assert_file tracing_on 0
is_unloaded || fail "rings are loaded"
evloop -c "$last" -n 700 -s 1 "$T/write_event" >out
end_top
[ "$(awk -v c="$last" '$1 == "CPU" && $2 == c { n += $3 } END { print n }' table)" -ge 700 ] ||
	fail "less than 700 on CPU $last"
as_before
bounded 60 hyptrace top -b -n 2 -d 0.2 --json >table 2>err || fail "--json: $(cat err)"
assert_eq "tables" "$(grep -c '^{"by": "cause", "source": "accounts", .*"partial": false' table)" 2
bounded 60 hyptrace top -b -n 1 -d 0.2 --by task >table 2>err || fail "--by task: $(cat err)"
grep -q '^events: ' table || fail "tasks: $(head -n 1 table)"
as_before

# on_screen ROWS COLUMNS [OPTIONS...]: what ptyscreen is told is on the standard input
on_screen() {
	screen_rows=$1 screen_columns=$2
	shift 2
	bounded 120 ptyscreen "$screen_rows" "$screen_columns" hyptrace top -d 0.5 "$@" >screen \
		2>err || {
		cat screen
		fail "on the screen: $(cat err)"
	}
}

# ended STATUS: so it ended, and all is as before
ended() {
	assert_eq "end" "$(tail -n 2 screen | tr '\n' ' ')" "$1 restored "
	as_before
}

kvm-load -n 0 -t wfi >other 2>&1 &
other=$!
who='vm 0x'
[ "$MODE" != nvhe ] || who='vcpu of thread'
on_screen 24 80 <<EOT
expect guest_exit:WFx
expect from accounts, lost: nothing
show
key p
expect CPU 0
key u
expect $who
expect in guest
show
resize 10 60
expect from accounts, lost: nothing
resize 24 80
key t
expect from events, lost: nothing
expect kvm-load
key a
expect accounts do not tell what is shown
key ca
expect from accounts
expect hvc:__el2_trace_read_accounts
key C\r
expect > by cpu, name first
key \ee
expect from events
expect guest_exit:WFx
key q
end
EOT
cat screen
ended "exit 0"
assert_eq "lines of a screen" "$(awk 'length != 80' screen | grep -v -c -E '^(exit|restored)')" 0

# While somebody traces there are accounts, and nothing else of theirs is touched.
put tracing_on 1
on_screen 24 80 <<'EOT'
expect guest_exit:WFx
key t
expect no events: the hypervisor is being traced by somebody else
key N
expect by cause, most stays first
expect guest_exit:WFx
key q
end
EOT
assert_eq "end" "$(tail -n 2 screen | tr '\n' ' ')" "exit 0 restored "
assert_file tracing_on 1
assert_file stay_profile_enabled 0
off
clear
wait_for 10 "unloads" is_unloaded

# However it ends
for n in 2 15; do
	on_screen 24 80 <<EOT
expect guest_exit:WFx
signal $n
end
EOT
	ended "exit 0"
done
on_screen 24 80 <<'EOT'
expect guest_exit:WFx
hangup
end
EOT
assert_eq "end without a terminal" "$(cat screen)" "exit 0"
as_before
on_screen 24 200 <<'EOT'
expect guest_exit:WFx
nofiles
end
show
EOT
grep -q -E '^hyptrace: .* cannot be (opened|read): Too many open files' screen ||
	fail "an error on the screen: $(cat screen)"
as_before
kill $other
wait $other || fail "kvm-load: $(cat other)"
reset
