// SPDX-License-Identifier: GPL-2.0
/*
 * evread [-d DONE] [-n LINES] [-t SECONDS] FILE: copy a trace_pipe to stdout without ever
 * blocking in read(). Ends when there is nothing more to read; with -d only once DONE exists too;
 * with -n once that many lines have come, and only then. After SECONDS (60) it gives up with
 * status 1.
 */
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <unistd.h>

#include "guest.h"

int main(int argc, char **argv)
{
	__u64 lines = 0, want = 0, begin, limit = 60;
	const char *done = NULL;
	struct pollfd p = { .events = POLLIN };
	static char buf[65536];
	ssize_t i, len;
	bool finished;
	int opt, ret;

	while ((opt = getopt(argc, argv, "d:n:t:")) != -1) {
		switch (opt) {
		case 'd':
			done = optarg;
			break;
		case 'n':
			want = number(optarg, "-n");
			break;
		case 't':
			limit = number(optarg, "-t");
			break;
		default:
			return 2;
		}
	}
	if (optind + 1 != argc) {
		fprintf(stderr, "usage: evread [-d DONE] [-n LINES] [-t SECONDS] FILE\n");
		return 2;
	}

	begin = now_ns(CLOCK_MONOTONIC);
	p.fd = open(argv[optind], O_RDONLY | O_NONBLOCK);
	if (p.fd < 0)
		die("evread: %s: %s", argv[optind], strerror(errno));
	while (!want || lines < want) {
		if (waited(begin) > limit)
			die("evread: %s: gave up after %.1f seconds and %llu lines", argv[optind],
			    waited(begin), lines);
		/* Before the read: what is written before DONE appears must be seen */
		finished = !want && (!done || !access(done, F_OK));

		len = read(p.fd, buf, sizeof(buf));
		if (len > 0) {
			for (i = 0; i < len; i++)
				lines += buf[i] == '\n';
			if (fwrite(buf, 1, len, stdout) != (size_t)len)
				die("evread: cannot write: %s", strerror(errno));
			continue;
		}
		if (len < 0 && errno != EAGAIN)
			die("evread: %s: %s", argv[optind], strerror(errno));
		/*
		 * EAGAIN may also say that the time has not come to print an event that is there;
		 * poll() knows. The end of the file comes when tracing is off.
		 */
		ret = poll(&p, 1, finished ? 0 : 100);
		if (ret < 0)
			die("evread: %s: poll: %s", argv[optind], strerror(errno));
		if (finished && !ret)
			break;
		if (!len)
			usleep(10000);
	}
	close(p.fd);
	return fflush(stdout) ? 1 : 0;
}
