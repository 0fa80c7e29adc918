# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# What the guest tests share (any sh): source it with ". "$TESTS/lib.sh"". $TESTS is where that is,
# $T the hypervisor's directory in tracefs, $MODE the mode KVM runs in, $SLOW multiplies every
# patience.
#
# A test starts, and leaves, with tracing off, all events off, empty rings and the default size.

: "${T:=/sys/kernel/tracing/hypervisor}" "${MODE:=protected}" "${SLOW:=1}"
# For those who source this; the tests are looked at one by one.
export T MODE SLOW

# Busybox has it, others have not.
command -v usleep >/dev/null || usleep() {
	sleep "$(printf '%d.%06d' $(($1 / 1000000)) $(($1 % 1000000)))"
}

DEFAULT_KB=7

# What a page of memory, and so one of a ring, has: kilobytes, and selftest events of 20 bytes
# behind a header of 16
PAGE_KB=$(awk '/^KernelPageSize:/ { print $2; exit }' /proc/self/smaps)
# Not all tests count in events
# shellcheck disable=SC2034
PAGE_EVENTS=$(((PAGE_KB * 1024 - 16) / 20))

# The test's own words, wherever what fails may write to: "bounded 5 cat FILE >copy"
exec 9>&1

fail() {
	echo "$*" >&9
	exit 1
}

skip() {
	echo "$*" >&9
	exit 77
}

# get FILE: what a file of the hypervisor says
get() {
	cat "$T/$1" || fail "$1 cannot be read"
}

# slurp FILE: $slurped is what it says, as by $(cat FILE), but without a process, which is dear
slurp() {
	slurped='' slurp_end=''
	while IFS= read -r slurp_line || [ -n "$slurp_line" ]; do
		slurped=$slurped$slurp_end$slurp_line
		slurp_end='
'
	done <"$1"
}

# put FILE VALUE: write it; must work
put() {
	# By the shell, without O_TRUNC as tryio, which tells of an error what it is.
	{ echo "$2" >>"$T/$1"; } 2>/dev/null && return
	put_got=$(tryio write "$T/$1" "$2")
	[ "$put_got" = ok ] || fail "writing '$2' to $1: $put_got, expected it to work"
}

on() { put tracing_on 1; }
off() { put tracing_on 0; }

# clear: forget what was traced
clear() {
	: >"$T/trace" || fail "trace cannot be cleared"
}

selftest_on() {
	put events/hypervisor/selftest/enable 1
}

write_event() {
	put write_event "$1"
}

