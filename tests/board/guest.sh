#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# guest.sh busybox|debian TARBALL: in the guest, in that userland, what is in the tarball does what
# it says. A verdict on stdout for each thing that is tried; what no userland can change, in one.
export PATH=/usr/bin:/bin:/usr/sbin:/sbin
T=/sys/kernel/tracing/hypervisor
dir="/tmp/a board of $1"
userland=$1
: "${SLOW:=1}"

# verdict NAME WRONG [FILE]: what is wrong, nothing if all is well; FILE tells more
verdict() {
	if [ -z "$2" ]; then
		echo "ok $userland-$1"
	else
		echo "not ok $userland-$1 — $2"
		[ -z "${3:-}" ] || sed 's/^/# /' "$3"
	fi
}

# check WANTED ARGUMENTS...: run it; $wrong if it ends otherwise
check() {
	want=$1
	shift
	./hyptrace-check --slow "$SLOW" "$@" >out 2>err
	rc=$?
	cat err >>out
	wrong=
	[ $rc -eq "$want" ] || wrong="hyptrace-check $* ended with status $rc, not $want. "
}

# says PATTERN: that is a line of its output, or it is wrong
says() {
	grep -q -x -e "$1" out || wrong="$wrong'$1' is not said. "
}

# What may be changed, and must not have been
state() {
	for f in "$T"/options/* "$T"/buffer_percent "$T"/buffer_size_kb "$T"/dmesg \
		"$T"/dump_on_panic "$T"/tracing_on "$T"/trace_clock "${T%/*}"/tracing_on \
		"${T%/*}"/trace_clock /sys/devices/system/cpu/online; do
		read -r is <"$f"
		echo "$f: $is"
	done
	grep '' "$T"/set_event*pid "$T"/tracing_cpumask "${T%/*}"/tracing_cpumask \
		"$T"/stay_profile_enabled "$T"/events/hypervisor/*/filter \
		"$T"/events/hypervisor/*/trigger
	cat "$T/set_event" "${T%/*}/set_event"
	echo "${T%/*}"/instances/*
}

same() {
	state >state.now
	diff state.was state.now >state.diff ||
		wrong="${wrong}it is not as it was: $(grep '^[-+<>]' state.diff | tr '\n' ' ')"
}

if ! { mkdir "$dir" && cd "$dir" && tar -xzf "$2" && cd hyptrace-board-*; }; then
	verdict unpack "$2 cannot be unpacked"
	exit
fi
export TMPDIR="$dir/tmp"
mkdir "$TMPDIR"

# A test that changes what it can and does not end, and those that fail
cat >tests/zz-waits.sh <<'END'
# description: waits
. "$TESTS/lib.sh"
put buffer_size_kb 128
put options/overwrite 1
put options/stacktrace 1
put buffer_percent 10
put dump_on_panic 5
put events/enable 1
put set_event_pid 1
put set_event_notrace_pid 2
put tracing_cpumask 1
put stay_profile_enabled 1
put events/hypervisor/selftest/filter 'id == 4'
put events/hypervisor/selftest/trigger 'traceoff:3 if id == 47'
put events/hypervisor/host_hcall/trigger stacktrace
echo 0 >/sys/kernel/tracing/tracing_on
echo global >/sys/kernel/tracing/trace_clock
echo 1 >/sys/kernel/tracing/events/sched/sched_switch/enable
mkdir /sys/kernel/tracing/instances/left
on
cpu_set 1 0
sleep 4711 &
# The last of these begins another when the first is killed, and is not yet killed itself.
sleep 4711 | {
	for _ in $(seq 60); do
		sleep 4711 &
	done
	(read -r _; sleep 4711)
} &
touch ../waits
sleep 4711
END
cat >tests/zz-fails.sh <<'END'
# description: fails
echo this is why
exit 1
END
# At a level that does not get to the console, which would be a complaint about the boot
cat >tests/zz-complains.sh <<'END'
# description: the kernel complains
echo "<7>BUG: new" >/dev/kmsg
END
cat >tests/zz-wants.sh <<'END'
# description: wants more than there is
# requires: cpus:99
END

# A machine that somebody has set up in a way of his own, and a log with a history
echo "<7>BUG: old" >/dev/kmsg
echo 64 >$T/buffer_size_kb
echo 0 >$T/options/overwrite
echo 70 >$T/buffer_percent
echo 3 >$T/dump_on_panic
echo 1 >"${T%/*}"/tracing_cpumask
echo selftest >$T/set_event
echo hyp_printk >>$T/set_event
echo 0 >/sys/devices/system/cpu/cpu1/online
state >state.was

check 0 --help
says 'usage: hyptrace-check .*'
check 0 --list --only '0[14]-*'
says '04-selftest — .*'
[ "$(wc -l <out)" = 2 ] || wrong="$wrong--list tells of more than two. "
verdict list "$wrong" out

check 0 --only '0[234]-*'
says '# KVM: protected (Protected hVHE)'
says '# CPUs: 2 online of 2, some of which were off and will be again'
says 'ok 04-selftest.*'
says '3 passed, 0 failed, 0 skipped'
same
verdict run "$wrong" out

check 1 --only '78-*'
says 'skip 78-suspend — needs a machine that is there for nothing else (--all)'
says '0 passed, 0 failed, 1 skipped'
verdict alone "$wrong" out

check 1 --only 'zz-[!w]*'
says 'not ok zz-fails — this is why'
says 'not ok zz-complains — the kernel complained: .*BUG: new'
says '0 passed, 2 failed, 0 skipped'
same
verdict fails "$wrong" out

if command -v bash >/dev/null; then
	bash ./hyptrace-check --only '04-*' >out 2>&1
	wrong=
	says '1 passed, 0 failed, 0 skipped'
	same
	verdict bash "$wrong" out
fi

# interrupted SIGNAL STATUS COMMAND...: so that it comes to the test that waits, and no further
interrupted() {
	signal=$1 want=$2
	shift 2
	"$@" ./hyptrace-check --only 'zz-wai*' >out 2>err &
	pid=$!
	for _ in $(seq $((100 * SLOW))); do
		set -- "$TMPDIR"/*/waits
		[ ! -e "$1" ] || break
		sleep 0.2
	done
	wrong=
	[ -e "$1" ] || wrong="the test does not come to waiting. "
	kill -"$signal" $pid
	wait $pid
	rc=$?
	cat err >>out
	[ $rc -eq "$want" ] || wrong="${wrong}it ended with status $rc, not $want. "
	same
	[ -z "$(ls "$TMPDIR")" ] || wrong="${wrong}left in TMPDIR: $(ls "$TMPDIR"). "
	left=$(grep -l -s -a '^sleep.4711' /proc/[0-9]*/cmdline)
	[ -z "$left" ] || wrong="${wrong}left running: $left. "
	verdict "interrupted-$signal" "$wrong" out
}
case $userland in
busybox) interrupted TERM 143 && interrupted HUP 129 ;;
# What a shell starts in the background is deaf to SIGINT.
*) interrupted INT 130 env --default-signal=INT ;;
esac

