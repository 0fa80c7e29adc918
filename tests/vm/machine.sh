# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# What hyptrace-check does to the machine it runs on that is no test: looks whether it may, tells
# what it is, keeps in mind what the tests may change, and puts that back. Sourced by it, and uses
# its variables: $T, $mode, $words, $release, $work, $booted.
# shellcheck disable=SC2154 # those

TRACEFS=/sys/kernel/tracing

# config: the kernel's configuration, if it can be found
config() {
	if [ -r /proc/config.gz ]; then
		gzip -d -c /proc/config.gz
	elif [ -r "/boot/config-$release" ]; then
		cat "/boot/config-$release"
	elif [ -r "/lib/modules/$release/build/.config" ]; then
		cat "/lib/modules/$release/build/.config"
	fi
}

# users: of files in the hypervisor's directories, as process ids
users() {
	# shellcheck disable=SC2012 # of names in /proc, nothing surprises
	ls -l /proc/[0-9]*/fd 2>/dev/null | awk -v dir="$TRACEFS/" '
	/^\/proc\/[0-9]+\/fd:$/ { split($0, word, "/"); pid = word[3] }
	(at = index($0, " -> " dir)) {
		file = substr($0, at + 4 + length(dir))
		sub("^(remotes|instances)/", "", file)
		if (file ~ /^hypervisor\// && !seen[pid]++)
			print pid
	}' | tr '\n' ' '
}

# has_trace FILE: is there anything in a trace?
has_trace() {
	grep -q -v -e '^#' -e '^$' "$1"
}

# in_lib FUNCTION: as tests call it
in_lib() {
	# shellcheck disable=SC2016 # its own variables
	sh -c '. "$TESTS/lib.sh" && "$1"' sh "$1"
}

# set_up: a command for each thing that somebody has set up in the hypervisor's directory and that
# tests begin without: it has it as after boot
set_up() {
	for f in current_tracer:nop max_graph_depth:0 stay_profile_enabled:0 \
		"tracing_cpumask:$(in_lib all_cpus)"; do
		file=$T/${f%%:*} value=${f#*:}
		[ ! -e "$file" ] || [ "$(cat "$file")" = "$value" ] || echo "echo $value >$file"
	done
	for f in "$T"/set_event_pid "$T"/set_event_notrace_pid "$T"/set_ftrace_filter \
		"$T"/set_ftrace_notrace "$T"/set_graph_function "$T"/set_graph_notrace; do
		[ ! -e "$f" ] || ! has_trace "$f" || echo "echo >$f"
	done
	for f in "$T"/events/hypervisor/*/filter; do
		[ ! -e "$f" ] || [ "$(cat "$f")" = none ] || echo "echo 0 >$f"
	done
	for f in "$T"/events/hypervisor/*/trigger; do
		[ ! -e "$f" ] || sed -n "s|^\([a-z]*\):.*|echo '!\1' >$f|p" "$f"
	done
}

# Nothing is there: say why
refuse_absent() {
	case $words in
	VHE) refuse "there is no $T: KVM runs in VHE mode, without a hypervisor of its own" \
		"Boot with kvm-arm.mode=protected, or with kvm-arm.mode=nvhe." ;;
	HYP*) refuse "there is no $T: Linux was started at EL1, so there is no KVM" \
		"The firmware, or what is below, would have to start it at EL2: boards.md" ;;
	esac
	if ! config | grep -q '^CONFIG_KVM_EL2_TRACE=y'; then
		refuse "there is no $T: this kernel, $release, is one without hyptrace" \
			"It takes CONFIG_KVM_EL2_TRACE=y; boards.md has how to build it."
	fi
	refuse "there is no $T, although the kernel has hyptrace" \
		"What it has to say of that: dmesg | grep -i -E 'kvm|trace'"
}

# refuse_unfit: unless this is a machine to test, and nobody is in the middle of something
refuse_unfit() {
	[ "$(uname -m)" = aarch64 ] || refuse "this is $(uname -m), and hyptrace is for arm64"
	[ "$(id -u)" = 0 ] || refuse "only root may trace the hypervisor" "sudo $0"
	grep -q "^[^ ]* $TRACEFS tracefs " /proc/mounts ||
		refuse "tracefs is not mounted" "mount -t tracefs tracefs $TRACEFS" \
			"If there is no $TRACEFS, the kernel was built without CONFIG_TRACING."
	[ -d "$T" ] || refuse_absent
	dmesg >/dev/null 2>&1 || refuse "the kernel log cannot be read, not even by root" \
		"In a container it cannot; run it on the machine itself."
	for p in setsid timeout taskset; do
		command -v $p >/dev/null || refuse "there is no $p" \
			"It takes busybox, or coreutils and util-linux."
	done

	read -r line <"$T/tracing_on"
	[ "$line" = 0 ] || refuse "the hypervisor is being traced by somebody" \
		"When that has come to its end: echo 0 >$T/tracing_on"
	line=$(users)
	[ -z "$line" ] || refuse "somebody has the hypervisor's trace open: process $line" \
		"They must have come to their end."
	! has_trace "$T/trace" || refuse "there is a trace in $T that the tests would throw away" \
		"Keep what is wanted of $T/trace, then: echo >$T/trace"
	line=$(set_up)
	[ -z "$line" ] || refuse "somebody has set up how the hypervisor is to be traced" \
		"What the tests would forget, as after boot:" "$line"
	# Of these the tests of trace-cmd have trace-cmd make what it will.
	read -r line <$TRACEFS/current_tracer
	[ "$line" = nop ] || refuse "the kernel is being traced by somebody, who has set '$line'" \
		"When that has come to its end: echo nop >$TRACEFS/current_tracer"
	[ -z "$(cat $TRACEFS/set_event)" ] || refuse "somebody is tracing the kernel's events" \
		"When that has come to its end: echo >$TRACEFS/set_event"
	! has_trace $TRACEFS/trace || refuse "there is a trace that the tests would throw away" \
		"Keep what is wanted of $TRACEFS/trace, then: echo >$TRACEFS/trace"
}

