#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace-cmd report shows the hypervisor's events with the names of the threads that called
# requires: host program:trace-cmd file:per_cpu/cpu0/trace_pipe_raw
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
need_pids
reset
put buffer_size_kb 1024
n=30
# The kernel keeps the name of whom it sees switched to while it traces, unless another CPU is just
# doing so; this one is switched to each time it has slept.
cat >caller <<END
#!/bin/sh
echo \$\$ >self
i=0
while [ \$i -lt $n ]; do
	echo \$i >"$T/write_event"
	sleep 0.01
	i=\$((i + 1))
done
END
chmod +x caller
bounded 90 trace-cmd record -C boot -e sched:sched_switch -B hypervisor -e hypervisor:selftest \
	-o names.dat sh "$TESTS/recorded" ./caller >log 2>&1 ||
	fail "trace-cmd record: $(tail -n 1 log)"
report names.dat names.txt
sed -n 's/^hypervisor: *\([^ ]*\) .*: selftest: .*/\1/p' names.txt | sort | uniq -c |
	awk '{ print $2, $1 }' >got
assert_eq "whose selftest events, and how many" "$(cat got)" "caller-$(cat self) $n"
reset
