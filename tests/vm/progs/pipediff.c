// SPDX-License-Identifier: GPL-2.0
/*
 * pipediff DIR: what reading does to the files that consume, in an instance of ftrace and of the
 * hypervisor: see filediff.h. Lines and pages are not the same on both sides, so lengths are told
 * in lines ("2 lines and a part"), or in pages, and what is asked for is measured in them.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "filetries.h"

/* What one line, or one page, has */
static size_t unit;
static bool pages;

static const char *amount(ssize_t n)
{
	static char bufs[4][64];
	static unsigned int turn;
	char *out = bufs[turn++ % 4];
	unsigned int nr = 0;
	ssize_t i, part = 0;

	if (n < 0)
		return strerrorname_np(errno);
	if (pages) {
		nr = n / unit;
		part = n % unit;
	} else {
		for (i = 0; i < n; i++) {
			part++;
			if (buf[i] == '\n') {
				nr++;
				part = 0;
			}
		}
	}
	snprintf(out, sizeof(bufs[0]), "%u%s", nr, part ? " and a part" : "");
	return out;
}

/* All that is left, at most a buffer's worth each time */
static const char *rest(int fd)
{
	static char *all;
	size_t len = 0;
	ssize_t n;

	if (!all)
		all = malloc(4 * MAX_FILE);
	while (len < 3 * MAX_FILE && (n = read(fd, buf, MAX_FILE)) > 0) {
		memcpy(all + len, buf, n);
		len += n;
	}
	memcpy(buf, all, len < MAX_FILE ? len : MAX_FILE);
	return amount(len < MAX_FILE ? (ssize_t)len : MAX_FILE);
}

/* An open file with so many events in it */
static int fresh(const struct try *t, unsigned int nr)
{
	provoke(nr);
	return get(t, O_RDONLY | O_NONBLOCK);
}

static void try_reads(const struct try *t)
{
	const struct { const char *name; size_t size; } sizes[] = {
		{ "0", 0 }, { "1", 1 }, { "half", unit / 2 }, { "1 less a byte", unit - 1 },
		{ "1", unit }, { "1 and a byte", unit + 1 }, { "1 and a half", unit + unit / 2 },
		{ "2", 2 * unit }, { "2 and a half", 2 * unit + unit / 2 }, { "64K", MAX_FILE },
		{ "1G", 1UL << 30 },
	};
	struct iovec iov[2] = { { buf, unit / 2 }, { buf + unit / 2, MAX_FILE - unit / 2 } };
	unsigned int i;
	char op[64];
	size_t len;
	ssize_t n;
	int fd;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		fd = fresh(t, 3);
		snprintf(op, sizeof(op), "%u: read %s", i, sizes[i].name);
		say(op, "%s", amount(read(fd, buf, sizes[i].size)));
		n = read(fd, buf, sizes[i].size);
		say("... and again", "%s", amount(n));
		say("... and the rest", "%s", rest(fd));
		close(fd);
		fd = get(t, O_RDONLY | O_NONBLOCK);
		say("... and from another open", "%s", amount(read(fd, buf, MAX_FILE)));
		close(fd);
	}
	for (i = 1; i < 8; i += 3) {
		fd = fresh(t, 3);
		for (len = 0; len < MAX_FILE && (n = read(fd, buf + len, i)) > 0; len += n)
			;
		snprintf(op, sizeof(op), "read %u and %u ...", i, i);
		say(op, "%s", amount(len));
		say("... at the end", "%s", result(n));
		close(fd);
	}
	fd = fresh(t, 3);
	say("readv", "%s", amount(readv(fd, iov, 2)));
	say("... and the rest", "%s", rest(fd));
	close(fd);
	fd = fresh(t, 3);
	say("read to nowhere", "%s", result(read(fd, (void *)4096, MAX_FILE)));
	say("... and the rest", "%s", rest(fd));
	close(fd);
	fd = fresh(t, 3);
	say("pread", "%s", amount(pread(fd, buf, MAX_FILE, 0)));
	say("lseek", "%s", result(lseek(fd, 0, SEEK_SET)));
	close(fd);
	fd = fresh(t, 0);
	say("read of nothing", "%s", amount(read(fd, buf, MAX_FILE)));
	say("... of length 0", "%s", amount(read(fd, buf, 0)));
	close(fd);

	/* A part is read, and the rest never */
	fd = fresh(t, 3);
	say("read half", "%s", amount(read(fd, buf, unit / 2)));
	close(fd);
	fd = get(t, O_RDONLY | O_NONBLOCK);
	say("... close, and from another open", "%s", rest(fd));
	close(fd);
	/* A part is read, and the rest is cleared meanwhile */
	fd = fresh(t, 3);
	say("read half again", "%s", amount(read(fd, buf, unit / 2)));
	put("trace", "");
	say("... clear, and the rest", "%s", rest(fd));
	close(fd);
	/* In a child */
	fd = fresh(t, 3);
	fflush(stdout);
	if (!fork())
		_exit(read(fd, buf, unit / 2) < 0);
	wait(NULL);
	say("read half in a child, and here", "%s", rest(fd));
	close(fd);
}