# What was found: a line "FILE VALUE" for each file that tests may change; events that were on; the
# instances there were; and of the CPUs that can be switched, those that were on and that were off.
found='' found_events='' found_instances='' on='' off=''

# value_of FILE: $value is what it says, as it can be written back
value_of() {
	read -r value <"$1" || return
	# "7 (loaded)", "7 (expanded: 1408)", "local [global] counter"
	value=${value%% (*}
	case $value in *\[*) value=${value#*\[} value=${value%%\]*} ;; esac
}

# keep: have it all in mind
keep() {
	for c in /sys/devices/system/cpu/cpu[0-9]*/online; do
		[ -f "$c" ] || continue
		value_of "$c"
		if [ "$value" = 1 ]; then on="$on $c"; else off="$off $c"; fi
	done
	[ -z "$booted" ] || return 0
	for f in $TRACEFS/trace_clock $TRACEFS/buffer_size_kb $TRACEFS/tracing_on "$T"/options/* \
		"$T"/buffer_percent "$T"/buffer_size_kb "$T"/dmesg "$T"/dump_on_panic; do
		[ -f "$f" ] || continue
		value_of "$f"
		found="$found$f $value
"
	done
	found_events=$(cat "$T/set_event")
	found_instances=$(ls $TRACEFS/instances)
}

# insist COMMAND...: true as soon as that is. What is refused while the rings are on their way out,
# or those who have just been killed still have them, may go a moment later.
insist() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		! "$@" || return 0
		sleep 0.2
	done
	return 1
} >/dev/null 2>&1

# put_back FILE VALUE: true if it then says so
put_back() {
	value_of "$1"
	[ "$value" != "$2" ] || return 0
	echo "$2" >"$1"
	value_of "$1"
	[ "$value" = "$2" ]
}

# set_cpus FILES 0|1: switch those that are not
set_cpus() {
	for c in $1; do
		{ read -r online <"$c" && [ "$online" = "$2" ]; } || echo "$2" >"$c"
	done
} 2>/dev/null

# A test finds CPUs online, tracing off and rings empty, whatever the last one left behind.
tidy() {
	set_cpus "$on $off" 1
	[ -d "$T" ] || return
	for f in "$T"/events/enable "$T"/tracing_on "$T"/dmesg "$T"/dump_on_panic \
		"$T"/options/stacktrace; do
		[ ! -e "$f" ] || echo 0 >"$f"
	done 2>/dev/null
	# Not ":", of which a failed redirection ends the shell: the hypervisor may be dead.
	[ ! -e "$T/trace" ] || true >"$T/trace"
} 2>/dev/null

# restore: put back what was found; says what does not go, and is false then
restore() {
	lost=
	tidy
	# What refuse_unfit found as after boot; tests leave it so unless they are interrupted.
	insist in_lib reset || lost=" what was set up in $T"
	# Tests that were interrupted had the kernel trace, and instances of their own.
	echo 0 >$TRACEFS/events/enable
	for i in "$TRACEFS"/instances/*; do
		case "
$found_instances
" in *"
${i##*/}
"*) ;;
		*) rmdir "$i" || lost="$lost $i" ;;
		esac
	done
	while read -r file value_found; do
		[ -z "$file" ] || insist put_back "$file" "$value_found" || lost="$lost $file"
	done <<END
$found
END
	true >$TRACEFS/trace
	for e in $found_events; do
		echo "$e" >>"$T/set_event" || lost="$lost $e"
	done
	set_cpus "$off" 0
	[ -n "$lost" ] || return 0
	echo "hyptrace-check: could not be put back:$lost" >&2
	return 1
}

# tell_found: what the machine is, in lines of details
tell_found() {
	set -- KVM KVM_EL2_TRACE KVM_EL2_TRACE_PANIC_TEST KVM_EL2_TRACE_HOSTILE_TEST \
		NVHE_EL2_DEBUG PROTECTED_NVHE_STACKTRACE FUNCTION_TRACER KPROBES PREEMPT \
		PREEMPT_RT HOTPLUG_CPU RANDOMIZE_BASE KASAN PROVE_LOCKING DEBUG_FS
	config >"$work/config"
	options=
	for o in "$@"; do
		! grep -q "^CONFIG_$o=y" "$work/config" || options="$options $o"
	done
	[ -s "$work/config" ] ||
		options=" not known: no /proc/config.gz, no /boot/config-$release"
	have='' lack=''
	for p in kvm-load trace-cmd tfs busybox; do
		if command -v $p >/dev/null; then have="$have $p"; else lack="$lack $p"; fi
	done
	possible=0
	for c in "$T"/per_cpu/cpu*; do
		possible=$((possible + 1))
	done
	more=
	[ -z "$off" ] || more=", some of which were off and will be again"
	cat <<END
# kernel: $release
# KVM: $mode${words:+ ($words)}
# pages: $(awk '/^KernelPageSize:/ { print $2; exit }' /proc/self/smaps) KB
# CPUs: $CPUS online of $possible$more
# memory: $(($(sed -n 's/^MemTotal: *\([0-9]*\).*/\1/p' /proc/meminfo) / 1024)) MB
# options:$options
# programs:${have:- none}${lack:+; not there:$lack}
END
	[ "$CPUS" -eq $possible ] || echo "# note: tests that count on every CPU may fail"
	[ -n "$marks" ] || echo "# note: the kernel log cannot be marked (printk.devkmsg=off)," \
		"so it is not looked at"
}
