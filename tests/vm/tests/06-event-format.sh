#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: event ids are unique among all events of the machine; formats tell true offsets
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
tracing=${T%/*}

# fields FORMAT: name, offset and size of each field
fields() {
	nr='\([0-9]*\);' s='[[:space:]]*'
	sed -n "s/^[^;]*[ *]\([a-z_]*\);${s}offset:$nr${s}size:$nr.*/\1 \2 \3/p" "$1"
}

# field FORMAT FIELD: offset and size of a field
field() {
	fields "$1" | sed -n "s/^$2 //p"
}

n=0
for d in "$T"/events/hypervisor/*/; do
	e=${d%/} e=${e##*/}
	slurp "$d/id" || fail "$e/id cannot be read"
	id=$slurped
	case $id in
	'' | 0 | *[!0-9]*) fail "$e/id is '$id', not a number above 0" ;;
	esac
	echo "$id" >>ids
	assert_eq "name: in $e/format" "$(sed -n 's/^name: //p' "$d/format")" "$e"
	assert_eq "ID: in $e/format" "$(sed -n 's/^ID: //p' "$d/format")" "$id"
	fields "$d/format" >offsets
	assert_eq "common fields of $e" "$(head -n 4 offsets | tr '\n' ';')" \
		"common_type 0 2;common_flags 2 1;common_preempt_count 3 1;common_pid 4 4;"
	assert_eq "offset of the first field of $e" "$(sed -n '5s/.* \(.*\) .*/\1/p' offsets)" 8
	grep -q '^print fmt: "' "$d/format" || fail "$e/format has no 'print fmt:'"
	n=$((n + 1))
done
[ $n -ge 4 ] || fail "only $n events"
assert_eq "ids that more than one event has" "$(sort ids | uniq -d)" ""

E=$T/events/hypervisor
assert_eq "selftest's id" "$(field "$E/selftest/format" id)" "8 8"
assert_eq "host_hcall's id" "$(field "$E/host_hcall/format" id)" "8 4"
assert_eq "host_hcall's invalid" "$(field "$E/host_hcall/format" invalid)" "12 1"
assert_eq "hyp_enter's reason" "$(field "$E/hyp_enter/format" reason)" "8 1"
assert_eq "hyp_enter's vcpu" "$(field "$E/hyp_enter/format" vcpu)" "12 4"

# The host's own events have other ids. Ours may be listed there too, under the same name.
find "$tracing"/events -path "$tracing/events/hypervisor" -prune -o -name id -type f \
	-exec cat {} + >host
[ -s host ] || fail "the host has no events to compare with"
sort -u ids >a
sort -u host >b
cat a b | sort | uniq -d >both
assert_eq "ids that a host event has as well" "$(cat both)" ""
