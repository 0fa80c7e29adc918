// SPDX-License-Identifier: GPL-2.0
/*
 * evstay [-q] [-t FILE] DIR COMMAND [ARGUMENT]...: run a command, and say what the trace in DIR
 * tells of the time spent in the hypervisor meanwhile: the sum of what lies between each hyp_enter
 * and its hyp_exit. Tracing is on, with both events, and the rings have room for all of it; or it
 * is off, and there is nothing to tell. -t: FILE gets the text of the trace. -q: the trace is for
 * somebody else; it is not looked at, and nothing is printed.
 *
 * The command's time is between two instructions that do nothing, "hint #100" and "hint #101", by
 * which somebody outside can tell when to measure the same (tests/vm/plugin/el2count.c). A stay
 * that is not wholly between the two is not counted.
 *
 * Prints, as words of name=value:
 *	stays guest		pairs; of them, those that lead into a guest
 *	ns			their sum
 *	start end		when the two instructions were, in nanoseconds of CLOCK_BOOTTIME
 * The command's own output goes to stderr.
 */
#include <getopt.h>

#include "ringpage.h"

static __u64 start, end;
static __u64 stays, to_guest, ns;
static unsigned int enter_id, exit_id, reason_offset, eret_guest;

static void load_ids(const char *dir)
{
	const char *format, *p;

	enter_id = event_id("hyp_enter");
	exit_id = event_id("hyp_exit");
	if (!enter_id || !exit_id)
		die("%s has no hyp_enter or no hyp_exit", dir);
	format = slurp("%s/events/hypervisor/hyp_exit/format", dir);
	p = strstr(format, " reason;");
	if (!p || sscanf(p, " reason; offset:%u;", &reason_offset) != 1)
		die("hyp_exit has no field reason");
	for (p = strstr(p, "\"eret_guest\""); p && p > format && *p != '{'; p--)
		;
	if (!p || sscanf(p, "{ %u,", &eret_guest) != 1)
		die("hyp_exit has no reason eret_guest");
}

/* What looks at the trace must come before what takes it */
static void copy_text(const char *dir, const char *to)
{
	static char buf[65536];
	char path[512];
	ssize_t len;
	int in, out;

	snprintf(path, sizeof(path), "%s/trace", dir);
	in = open(path, O_RDONLY);
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (in < 0 || out < 0)
		die("%s to %s: %s", path, to, strerror(errno));
	while ((len = read(in, buf, sizeof(buf))) > 0) {
		if (write(out, buf, len) != len)
			die("%s: %s", to, strerror(errno));
	}
	if (len)
		die("%s: %s", path, strerror(errno));
	close(in);
	close(out);
}

static void sum_up(unsigned int cpu, const struct record *r)
{
	static struct {
		bool	inside;
		__u64	entered;
	} cpus[MAX_CPUS];
	typeof(cpus[0]) *at = &cpus[cpu];

	if (r->id == enter_id) {
		if (at->inside)
			die("CPU %u: enters twice", cpu);
		at->inside = true;
		at->entered = r->time;
	} else if (r->id == exit_id) {
		if (!at->inside)
			die("CPU %u: leaves twice", cpu);
		at->inside = false;
		if (at->entered < start || r->time > end)
			return;
		stays++;
		ns += r->time - at->entered;
		to_guest += (__u8)r->data[reason_offset] == eret_guest;
	}
}

int main(int argc, char **argv)
{
	const char *dir, *text = NULL;
	bool quiet = false;
	int opt;

	/* What comes after COMMAND is its own */
	while ((opt = getopt(argc, argv, "+qt:")) != -1) {
		if (opt == 'q')
			quiet = true;
		else if (opt == 't')
			text = optarg;
		else
			return 2;
	}
	if (optind + 2 > argc) {
		fprintf(stderr, "usage: evstay [-q] [-t FILE] DIR COMMAND [ARGUMENT]...\n");
		return 2;
	}
	dir = argv[optind];
	check_headers(dir);
	load_events(dir);
	load_ids(dir);

	start = now_ns(CLOCK_BOOTTIME);
	asm volatile("hint #100" ::: "memory");
	run_command(argv + optind + 1);
	asm volatile("hint #101" ::: "memory");
	end = now_ns(CLOCK_BOOTTIME);

	if (quiet)
		return 0;
	if (text)
		copy_text(dir, text);
	take_records(dir, sum_up);
	printf("stays=%llu guest=%llu ns=%llu start=%llu end=%llu\n", stays, to_guest, ns, start,
	       end);
	return 0;
}