# Whoever reads the verdicts has gone.
./hyptrace-check --only '0[24]-*' 2>err | head -n 1 >out
wrong=
same
[ -z "$(ls "$TMPDIR")" ] || wrong="${wrong}left in TMPDIR: $(ls "$TMPDIR"). "
verdict broken-pipe "$wrong" err

# refused NAME TEXT: it does not begin, says so, and leaves all as it is
refused() {
	state >state.was
	check 2 --only '0[24]-*'
	grep -q -e "$2" out || wrong="${wrong}'$2' is not said. "
	same
	verdict "refused-$1" "$wrong" out
}
echo 1 >$T/tracing_on
refused tracing "echo 0 >$T/tracing_on"
echo 42 >$T/write_event
echo 0 >$T/tracing_on
[ "$userland" != busybox ] || refused unread "echo >$T/trace"
exec 3<$T/trace_pipe
sleep 4712 &
reader=$!
exec 3<&-
echo >$T/trace
refused open "process $reader "
kill $reader
wait $reader 2>/dev/null
echo 1 >$T/set_event_pid
echo 'traceoff:3 if id == 4' >$T/events/hypervisor/selftest/trigger
[ "$userland" != busybox ] || refused set-up "echo >$T/set_event_pid"
refused trigger "echo '!traceoff' >$T/events/hypervisor/selftest/trigger"
echo >$T/set_event_pid
echo '!traceoff' >$T/events/hypervisor/selftest/trigger
echo 1 >${T%/*}/events/sched/sched_switch/enable
[ "$userland" != busybox ] || refused host "echo >${T%/*}/set_event"
echo 0 >${T%/*}/events/enable
echo >${T%/*}/trace
if [ "$userland" != busybox ]; then
	setpriv --reuid=65534 --clear-groups ./hyptrace-check >out 2>&1
	rc=$?
	wrong=
	[ $rc -eq 2 ] || wrong="ended with status $rc, not 2. "
	says 'hyptrace-check: only root may trace the hypervisor'
	verdict refused-user "$wrong" out
fi

# For who comes next
echo 1 >/sys/devices/system/cpu/cpu1/online
echo 1 >$T/options/overwrite
echo 7 >$T/buffer_size_kb
