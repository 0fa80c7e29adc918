#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: options/event-fork: who is listed has its children listed, from the first thing they do to their end, and no longer
# requires: host file:options/event-fork
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
need_pids
reset
put buffer_size_kb 1024
ordinary=/sys/kernel/tracing/instances/ordinary
mkdir -p $ordinary
put events/hypervisor/selftest/enable 1

# both FILE VALUE: in an ordinary instance as well
both() {
	put "$1" "$2"
	echo "$2" >"$ordinary/$1" || fail "$1 of an instance"
}

# clear_lists: of both
clear_lists() {
	for list in set_event_pid set_event_notrace_pid; do
		: >"$T/$list"
		: >"$ordinary/$list"
	done
}

alike() {
	diff "$ordinary/$1" "$T/$1" >/dev/null
}

# same WHEN: both list the same, but for who comes or goes between two looks
same() {
	for list in set_event_pid set_event_notrace_pid; do
		wait_for 10 "$1, $list is the same in both" alike $list
	done
}

# A family: the parent writes 1, its child 2 and that one's child 3, each at once, and all of them
# wait for "end"
cat >family <<END
#!/bin/sh
id=\$1
until [ -e go ]; do usleep 2000; done
echo \$id >"$T/write_event"
if [ \$id -lt 3 ]; then
	sh ./family \$((id + 1)) &
	until [ -e end ]; do usleep 2000; done
	wait
else
	touch born
	until [ -e end ]; do usleep 2000; done
fi
END

# family LIST: one, of which the parent is in LIST, lives and ends; what was recorded is in "got"
family() {
	rm -f go end born
	sh ./family 1 &
	parent=$!
	both "$1" $parent
	on
	touch go
	wait_for 10 "a family of three" test -e born
	same "while they live"
	nr=$(wc -l <"$T/$1")
	write_event 4
	touch end
	wait_all "the family" $parent
	off
	drain >out || exit 1
	ids <out >got
}

# nobody is listed. The last of a thread comes some time after its end
nobody() {
	[ -z "$(cat "$T/set_event_pid" "$T/set_event_notrace_pid")" ]
}

assert_file options/event-fork 0
family set_event_pid
assert_eq "without: what is recorded" "$(cat got)" 1
assert_eq "without: who is listed" "$nr" 1
same "without, and all have ended"
clear_lists

both options/event-fork 1
grep -qx event-fork "$T/trace_options" || fail "trace_options does not have it"
family set_event_pid
assert_eq "what is recorded" "$(cat got)" "1 2 3"
[ "$nr" -ge 3 ] || fail "$nr are listed, of three"
wait_for 30 "nobody is listed any more" nobody
# That is a list, too, of nobody
clear_lists
family set_event_notrace_pid
assert_eq "notrace: what is recorded" "$(cat got)" 4
[ "$nr" -ge 3 ] || fail "$nr are listed, of three"
wait_for 30 "nobody is listed any more" nobody
clear_lists

# Listed in both: not wanted, nor are its children
both set_event_notrace_pid 1
family set_event_pid
assert_eq "another in notrace: what is recorded" "$(cat got)" "1 2 3"
clear_lists
put set_event_notrace_pid $$
put set_event_pid $$
on
sh -c "echo 5 >$T/write_event"
off
drain >out || exit 1
assert_eq "child of one in both lists: what is recorded" "$(ids <out)" ""
clear_lists

# Many come and go while another is listed all the time, and one never is
# More than a set has room for
n=$((1100 / SLOW))
rm -f go finished churned
evloop -c 0 -d finished -n 0 -s 1000 "$T/write_event" >/dev/null &
stranger=$!
sh -c 'until [ -e go ]; do usleep 2000; done
i=0
while [ $i -lt '$n' ]; do
	(echo 7 >"$1")
	i=$((i + 1))
done
touch churned
exec sleep 1000' - "$T/write_event" &
parent=$!
put set_event_pid $parent
on
touch go
wait_for 60 "$n children" test -e churned
off
touch finished
wait_all "the other" $stranger
drain >out || exit 1
assert_eq "of $n children" "$(grep -c 'selftest id=7$' out)" $n
assert_eq "of whom nobody listed" "$(grep -c 'selftest id=[^7]' out)" 0
one_is_left() {
	[ "$(cat "$T/set_event_pid")" = $parent ]
}
wait_for 30 "one is listed, as before" one_is_left
kill $parent
wait $parent || true
clear_lists

# ... and no more than there is room for: who comes then is not followed, and not listed
{
	seq 5000000 5001022
	echo $$
} >"$T/set_event_pid"
on
sh -c "echo 8 >$T/write_event"
write_event 9
off
drain >out || exit 1
assert_eq "recorded where no child has room" "$(ids <out)" 9
put options/event-fork 0
assert_eq "listed, with no room" "$(wc -l <"$T/set_event_pid")" 1024
clear_lists

# No list has more than there is room for, neither one of which the hypervisor is not told since it
# goes by the other: it would go by that when the other is cleared.
put options/event-fork 1
{
	seq 5000000 5001020
	echo $$
} >"$T/set_event_notrace_pid"
put set_event_pid $$
sleepers=''
i=0
while [ $i -lt 10 ]; do
	sleep 1000 &
	sleepers="$sleepers $!"
	i=$((i + 1))
done
nr=$(wc -l <"$T/set_event_notrace_pid")
[ "$nr" -le 1024 ] || fail "$nr are listed, and there is room for 1024"
: >"$T/set_event_pid" || fail "a list cannot be cleared while the other is full"
# shellcheck disable=SC2086 # a list of words
kill $sleepers
clear_lists

# Off again: nobody is followed, and nobody who ends leaves
both options/event-fork 0
family set_event_pid
assert_eq "off again: what is recorded" "$(cat got)" 1
assert_eq "off again: who is listed" "$(cat "$T/set_event_pid")" "$parent"
for value in 2 -1 x; do
	assert_refused options/event-fork $value EINVAL
done
clear_lists
rmdir $ordinary
reset
