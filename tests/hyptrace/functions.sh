# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Part of run: what hyptrace makes of records of functions.
# shellcheck disable=SC2154 # run's

# nest NAME OPTIONS...: $dir/NAME.dat with functions in it, and all that hyptrace says of these
nest() {
	local name=$1 wrong='' more=''
	shift
	"$dir/mkdat" "$@" "$here/formats" "$dir/$name.dat"
	# More of them in a stay than slices are sorted of
	[[ " $* " != *" -w "* ]] || more=few
	report_dat -N -t -i "$dir/$name.dat" 2>/dev/null |
		python -B "$here/calls.py" "$hyptrace" "$dir/$name.dat" $more >"$dir/out" 2>&1 ||
		wrong="calls.py: $(tail -n 1 "$dir/out")"
	[ ! -s "$dir/out" ] || wrong=$(tail -n 1 "$dir/out")
	verdict "functions: $name ($*)" "$wrong"
}

functions() {
	local wrong='' n
	nest functions -g -n 20000
	nest functions-lost -g -n 20000 -l -c 3 -s 32
	nest functions-one -g -n 20000 -l -c 1 -s 33 -t
	nest functions-mixed -g -n 20000 -l -c 1 -s 4 -x 5 -t
	nest functions-half -g -n 20000 -c 2 -s 34 -x 30
	nest functions-bare -g -n 20000 -l -s 35 -x 30 -b
	nest functions-seen -f -n 20000 -l -s 36
	nest functions-both -g -f -n 20000 -l -s 37 -x 30
	nest functions-own -g -n 20000 -s 38 -o
	nest functions-many -g -n 15000 -c 2 -s 39 -w 250
	for n in $(seq 1 8); do
		nest functions-seed -g -n 6000 -l -c 3 -s "4$n" -x $((2 + 3 * n))
	done

	# What is told of files that have none, and have nothing else
	wrong=''
	! "$hyptrace" report "$dir/plain.dat" | grep -q 'function' || wrong="functions of none"
	! "$hyptrace" report --json "$dir/plain.dat" | grep -q 'function' ||
		wrong="functions of none, in JSON"
	! "$hyptrace" report --by cpu "$dir/functions.dat" | grep -q '^functions' ||
		wrong="functions by CPU"
	"$hyptrace" report "$dir/functions.dat" | sed '/^$/,$d' >"$dir/got"
	"$hyptrace" report --json "$dir/functions.dat" >"$dir/json"
	"$hyptrace" diff "$dir/json" "$dir/functions.dat" | sed 1d >"$dir/diff"
	"$hyptrace" diff "$dir/functions.dat" "$dir/functions.dat" | sed 1d |
		cmp -s - "$dir/diff" || wrong="a table with functions is not compared"
	[ "$(awk '$2 ~ /^[0-9]+$/' "$dir/got" | wc -l)" -gt 4 ] ||
		wrong="no stays before the functions"
	"$hyptrace" report "$dir/functions-bare.dat" | sed -n 2p | grep -q '^functions: ' ||
		wrong="without stays, not the functions alone"
	refused 1 'has no whole call of a function' export --format functions "$dir/plain.dat"
	refused 1 'has no whole call of a function' export --format functions \
		"$dir/functions-seen.dat"
	refused 1 'has no event of the hypervisor' report "$dir/none.dat"
	verdict "functions: and none" "$wrong"
	for n in functions functions-half functions-seen; do
		page $n
	done

	# A newer file has other sections.
	wrong=''
	if trace-cmd convert --file-version 7 --compression any -i "$dir/functions-lost.dat" \
		-o "$dir/seven.dat" >"$dir/convert" 2>&1; then
		for n in report "report --slowest 9" "export --format functions"; do
			# shellcheck disable=SC2086 # words
			"$hyptrace" $n "$dir/seven.dat" |
				sed 's/seven.dat/functions-lost.dat/' >"$dir/got"
			# shellcheck disable=SC2086 # words
			"$hyptrace" $n "$dir/functions-lost.dat" | cmp -s - "$dir/got" ||
				wrong="$n: another"
		done
		grep -q handle_trap "$dir/got" || wrong="no functions"
	else
		wrong="trace-cmd convert: $(tail -n 1 "$dir/convert")"
	fi
	verdict "functions: version 7" "$wrong"
}

# large_functions: a record of a function takes no longer than an event, and half as long again at
# the most; $dir/large.dat has as many events
large_functions() {
	local events functions wrong=never n
	"$dir/mkdat" -n 1000000 -c 4 -g "$here/formats" "$dir/nests.dat"
	for n in 1 2 3; do
		events=$(ms "$hyptrace" report "$dir/large.dat")
		functions=$(ms "$hyptrace" report "$dir/nests.dat")
		[ $((functions * 2)) -le $((events * 3)) ] && wrong='' && break
		wrong="$functions ms, and as many events $events"
	done
	verdict "functions: time of a record" "$wrong"
	echo "# 10^6 records of functions and stays: $functions ms"
	rm -f "$dir/nests.dat"
}