# all_cpus: those there may ever be, as tracing_cpumask has them to begin with
all_cpus() {
	read -r all_possible </sys/devices/system/cpu/possible
	all_bits=$((${all_possible##*[-,]} + 1)) all_words=
	while [ $all_bits -gt 32 ]; do
		all_bits=$((all_bits - 32)) all_words=,ffffffff$all_words
	done
	printf '%x%s\n' $(((1 << all_bits) - 1)) "$all_words"
}

reset() {
	# First: one of them may switch tracing on
	for reset_file in "$T"/events/hypervisor/*/trigger; do
		[ -e "$reset_file" ] || break
		slurp "$reset_file"
		case $slurped in
		'#'*) ;;
		*)
			echo '!traceoff' >>"$reset_file"
			echo '!stacktrace' >>"$reset_file"
			;;
		esac
	done
	off
	put events/enable 0
	clear
	put buffer_size_kb "$DEFAULT_KB"
	[ ! -e "$T/options/overwrite" ] || put options/overwrite 1
	[ ! -e "$T/options/stacktrace" ] || put options/stacktrace 0
	[ ! -e "$T/buffer_percent" ] || put buffer_percent 50
	[ ! -e "$T/stay_profile_enabled" ] || put stay_profile_enabled 0
	[ ! -e "$T/tracing_cpumask" ] || put tracing_cpumask "$(all_cpus)"
	[ ! -e "$T/set_event_pid" ] || : >"$T/set_event_pid"
	[ ! -e "$T/set_event_notrace_pid" ] || : >"$T/set_event_notrace_pid"
	[ ! -e "$T/error_log" ] || : >"$T/error_log"
	if [ -e "$T/set_ftrace_filter" ]; then
		put current_tracer nop
		: >"$T/set_ftrace_filter"
		: >"$T/set_ftrace_notrace"
	fi
	if [ -e "$T/set_graph_function" ]; then
		: >"$T/set_graph_function"
		: >"$T/set_graph_notrace"
		put max_graph_depth 0
		for reset_word in nofuncgraph-overrun funcgraph-cpu funcgraph-overhead \
			nofuncgraph-proc funcgraph-duration nofuncgraph-abstime nofuncgraph-tail; do
			put trace_options $reset_word
		done
	fi
	[ ! -e "$T/events/hypervisor/filter" ] || put events/hypervisor/filter 0
}

# assert_eq WHAT GOT EXPECTED
assert_eq() {
	[ "$2" = "$3" ] || fail "$1: got '$2', expected '$3'"
}

# assert_file FILE EXPECTED: a file of the hypervisor says this
assert_file() {
	slurp "$T/$1" || fail "$1 cannot be read"
	assert_eq "$1" "$slurped" "$2"
}

# assert_refused FILE TEXT ERROR...: writing TEXT gives one of the errors, and changes nothing
assert_refused() {
	ref_file=$1 ref_text=$2
	shift 2
	slurped=
	[ ! -r "$T/$ref_file" ] || slurp "$T/$ref_file" 2>/dev/null
	ref_before=$slurped
	ref_got=$(tryio write "$T/$ref_file" "$ref_text")
	case " $* " in
	*" $ref_got "*) ;;
	*) fail "writing '$ref_text' to $ref_file: got '$ref_got', expected $*" ;;
	esac
	[ ! -r "$T/$ref_file" ] || slurp "$T/$ref_file" 2>/dev/null
	assert_eq "$ref_file after the refused '$ref_text'" "$slurped" "$ref_before"
}

# wait_for SECONDS WHAT COMMAND...: until the command succeeds
wait_for() {
	wait_left=$(($1 * SLOW * 50)) wait_what=$2
	shift 2
	until "$@"; do
		wait_left=$((wait_left - 1))
		[ "$wait_left" -gt 0 ] || fail "waited in vain: $wait_what"
		usleep 20000
	done
}

has_line() {
	grep -q "$2" "$1" 2>/dev/null
}

gone() {
	! kill -0 "$1" 2>/dev/null
}

# State letter of a process: S when it sleeps in read().
sleeps() {
	grep -q '^State:[[:space:]]*S' "/proc/$1/status" 2>/dev/null
}

# pinned PID CPU: the process has confined itself to this CPU, which must be online for that
pinned() {
	grep -q "^Cpus_allowed_list:[[:space:]]*$2\$" "/proc/$1/status" 2>/dev/null
}

# reads PID FILE: the process has opened it
reads() {
	for fd in "/proc/$1/fd"/*; do
		[ "$(readlink "$fd")" != "$2" ] || return 0
	done
	return 1
}

# start_reader FILE OUT: cat in the background, in a blocking read of FILE; its pid is $reader.
# Only for a file with nothing in it.
start_reader() {
	cat "$T/$1" >"$2" 2>&1 &
	reader=$!
	wait_for 10 "cat opens $1" reads "$reader" "$T/$1"
	wait_for 10 "cat sleeps in a read of $1" sleeps "$reader"
}

# end_reader: ends the reader, which must not be stuck
end_reader() {
	kill -KILL "$reader" 2>/dev/null
	wait_for 10 "the reader dies when it is killed" gone "$reader"
	wait "$reader" 2>/dev/null
}

# drain [FILE]: all there is to read, without waiting for more
drain() {
	evread -t $((30 * SLOW)) "$T/${1:-trace_pipe}" || fail "reading ${1:-trace_pipe} failed"
}

# ids: of the selftest events in a text on stdin, on one line
ids() {
	sed -n 's/.*: selftest id=\([0-9]*\)$/\1/p' | tr '\n' ' ' | sed 's/ $//'
}

# assert_ids WHAT EXPECTED [FILE]: what is in the pipe now has exactly these ids
assert_ids() {
	drain "${3:-}" >drained || exit 1
	assert_eq "$1" "$(ids <drained)" "$2"
}

# stat_of CPU NAME: a number from a CPU's stats, whose names may have blanks
stat_of() {
	sed -n "s/^$2: *//p" "$T/per_cpu/cpu$1/stats"
}

# need_pids: skips the test where the kernel says that it does not keep the running thread's pid
# where the hypervisor can see it
need_pids() {
	for pids_config in "/boot/config-$(uname -r)" "/lib/modules/$(uname -r)/config"; do
		[ ! -r "$pids_config" ] || grep -q '^CONFIG_PID_IN_CONTEXTIDR=y' "$pids_config" ||
			skip "a kernel without CONFIG_PID_IN_CONTEXTIDR"
	done
}

# cpus: one word for each CPU there can be
cpus() {
	for c in "$T"/per_cpu/cpu*; do
		echo "${c##*/cpu}"
	done | sort -n
}

# bounded SECONDS COMMAND...: fails rather than hangs
bounded() {
	bounded_limit=$(($1 * SLOW))
	shift
	bounded_rc=0
	timeout -s KILL $bounded_limit "$@" || bounded_rc=$?
	[ $bounded_rc -ne 137 ] || fail "'$*' was not done in $bounded_limit seconds"
	return $bounded_rc
}

# without_flags: "trace-cmd report" on stdin, as it was before 3.3, from when on it has interrupts,
# preemption and the like between the CPU and the time
without_flags() {
	sed 's/\(\[[0-9]*\]\) [^ :0-9][^ :]\{4\} */\1 /'
}

# event_counts: of "trace-cmd report" on stdin: how many of each event, by name
event_counts() {
	without_flags | sed -n 's/.*\] *[0-9.]*: *\([a-z_0-9]*\): .*/\1/p' | sort | uniq -c |
		awk '{ print $2, $1 }'
}

# report FILE OUT: trace-cmd report; every event must have been understood. Without trace-cmd's own
# plugins (-N), whose idea of kvm_entry is x86's.
report() {
	bounded 60 trace-cmd report -N -i "$1" >"$2.all" 2>"$2.err" ||
		fail "trace-cmd report: $(tail -n 1 "$2.err")"
	without_flags <"$2.all" >"$2"
	! grep -i -E 'error|warning|failed' "$2.err" >"$2.bad" ||
		fail "trace-cmd report complains: $(head -n 1 "$2.bad")"
	! grep -E "UNKNOWN EVENT|FAILED TO PARSE|\\[failed|CAN'?T FIND" "$2" >"$2.bad" ||
		fail "trace-cmd report: not understood: $(head -n 1 "$2.bad")"
}

# export_dat FILE NAME: a trace.dat for tests/vm/host/trace-dat.sh, outside the guest
export_dat() {
	[ -n "${EXPORT:-}" ] || return 0
	mkdir -p "$EXPORT"
	trace-cmd report -N -i "$1" 2>/dev/null | event_counts >"$EXPORT/$2.counts"
	cp "$1" "$EXPORT/$2.dat"
}

# loaded / unloaded: the state buffer_size_kb tells of
assert_loaded() {
	case $(get buffer_size_kb) in
	*" (loaded)") ;;
	*) fail "$1: expected loaded, buffer_size_kb says '$(get buffer_size_kb)'" ;;
	esac
}

assert_unloaded() {
	case $(get buffer_size_kb) in
	*" (unloaded)") ;;
	*) fail "$1: expected unloaded, buffer_size_kb says '$(get buffer_size_kb)'" ;;
	esac
}

