#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: docs/interface.md tells of every file, and each of its examples works
# requires: host thorough cpus:2
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
DOC=$TESTS/interface.md

# Each name in the tree, but for those that stand for many.
find "$T" -mindepth 1 | sed -e 's,.*/,,' -e 's/^\(cpu\|stays\)[0-9][0-9]*$/\1N/' | sort -u >names
ls "$T/events/hypervisor" >events
# Events have a table of their own, in the kernel.
grep -v -x -F -f events names >files
grep -x -E 'enable|filter' names >>files
while read -r name; do
	grep -q -E "[\`/{,]${name}[\`/},]" "$DOC" || fail "$name is not in docs/interface.md"
done <files

# Not every kernel has functions that can be traced
awk -v functions="$([ ! -e "$T/set_ftrace_filter" ] || echo 1)" '
/^## / { skip = !functions && $0 == "## Functions" }
!skip' "$DOC" >doc

# Commands are indented, and begin with a word; what they would print begins otherwise.
sed -n 's/^    \([a-z].*\)/\1/p' doc | grep -E '^(cat|echo|tail|timeout) ' >commands
[ "$(wc -l <commands)" -ge 25 ] || fail "there are few examples: $(cat commands)"
dir=$PWD
cd "$T" || exit 1
n=0
while IFS= read -r command; do
	# Where the person would press Ctrl-C; and what is saved is not saved here.
	what=$(echo "$command" | sed -e 's/^cat trace_pipe$/timeout 1 &/' \
		-e 's/^timeout 5/timeout 1/' -e "s,> \([a-z0-9]*\.txt\|pages0\),> $dir/\1,")
	rc=0
	sh -c "$what" >"$dir/out" 2>"$dir/err" || rc=$?
	case $what in timeout*) [ $rc -ne 143 ] || rc=0 ;; esac
	[ $rc -eq 0 ] || fail "'$command' ended with status $rc: $(cat "$dir/err")"
	grep -v Terminated "$dir/err" >"$dir/said" && fail "'$command' said: $(cat "$dir/said")"
	# While somebody waits there need not be an event.
	case $what in
	*'> '*) ;;
	cat* | tail*) [ -s "$dir/out" ] || fail "'$command' printed nothing" ;;
	esac
	n=$((n + 1))
done <"$dir/commands"
cd "$dir" || exit 1
echo "$n examples"
reset
