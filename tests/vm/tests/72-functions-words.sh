#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: current_tracer, available_filter_functions, set_ftrace_filter and set_ftrace_notrace take what ftrace's take, and nothing else
# requires: file:set_ftrace_filter
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
all="#### all functions enabled ####"
none="#### no functions disabled ####"

# filter HOW WORDS
filter() {
	try_words set_ftrace_filter "$@"
}

assert_file current_tracer nop
assert_refused current_tracer functions EINVAL
assert_refused current_tracer "" EINVAL
assert_file set_ftrace_filter "$all"
assert_file set_ftrace_notrace "$none"

# What there is, by the names that kallsyms has; nothing of tracing's own
sort "$T/available_filter_functions" >functions
[ "$(wc -l <functions)" -gt 100 ] || fail "there are but $(wc -l <functions) functions"
sed -n 's/.* [tTwW] \(__kvm_nvhe_[^ ]*\)$/\1/p' /proc/kallsyms | sort -u >symbols
grep -v -x -F -f symbols functions >strange
[ ! -s strange ] || fail "no function of the hypervisor: $(head -n 1 strange)"
# The third is the first of the text, which must not take the name of that
for f in __pkvm_host_share_hyp __kvm_vcpu_run __kvm_timer_set_cntvoff handle_trap; do
	grep -qx "__kvm_nvhe_$f" functions || fail "$f is not there"
done
! grep -E '_el2_trace_|remote_ring|hyp_panic|kvm_unexpected_el2' functions >bad ||
	fail "must not be traced: $(head -n 1 bad)"

# Names with the prefix and without, globs of all kinds, several words; > and >>
filter '>' __kvm_nvhe___kvm_vcpu_run || fail "a name was refused"
names_are set_ftrace_filter __kvm_vcpu_run
filter '>>' '__pkvm_host_share_hyp __pkvm_host_unshare_hyp' || fail "two names were refused"
names_are set_ftrace_filter __kvm_vcpu_run __pkvm_host_share_hyp __pkvm_host_unshare_hyp
filter '>>' '!__pkvm_host_sh*' || fail "! was refused"
names_are set_ftrace_filter __kvm_vcpu_run __pkvm_host_unshare_hyp
filter '>' '__pkvm_host_*share_hyp' || fail "a glob was refused"
names_are set_ftrace_filter __pkvm_host_share_hyp __pkvm_host_unshare_hyp
filter '>' '*_host_unshare_hyp' || fail "a glob was refused"
names_are set_ftrace_filter __pkvm_host_unshare_hyp handle___pkvm_host_unshare_hyp
filter '>' '*vcpu_ru*' || fail "a glob was refused"
names_are set_ftrace_filter __kvm_vcpu_run handle___kvm_vcpu_run
filter '>' '__kvm_vcpu_r?n' || fail "a glob was refused"
names_are set_ftrace_filter __kvm_vcpu_run
filter '>' 1 || fail "a number was refused"
assert_eq "the first function" "$(cat "$T/set_ftrace_filter")" \
	"$(head -n 1 "$T/available_filter_functions")"
# A word with nothing behind it is complete when the file is closed
printf __kvm_vcpu_run >"$T/set_ftrace_filter" || fail "a name was refused"
names_are set_ftrace_filter __kvm_vcpu_run
filter '>' '*' || fail "* was refused"
sort "$T/set_ftrace_filter" | diff functions - >differ || fail "*: $(tail -n 1 differ)"
: >"$T/set_ftrace_filter"
assert_file set_ftrace_filter "$all"

# What means nothing is refused, and changes nothing
filter '>' __kvm_vcpu_run
for word in nosuch 'nosuch*' __kvm_vcpu_ru '!' 0 99999 '__kvm_vcpu_run:traceoff' ':' '!nosuch'; do
	! filter '>>' "$word" || fail "'$word' was taken"
	names_are set_ftrace_filter __kvm_vcpu_run
	assert_eq "'$word'" "$(tryio write "$T/set_ftrace_filter" "$word ")" EINVAL
done
# As in ftrace, words before and after one that is refused are two writes of their own
names_are set_ftrace_filter __kvm_vcpu_run

echo '__kvm_vcpu_*' >"$T/set_ftrace_notrace" || fail "notrace refuses a glob"
grep -q -x __kvm_nvhe___kvm_vcpu_run "$T/set_ftrace_notrace" || fail "notrace has not taken it"
: >"$T/set_ftrace_notrace"
assert_file set_ftrace_notrace "$none"

# The tracer is what it is, however often it is said
put current_tracer function
assert_file current_tracer function
put current_tracer function
assert_refused current_tracer nosuch EINVAL
put current_tracer nop
assert_file current_tracer nop
reset
