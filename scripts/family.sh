# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Whoever ends a script ends all that it started. Sourced first thing by every script that starts
# what can run for long; lib.sh does it for those who source that.
#
# A script runs as a child of itself: the parent only waits, so that no signal has to wait for
# a command in the foreground. Everything the child starts, and what that starts, bears a mark in
# its environment, by which it is found whosever child it has become and whichever group it is in:
# HYPTRACE_FAMILY, with a word for each script above it. When the script ends, whichever way, what
# still bears its word is ended too. SIGKILL lets the parent do nothing; a guardian sees it go,
# because the pipe between them is closed then.
#
# The guardian also ends a script whose own parent is gone, but not one that was started to outlive
# it: by nohup, or by setsid.

# family_end WORD: end all that bear it. SIGTERM, and to who is there after five seconds SIGKILL
family_end() {
	local round pid pids told=' '
	for ((round = 0; round < 200; round++)); do
		pids=$(grep -l -s -z "^HYPTRACE_FAMILY=.* $1 " /proc/[0-9]*/environ) || true
		[ -n "$pids" ] || return 0
		for pid in $pids; do
			pid=${pid#/proc/} pid=${pid%/environ}
			if [ "$round" -ge 100 ]; then
				kill -KILL "$pid" 2>/dev/null || true
			elif [[ $told != *" $pid "* ]]; then
				kill -TERM "$pid" 2>/dev/null || true
				told="$told$pid "
			fi
		done
		sleep 0.05
	done
}

# family_stat: parent and session of the script, as words
family_stat() {
	local stat
	{ read -r stat <"/proc/$$/stat"; } 2>/dev/null || return 0
	# After the name, which may hold blanks: state, parent, group, session
	# shellcheck disable=SC2086 # words
	set -- ${stat##*) }
	echo "${2:-} ${4:-}"
}

# family_guard WORD: runs beside the script, reading from a pipe that only the script holds open
family_guard() {
	local word=$1 rc stat now _
	set +eEu
	trap - ERR
	trap '' HUP INT TERM QUIT
	stat=$(family_stat)
	# Those that are not to go with who started them have no parent to look at.
	[ "${stat#* }" != $$ ] && [ -z "$family_nohup" ] || stat=
	while :; do
		read -r -t 1 _
		rc=$?
		# Not a second passed but the pipe's end
		[ $rc -gt 128 ] || break
		[ -n "$stat" ] || continue
		now=$(family_stat)
		[ -z "$now" ] || [ "$now" = "$stat" ] || kill -TERM $$ 2>/dev/null
	done
	family_end "$word"
}

# family_signal NAME: the script got it. End the family, then as if nothing had caught the signal.
family_signal() {
	trap '' HUP INT TERM QUIT
	family_end "$family_word"
	trap - "$1"
	kill -s "$1" $$
}

# The child knows itself by whose child it is; who is started by it in turn has another parent.
if [ "${HYPTRACE_PARENT:-}" != "$PPID" ] && [ -f "$0" ]; then
	family_word=$$-$SRANDOM
	family_nohup=$(trap -p HUP)
	for family_name in HUP INT TERM QUIT; do
		# shellcheck disable=SC2064 # the name of now
		trap "family_signal $family_name" $family_name
	done
	exec {family_pipe}> >(exec >/dev/null 2>&1 9>&-; family_guard "$family_word")
	HYPTRACE_PARENT=$$ HYPTRACE_FAMILY="${HYPTRACE_FAMILY:- }$family_word " \
		"$BASH" "$0" "$@" <&0 {family_pipe}>&- &
	family_rc=0
	wait $! || family_rc=$?
	exit $family_rc
fi
