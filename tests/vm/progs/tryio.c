// SPDX-License-Identifier: GPL-2.0
/*
 * tryio: do one thing to a file and print how it went, which a shell does not tell. An error is
 * printed by its name, such as EINVAL, and is no failure of tryio.
 *
 *	tryio write FILE TEXT	write TEXT in one go, without O_TRUNC: "ok" or an error
 *	tryio trunc FILE	open with O_TRUNC and close: "ok" or an error
 *	tryio read FILE		one read with O_NONBLOCK: "data", "end" or an error
 *	tryio sigread FILE	one read that blocks, and a signal after a second: the same
 *	tryio poll|select|epoll FILE MS
 *				wait for something to read: "in", "timeout" or an error
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>
#include <unistd.h>

#include "guest.h"

static int result(int ok, const char *word)
{
	puts(ok < 0 ? strerrorname_np(errno) : word);
	return 0;
}

static void on_alarm(int sig)
{
	(void)sig;
}

static int do_read(const char *file, int flags)
{
	/* Once more and more, in case the first comes before the read does */
	struct itimerval every = { { 1, 0 }, { 1, 0 } };
	struct sigaction sa = { .sa_handler = on_alarm };
	int fd = open(file, O_RDONLY | flags);
	char buf[4096];
	ssize_t n;

	if (fd < 0)
		return result(-1, NULL);
	if (!(flags & O_NONBLOCK)) {
		sigaction(SIGALRM, &sa, NULL);
		setitimer(ITIMER_REAL, &every, NULL);
	}
	n = read(fd, buf, sizeof(buf));
	return result(n, n ? "data" : "end");
}

static int do_wait(const char *how, const char *file, int ms)
{
	int fd = open(file, O_RDONLY | O_NONBLOCK), ret;

	if (fd < 0)
		return result(-1, NULL);
	if (!strcmp(how, "poll")) {
		struct pollfd p = { .fd = fd, .events = POLLIN };

		ret = poll(&p, 1, ms);
		if (ret > 0 && !(p.revents & POLLIN))
			return result(0, "err");
	} else if (!strcmp(how, "select")) {
		struct timeval tv = { ms / 1000, ms % 1000 * 1000 };
		fd_set set;

		FD_ZERO(&set);
		FD_SET(fd, &set);
		ret = select(fd + 1, &set, NULL, NULL, &tv);
	} else {
		struct epoll_event ev = { .events = EPOLLIN };
		int ep = epoll_create1(0);

		ret = ep < 0 ? ep : epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev);
		if (!ret)
			ret = epoll_wait(ep, &ev, 1, ms);
	}
	return result(ret, ret > 0 ? "in" : "timeout");
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int fd;

	if (argc == 4 && !strcmp(what, "write")) {
		size_t len = strlen(argv[3]);
		ssize_t n;

		fd = open(argv[2], O_WRONLY);
		n = fd < 0 ? fd : write(fd, argv[3], len);
		return result(n, n == (ssize_t)len ? "ok" : "short");
	}
	if (argc == 3 && !strcmp(what, "trunc")) {
		fd = open(argv[2], O_WRONLY | O_TRUNC);
		return result(fd, "ok");
	}
	if (argc == 3 && !strcmp(what, "read"))
		return do_read(argv[2], O_NONBLOCK);
	if (argc == 3 && !strcmp(what, "sigread"))
		return do_read(argv[2], 0);
	if (argc == 4 && (!strcmp(what, "poll") || !strcmp(what, "select") ||
			  !strcmp(what, "epoll")))
		return do_wait(what, argv[2], number(argv[3], "MS"));
	fputs("usage: tryio write FILE TEXT | trunc|read|sigread FILE |\n"
	      "             poll|select|epoll FILE MS\n", stderr);
	return 2;
}