static void try_more_opens(const struct try *t)
{
	static const char * const others[] = {
		"trace_pipe", "per_cpu/cpu0/trace_pipe", "per_cpu/cpu1/trace_pipe",
		"per_cpu/cpu0/trace_pipe_raw", "trace",
	};
	unsigned int i;
	char op[64];
	int fd, other;

	for (i = 0; i < ARRAY_SIZE(others); i++) {
		fd = fresh(t, 3);
		other = open(others[i], O_RDONLY | O_NONBLOCK);
		snprintf(op, sizeof(op), "open %s too", others[i]);
		say(op, "%s", success(other));
		close(other);
		say("... and read", "%s", rest(fd));
		close(fd);
	}
}

static const char *events_of(int fd)
{
	static char out[64];
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLOUT | POLLPRI | POLLRDNORM };
	struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT };
	int ep = epoll_create1(0), n;

	poll(&p, 1, 0);
	if (epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev))
		die("epoll_ctl: %s", strerror(errno));
	n = epoll_wait(ep, &ev, 1, 0);
	close(ep);
	snprintf(out, sizeof(out), "%x, epoll %x", p.revents, n > 0 ? ev.events : 0);
	return out;
}

static void try_polls(const struct try *t)
{
	static const char * const percents[] = { "0", "1", "50", "100" };
	unsigned int i;
	char op[64];
	int fd;

	for (i = 0; i < ARRAY_SIZE(percents); i++) {
		put("buffer_percent", percents[i]);
		fd = fresh(t, 0);
		snprintf(op, sizeof(op), "poll of nothing, %s%%", percents[i]);
		say(op, "%s", events_of(fd));
		close(fd);
		fd = fresh(t, 3);
		snprintf(op, sizeof(op), "poll, %s%%", percents[i]);
		say(op, "%s", events_of(fd));
		read(fd, buf, unit / 2);
		say("... read half", "%s", events_of(fd));
		rest(fd);
		say("... read the rest", "%s", events_of(fd));
		close(fd);
	}
	put("buffer_percent", "50");
	fd = fresh(t, 3);
	put("tracing_on", "0");
	say("tracing off, poll", "%s", events_of(fd));
	say("... and read", "%s", rest(fd));
	say("... and poll", "%s", events_of(fd));
	say("... and read again", "%s", result(read(fd, buf, 1)));
	put("tracing_on", "1");
	say("... and tracing on", "%s", result(read(fd, buf, 1)));
	close(fd);
}

