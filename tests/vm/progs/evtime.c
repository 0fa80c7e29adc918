// SPDX-License-Identifier: GPL-2.0
/*
 * evtime [-n COUNT] [-s FIRST] [-t USEC] DIR: does the hypervisor's clock say what CLOCK_BOOTTIME
 * says? Writes COUNT (100) selftest events, ids from FIRST (1), each between two looks at the
 * clock, then reads DIR/trace_pipe: every event must lie between its two looks, give or take USEC
 * (200) microseconds. Being interrupted between the looks widens the gap and cannot fail the test.
 * Prints how far outside the worst event was.
 */
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <unistd.h>

#include "guest.h"

#define MAX_EVENTS	1000

int main(int argc, char **argv)
{
	__u64 count = 100, first = 1, tolerance = 200, got = 0, off, worst = 0, i, begin;
	static __u64 before[MAX_EVENTS], after[MAX_EVENTS];
	char path[256], buf[64], *text;
	struct pollfd p = { .events = POLLIN };
	struct line l;
	FILE *out;
	int opt, fd, len;

	while ((opt = getopt(argc, argv, "n:s:t:")) != -1) {
		switch (opt) {
		case 'n':
			count = number(optarg, "-n");
			break;
		case 's':
			first = number(optarg, "-s");
			break;
		case 't':
			tolerance = number(optarg, "-t");
			break;
		default:
			return 2;
		}
	}
	if (optind + 1 != argc || !count || count > MAX_EVENTS) {
		fprintf(stderr, "usage: evtime [-n COUNT] [-s FIRST] [-t USEC] DIR\n");
		return 2;
	}

	snprintf(path, sizeof(path), "%s/write_event", argv[optind]);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		die("evtime: %s: %s", path, strerror(errno));
	for (i = 0; i < count; i++) {
		len = snprintf(buf, sizeof(buf), "%llu", first + i);
		before[i] = now_ns(CLOCK_BOOTTIME);
		if (write(fd, buf, len) != len)
			die("evtime: %s: %s", path, strerror(errno));
		after[i] = now_ns(CLOCK_BOOTTIME);
	}
	close(fd);

	snprintf(path, sizeof(path), "%s/trace_pipe", argv[optind]);
	p.fd = open(path, O_RDONLY | O_NONBLOCK);
	if (p.fd < 0)
		die("evtime: %s: %s", path, strerror(errno));
	out = tmpfile();
	if (!out)
		die("evtime: no temporary file: %s", strerror(errno));
	begin = now_ns(CLOCK_MONOTONIC);
	for (;;) {
		static char page[65536];
		ssize_t n = read(p.fd, page, sizeof(page));

		if (n < 0 && errno != EAGAIN)
			die("evtime: %s: %s", path, strerror(errno));
		if (n > 0)
			fwrite(page, 1, n, out);
		else if (!poll(&p, 1, 0))
			break;
		if (waited(begin) > 20)
			die("evtime: %s: there is always more to read", path);
	}
	close(p.fd);

	if (fseek(out, 0, SEEK_SET))
		die("evtime: the temporary file: %s", strerror(errno));
	while ((text = next_line(out))) {
		parse_line(text, &l);
		if (l.lost)
			die("evtime: events were lost: '%s'", text);
		if (strcmp(l.name, "selftest") || !field(&l, "id"))
			continue;
		i = number(field(&l, "id"), "id") - first;
		if (i != got)
			die("evtime: id %llu was to be next: '%s'", first + got, text);
		got++;
		off = 0;
		if (l.usec < before[i] / 1000)
			off = before[i] / 1000 - l.usec;
		else if (l.usec > after[i] / 1000 + 1)
			off = l.usec - after[i] / 1000 - 1;
		if (off > worst)
			worst = off;
		if (off > tolerance)
			die("evtime: %llu us outside of [%llu, %llu] us: '%s'", off,
			    before[i] / 1000, after[i] / 1000, text);
	}
	fclose(out);
	if (got != count)
		die("evtime: %llu of %llu events came", got, count);
	printf("events=%llu worst=%llu\n", got, worst);
	return 0;
}
