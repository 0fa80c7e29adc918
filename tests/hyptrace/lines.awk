# SPDX-License-Identifier: GPL-2.0
# From the text of a trace, as the hypervisor's trace_pipe has it, the stays that are in it: a line
# REASON<tab>NANOSECONDS for each.
/^CPU:[0-9]+ \[LOST / {
	split($1, part, ":")
	why[sprintf("[%03d]", part[2])] = ""
	next
}
{
	split($2, part, /[.:]/)
	ns = part[1] * 1e9 + part[2] * 1e3
}
$3 == "hyp_enter" {
	split($4, part, "=")
	why[$1] = part[2]
	from[$1] = ns
}
$3 == "hyp_exit" && why[$1] != "" {
	printf "%s\t%.0f\n", why[$1], ns - from[$1]
	why[$1] = ""
}
