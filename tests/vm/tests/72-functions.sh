#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: the tracer function: what the hypervisor calls for a guest, by name, with callers, as filtered
# requires: file:set_ftrace_filter program:kvm-load
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
put buffer_size_kb 4096

# trace [EVENT]: what a guest that runs for ten rounds has the hypervisor do; calls as "NAME CALLER"
trace() {
	on
	bounded 60 kvm-load -c 0 -n 10 -t mmio >load 2>&1 || fail "kvm-load: $(cat load)"
	off
	drain >out || exit 1
	assert_eq "lost" "$(grep -c LOST out)" 0
	sed -n 's/.*: __kvm_nvhe_\([^ ]*\) <-__kvm_nvhe_\([^ ]*\)$/\1 \2/p' out >calls
}

# count NAME: calls of it
count() {
	grep -c "^$1 " calls
}

# Nothing by itself
trace
assert_eq "lines without a tracer" "$(wc -l <out)" 0

put current_tracer function
trace
assert_eq "lines that are no call of a function that has a name" "$(wc -l <calls)" "$(wc -l <out)"
runs=$(count __kvm_vcpu_run)
[ "$runs" -ge 10 ] || fail "the guest ran ten rounds, and __kvm_vcpu_run $runs times"
assert_eq "calls of it that are not the handler's" \
	"$(grep '^__kvm_vcpu_run ' calls | grep -c -v ' handle___kvm_vcpu_run$')" 0
[ "$(cut -d ' ' -f 1 calls | sort -u | wc -l)" -gt 20 ] || fail "few functions: $(sort -u calls)"
cut -d ' ' -f 1 calls | sort -u | sed 's/^/__kvm_nvhe_/' >called
grep -v -x -F -f "$T/available_filter_functions" called >strange
[ ! -s strange ] || fail "cannot be traced, and was: $(head -n 1 strange)"

# With events: calls are between the enter and the exit that they belong to, and cost none of these
put events/hypervisor/hyp_enter/enable 1
put events/hypervisor/hyp_exit/enable 1
trace
awk '
/: hyp_enter / { inside[$1]++; enters++; next }
/: hyp_exit / { inside[$1]--; exits++; next }
inside[$1] != 1 { print "outside of a stay: " $0; exit 1 }
END { if (!enters || enters != exits) print enters " enters, " exits " exits" }
' out >wrong
[ ! -s wrong ] || fail "$(head -n 1 wrong)"
put events/enable 0

# By filters, set before and meanwhile
echo '*vcpu_run' >"$T/set_ftrace_filter"
trace
assert_eq "functions" "$(cut -d ' ' -f 1 calls | sort -u | tr '\n' ' ')" \
	"__kvm_vcpu_run handle___kvm_vcpu_run "
echo '*handle*' >"$T/set_ftrace_notrace"
trace
assert_eq "functions but those that are not wanted" \
	"$(cut -d ' ' -f 1 calls | sort -u | tr '\n' ' ')" "__kvm_vcpu_run "
put current_tracer nop
trace
assert_eq "lines after it" "$(wc -l <out)" 0
: >"$T/set_ftrace_filter"
: >"$T/set_ftrace_notrace"

# Stacks belong to events, each has its own, and a function that is traced is in them
if [ -e "$T/options/stacktrace" ]; then
	put current_tracer function
	put options/stacktrace 1
	put events/hypervisor/hyp_exit/enable 1
	trace
	awk '
	/: hyp_exit / { exits++ }
	/: <stack trace>$/ { if (last !~ /: hyp_exit /) exit 1; stacks++ }
	!/^ => / { last = $0 }
	END { print exits - stacks }' out >wrong
	assert_eq "events without a stack" "$(cat wrong)" 0
fi
reset
