#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: set_event_pid takes, shows and forgets pids as an instance's does, and hides nothing
# requires: host thorough
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
I=/sys/kernel/tracing/instances/other
mkdir $I || fail "no instance can be made"

# both HOW WORDS: the same happens to both, and both say the same afterwards
both() {
	for d in $I "$T"; do
		if [ "$1" = truncate ]; then
			: >"$d/set_event_pid"
		else
			tryio write "$d/set_event_pid" "$2" >"$(basename "$d")"
		fi
		tr '\n' ' ' <"$d/set_event_pid" >>"$(basename "$d")"
	done
	cmp other hypervisor >differ ||
		fail "$1 '$2': an instance says '$(cat other)', hypervisor '$(cat hypervisor)'"
}

for words in "" " " 0 1 "4 3 2" "$$" -1 99999999999 word "7 word" 1; do
	both write "$words"
done
both truncate
assert_file set_event_pid ""
rmdir $I

put set_event_pid 1
selftest_on
on
write_event 6
assert_ids "an event on behalf of another" 6
: >"$T/set_event_pid"
reset