is_unloaded() {
	case $(get buffer_size_kb) in *" (unloaded)") return 0 ;; esac
	return 1
}

# value NAME TEXT: of "name=value name=value"
value() {
	echo "$2" | tr ' ' '\n' | sed -n "s/^$1=//p"
}

# mem_free: free memory in KB. MemFree leaves out the pages each CPU keeps at hand, which can be
# megabytes; /proc/zoneinfo has both, in pages.
mem_free() {
	awk -v kb="$PAGE_KB" '
	$1 == "nr_free_pages" || $1 == "count:" { pages += $2 }
	END { print pages * kb }' /proc/zoneinfo
}

# mem_settled: the same, after the kernel has given back what it only keeps because nobody asked
mem_settled() {
	echo 3 >/proc/sys/vm/drop_caches
	mem_free
}

# assert_mem BEFORE KB WHAT: no more than KB have gone since mem_settled said BEFORE. What others
# have taken for a moment is waited for.
assert_mem() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		mem_after=$(mem_settled)
		[ $(($1 - mem_after)) -gt "$2" ] || break
		usleep 200000
	done
	echo "$3: free before $1 KB, after $mem_after KB"
	[ $(($1 - mem_after)) -le "$2" ] ||
		fail "$3: $(($1 - mem_after)) KB are missing: $1 KB free before, now $mem_after"
}

