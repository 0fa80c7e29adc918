// SPDX-License-Identifier: GPL-2.0
/*
 * evwake [-n COUNT] [-t MS] [-w HOW] DIR FILE: how long after an event is somebody woken who waits
 * on DIR/FILE? HOW is poll, select, epoll or read (a blocking one). COUNT (20) times: drain, wait
 * in a child, write an event on CPU 0 once the child sleeps, measure.
 *
 * The limit is MS (100). How late this machine is with everything must not count, so whoever writes
 * the event then sleeps for MS: the reader has been too late if it was later than that, and LATE_US
 * for one process may run before the other. Fails when more than one in ten has been too late, for
 * the two are not late at the same moments.
 *
 * Every other time the event is written as soon as the child sleeps, when the tracer has begun to
 * wait as long as it ever does; else at another moment of its beat each time.
 * Prints: best=US median=US worst=US mean=US sleep=US (the longest that a sleep of MS took) over=N
 * (too late)
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

#define LATE_US		2000
#define MAX_COUNT	1000

static void waiting(const char *how, const char *path, int nonblock, int answer)
{
	static char buf[65536];
	struct epoll_event ev = { .events = EPOLLIN };
	/* A file of its own: whoever closes one of this has nobody wait in it again */
	int ep = epoll_create1(0), fd = open(path, O_RDONLY), ret;
	__u64 now;
	fd_set set;

	if (!strcmp(how, "poll")) {
		struct pollfd p = { .fd = fd, .events = POLLIN };

		ret = poll(&p, 1, -1);
	} else if (!strcmp(how, "select")) {
		FD_ZERO(&set);
		FD_SET(fd, &set);
		ret = select(fd + 1, &set, NULL, NULL, NULL);
	} else if (!strcmp(how, "epoll")) {
		ret = epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev) ?: epoll_wait(ep, &ev, 1, -1);
	} else {
		ret = read(fd, buf, sizeof(buf));
	}
	now = now_ns(CLOCK_MONOTONIC);
	if (ret <= 0)
		die("evwake: %s says %d (%s)", how, ret, strerror(errno));
	/* It must not have been woken for nothing */
	if (strcmp(how, "read") && read(nonblock, buf, sizeof(buf)) <= 0)
		die("evwake: %s came back, but there is nothing: %s", how, strerror(errno));
	if (write(answer, &now, sizeof(now)) != sizeof(now))
		die("evwake: pipe: %s", strerror(errno));
	exit(0);
}

/* Until the state in /proc/PID/stat is S; false if it ended instead */
static bool wait_asleep(pid_t pid)
{
	char path[64], text[512], *p;
	int i, fd;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	for (i = 0; i < 5000; i++) {
		fd = open(path, O_RDONLY);
		n = fd < 0 ? fd : read(fd, text, sizeof(text) - 1);
		close(fd);
		if (n <= 0)
			return false;
		text[n] = '\0';
		p = strrchr(text, ')');
		if (p && p[2] == 'S')
			return true;
		if (p && p[2] == 'Z')
			return false;
		usleep(1000);
	}
	return false;
}

static int by_size(const void *a, const void *b)
{
	const __u64 *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int main(int argc, char **argv)
{
	__u64 count = 20, limit = 100, sum = 0, over = 0, longest = 0;
	static char buf[65536], path[512];
	__u64 start, now, slept, i;
	static __u64 us[MAX_COUNT];
	const char *how = "poll";
	int opt, wr, nb, pipes[2], status;
	cpu_set_t set;
	pid_t pid;

	while ((opt = getopt(argc, argv, "n:t:w:")) != -1) {
		switch (opt) {
		case 'n':
			count = number(optarg, "-n");
			break;
		case 't':
			limit = number(optarg, "-t");
			break;
		case 'w':
			how = optarg;
			break;
		default:
			return 2;
		}
	}
	if (optind + 2 != argc || !count || count > MAX_COUNT) {
		fprintf(stderr, "usage: evwake [-n COUNT, 1..%d] [-t MS] [-w HOW] DIR FILE\n",
			MAX_COUNT);
		return 2;
	}
	snprintf(path, sizeof(path), "%s/write_event", argv[optind]);
	wr = open(path, O_WRONLY);
	if (wr < 0)
		die("evwake: %s: %s", path, strerror(errno));
	snprintf(path, sizeof(path), "%s/%s", argv[optind], argv[optind + 1]);
	nb = open(path, O_RDONLY | O_NONBLOCK);
	if (nb < 0 || pipe(pipes))
		die("evwake: %s: %s", path, strerror(errno));
	CPU_ZERO(&set);
	CPU_SET(0, &set);

	for (i = 0; i < count; i++) {
		/* So long that the tracer has stopped looking for the last one */
		if (i % 2)
			usleep(2 * limit * 1000);
		while (read(nb, buf, sizeof(buf)) > 0)
			;
		pid = fork();
		if (!pid)
			waiting(how, path, nb, pipes[1]);
		if (pid < 0 || !wait_asleep(pid))
			die("evwake: %s does not wait though there is nothing", how);
		if (!(i % 2))
			usleep(100000 + i * 17000 % 100000);
		sched_setaffinity(0, sizeof(set), &set);
		start = now_ns(CLOCK_MONOTONIC);
		if (write(wr, "7", 1) != 1)
			die("evwake: write_event: %s", strerror(errno));
		usleep(limit * 1000);
		slept = (now_ns(CLOCK_MONOTONIC) - start) / 1000;
		longest = slept > longest ? slept : longest;
		alarm(30);
		if (read(pipes[0], &now, sizeof(now)) != sizeof(now) ||
		    waitpid(pid, &status, 0) != pid || status)
			die("evwake: who waited came to no good");
		alarm(0);
		us[i] = now > start ? (now - start) / 1000 : 0;
		sum += us[i];
		over += us[i] > slept + LATE_US;
	}
	qsort(us, count, sizeof(*us), by_size);
	printf("best=%llu median=%llu worst=%llu mean=%llu sleep=%llu over=%llu\n", us[0],
	       us[count / 2], us[count - 1], sum / count, longest, over);
	fflush(stdout);
	if (over * 10 > count)
		die("evwake: %llu of %llu times, %s was later than a sleep of %llu ms: %llu us",
		    over, count, how, limit, us[count - 1]);
	return 0;
}
