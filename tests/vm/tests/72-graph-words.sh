#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: set_graph_function, set_graph_notrace, max_graph_depth and the options of function_graph take what ftrace's take, and nothing else
# requires: file:set_graph_function
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
all="#### all functions enabled ####"
none="#### no functions disabled ####"

words() {
	try_words "$@" || fail "$1 refuses '$3'"
}

assert_file available_tracers "function_graph function nop"
assert_file current_tracer nop
assert_file set_graph_function "$all"
assert_file set_graph_notrace "$none"
assert_file max_graph_depth 0

for tracer in nop function function_graph; do
	put current_tracer $tracer
	assert_file current_tracer $tracer
	assert_refused current_tracer graph EINVAL
	for file in set_graph_function set_graph_notrace; do
		empty=$all
		[ $file = set_graph_function ] || empty=$none
		words $file '>' __kvm_nvhe___kvm_vcpu_run
		names_are $file __kvm_vcpu_run
		words $file '>>' '__pkvm_host_share_hyp __pkvm_host_unshare_hyp'
		names_are $file __kvm_vcpu_run __pkvm_host_share_hyp __pkvm_host_unshare_hyp
		words $file '>>' '!__pkvm_host_sh*'
		names_are $file __kvm_vcpu_run __pkvm_host_unshare_hyp
		words $file '>' '__pkvm_host_*share_hyp'
		names_are $file __pkvm_host_share_hyp __pkvm_host_unshare_hyp
		printf __kvm_vcpu_run >"$T/$file" || fail "$file refuses a name"
		names_are $file __kvm_vcpu_run

		# Numbers, and what there is not to be taken out, mean nothing here
		for word in nosuch 'nosuch*' __kvm_vcpu_ru '!' 1 99999 ':' '!nosuch' \
			__kvm_vcpu_run:traceoff '!__pkvm_host_share_hyp'; do
			! try_words $file '>>' "$word" || fail "$file takes '$word'"
			names_are $file __kvm_vcpu_run
			assert_eq "'$word'" "$(tryio write "$T/$file" "$word ")" EINVAL
		done
		names_are $file __kvm_vcpu_run
		words $file '>>' '!__kvm_vcpu_run'
		assert_file $file "$empty"
		words $file '>' '*'
		sort "$T/$file" >got
		sort "$T/available_filter_functions" | diff got - >differ ||
			fail "$file: *: $(tail -n 1 differ)"
		: >"$T/$file"
		assert_file $file "$empty"
		# Neither is another file's
		assert_file set_ftrace_filter "$all"
		assert_file set_ftrace_notrace "$none"
	done

	for depth in 3 1000 0; do
		put max_graph_depth $depth
		assert_file max_graph_depth $depth
	done
	put max_graph_depth 2
	assert_refused max_graph_depth x EINVAL
	assert_refused max_graph_depth -1 EINVAL
	assert_refused max_graph_depth "" EINVAL
	assert_refused max_graph_depth 99999999999999999999 ERANGE
	put max_graph_depth 0
done
put current_tracer nop

# Options, with ftrace's defaults
check_option() {
	assert_file "options/$1" "$2"
	word=$1
	[ "$2" = 1 ] || word=no$1
	grep -q -x "$word" "$T/trace_options" || fail "$word is not in trace_options"
}
for option in cpu:1 overhead:1 duration:1 overrun:0 proc:0 abstime:0 tail:0; do
	name=funcgraph-${option%:*} at_first=${option#*:}
	check_option "$name" "$at_first"
	put "options/$name" $((1 - at_first))
	check_option "$name" $((1 - at_first))
	for text in 2 -1 x ''; do
		assert_refused "options/$name" "$text" EINVAL
	done
	put trace_options "no$name"
	check_option "$name" 0
	put trace_options "$name"
	check_option "$name" 1
	put "options/$name" "$at_first"
	check_option "$name" "$at_first"
done
assert_refused trace_options funcgraph-irqs EINVAL
assert_refused trace_options funcgraph EINVAL
reset
