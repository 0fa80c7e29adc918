#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: a long run of everything at once, in phases that each account for every event; nothing is left behind
# requires: long cpus:2 cmdline:hyptrace.soak file:per_cpu/cpu0/trace_pipe_raw
# timeout: 7200
#
# hyptrace.soak=SECONDS[,SEED] on the kernel's command line: for how long (900 seconds if it is just
# hyptrace.soak), and which of the ways it can go. The seed is told; how CPUs and readers meet is up
# to the machine all the same.
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset

wanted=$(tr ' ' '\n' </proc/cmdline | sed -n 's/^hyptrace\.soak=//p')
seconds=${wanted%%,*} seed=
[ "$wanted" = "$seconds" ] || seed=${wanted#*,}
: "${seconds:=900}" "${seed:=$(od -A n -N 3 -t u4 /dev/urandom | tr -d ' ')}"

# tell: to whoever watches the console
tell() {
	echo "soak: $*" | tee /dev/console
}
tell "$seconds seconds, seed $seed"

# random N: a number below N in $random
random() {
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	random=$((seed / 65536 % $1))
}

# pick WORD...: one of them in $pick
pick() {
	random $#
	shift "$random"
	pick=$1
}

# A machine that can sleep, and be woken by a clock
sleeps=
[ ! -e /sys/power/state ] || [ ! -e /sys/class/rtc/rtc0/wakealarm ] || sleeps=1
all=$(cpus | tr '\n' ' ')
all=${all% } last=${all##* }
# Events go to the log, which is not to be as slow as a serial line; complaints go there as before.
dmesg -n 5

# Totals, and of each CPU while nobody has to leave one
written=0 read=0 lost=0 cleared=0
phases=0 rounds=0 clears=0 hotplug=0 vms=0 dmesg=0 looks=0 events=0 naps=0
for cpu in $all; do
	eval "sum_$cpu=0"
done

# What disturbs: each goes on until the phase is over, and says how often it did something.
again() {
	while [ ! -e calm ]; do
		"disturb_$1"
		echo
	done >"did.$1"
}
disturb_hotplug() {
	cpu_set "$last" 0
	usleep 50000
	cpu_set "$last" 1
	usleep 50000
}
disturb_vms() {
	kvm-load -n 300 >kvm-load.out 2>&1 || fail "kvm-load: $(tail -n 1 kvm-load.out)"
}
disturb_dmesg() {
	put dmesg 1
	usleep 150000
	put dmesg 0
}
# Whoever only looks takes nothing; and nothing is resized while it is read.
disturb_looks() {
	cat "$T/trace" "$T"/per_cpu/cpu*/trace "$T"/per_cpu/cpu*/stats >/dev/null
	assert_refused buffer_size_kb 128 EBUSY
	usleep 50000
}
# Other events come and go
disturb_events() {
	for switch in events/hypervisor/hyp_enter events/hypervisor/hyp_exit \
		events/hypervisor/host_hcall; do
		put $switch/enable 1
	done
	usleep 20000
	for switch in events/hypervisor/hyp_enter events/hypervisor/hyp_exit \
		events/hypervisor/host_hcall; do
		put $switch/enable 0
	done
	usleep 200000
}
disturb_clear() {
	clear
	usleep 20000
}

# start_disturbing WORD...
start_disturbing() {
	disturbers=
	for word in "$@"; do
		again "$word" 2>"err.$word" &
		disturbers="$disturbers $!"
	done
}

# start_reading HOW: readers of one kind, which together get all there is
start_reading() {
	readers=
	for cpu in $all; do
		case $1 in
		text) set -- text evread "$T/trace_pipe" ;;
		cputext) set -- cputext evread "$T/per_cpu/cpu$cpu/trace_pipe" ;;
		*) set -- "$1" rawread -m "$1" -c "$cpu" "$T" ;;
		esac
		reading=$1
		shift
		program=$1
		shift
		$program -d finished -t $((300 * SLOW)) "$@" >"out.$cpu" 2>"err.out.$cpu" &
		readers="$readers $!"
		[ "$reading" != text ] || break
		set -- "$reading"
	done
}

