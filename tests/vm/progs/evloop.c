// SPDX-License-Identifier: GPL-2.0
/*
 * evloop [-c CPU] [-d DONE] -n COUNT -s FIRST FILE: write the numbers FIRST, FIRST + 1, ... to
 * FILE, as a shell could with echo, but so fast that rings overflow and CPUs get into each other's
 * way. With -d only until DONE exists (COUNT may then be 0 for "no other end"). Prints how many
 * numbers were written.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <getopt.h>
#include <sched.h>
#include <unistd.h>

#include "guest.h"

int main(int argc, char **argv)
{
	__u64 n, count = 0, first = 1;
	const char *done = NULL;
	char text[32];
	cpu_set_t set;
	int opt, fd, len;

	while ((opt = getopt(argc, argv, "c:d:n:s:")) != -1) {
		switch (opt) {
		case 'c':
			CPU_ZERO(&set);
			CPU_SET(number(optarg, "-c"), &set);
			if (sched_setaffinity(0, sizeof(set), &set))
				die("evloop: CPU %s: %s", optarg, strerror(errno));
			break;
		case 'd':
			done = optarg;
			break;
		case 'n':
			count = number(optarg, "-n");
			break;
		case 's':
			first = number(optarg, "-s");
			break;
		default:
			return 2;
		}
	}
	if (optind + 1 != argc || (!count && !done)) {
		fprintf(stderr, "usage: evloop [-c CPU] [-d DONE] -n COUNT -s FIRST FILE\n");
		return 2;
	}

	fd = open(argv[optind], O_WRONLY);
	if (fd < 0)
		die("evloop: %s: %s", argv[optind], strerror(errno));
	for (n = 0; !count || n < count; n++) {
		/* Asking costs as much as an event does, so ask now and then */
		if (done && !(n % 64) && !access(done, F_OK))
			break;
		len = snprintf(text, sizeof(text), "%llu\n", first + n);
		if (write(fd, text, len) != len)
			die("evloop: %s: writing %llu: %s", argv[optind], first + n,
			    strerror(errno));
	}
	close(fd);
	printf("%llu\n", n);
	return 0;
}
