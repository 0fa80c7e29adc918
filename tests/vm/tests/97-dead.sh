#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: when the hypervisor answers no more, every file gives what there is, or EIO; none hangs
# requires: cmdline:hyptrace.boot=dead
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
put events/enable 1
on
# CPU 0: some of it has been read, so the reader has a page, and there are others.
evloop -c 0 -n 300 -s 1 "$T/write_event" >/dev/null || fail "evloop failed"
put events/enable 0
head -n 1 "$T/per_cpu/cpu0/trace_pipe" >/dev/null
# CPU 1: as empty as can be, with readers that wait.
drain per_cpu/cpu1/trace_pipe >/dev/null || exit 1
cat "$T/per_cpu/cpu1/trace_pipe" >pipe.out 2>pipe.err &
pipe=$!
cat "$T/per_cpu/cpu1/trace_pipe_raw" >raw.out 2>raw.err &
raw=$!
wait_for 10 "cat sleeps in trace_pipe" sleeps $pipe
wait_for 10 "cat sleeps in trace_pipe_raw" sleeps $raw
exec 3<"$T/per_cpu/cpu0/trace_pipe_raw" || fail "trace_pipe_raw cannot be opened"

# A function is traced, though nobody calls it
has_functions=
if [ -e "$T/set_ftrace_filter" ]; then
	has_functions=1
	echo __kvm_vcpu_run >"$T/set_ftrace_filter"
	put current_tracer function
fi

# "death" in hexadecimal: the hypercalls refuse, as after a panic
tryio write "$T/write_event" 0x6465617468 >/dev/null

# expect WHAT GOT EXPECTED...
expect() {
	expect_what=$1 expect_got=$2
	shift 2
	case " $* " in
	*" $expect_got "*) ;;
	*) fail "$expect_what: got '$expect_got', expected $*" ;;
	esac
}

# Whoever is the first to be told, all others learn of it. Here it is who asks to be woken.
expect "poll of CPU 1" "$(bounded 5 tryio poll "$T/per_cpu/cpu1/trace_pipe_raw" 2000)" in err
wait_for 5 "the waiting reader of trace_pipe wakes up" gone $pipe
wait_for 5 "the waiting reader of trace_pipe_raw wakes up" gone $raw
for cpu in $(cpus); do
	bounded 5 cat "$T/per_cpu/cpu$cpu/stats" >/dev/null || fail "stats of CPU $cpu"
done
grep -q 'Input/output error' pipe.err || fail "trace_pipe: '$(cat pipe.err)' is not EIO"
grep -q 'Input/output error' raw.err || fail "trace_pipe_raw: '$(cat raw.err)' is not EIO"

expect "clearing CPU 1" "$(bounded 5 tryio trunc "$T/per_cpu/cpu1/trace")" EIO

# What is on the page that the reader had is given, then EIO, though it cannot be asked any more
# whether a CPU is busy.
bounded 5 cat "$T/trace_pipe" >out 2>err && fail "trace_pipe came to an end"
grep -q 'selftest id=' out || fail "what there was in trace_pipe is not given"
grep -q 'Input/output error' err || fail "trace_pipe: '$(cat err)' is not EIO"
for f in trace_pipe per_cpu/cpu0/trace_pipe per_cpu/cpu0/trace_pipe_raw; do
	expect "$f, O_NONBLOCK" "$(bounded 5 tryio read "$T/$f")" EIO
	expect "$f, blocking" "$(bounded 5 tryio sigread "$T/$f")" EIO
	for how in poll select epoll; do
		expect "$how of $f" "$(bounded 5 tryio $how "$T/$f" 2000)" in err
	done
done
for how in splice mmap; do
	bounded 10 rawread -m $how -t 3 -c 0 "$T" >out 2>err
	expect "rawread -m $how" $? 0 1
done
bounded 5 cat "$T/trace" >/dev/null || fail "trace cannot be read"
bounded 5 cat "$T/per_cpu/cpu0/trace" >/dev/null || fail "trace of CPU 0 cannot be read"

# The reader that had the file open before learns of it, too.
bounded 5 cat <&3 >/dev/null 2>err && fail "trace_pipe_raw, opened before, came to an end"
grep -q 'Input/output error' err || fail "trace_pipe_raw, opened before: '$(cat err)' is not EIO"
exec 3<&-

for f in tracing_on events/enable events/hypervisor/selftest/enable; do
	before=$(get $f)
	expect "writing $f" "$(bounded 5 tryio write "$T/$f" $((before == 0)))" EIO
	assert_file $f "$before"
done
expect "writing write_event" "$(bounded 5 tryio write "$T/write_event" 1)" EIO
expect "clearing" "$(bounded 5 tryio trunc "$T/trace")" EIO
expect "writing set_event" "$(bounded 5 tryio write "$T/set_event" selftest)" EIO
for f in set_event_pid set_event_notrace_pid tracing_cpumask; do
	before=$(get $f)
	expect "writing $f" "$(bounded 5 tryio write "$T/$f" 1)" EIO
	assert_eq "$f" "$(get $f)" "$before"
done
# Neither is it traced no longer, nor in another way
if [ -n "$has_functions" ]; then
	for tracer in nop function_graph; do
		expect "tracing by $tracer" \
			"$(bounded 5 tryio write "$T/current_tracer" $tracer)" EIO
		assert_file current_tracer function
	done
	expect "tracing less deep" "$(bounded 5 tryio write "$T/max_graph_depth" 1)" EIO
	assert_file max_graph_depth 0
	# What is written there holds when the file is closed, where there is nobody to be told
	echo __pkvm_host_share_hyp >"$T/set_ftrace_filter"
	assert_eq "set_ftrace_filter" "$(sed 's/^__kvm_nvhe_//' "$T/set_ftrace_filter")" \
		__kvm_vcpu_run
fi
expect "dmesg" "$(bounded 5 tryio write "$T/dmesg" 1)" ok
expect "dmesg" "$(bounded 5 tryio write "$T/dmesg" 0)" ok
# The clock is no longer set; it would say so within a second or two.
sleep 3
