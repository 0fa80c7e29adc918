#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# recorded.sh COMMAND...: what trace-cmd record is given for a command, so that it begins when a
# recorder waits at each CPU's trace_pipe_raw. A recorder that is told to stop before it has come so
# far never reads: on a busy machine what a short command did would stay in the rings.
# shellcheck source=lib.sh
. "$TESTS/lib.sh"

# asleep PID: it waits for something
asleep() {
	# The name may have blanks in it
	case $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) in S*) return 0 ;; esac
	return 1
}

recorders_wait() {
	waiting=0
	for fd in /proc/[0-9]*/fd/*; do
		case $(readlink "$fd") in
		*/hypervisor/per_cpu/cpu*/trace_pipe_raw)
			pid=${fd#/proc/}
			asleep "${pid%%/*}" || return 1
			waiting=$((waiting + 1))
			;;
		esac
	done
	[ "$waiting" -eq "$(cpus | wc -l)" ]
}

wait_for 30 "a recorder waits at each CPU's trace_pipe_raw" recorders_wait
exec "$@"