# A round's numbers follow the last one's, each CPU's a hundred million from the others'.
write_round() {
	writers=
	for cpu in $all; do
		pin="-c $cpu"
		# It goes where it can, and may not even be there when its writer starts.
		case " $going " in *" hotplug "*) [ "$cpu" != "$last" ] || pin= ;; esac
		# shellcheck disable=SC2086 # two words or none
		evloop $pin -n "$1" -s $((cpu * 100000000 + 1 + count)) "$T/write_event" \
			>/dev/null &
		writers="$writers $!"
	done
	if [ -n "$nap" ]; then
		echo 0 >/sys/class/rtc/rtc0/wakealarm
		echo +2 >/sys/class/rtc/rtc0/wakealarm
		echo freeze >/sys/power/state || fail "the machine does not sleep"
		naps=$((naps + 1)) nap=
	fi
	# shellcheck disable=SC2086 # a list of process ids
	wait_all "a writer" $writers
	count=$((count + $1))
	rounds=$((rounds + 1))
}

# counted CPU: what its stats say has been written
counted() {
	awk -F ': *' '/^(entries|overrun|dropped events|read events):/ { sum += $2 }
		END { print sum + 0 }' "$T/per_cpu/cpu$1/stats"
}

all_read() {
	! grep -q '^entries: [1-9]' "$T"/per_cpu/cpu*/stats
}

# account: hold what has been read against what was written
account() {
	nr=0
	for cpu in $all; do
		nr=$((nr + 1))
	done
	in_stats=0
	case " $disturbs " in
	*" events "* | *" clear "*) ;;
	*)
		for cpu in $all; do
			stats=
			eval "stats=\$stats_$cpu"
			in_stats=$((in_stats + stats))
			case " $disturbs " in *" hotplug "*) continue ;; esac
			[ "$stats" = $count ] ||
				fail "$phase: CPU $cpu: $count written, its stats say $stats"
			eval "sum_$cpu=\$((sum_$cpu + count))"
		done
		[ $in_stats = $((nr * count)) ] ||
			fail "$phase: $((nr * count)) written, all stats say $in_stats"
		;;
	esac

	ranges='' pinned='' anywhere=''
	for cpu in $all; do
		ranges="$ranges $((cpu * 100000000 + 1)):$count"
		pinned="$pinned $cpu:$((cpu * 100000000 + 1)):$count"
		anywhere="$anywhere any:$((cpu * 100000000 + 1)):$count"
	done
	# shellcheck disable=SC2086 # lists
	case $how:" $disturbs " in
	*" clear "*)
		# It fails for those that are nowhere.
		said=$(evonce $ranges -- out.* 2>&1)
		said=${said%%"
"*}
		;;
	text:*" hotplug "*)
		said=$(evcheck $anywhere <out.0 2>&1) || fail "$phase: $(echo "$said" | tail -n 1)"
		;;
	text:*)
		said=$(evcheck $pinned <out.0 2>&1) || fail "$phase: $(echo "$said" | tail -n 1)"
		;;
	*" hotplug "*)
		said=$(evonce $ranges -- out.* 2>&1) || fail "$phase: $(echo "$said" | tail -n 1)"
		;;
	*)
		said=''
		for cpu in $all; do
			one=$(evcheck -u "$cpu:$((cpu * 100000000 + 1)):$count" <"out.$cpu" 2>&1) ||
				fail "$phase: CPU $cpu: $(echo "$one" | tail -n 1)"
			said="$said $one"
		done
		;;
	esac

	got=0 missed=0
	for word in $said; do
		case $word in
		read=*) got=$((got + ${word#*=})) ;;
		lost=*) missed=$((missed + ${word#*=})) ;;
		unknown=0 | lines=* | written=*) ;;
		# Pages without room for a number; the stats have told that it is right.
		unknown=*) [ $in_stats -eq 0 ] || missed=$((nr * count - got)) ;;
		*) fail "$phase: '$said' is not understood" ;;
		esac
	done
	rest=$((nr * count - got - missed))
	case " $disturbs " in
	*" clear "*) [ $rest -ge 0 ] || fail "$phase: $rest too many" ;;
	*) [ $rest = 0 ] || fail "$phase: $((nr * count)) written, $got read, $missed lost" ;;
	esac
	written=$((written + nr * count)) read=$((read + got)) lost=$((lost + missed))
	cleared=$((cleared + rest))
}