# wait_all WHAT PID...: each of them must end well
wait_all() {
	wait_what=$1
	shift
	for wait_pid in "$@"; do
		wait "$wait_pid" || fail "$wait_what failed"
	done
}

# start_writers CPUS [COUNT]: on each of the CPUs a writer of COUNT selftest events, or of as many
# as it can until end_writers. Each has a hundred million ids of its own, so that an id tells whose
# it is; how many it has written will be in written.CPU.
start_writers() {
	writers=
	rm -f writers-done
	for writer_cpu in $1; do
		evloop -c "$writer_cpu" -d writers-done -n "${2:-0}" \
			-s $((writer_cpu * 100000000 + 1)) "$T/write_event" \
			>"written.$writer_cpu" &
		writers="$writers $!"
		# One with a COUNT may have ended already.
		[ -n "${2:-}" ] ||
			wait_for 10 "a writer gets to CPU $writer_cpu" pinned $! "$writer_cpu"
	done
}

# wait_writers: until those with a COUNT have written it
wait_writers() {
	# shellcheck disable=SC2086 # a list of process ids
	wait_all "a writer" $writers
}

end_writers() {
	touch writers-done
	wait_writers
}

# range_of CPU [any]: what its writer wrote, as evcheck takes it; any: it may have changed its CPU
range_of() {
	echo "${2:-$1}:$(($1 * 100000000 + 1)):$(cat "written.$1")"
}

# ranges_of CPU...: the same, of some
ranges_of() {
	for writer_cpu in "$@"; do
		range_of "$writer_cpu"
	done
}

# cpu_set N 0|1: take a CPU off, or bring it back
cpu_set() {
	echo "$2" >"/sys/devices/system/cpu/cpu$1/online" ||
		fail "CPU $1 cannot be set to online=$2"
}

# The events that tell of memory
MEMORY_EVENTS="host_mem_abort page_transition host_stage2_map host_stage2_owner"
MEMORY_EVENTS="$MEMORY_EVENTS hyp_map hyp_unmap hyp_pool"

# memory_on: tracing, of all that memcheck wants to see
memory_on() {
	for memory_event in hyp_enter hyp_exit host_hcall $MEMORY_EVENTS; do
		put "events/hypervisor/$memory_event/enable" 1
	done
	on
}

# memcheck_of FILE: what memcheck says of it, in $sum
memcheck_of() {
	sum=$(memcheck <"$1" 2>&1) || fail "memcheck: $sum"
	echo "$sum"
}

[ -d "$T" ] || fail "$T is not there"

# load_all COUNT: a virtual machine on each CPU at once, of COUNT exits, to their end
load_all() {
	loads='' load_last=$(($(grep -c ^processor /proc/cpuinfo) - 1))
	for load_cpu in $(seq 0 $load_last); do
		kvm-load -c "$load_cpu" -n "$1" >"load.$load_cpu" 2>&1 &
		loads="$loads $!"
	done
	load_cpu=0
	for load_pid in $loads; do
		wait "$load_pid" || fail "kvm-load on CPU $load_cpu: $(cat "load.$load_cpu")"
		load_cpu=$((load_cpu + 1))
	done
}

# names_are FILE NAME...: of the hypervisor's functions it lists these, in any order; NAMEs without
# the prefix
names_are() {
	names_file=$1
	shift
	printf '__kvm_nvhe_%s\n' "$@" | sort >want
	sort "$T/$names_file" >got
	diff want got >differ || fail "$names_file: $(tail -n 1 differ)"
}

# try_words FILE HOW WORDS: as a shell writes it, HOW being > or >>
try_words() {
	case $2 in
	'>') printf '%s\n' "$3" >"$T/$1" ;;
	'>>') printf '%s\n' "$3" >>"$T/$1" ;;
	esac 2>/dev/null
}