static void try_splices(const struct try *t)
{
	const struct { const char *name; size_t size; } sizes[] = {
		{ "0", 0 }, { "1", 1 }, { "half", unit / 2 }, { "1", unit },
		{ "1 and a half", unit + unit / 2 }, { "2", 2 * unit }, { "64K", MAX_FILE },
	};
	int pipes[2], fd, tmp = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	loff_t at = 0;
	unsigned int i;
	char op[64];
	ssize_t n;

	if (tmp < 0 || pipe2(pipes, O_NONBLOCK))
		die("/tmp or a pipe: %s", strerror(errno));
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		fd = fresh(t, 3);
		n = splice(fd, NULL, pipes[1], NULL, sizes[i].size, SPLICE_F_NONBLOCK);
		snprintf(op, sizeof(op), "%u: splice %s", i, sizes[i].name);
		if (n > 0 && read(pipes[0], buf, MAX_FILE) != n)
			die("what was spliced is not in the pipe");
		say(op, "%s", amount(n));
		say("... and the rest", "%s", rest(fd));
		close(fd);

		fd = fresh(t, 3);
		n = sendfile(tmp, fd, NULL, sizes[i].size);
		snprintf(op, sizeof(op), "%u: sendfile %s", i, sizes[i].name);
		if (n > 0 && pread(tmp, buf, MAX_FILE, lseek(tmp, 0, SEEK_CUR) - n) != n)
			die("what was sent is not in the file");
		say(op, "%s", amount(n));
		say("... and the rest", "%s", rest(fd));
		close(fd);
	}
	fd = fresh(t, 0);
	say("splice of nothing", "%s",
	    amount(splice(fd, NULL, pipes[1], NULL, MAX_FILE, SPLICE_F_NONBLOCK)));
	say("splice of nothing from an open not to block", "%s",
	    amount(splice(fd, NULL, pipes[1], NULL, MAX_FILE, 0)));
	say("splice from an offset", "%s",
	    amount(splice(fd, &at, pipes[1], NULL, MAX_FILE, SPLICE_F_NONBLOCK)));
	say("sendfile of nothing", "%s", amount(sendfile(tmp, fd, NULL, MAX_FILE)));
	close(fd);
	close(pipes[0]);
	close(pipes[1]);
	close(tmp);
}

static void on_alarm(int sig)
{
	(void)sig;
}

/* What blocks: with a signal to end it */
static void try_blocking(const struct try *t)
{
	struct itimerval soon = { { 0, 100000 }, { 0, 100000 } }, never = { { 0, 0 }, { 0, 0 } };
	struct sigaction sa = { .sa_handler = on_alarm };
	int fd;

	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	provoke(0);
	fd = get(t, O_RDONLY);
	say("blocking read, and a signal", "%s", amount(read(fd, buf, MAX_FILE)));
	say("... of length 0", "%s", amount(read(fd, buf, 0)));
	provoke(3);
	say("... and with events", "%s", amount(read(fd, buf, MAX_FILE)));
	say("... and without, and a signal", "%s", amount(read(fd, buf, MAX_FILE)));
	put("tracing_on", "0");
	say("... and tracing off", "%s", amount(read(fd, buf, MAX_FILE)));
	close(fd);
	fd = get(t, O_RDONLY);
	say("blocking read of a new open, tracing off", "%s", amount(read(fd, buf, MAX_FILE)));
	fcntl(fd, F_SETFL, O_NONBLOCK);
	say("... made not to block", "%s", amount(read(fd, buf, MAX_FILE)));
	close(fd);
	put("tracing_on", "1");
	setitimer(ITIMER_REAL, &never, NULL);
}

static void try_file(const struct try *t)
{
	int fd;

	if (!(t->kind & CONSUMES))
		return;
	pages = strstr(t->name, "raw");
	/* The name of the thread before is in the line */
	provoke(1);
	fd = fresh(t, 1);
	unit = pages ? (size_t)sysconf(_SC_PAGESIZE) : (size_t)read(fd, buf, MAX_FILE);
	close(fd);
	try_reads(t);
	try_more_opens(t);
	try_polls(t);
	try_splices(t);
	try_blocking(t);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("usage: pipediff DIR\n", stderr);
		return 2;
	}
	enter_side(argv[1]);
	try_all(try_file);
	return 0;
}
