# SPDX-License-Identifier: GPL-2.0
# From lines "NAME<tab>NANOSECONDS", sorted by name and number, what a table has of each name:
# NAME, count, total, longest, and the smallest that is at least as large as 50% and 99% of all.
function rank(q) {
	return int((n * q + 99) / 100)
}
function row() {
	if (n)
		printf "%s\t%d\t%.0f\t%s\t%s\t%s\n", name, n, total, ns[n], ns[rank(50)],
			ns[rank(99)]
	n = 0
	total = 0
}
BEGIN { FS = "\t" }
$1 != name { row() }
{
	name = $1
	ns[++n] = $2
	total += $2
}
END { row() }
