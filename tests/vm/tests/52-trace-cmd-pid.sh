#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace-cmd record -F, -c, -P and -M record what is done on behalf of the command, with its children, of a process, or on some CPUs, and nothing else
# requires: host thorough program:trace-cmd file:tracing_cpumask
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
need_pids
reset
put buffer_size_kb 1024
last=$(cpus | tail -n 1)
all=$(get tracing_cpumask)

# This one writes 5 itself, on CPU 0, and what it starts writes other numbers, on two CPUs
cat >script <<END
#!/bin/sh
echo \$\$ >self
cat "$T/set_event_pid" >seen
cat "$T/tracing_cpumask" >mask
evloop -c 0 -n 100 -s 1000 "$T/write_event" >/dev/null
evloop -c $last -n 100 -s 2000 "$T/write_event" >/dev/null
i=0
while [ \$i -lt 50 ]; do
	echo 5 >"$T/write_event"
	i=\$((i + 1))
done
END
chmod +x script

# record OPTION...: which numbers were written, and how often, is in "ids"
record() {
	rm -f seen mask self
	bounded 60 trace-cmd record -o pid.dat -B hypervisor -e hypervisor:selftest "$@" \
		taskset -c 0 sh "$TESTS/recorded" ./script >log 2>&1 ||
		fail "record $*: $(tail -n 1 log)"
	[ -e seen ] || fail "record $* did not run its command: $(head -n 1 log)"
	report pid.dat out
	sed -n 's/.*selftest: *id=\([0-9]*\)$/\1/p' out | sort -n | uniq -c |
		awk '{ print $2, $1 }' >ids
	off
	put events/enable 0
	# What trace-cmd leaves behind, as in an instance
	: >"$T/set_event_pid"
	clear
	wait_for 10 "unloads" is_unloaded
}

record
assert_eq "all: events" "$(awk '{ n += $2 } END { print n }' ids)" 250

record -F
assert_eq "set_event_pid, -F" "$(cat seen)" "$(cat self)"
assert_eq "-F: what the command itself has written" "$(cat ids)" "5 50"

# With what it starts
record -F -c
assert_eq "set_event_pid, -F -c" "$(grep -cx "$(cat self)" seen)" 1
assert_eq "-F -c: what the command has written, and its children" \
	"$(awk '{ n += $2 } END { print n }' ids)" 250
assert_file options/event-fork 0

# A process that is there already, while the command does something else
rm -f finished
evloop -c 0 -d finished -n 0 -s 100000 "$T/write_event" >/dev/null &
writer=$!
record -P $writer
touch finished
wait_all "the writer" $writer
assert_eq "set_event_pid, -P" "$(cat seen)" $writer
[ "$(wc -l <ids)" -gt 0 ] || fail "-P: nothing of process $writer"
assert_eq "-P: of others" "$(awk '$1 < 100000' ids)" ""

[ "$last" -gt 0 ] || skip "the rest passes, but there is one CPU"
record -M "$(printf '%x' $((1 << last)))"
assert_eq "tracing_cpumask, -M" "$((0x$(cat mask)))" $((1 << last))
assert_eq "-M: of the other CPU" "$(awk '$1 >= 1000 && $1 < 2000' ids)" ""
assert_eq "-M: of the CPU" "$(awk '$1 >= 2000' ids | wc -l)" 100
put tracing_cpumask "$all"
reset
