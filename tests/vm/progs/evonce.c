// SPDX-License-Identifier: GPL-2.0
/*
 * evonce FIRST:COUNT ... -- FILE ...: was each event delivered once? Somebody wrote selftest events
 * with the ids FIRST to FIRST + COUNT - 1; each FILE is the text of one consumer, as of trace_pipe
 * or rawread. No id may be in two places or twice in one, none may be there that nobody wrote, and
 * what is nowhere must be what LOST lines say, all files together. Where a page had no room for the
 * number ("LOST ?") the sum may only be smaller.
 *
 * Prints: written=N read=N lost=N unknown=N
 */
#include "guest.h"

int main(int argc, char **argv)
{
	__u64 total = 0, seen = 0, lost = 0, unknown = 0, top = 0, first, count, id, i;
	unsigned char *state;
	struct line l;
	char *text;
	int a, f;
	FILE *in;

	for (a = 1; a < argc && strcmp(argv[a], "--"); a++) {
		if (sscanf(argv[a], "%llu:%llu", &first, &count) != 2)
			return 2;
		if (first + count > top)
			top = first + count;
	}
	if (a + 1 >= argc) {
		fprintf(stderr, "usage: evonce FIRST:COUNT ... -- FILE ...\n");
		return 2;
	}
	state = calloc(top + 1, 1);
	if (!state)
		die("no memory");
	for (f = 1; f < a; f++) {
		if (sscanf(argv[f], "%llu:%llu", &first, &count) != 2)
			die("%s is no FIRST:COUNT", argv[f]);
		for (i = first; i < first + count; i++)
			state[i] = 1;
		total += count;
	}
	for (f = a + 1; f < argc; f++) {
		in = fopen(argv[f], "r");
		if (!in)
			die("%s: %s", argv[f], strerror(errno));
		while ((text = next_line(in))) {
			if (strstr(text, "[LOST ? EVENTS]")) {
				unknown++;
				continue;
			}
			parse_line(text, &l);
			lost += l.lost;
			if (l.lost || strcmp(l.name, "selftest"))
				continue;
			id = number(field(&l, "id"), "id");
			if (id >= top || !state[id])
				die("%s: nobody wrote '%s'", argv[f], text);
			if (state[id] == 2)
				die("%s: for the second time: '%s'", argv[f], text);
			state[id] = 2;
			seen++;
		}
		fclose(in);
	}
	free(state);
	printf("written=%llu read=%llu lost=%llu unknown=%llu\n", total, seen, lost, unknown);
	if (unknown ? seen + lost > total : seen + lost != total)
		die("%llu written, but %llu read and %llu lost", total, seen, lost);
	return 0;
}
