// SPDX-License-Identifier: GPL-2.0
/*
 * perfetto DIR EVENTS: do to DIR what Perfetto's ftrace probe does to a tracing directory, which is
 * not packaged for Debian, and hold it to what that probe takes for granted:
 *
 * - it is usable only if trace can be opened for reading;
 * - all is reset first: tracing_on 0, trace opened with O_WRONLY | O_TRUNC, events/enable 0;
 * - trace_clock: reads the list, the one in use in brackets; wants boot;
 * - buffer_size_kb: is written, the page size being a divisor of what is asked for;
 * - events: an id from 1 to 65535 each, and a format that begins with the common fields;
 * - for each CPU that is configured, online or not, per_cpu/cpuN/trace_pipe_raw is opened with
 *   O_NONBLOCK and read page by page, until EAGAIN: a read of less than a page is fatal to it, and
 *   so is a page with nothing in it;
 * - per_cpu/cpuN/stats is parsed before and after.
 *
 * EVENTS selftest events are written meanwhile. Prints: pages=N events=N lost=N
 */
#define _GNU_SOURCE
#include <sys/stat.h>

#include "ringpage.h"

static const char *dir;

static void put(const char *file, const char *text, int flags)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	fd = open(path, O_WRONLY | flags);
	if (fd < 0)
		die("%s: open: %s", path, strerror(errno));
	if (text && write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		die("%s: writing '%s': %s", path, text, strerror(errno));
	close(fd);
}

struct stats {
	__u64	entries, overrun, commit_overrun, bytes, dropped, read;
	double	oldest, now;
};

static struct stats stats(unsigned int cpu)
{
	char *text = slurp("%s/per_cpu/cpu%u/stats", dir, cpu), *line, *save, *colon, *end;
	struct stats s = { 0 };
	unsigned int seen = 0;

	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		colon = strchr(line, ':');
		if (!colon)
			die("stats of CPU %u: no colon in '%s'", cpu, line);
		*colon++ = '\0';
		if (!strcmp(line, "oldest event ts"))
			s.oldest = strtod(colon, &end);
		else if (!strcmp(line, "now ts"))
			s.now = strtod(colon, &end);
		else if (!strcmp(line, "entries"))
			s.entries = strtoull(colon, &end, 10);
		else if (!strcmp(line, "overrun"))
			s.overrun = strtoull(colon, &end, 10);
		else if (!strcmp(line, "commit overrun"))
			s.commit_overrun = strtoull(colon, &end, 10);
		else if (!strcmp(line, "bytes"))
			s.bytes = strtoull(colon, &end, 10);
		else if (!strcmp(line, "dropped events"))
			s.dropped = strtoull(colon, &end, 10);
		else if (!strcmp(line, "read events"))
			s.read = strtoull(colon, &end, 10);
		else
			continue;
		if (end == colon || *end)
			die("stats of CPU %u: %s is '%s'", cpu, line, colon);
		seen++;
	}
	if (seen != 8)
		die("stats of CPU %u: %u of 8 lines", cpu, seen);
	if (s.now <= 0)
		die("stats of CPU %u: it is now %f", cpu, s.now);
	return s;
}

static void check_formats(void)
{
	static const char * const fields[] = {
		"field:unsigned short common_type;\toffset:0;\tsize:2;",
		"field:unsigned char common_flags;\toffset:2;\tsize:1;",
		"field:unsigned char common_preempt_count;\toffset:3;\tsize:1;",
		"field:int common_pid;\toffset:4;\tsize:4;",
		"print fmt: ",
	};
	unsigned int i, id, f, nr = 0;
	char *text;

	for (id = 0; id < MAX_EVENT_ID; id++) {
		if (!event_names[id])
			continue;
		text = slurp("%s/events/hypervisor/%s/format", dir, event_names[id]);
		for (f = 0; f < sizeof(fields) / sizeof(*fields); f++) {
			if (!strstr(text, fields[f]))
				die("format of %s: no '%s'", event_names[id], fields[f]);
		}
		if (sscanf(text, "name: %*s\nID: %u\n", &i) != 1 || i != id)
			die("format of %s: its ID is not %u", event_names[id], id);
		nr++;
	}
	if (!nr)
		die("no events");
}

