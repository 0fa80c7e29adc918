#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: filter and error_log take and refuse what an instance's do, and say the same
# requires: host thorough file:error_log file:events/hypervisor/selftest/filter
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
I=${T%/*}/instances/other
mkdir "$I" || fail "no instance can be made"
E=events/hypervisor

# log DIR: error_log without the times
log() {
	sed 's/^\[ *[0-9.]*\]/[]/' "$1/error_log"
}

# both FILE FILTER: written to both, and then both have the same to say
both() {
	for d in "$I" "$T"; do
		{
			tryio write "$d/$E/$1/filter" "$2"
			cat "$d/$E/$1/filter"
			log "$d"
		} >"$(basename "$d")"
	done
	cmp other hypervisor >differ ||
		fail "$1: '$2': an instance says '$(cat other)', hypervisor '$(cat hypervisor)'"
	n=$((n + 1))
}

n=0
for d in "$I" "$T"; do
	: >"$d/error_log" || fail "$d/error_log cannot be cleared"
	log "$d" >cleared
	[ ! -s cleared ] || fail "$d/error_log after it was cleared: $(cat cleared)"
done
while IFS= read -r filter; do
	both selftest "$filter"
done <<'END'
id == 1
 id == 1 
0
 0
id==1&&id!=2||id<3
((id == 1))
!(id & 3)
((id == 1)
(id == 1))
)
(
id
id ==
id == =
== 1
id = 1
id ~ 1
id === 1
id == 1 &&
id == 1 && ||
id == 1 & id == 2
id == 1 id == 2
&& id == 1
!
! id == 1
!! id == 1
id == one
id == "one"
id == 'one
comm == 5
nosuch == 1
id == 18446744073709551616
id == 18446744073709551615
id == 99999999999999999999999999
id == -1
id == 0x10
id == 010
id == 1a
common_pid > -5 && common_type == 3
common_nothing == 1
CPU == 1 || cpu & CPUS{0}
CPU & CPUS{0
CPU & CPUS0}
CPU < CPUS{0}
id == CPUS{}
id.function == nosuch
id.function < 5
common_pid.function == 5
END
both selftest ""
both selftest "
"
both selftest "id == 1
"
for filter in "reason == 1" "reason == 300 || vcpu < -1" "reason == HVC" "nosuch == 5"; do
	both hyp_enter "$filter"
done
both vm_create "err < 0 && err > -5 || vm == 0x1000"

# What ftrace can do and the hypervisor cannot is refused, and says why
ours() {
	assert_eq "writing $1" "$(tryio write "$T/$E/selftest/filter" "$1")" "$2"
	grep -q "^parse_error: $3\$" "$T/$E/selftest/filter" ||
		fail "'$1': $(get $E/selftest/filter)"
	tail -n 3 "$T/error_log" | head -n 1 | grep -q ": $3\$" ||
		fail "'$1': $(get error_log)"
}
ours 'comm == "sh"' EINVAL "Strings cannot be compared here"
ours "$(seq 1 17 | sed 's/.*/id == &/' | paste -s -d '|' - | sed 's/|/ || /g')" E2BIG \
	"More than 16 comparisons"
if [ "$(cpus | wc -l)" -gt 2 ]; then
	ours "id & CPUS{0,2}" EINVAL "CPUs with gaps between them cannot be compared here"
fi

# Of all: as many events as have the field, and the same words for those that have not
for d in "$I" "$T"; do
	: >"$d/error_log"
	{
		tryio write "$d/$E/filter" "vcpu == 7"
		cat "$d/$E/filter"
		for event in hyp_enter selftest vm_create; do
			cat "$d/$E/$event/filter"
		done
		log "$d"
		tryio write "$d/$E/filter" "0"
		cat "$d/$E/hyp_enter/filter" "$d/$E/selftest/filter"
	} >"$(basename "$d")"
done
cmp other hypervisor >differ || fail "of all: $(diff other hypervisor | head -n 10)"
rmdir "$I"

: >"$T/error_log"
assert_file error_log ""
echo "$n filters"
reset
