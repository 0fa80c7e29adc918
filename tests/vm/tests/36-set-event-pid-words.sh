#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: set_event_pid and set_event_notrace_pid take, show and forget pids as an instance's do
# requires: host thorough
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
I=/sys/kernel/tracing/instances/other
mkdir $I || fail "no instance can be made"

# both HOW FILE WORDS: the same happens to both, and both say the same afterwards
both() {
	for d in $I "$T"; do
		if [ "$1" = truncate ]; then
			: >"$d/$2"
		else
			tryio write "$d/$2" "$3" >"$(basename "$d")"
		fi
		for f in set_event_pid set_event_notrace_pid; do
			tr '\n' ' ' <"$d/$f" >>"$(basename "$d")"
		done
	done
	cmp other hypervisor >differ ||
		fail "$1 $2 '$3': an instance says '$(cat other)', hypervisor '$(cat hypervisor)'"
}

for file in set_event_pid set_event_notrace_pid; do
	for words in "" " " 0 1 "4 3 2" "$$" -1 99999999999 word "7 word" 1 1073741823 \
		1073741824; do
		both write $file "$words"
	done
done
both truncate set_event_pid ""
both truncate set_event_notrace_pid ""
assert_file set_event_pid ""
rmdir $I

# There is room for so many, whatever the other says, and so either can be cleared.
many=1024
for file in set_event_pid set_event_notrace_pid; do
	seq $many >"$T/$file" || fail "$file: $many pids cannot be set"
	assert_refused $file $((many + 1)) ENOSPC
	put $file 7
	assert_eq "$file" "$(wc -l <"$T/$file")" $many
done
: >"$T/set_event_pid" || fail "set_event_pid cannot be cleared"
: >"$T/set_event_notrace_pid" || fail "set_event_notrace_pid cannot be cleared"