int main(int argc, char **argv)
{
	unsigned int cpu, nr_cpus = sysconf(_SC_NPROCESSORS_CONF);
	__u64 want, i, events = 0, pages = 0, lost = 0, value, time;
	__u64 read_events = 0;
	struct stats before[MAX_CPUS], s;
	static char page[MAX_PAGE];
	char path[512], text[32];
	int fd, fds[MAX_CPUS];
	struct record r;
	unsigned int pos;
	struct page p;
	ssize_t n;

	if (argc != 3) {
		fprintf(stderr, "usage: perfetto DIR EVENTS\n");
		return 2;
	}
	dir = argv[1];
	want = number(argv[2], "EVENTS");
	if (nr_cpus > MAX_CPUS)
		die("%u CPUs", nr_cpus);

	snprintf(path, sizeof(path), "%s/trace", dir);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		die("%s: open: %s", path, strerror(errno));
	close(fd);

	put("tracing_on", "0", 0);
	put("buffer_size_kb", "4", 0);
	put("events/enable", "0", 0);
	put("trace", NULL, O_TRUNC);

	if (!strstr(slurp("%s/trace_clock", dir), "[boot]"))
		put("trace_clock", "boot", 0);
	put("buffer_size_kb", "64", 0);
	if (atoi(slurp("%s/buffer_size_kb", dir)) != 64)
		die("buffer_size_kb: 64 was written, it is %s", slurp("%s/buffer_size_kb", dir));
	load_events(dir);
	check_formats();
	check_headers(dir);
	put("events/hypervisor/selftest/enable", "1", 0);
	put("tracing_on", "1", 0);
	if (slurp("%s/tracing_on", dir)[0] != '1')
		die("tracing_on is not 1");

	for (cpu = 0; cpu < nr_cpus; cpu++) {
		snprintf(path, sizeof(path), "%s/per_cpu/cpu%u/trace_pipe_raw", dir, cpu);
		fds[cpu] = open(path, O_RDONLY | O_NONBLOCK);
		if (fds[cpu] < 0)
			die("%s: open: %s", path, strerror(errno));
		before[cpu] = stats(cpu);
	}
	snprintf(path, sizeof(path), "%s/write_event", dir);
	fd = open(path, O_WRONLY);
	for (i = 0; i < want; i++) {
		n = snprintf(text, sizeof(text), "%llu", i + 1);
		if (write(fd, text, n) != n)
			die("%s: %s", path, strerror(errno));
		/* It looks now and then */
		if (i % 1000 != 999 && i != want - 1)
			continue;
		for (cpu = 0; cpu < nr_cpus; cpu++) {
			while ((n = read(fds[cpu], page, PAGE)) > 0) {
				if (n != PAGE)
					die("CPU %u: %zd bytes read", cpu, n);
				p = open_page(page, true);
				lost += p.nr_lost;
				if (p.lost && !p.nr_lost)
					die("CPU %u: lost, but how many?", cpu);
				pos = 0;
				time = p.time;
				while (next_record(&p, &pos, &time, &r))
					events += is_selftest(&r, &value);
				pages++;
			}
			if (!n || errno != EAGAIN)
				die("CPU %u: read says %zd (%s) when there is no more", cpu, n,
				    strerror(errno));
		}
	}
	for (cpu = 0; cpu < nr_cpus; cpu++) {
		s = stats(cpu);
		if (s.entries || s.bytes)
			die("stats of CPU %u: %llu entries, %llu bytes, after all was read", cpu,
			    s.entries, s.bytes);
		if (s.now < before[cpu].now)
			die("stats of CPU %u: now ts goes backwards", cpu);
		read_events += s.read;
	}
	put("tracing_on", "0", 0);
	put("events/enable", "0", 0);
	for (cpu = 0; cpu < nr_cpus; cpu++)
		close(fds[cpu]);
	put("trace", NULL, O_TRUNC);
	put("buffer_size_kb", "4", 0);
	printf("pages=%llu events=%llu lost=%llu\n", pages, events, lost);
	if (read_events != events)
		die("stats: %llu read events, it was %llu", read_events, events);
	if (events + lost != want)
		die("%llu events were written, %llu read, %llu lost", want, events, lost);
	return 0;
}
