// SPDX-License-Identifier: GPL-2.0
/*
 * evgrow KB...: what rings of these sizes cost on this machine, however many CPUs it has. Prints
 * lines of "name.KB value" for bench/growth; a size that is refused has none.
 *
 *	load	instructions of all CPUs until tracing is on, nothing having been loaded
 *	unload	likewise until it is off and all is given back
 *	memory	bytes that are gone meanwhile
 *	line	instructions a line of trace_pipe, one CPU having written
 *
 * Runs in a machine whose counter counts instructions, as evbench. Needs $T.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>

#include "guest.h"

#define LINES		200	/* of events of 20 bytes, a page of 4 KB */
#define TIMES		3

static const char *dir;

static __u64 now(void)
{
	__u64 count;

	asm volatile("isb\n mrs %0, cntvct_el0" : "=r" (count) :: "memory");

	return count;
}

static int open_at(const char *name, int flags)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, flags);
	if (fd < 0)
		die("evgrow: %s: %s", path, strerror(errno));

	return fd;
}

static int try_put(const char *name, const char *text)
{
	int fd = open_at(name, O_WRONLY), error = 0;

	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		error = errno;
	close(fd);

	return error;
}

/* Returns what it took */
static __u64 put(const char *name, const char *text)
{
	__u64 start = now(), end;
	int error = try_put(name, text);

	end = now();
	if (error)
		die("evgrow: writing '%s' to %s: %s", text, name, strerror(error));

	return end - start;
}

static void say(const char *name, const char *kb, __u64 value)
{
	printf("%s.%s %llu\n", name, kb, value);
	fflush(stdout);
}

/* What nobody has: of each zone, and what its CPUs keep at hand to give out again */
static __u64 free_memory(void)
{
	__u64 pages = 0, n;
	char line[256];
	FILE *f = fopen("/proc/zoneinfo", "r");

	if (!f)
		die("evgrow: /proc/zoneinfo: %s", strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, " pages free %llu", &n) == 1 ||
		    sscanf(line, " count: %llu", &n) == 1)
			pages += n;
	}
	fclose(f);
	if (!pages)
		die("evgrow: /proc/zoneinfo has no free pages");

	return pages * page_size();
}

static __u64 line_cost(void)
{
	int events = open_at("write_event", O_WRONLY), pipe;
	__u64 start, cost = 0;
	static char text[1 << 16];
	unsigned int i, lines = 0;
	ssize_t len;

	put("events/hypervisor/selftest/enable", "1");
	for (i = 0; i < LINES; i++) {
		if (write(events, "12345", 5) != 5)
			die("evgrow: write_event: %s", strerror(errno));
	}
	put("events/hypervisor/selftest/enable", "0");
	close(events);

	pipe = open_at("trace_pipe", O_RDONLY | O_NONBLOCK);
	while (start = now(), (len = read(pipe, text, sizeof(text))) > 0) {
		cost += now() - start;
		while (len--)
			lines += text[len] == '\n';
	}
	close(pipe);
	if (lines != LINES)
		die("evgrow: %u lines of %u", lines, LINES);

	return cost / lines;
}

static void grow(const char *kb)
{
	__u64 load = -1, unload = -1, took, line = -1;
	__s64 before, gone, memory = 0;
	int i, error = try_put("buffer_size_kb", kb);

	/* More than half of the memory, or larger than a ring can be */
	if (error == E2BIG)
		return;
	if (error)
		die("evgrow: buffer_size_kb, %s: %s", kb, strerror(error));

	for (i = 0; i < TIMES; i++) {
		before = free_memory();
		took = put("tracing_on", "1");
		if (took < load)
			load = took;
		/* Somebody else may have freed something */
		gone = before - (__s64)free_memory();
		if (gone > memory)
			memory = gone;
		took = line_cost();
		if (took < line)
			line = took;
		took = put("tracing_on", "0");
		if (took < unload)
			unload = took;
	}
	say("load", kb, load);
	say("unload", kb, unload);
	say("memory", kb, memory);
	say("line", kb, line);
}

int main(int argc, char **argv)
{
	cpu_set_t first;
	int i;

	dir = getenv("T");
	if (!dir || argc < 2) {
		fprintf(stderr, "usage: T=DIRECTORY evgrow KB...\n");
		return 2;
	}
	CPU_ZERO(&first);
	CPU_SET(0, &first);
	if (sched_setaffinity(0, sizeof(first), &first))
		die("evgrow: CPU 0: %s", strerror(errno));

	for (i = 1; i < argc; i++)
		grow(argv[i]);

	return 0;
}