# one_phase: readers of one kind, some of the disturbances, some rounds of writing
one_phase() {
	rm -f calm finished out.* err.* did.*
	pick text cputext read splice mmap
	how=$pick
	pick 7 7 16 64 512 2048
	kb=$pick
	overwrite=1
	# Others leave what is on the last page to the end.
	case $how in *text | read) pick 0 1 && overwrite=$pick ;; esac
	pick 0 1 50 100
	percent=$pick
	pick "" "" hotplug vms dmesg looks events clear "hotplug vms looks" "dmesg looks vms" \
		"hotplug dmesg" "vms events" "clear vms dmesg looks"
	disturbs=$pick
	# Who has mapped a ring goes by the page that is read, and a clear reads, too
	case "$how $disturbs" in "mmap clear"*) how="read" ;; esac
	random 5
	nap=
	[ "$random" != 0 ] || nap=$sleeps
	# A machine does not fall asleep while a CPU is on its way
	case " $disturbs " in *" hotplug "*) nap= ;; esac
	# Lost events are not told apart: none may be lost, or those of other kinds would be counted
	case " $disturbs " in *" events "*) kb=16384 overwrite=1 ;; esac
	random 4
	turns=$((random + 1))
	phase="phase $((phases + 1)): $how, $kb KB, overwrite=$overwrite, $percent %"
	phase="$phase, $turns rounds${disturbs:+, $disturbs}${nap:+, sleep}"
	echo "$phase"

	put options/overwrite "$overwrite"
	put buffer_percent "$percent"
	put buffer_size_kb "$kb"
	selftest_on
	on
	start_reading "$how"
	going=$disturbs
	# shellcheck disable=SC2086 # a list of words
	start_disturbing $going
	count=0
	while [ $turns -gt 0 ]; do
		random 10000
		write_round $((random + 100))
		turns=$((turns - 1))
		[ $turns -eq 0 ] || {
			off
			on
		}
	done
	touch calm
	for pid in $disturbers; do
		wait "$pid" || fail "$phase: $(cat err.*)"
	done
	going=
	# What a full ring drops is told by what comes after it.
	if [ "$overwrite" = 0 ]; then
		wait_for 30 "$phase: all is read" all_read
		write_round 1
	fi
	touch finished
	for pid in $readers; do
		wait "$pid" || fail "$phase: a reader: $(cat err.*)"
	done
	for cpu in $all; do
		eval "stats_$cpu=$(counted "$cpu")"
	done
	off
	wait_for 10 "$phase: unloads" is_unloaded
	account
	for word in $disturbs; do
		[ "$word" != clear ] || clears=$((clears + $(wc -l <did.clear)))
		[ "$word" = clear ] || eval "$word=\$(($word + $(wc -l <"did.$word")))"
	done
	phases=$((phases + 1))
}

progress() {
	echo "soak: $1 seconds: $phases phases, $rounds rounds: written $written, read $read," \
		"lost $lost, cleared $cleared; hotplug $hotplug, VMs $vms, dmesg $dmesg," \
		"looks $looks, events $events, clears $clears, naps $naps" | tee /dev/console
}

# What is there after the first time stays.
on
off
kvm-load -n 100 >/dev/null || fail "kvm-load"
before=$(mem_settled)
read -r up _ </proc/uptime
start=${up%%.*} next=60
while :; do
	read -r up _ </proc/uptime
	took=$((${up%%.*} - start))
	[ $took -lt "$seconds" ] || break
	if [ $took -ge $next ]; then
		progress $took
		next=$((next + 60))
	fi
	one_phase
done
progress "$took"
for cpu in $all; do
	eval "sum=\$sum_$cpu"
	echo "CPU $cpu: $sum written and accounted for, in phases in which none goes"
done
[ $written = $((read + lost + cleared)) ] ||
	fail "$written written, $read read, $lost lost, $cleared cleared"

reset
assert_mem "$before" 4096 "the whole of it"
dmesg -n 7
progress "$took"
