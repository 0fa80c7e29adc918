# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Completion of hyptrace's commands and options for bash.

_hyptrace() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words=
	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		words="report hist diff export record stat top doctor --help --version"
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
		return
	fi
	case $before in
	--by) words="cause cpu vm vcpu task" ;;
	--source) words="accounts events" ;;
	--sort) words="time count mean longest name" ;;
	--format) words="chrome folded functions csv openmetrics" ;;
	esac
	if [ -n "$words" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
		return
	fi
	case ${COMP_WORDS[1]} in
	report) words="--by --slowest --timeline --json --html --help" ;;
	hist | diff) words="--json --help" ;;
	export) words="--format -o --help" ;;
	record) words="-o -e -b --host --help" ;;
	stat) words="-a -p -C --vm -I -b --by --source --json --help" ;;
	top) words="-d -n -p -C --vm --by --sort --source --buffer -b --batch --json --help" ;;
	doctor) words="--root --json --help" ;;
	esac
	case $word in
	-*) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word") ;;
	*) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
	esac
}

complete -o filenames -F _hyptrace hyptrace
