#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: accounts: a switch, tables, and numbers that are those of what was done, CPU by CPU
# timeout: 120
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset

A=$T/trace_stat/accounts
# count CPU|all CAUSE: how often, by the lines for programs
count() {
	awk -v cpu="$1" -v cause="cause=$2" '
		$1 == "stay" && (cpu == "all" || $2 == "cpu=" cpu) && $3 == cause {
			sub(/.*=/, "", $4); n += $4
		}
		END { print n + 0 }' "${3:-$A}"
}
# hits FILE CAUSE: the same by a table for people
hits() {
	awk -v cause="$2" '$1 == cause { n = $2 } END { print n + 0 }' "$T/trace_stat/$1"
}
W=hvc:__el2_trace_write_event

assert_file stay_profile_enabled 0
assert_refused stay_profile_enabled x EINVAL
assert_refused stay_profile_enabled '' EINVAL
put stay_profile_enabled 1
put stay_profile_enabled 1
assert_file stay_profile_enabled 1

# On, off, on again: what was before is forgotten when they are switched on, and not before.
write_event 1
assert_eq "with accounts on" "$(count all $W)" 1
put stay_profile_enabled 0
write_event 1
assert_eq "with accounts off" "$(count all $W)" 1
put stay_profile_enabled 1
assert_eq "on again" "$(count all $W)" 0

# Each CPU has its own, and the table of all has their sum.
sum=0
for c in $(cpus); do
	n=$((10 + c))
	taskset -c "$c" evloop -n $n -s 1 "$T/write_event" || fail "evloop on CPU $c"
	assert_eq "CPU $c" "$(hits stays"$c" $W)" $n
	assert_eq "CPU $c, for programs" "$(count "$c" $W)" $n
	sum=$((sum + n))
done
assert_eq "all CPUs" "$(hits stays $W)" $sum

# What a line says is consistent: the histogram has as many, the sum lies where it allows.
cp "$A" lines
awk '
	$1 == "stay" {
		split($4, c, "="); split($5, t, "="); split($6, l, "="); sub(/min_ns=/, "", $7)
		n = split($7, b, ","); count = least = 0; last = -1
		for (i = 1; i <= n; i++) {
			split(b[i], x, ":")
			if (x[1] <= last) { print "not in order: " $0; bad = 1 }
			last = x[1]; count += x[2]; least += x[1] * x[2]
		}
		if (count != c[2]) { print count " in the histogram: " $0; bad = 1 }
		if (t[2] < least || (least && t[2] >= 2 * least)) {
			print "total: " $0; bad = 1
		}
		if (l[2] < last || (last && l[2] >= 2 * last)) {
			print "longest: " $0; bad = 1
		}
		if (l[2] * c[2] < t[2]) { print "mean above the longest: " $0; bad = 1 }
		lines++
	}
	END { if (!lines) { print "no line"; bad = 1 } exit bad }' lines ||
	fail "the lines are wrong"

# A table is in the order of time.
awk 'NR > 2 { if (NR > 3 && $3 > last) exit 1; last = $3 }' "$T/trace_stat/stays" ||
	fail "trace_stat/stays is not in order: $(cat "$T/trace_stat/stays")"

# Who has it open sees what there was.
exec 3<"$T/trace_stat/accounts"
head -c 1 >first <&3
write_event 1
cat >rest <&3
exec 3<&-
cat first rest >whole
assert_eq "an open file" "$(count all $W whole)" $sum
assert_eq "opened anew" "$(count all $W)" $((sum + 1))

# To clear: by writing, by truncating; one CPU, all.
last=$(cpus | wc -w)
last=$((last - 1))
echo >"$T/trace_stat/stays$last" || fail "stays$last cannot be cleared"
assert_eq "CPU $last, cleared" "$(count $last $W)" 0
[ $last -eq 0 ] || [ "$(count 0 $W)" -ge 10 ] || fail "CPU 0 was cleared with CPU $last"
: >"$T/trace_stat/stays" || fail "stays cannot be truncated"
assert_eq "all, cleared" "$(count all $W)" 0
assert_file stay_profile_enabled 1

# The other trees show the same.
write_event 1
for tree in remotes instances; do
	assert_eq "below $tree" \
		"$(count all $W "/sys/kernel/tracing/$tree/hypervisor/trace_stat/accounts")" 1
	assert_eq "switch below $tree" \
		"$(cat "/sys/kernel/tracing/$tree/hypervisor/stay_profile_enabled")" 1
done

# A CPU that is off keeps what it has, can be cleared, and counts on when it is back.
if [ $last -gt 0 ] && [ -w "/sys/devices/system/cpu/cpu$last/online" ]; then
	: >"$T/trace_stat/stays"
	taskset -c $last sh -c "echo 1 >$T/write_event"
	echo 0 >/sys/devices/system/cpu/cpu$last/online || fail "CPU $last does not go"
	assert_eq "CPU $last, off" "$(hits stays$last $W)" 1
	echo >"$T/trace_stat/stays$last" || fail "CPU $last, off, cannot be cleared"
	assert_eq "CPU $last, off and cleared" "$(wc -l <"$T/trace_stat/stays$last")" 2
	echo 1 >/sys/devices/system/cpu/cpu$last/online || fail "CPU $last does not come"
	taskset -c $last sh -c "echo 1 >$T/write_event"
	assert_eq "CPU $last, back" "$(hits stays$last $W)" 1
	[ "$MODE" != protected ] || [ "$(count $last psci:CPU_OFF)" -ge 1 ] ||
		fail "CPU $last was not started by PSCI"
fi

# Tracing on, off, loaded and not makes no difference.
: >"$T/trace_stat/stays"
selftest_on
on
write_event 1
off
write_event 1
assert_eq "tracing and not" "$(count all $W)" 2
put stay_profile_enabled 0
