// SPDX-License-Identifier: GPL-2.0
/*
 * evcheck CPU:FIRST:COUNT ... : judge the text of a trace_pipe on stdin. Somebody on CPU has
 * written selftest events with the ids FIRST to FIRST + COUNT - 1; if CPU is "any", they may come
 * from any. All of it must be there or be counted as lost:
 *
 * - every line has one of the two forms of trace_pipe, and no time stamp goes backwards;
 * - the ids of a range only ever grow, its last is there (a full ring drops the oldest), and no id
 *   is in no range;
 * - on a CPU whose ranges name it, a gap between two ids is exactly as long as the LOST lines
 *   between them say; over all CPUs, what is missing is exactly what was lost.
 *
 * -k: the last id of a range need not be there (something was cleared, or a ring keeps the oldest).
 * -t: it is the text of a trace, which does not tell what was lost before it was opened.
 * -u: there may be lines "CPU:0 [LOST ? EVENTS]": rawread prints them where a page had no room for
 *     the number. Then the gap that follows is taken for what was lost.
 * Prints a summary: "lines=N read=N lost=N".
 */
#include <getopt.h>

#include "guest.h"

#define MAX_RANGES	64

static struct range {
	int		cpu;	/* -1: any */
	__u64	first;
	__u64	end;	/* one past the last */
	__u64	next;	/* what comes next if nothing is lost */
	__u64	seen;
} ranges[MAX_RANGES];

int main(int argc, char **argv)
{
	__u64 last = 0, nr = 0, seen = 0, lost = 0, total = 0, id;
	__u64 pending[MAX_CPUS] = { 0 };
	int i, opt, nr_ranges = 0;
	bool unknown[MAX_CPUS] = { false };
	bool keep = false, allow = false, trace = false;
	const char *text;
	char last_char[2];
	struct range *r;
	struct line l;

	while ((opt = getopt(argc, argv, "ktu")) != -1) {
		if (opt == 'k')
			keep = true;
		else if (opt == 't')
			trace = true;
		else if (opt == 'u')
			allow = true;
		else
			return 2;
	}
	for (; optind < argc && nr_ranges < MAX_RANGES; optind++) {
		__u64 first, count;
		char cpu[8];

		r = &ranges[nr_ranges++];
		if (sscanf(argv[optind], "%7[0-9any]:%llu:%llu", cpu, &first, &count) != 3) {
			fprintf(stderr, "evcheck: '%s' is not CPU:FIRST:COUNT\n", argv[optind]);
			return 2;
		}
		r->cpu = strcmp(cpu, "any") ? atoi(cpu) : -1;
		r->first = first;
		r->next = first;
		r->end = first + count;
		total += count;
	}

	while ((text = next_line(stdin))) {
		nr++;
		if (allow && sscanf(text, "CPU:%u [LOST ? EVENTS%1[]]", &l.cpu, last_char) == 2 &&
		    l.cpu < MAX_CPUS) {
			unknown[l.cpu] = true;
			continue;
		}
		parse_line(text, &l);
		if (l.lost) {
			pending[l.cpu] += l.lost;
			lost += l.lost;
			continue;
		}
		if (l.usec < last)
			die("line %llu: time goes backwards by %llu us: '%s'", nr, last - l.usec,
			    text);
		last = l.usec;
		if (strcmp(l.name, "selftest"))
			continue;
		if (!field(&l, "id"))
			die("line %llu: a selftest event without id=: '%s'", nr, text);
		id = number(field(&l, "id"), "id");
		for (r = ranges; r < ranges + nr_ranges; r++) {
			if (id >= r->first && id < r->end)
				break;
		}
		if (r == ranges + nr_ranges)
			die("line %llu: nobody wrote that id: '%s'", nr, text);
		if (id < r->next)
			die("line %llu: id %llu comes after %llu: '%s'", nr, id, r->next - 1, text);
		if (r->cpu >= 0) {
			if ((int)l.cpu != r->cpu)
				die("line %llu: written on CPU %d: '%s'", nr, r->cpu, text);
			if (unknown[l.cpu] && id > r->next) {
				lost += id - r->next;
				pending[l.cpu] = id - r->next;
			}
			if (trace && !r->seen && id - r->next > pending[l.cpu])
				r->next = id - pending[l.cpu];
			if (id - r->next != pending[l.cpu])
				die("line %llu: CPU %u: %llu missing, %llu said to be lost: '%s'",
				    nr, l.cpu, id - r->next, pending[l.cpu], text);
		}
		pending[l.cpu] = 0;
		unknown[l.cpu] = false;
		r->next = id + 1;
		r->seen++;
		seen++;
	}

	printf("lines=%llu read=%llu lost=%llu\n", nr, seen, lost);
	if (keep)
		return 0;
	for (i = 0; i < nr_ranges; i++) {
		r = &ranges[i];
		/* On a CPU of its own nothing can have pushed the last one out */
		if (r->cpu >= 0 && r->next != r->end)
			die("CPU %d: the last id is %llu, %llu was written", r->cpu, r->next - 1,
			    r->end - 1);
	}
	if (seen + lost != total)
		die("%llu events were written, but %llu read and %llu lost", total, seen, lost);
	return 0;
}
