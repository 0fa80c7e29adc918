#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace-cmd record -N sends pages to trace-cmd listen, which makes a file of them
# requires: host program:trace-cmd file:per_cpu/cpu0/trace_pipe_raw
# timeout: 120
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
grep -q '127\.0\.0\.1' /proc/net/fib_trie 2>/dev/null || skip "there is no loopback to send by"
# trace-cmd 3.1.6 sends each page as a datagram, whatever -t says: of an ordinary instance nothing
# arrives there either
[ "$PAGE_KB" -lt 64 ] || skip "$PAGE_KB KB are more than a datagram of trace-cmd's can have"
reset
port=5678

# In /proc/net/tcp, a socket that listens
listens() {
	grep -qi ": [0-9A-F]*:$(printf '%04X' $port) [0-9A-F]*:0000 0A " /proc/net/tcp
}
received() {
	[ "$(grep -c 'data recorded' listen.log)" -eq "$(cpus | wc -l)" ]
}

# With all but the last page read when the command ends. Even so datagrams are lost on their way, of
# any instance; what arrives is whole pages, in order.
put buffer_percent 1
pages=40
put buffer_size_kb $((2 * pages * PAGE_KB))
less=$(((pages - 1) * PAGE_EVENTS))
cat >writer <<END
evloop -c 0 -n $((pages * PAGE_EVENTS)) -s 1 "$T/write_event"
until [ "\$(sed -n 's/^read events: //p' "$T/per_cpu/cpu0/stats")" -ge $less ]; do
	sleep 0.02
done
END
mkdir received
trace-cmd listen -p $port -d received >listen.log 2>&1 &
listener=$!
wait_for 20 "trace-cmd listens on port $port: $(tail -n 1 listen.log)" listens
bounded 90 trace-cmd record -t -N 127.0.0.1:$port -B hypervisor -e hypervisor:selftest -C boot \
	sh ./writer >record.log 2>&1 ||
	fail "trace-cmd record -N: $(tail -n 1 record.log); $(tail -n 1 listen.log)"
wait_for 20 "the file is there: $(tail -n 1 listen.log)" received
kill $listener
wait $listener || :

report received/trace.*.dat out
sed -n 's/.*: *selftest: *id=\([0-9]*\)$/\1/p' out >got
[ "$(wc -l <got)" -ge $PAGE_EVENTS ] || fail "$(wc -l <got) events arrived"
sort -n -c -u got || fail "$(wc -l <got) events arrived, in disorder"
# A page may have a few less than it could, where the machine has stopped for a while
gap=$(awk -v page=$PAGE_EVENTS 'NR > 1 && $1 > last + 1 && $1 - last - 1 < page / 2 {
		print last, $1
		exit
	}
	{ last = $1 }' got)
[ -z "$gap" ] || fail "what is missing between these is less than a page: $gap"
assert_file tracing_on 0
wait_for 10 "unloads" is_unloaded
reset
