#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: every operation on every file does what it does in an instance, but for the list in docs/interface.md
# requires: host thorough cpus:2
# timeout: 300
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
I=${T%/*}/instances/filediff
mkdir "$I" || fail "no instance can be made"
for program in filediff filecalls pipediff; do
	bounded 100 $program "$I" >>theirs 2>err || fail "$program of an instance: $(cat err)"
	bounded 100 $program "$T" >>ours 2>err || fail "$program: $(cat err)"
done
rmdir "$I"
reset

# The rows of the table: | `files` | `operation` | `here` | `in an instance` | why |, where * is any
# text; there can be several files, and several texts with "or" between them.
sed -n '/^## Not as in an instance/,/^## [^N]/s/^| `\(.*\)$/\1/p' "$TESTS/interface.md" >wanted
[ -s wanted ] || fail "docs/interface.md has no table of differences"

# Which tracers there are, and so which files they have, is each one's own
tracers='set_ftrace_pid|set_ftrace_notrace_pid|tracing_max_latency|(per_cpu/cpu0/)?snapshot(_raw)?'
if grep -q '^set_ftrace_filter	' theirs ours; then
	tracers="$tracers|available_tracers|available_filter_functions|set_ftrace_filter"
	tracers="$tracers|set_ftrace_notrace|set_graph_function|set_graph_notrace|max_graph_depth"
	tracers="$tracers|options/funcgraph-[a-z-]*"
	sed -i 's/^available_tracers //' wanted
fi
for side in theirs ours; do
	grep -v -E "^($tracers)	" $side >kept
	mv kept $side
done

# What differs must be in a row, each file of a row must differ.
awk -F '\t' '
# Is it a text that one of the patterns means?
function like(text, patterns,   one, n, i) {
	n = split(patterns, one, " or ")
	for (i = 1; i <= n; i++)
		if (means(one[i], text))
			return 1
	return 0
}
function means(pattern, text,   part, n, i, at) {
	n = split(pattern, part, "*")
	if (n < 2)
		return text == pattern
	if (substr(text, 1, length(part[1])) != part[1])
		return 0
	text = substr(text, length(part[1]) + 1)
	for (i = 2; i < n; i++) {
		at = index(text, part[i])
		if (!at)
			return 0
		text = substr(text, at + length(part[i]))
	}
	at = length(text) - length(part[n]) + 1
	return at > 0 && substr(text, at) == part[n]
}
FILENAME == "wanted" {
	split($0, cell, "` [|] `")
	sub(/` [|].*/, "", cell[4])
	n = split(cell[1], files, " ")
	for (i = 1; i <= n; i++) {
		row[++rows] = cell[1] ", " cell[2] ": " files[i]
		file[rows] = files[i]
		op[rows] = cell[2]
		here[rows] = cell[3]
		there[rows] = cell[4]
	}
	next
}
FILENAME == "theirs" {
	if (($1, $2) in instance)
		print $1 ": " $2 " is tried twice"
	instance[$1, $2] = $3
	next
}
{
	tried++
	compare($1, $2, $3, ($1, $2) in instance ? instance[$1, $2] : "-")
	delete instance[$1, $2]
}
function compare(f, o, us, them,   i) {
	if (us == them)
		return
	for (i = 1; i <= rows; i++) {
		if (like(f, file[i]) && like(o, op[i]) && like(us, here[i]) &&
		    like(them, there[i])) {
			used[i]++
			listed++
			return
		}
	}
	print f ": " o ": " us ", in an instance " them
}
END {
	for (key in instance) {
		split(key, k, SUBSEP)
		compare(k[1], k[2], "-", instance[key])
	}
	for (i = 1; i <= rows; i++)
		if (!used[i])
			print "listed and not so: " row[i]
	printf "%d operations, %d differ as listed in %d rows\n", tried, listed, rows >"/dev/stderr"
}' wanted theirs ours >found 2>sum
cat found sum
[ ! -s found ] || fail "$(wc -l <found) differences from an instance, such as $(head -n 1 found)"
