#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trigger takes and refuses what an instance's does, with the same errors, and says the same
# requires: host thorough file:error_log file:events/hypervisor/selftest/trigger
# timeout: 180
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
I=${T%/*}/instances/other
mkdir "$I" || fail "no instance can be made"
# The host takes no trigger of our events, so it is an event of its own, one that does not happen
MINE=events/hypervisor/selftest THEIRS=events/oom/mark_victim

# said DIR EVENT: what the files say, without times
said() {
	# What triggers there are differs, and is in a list of its own
	sed -e 's/^\[ *[0-9.]*\]/[]/' -e '/^# traceon/d' "$1/$2/trigger" "$1/$2/enable" \
		"$1/error_log"
}

n=0
# both TEXT: written to both, and then both have the same to say
both() {
	{
		tryio write "$I/$THEIRS/trigger" "$1"
		said "$I" $THEIRS
	} >theirs
	{
		tryio write "$T/$MINE/trigger" "$1"
		said "$T" $MINE
	} >ours
	cmp theirs ours >differ ||
		fail "'$1': an instance says '$(cat theirs)', hypervisor '$(cat ours)'"
	n=$((n + 1))
}

# One by one, then again where something is there already, and what is there goes
while IFS= read -r text; do
	both "$text"
	both "stacktrace if common_pid == 5"
	both "$text"
	both '!traceoff'
	both '!stacktrace'
done <<'END'
traceoff
traceon
stacktrace
 traceoff
traceoff:
traceoff :
traceoff::
traceoff:1
traceoff:0
traceoff: 1
traceoff 1
traceoff:1:2
traceoff:1:junk
traceoff:1 :2
traceoff:0x10
traceoff:010
traceoff:08
traceoff:1x
traceoff:-1
traceoff:+1
traceoff:18446744073709551615
traceoff:18446744073709551614
traceoff:9223372036854775808
traceoff:18446744073709551616
traceoff:99999999999999999999999
traceoff:unlimited
traceoff:count=3
traceoff if
traceoff if 
traceoff  if  common_pid == 1
traceoff	if	common_pid == 1
traceoff if common_pid == 1
traceoff:3 if common_pid == 1
traceoff:3  if  common_pid == 1
traceoff:3	if common_pid == 1
traceoff:3if common_pid == 1
traceoff:3 iff common_pid == 1
traceoff:if common_pid == 1
traceoff: if common_pid == 1
traceoff If common_pid == 1
traceoff ifcommon_pid == 1
traceoff common_pid == 1
traceoff if common_pid
traceoff if common_pid ==
traceoff if common_pid == one
traceoff if (common_pid == 1
traceoff if common_pid == 1)
traceoff if common_pid == 1 &&
traceoff if common_pid == 1 || CPU == 1
traceoff if 0
traceoff if none
traceoff if nosuch == 1
traceoff if common_pid ~ 1
traceoff if "
traceoff if if common_pid == 1
traceoff:x if nosuch == 1
traceoff:1 if nosuch == 1
traceoff!
!
!!traceoff
! traceoff
!traceoff
!traceon
!stacktrace
!traceoff:1
!traceoff:junk if junk
!traceoff if
!nosuch
nosuch
nosuch:1
TRACEOFF
traceof
traceofff
:traceoff
:
if common_pid == 1
stacktrace:2 if common_pid == 1
traceon:2 if common_pid == 1
traceon if nosuch
stacktrace if nosuch
stacktrace stacktrace
traceoff;traceon
traceoff,traceon
END
both ""
both " "
both "
"
both "traceoff
"
both "traceoff
traceon"
both '!traceoff
'
both "$(printf 'traceoff if common_pid == 1 %0500d' 0)"

# Made up of parts
seed=1
part() {
	# shellcheck disable=SC2034 # $part is what it gives
	seed=$(((seed * 1103515245 + 12345) & 0x7fffffff))
	shift $((seed / 65536 % $#))
	part=$1
}
while [ $n -lt 450 ]; do
	text=
	part '' '' '' '!' ' ' '!!'
	text=$part
	part traceoff traceon stacktrace traceoff traceon stacktrace nosuch ''
	text=$text$part
	part '' '' ':' ':1' ':3' ':0' ' ' ': ' ':7:' ':x' ':unlimited' ':-1'
	text=$text$part
	part ' ' ' ' '' '  ' '	'
	text=$text$part
	part '' 'if' 'if' 'if' 'if' 'ff'
	text=$text$part
	part ' ' ' ' '' '  ' '	'
	text=$text$part
	part '' 'common_pid' 'common_pid' '(common_pid' 'CPU' 'nosuch' '0'
	text=$text$part
	part ' ' ''
	text=$text$part
	part '==' '==' '<' '~' '&' ''
	text=$text$part
	part ' ' ''
	text=$text$part
	part 1 1 5 0x10 -1 x '"a"' '' ')' '1)'
	text=$text$part
	both "$text"
	# Not the same two for ever
	part y n n
	[ "$part" = n ] || both '!traceoff'
	part y n n
	[ "$part" = n ] || both '!stacktrace'
done
both '!traceoff'
both '!stacktrace'
rmdir "$I"

# What ftrace has and the hypervisor has not is unknown
for text in snapshot enable_event:hypervisor:selftest disable_event:hypervisor:selftest \
	hist:keys=id '!hist'; do
	assert_refused $MINE/trigger "$text" EINVAL
done
assert_refused $MINE/trigger \
	"traceoff if $(seq 1 17 | sed 's/.*/id == &/' | paste -s -d '|' - | sed 's/|/ || /g')" E2BIG
tail -n 3 "$T/error_log" | head -n 1 | grep -q ": More than 16 comparisons$" ||
	fail "error_log: $(get error_log)"
put $MINE/trigger "traceoff:3 if id == 0x10 || !(id > 3 && CPU == 1)"
assert_file $MINE/trigger "traceoff:count=3 if id == 0x10 || !(id > 3 && CPU == 1)"
# To truncate it does nothing, as there
: >"$T/$MINE/trigger"
assert_file $MINE/trigger "traceoff:count=3 if id == 0x10 || !(id > 3 && CPU == 1)"
put $MINE/trigger '!traceoff'
off
clear
: >"$T/error_log"
echo "$n texts"
reset
