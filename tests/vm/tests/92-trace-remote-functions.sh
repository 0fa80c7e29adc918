#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace_remote=hypervisor^tracer=... traces functions as was asked for; what is wrong is reported and left out
# requires: cmdline:hyptrace.boot=functions file:set_graph_function program:kvm-load
# state: as booted
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"

# trace_remote=hypervisor^buf_size=256^tracer=function_graph^filter=__pkvm_host_*share_hyp
#	^filter=__kvm_nvhe___kvm_vcpu_run^notrace=*unshare*^graph=__pkvm_host_share_hyp
#	^tracer=nosuch^filter=nosuch^filter=^notrace=!^graph=nosuch:traceoff
dmesg >log
for option in tracer=nosuch filter=nosuch filter= 'notrace=!' graph=nosuch:traceoff; do
	grep -q -F "trace_remote=hypervisor: $option ignored (error -22): it takes " log ||
		fail "$option: $(grep trace_remote= log)"
done
assert_eq "complaints" "$(grep -c 'trace_remote=.* ignored' log)" 5

assert_file tracing_on 1
assert_file current_tracer function_graph
assert_eq set_ftrace_filter "$(sort "$T/set_ftrace_filter" | tr '\n' ' ')" \
	"__kvm_nvhe___kvm_vcpu_run __kvm_nvhe___pkvm_host_share_hyp \
__kvm_nvhe___pkvm_host_unshare_hyp "
grep -q -x __kvm_nvhe___pkvm_host_unshare_hyp "$T/set_ftrace_notrace" ||
	fail "set_ftrace_notrace: $(head -n 1 "$T/set_ftrace_notrace")"
assert_file set_graph_function __kvm_nvhe___pkvm_host_share_hyp

bounded 60 kvm-load -c 0 -n 3 >load 2>&1 || fail "kvm-load: $(cat load)"
off
drain >out || exit 1
assert_eq "functions" \
	"$(sed -n 's/^ [ 0-9]*) .* |  *\(__kvm_nvhe_[a-z_A-Z0-9.]*\)().*/\1/p' out | sort -u)" \
	__kvm_nvhe___pkvm_host_share_hyp
reset
