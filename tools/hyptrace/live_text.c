// SPDX-License-Identifier: GPL-2.0
/* tracefs where it has text alone: switches, and lines of trace_pipe by a process of their own. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live_text.h"

static const char doctor_hint[] = "hyptrace doctor tells why, and what to do";

/* Longer than it takes Linux to look for news, of which the hypervisor tells nobody */
#define SILENCE_MS	300

/* Of up to 64 KiB, before others have a turn */
#define READS		16

/**
 * struct live_text - text that comes
 * @dir:	remotes/hypervisor
 * @skip:	flags of CPUs that are not wanted
 * @was_on:	events that were found switched on: their files
 * @was_kb:	buffer_size_kb, as found
 * @reader:	who reads trace_pipe; 0 if nobody does
 * @fd:		what it has read
 * @line:	that of which the end has not come yet, @used bytes
 */
struct live_text {
	char		*dir;
	struct text	text;
	bool		*skip;
	glob_t		events;
	bool		*was_on;
	unsigned long	was_kb;
	pid_t		reader;
	int		fd;
	char		line[4096];
	size_t		used;
};

static char *path_of(const struct live_text *live, const char *file)
{
	return xasprintf("%s/%s", live->dir, file);
}

/* The beginning of a file, in @text; false if it cannot be read */
static bool look(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = 0;
	return n >= 0;
}

static void must_look(const struct live_text *live, const char *file, char *text, size_t size)
{
	char *path = path_of(live, file);

	if (!look(path, text, size))
		die(doctor_hint, "%s cannot be read: %s", path, strerror(errno));
	free(path);
}

static bool write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), error;
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));

	error = errno;
	if (fd >= 0)
		close(fd);
	errno = error;
	return n >= 0;
}

static void must_write(const struct live_text *live, const char *file, const char *text)
{
	char *path = path_of(live, file);

	if (!write_to(path, text))
		die(doctor_hint, "%s does not take '%s': %s", path, text, strerror(errno));
	free(path);
}

static void refuse_others(const struct live_text *live)
{
	char text[64], *mend;

	must_look(live, "tracing_on", text, sizeof(text));
	if (*text != '0') {
		mend = xasprintf("when that is over: echo 0 > %s/tracing_on", live->dir);
		die(mend, "the hypervisor is being traced by somebody else (tracing_on is %c)",
		    *text);
	}
	must_look(live, "buffer_size_kb", text, sizeof(text));
	if (strstr(text, "(loaded)")) {
		mend = xasprintf("if nobody wants it: echo > %s/trace", live->dir);
		die(mend, "the hypervisor's trace is open, or has events that nobody has read");
	}
}

struct live_text *live_text_open(const char *tracing, const bool *wanted, int nr_wanted,
				 int nr_cpus)
{
	struct live_text *live = xcalloc(1, sizeof(*live));
	char *on;
	int cpu;

	live->dir = xasprintf("%s/remotes/hypervisor", tracing);
	live->fd = -1;
	on = path_of(live, "tracing_on");
	if (access(on, F_OK)) {
		free(on);
		free(live->dir);
		free(live);
		return NULL;
	}
	free(on);
	refuse_others(live);
	warn("this kernel's hypervisor tells text alone: whole microseconds, reasons without what "
	     "for, and of VMs and tasks no more than a vCPU's thread");
	text_open(&live->text);
	live->skip = xcalloc(nr_cpus, sizeof(*live->skip));
	for (cpu = 0; cpu < nr_cpus; cpu++)
		live->skip[cpu] = wanted && (cpu >= nr_wanted || !wanted[cpu]);
	live->text.skip = live->skip;
	live->text.nr_skip = nr_cpus;
	return live;
}

const struct text *live_text_lines(const struct live_text *live)
{
	return &live->text;
}

static volatile sig_atomic_t enough;

static void on_enough(int number)
{
	(void)number;
	enough = 1;
}

/* Until it is told that this is enough: what waits in a read may know nothing of O_NONBLOCK. */
static void __noreturn read_pipe(int in, int out)
{
	static const int ours[] = { SIGINT, SIGHUP, SIGQUIT, SIGPIPE };
	struct sigaction term = { .sa_handler = on_enough };
	static char buf[65536];
	unsigned int i;
	ssize_t n, at, done;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (i = 0; i < ARRAY_SIZE(ours); i++)
		signal(ours[i], SIG_IGN);
	sigaction(SIGTERM, &term, NULL);
	/* What comes between this look and the read, comes again: end_reader(). */
	while (!enough) {
		n = read(in, buf, sizeof(buf));
		if (n <= 0) {
			if (n < 0 && errno != EINTR && errno != EAGAIN)
				break;
			usleep(10000);
			continue;
		}
		for (at = 0; at < n; at += done) {
			done = write(out, buf + at, n - at);
			if (done < 0 && errno != EINTR)
				_exit(1);
			if (done < 0)
				done = 0;
		}
	}
	_exit(0);
}

static void start_reader(struct live_text *live)
{
	char *path = path_of(live, "trace_pipe");
	int in = open(path, O_RDONLY | O_CLOEXEC), out[2];

	if (in < 0)
		die(doctor_hint, "%s cannot be opened: %s", path, strerror(errno));
	if (pipe2(out, O_CLOEXEC))
		die(NULL, "no pipe: %s", strerror(errno));
	live->reader = fork();
	if (live->reader < 0)
		die(NULL, "no process to read %s: %s", path, strerror(errno));
	if (!live->reader)
		read_pipe(in, out[1]);
	close(in);
	close(out[1]);
	live->fd = out[0];
	fcntl(live->fd, F_SETFL, O_NONBLOCK);
	free(path);
}

static void switch_event(const struct live_text *live, const char *name)
{
	char *file = xasprintf("events/hypervisor/%s/enable", name);

	must_write(live, file, "1");
	free(file);
}

void live_text_start(struct live_text *live, unsigned long kb)
{
	char text[64], *pattern = path_of(live, "events/*/*/enable");
	size_t i;

	must_look(live, "buffer_size_kb", text, sizeof(text));
	live->was_kb = strtoul(text, NULL, 10);
	if (glob(pattern, 0, NULL, &live->events))
		die(doctor_hint, "%s: there are no events", pattern);
	free(pattern);
	live->was_on = xcalloc(live->events.gl_pathc, sizeof(*live->was_on));
	for (i = 0; i < live->events.gl_pathc; i++) {
		look(live->events.gl_pathv[i], text, sizeof(text));
		live->was_on[i] = *text == '1';
		if (live->was_on[i])
			write_to(live->events.gl_pathv[i], "0");
	}
	snprintf(text, sizeof(text), "%lu", kb);
	must_write(live, "buffer_size_kb", text);
	switch_event(live, "hyp_enter");
	switch_event(live, "hyp_exit");
	start_reader(live);
	must_write(live, "tracing_on", "1");
}

/* Whole lines of @buf, and of what was there of one */
static void take_lines(struct live_text *live, const char *buf, size_t size, struct model *model)
{
	size_t i;

	for (i = 0; i < size; i++) {
		if (buf[i] != '\n') {
			/* One that is too long is none of those that are wanted. */
			if (live->used < sizeof(live->line) - 1)
				live->line[live->used++] = buf[i];
			continue;
		}
		live->line[live->used] = 0;
		live->used = 0;
		text_line(&live->text, live->line, model);
	}
}

/* Once, from the reader or a file; without a @model for nothing. Whether there was anything */
static bool take_some(struct live_text *live, int fd, struct model *model)
{
	static char buf[65536];
	ssize_t n = read(fd, buf, sizeof(buf));

	if (n > 0 && model)
		take_lines(live, buf, n, model);
	return n > 0;
}

/*
 * It may be just about to read: told until it has ended. What it has read it writes before, for
 * which somebody must make room.
 */
static void end_reader(struct live_text *live, struct model *model)
{
	if (live->reader <= 0)
		return;
	do {
		kill(live->reader, SIGTERM);
		usleep(5000);
		while (take_some(live, live->fd, model))
			;
	} while (!waitpid(live->reader, NULL, WNOHANG));
	live->reader = 0;
}

/* Not all there is: it may come faster than it is read, and somebody waits for a table. */
__u64 live_text_read(struct live_text *live, struct model *model)
{
	__u64 before = model->events;
	unsigned int reads;

	for (reads = 0; reads < READS && take_some(live, live->fd, model); reads++)
		;
	return model->events - before;
}

void live_text_wait(struct live_text *live, int fd, int ms)
{
	struct pollfd fds[] = {
		{ .fd = live->fd, .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
	};

	poll(fds, ARRAY_SIZE(fds), ms);
}

void live_text_stop(struct live_text *live, struct model *model)
{
	struct pollfd more = { .fd = live->fd, .events = POLLIN };
	char *path = path_of(live, "trace");
	int fd, n;

	must_write(live, "tracing_on", "0");
	/* What signal ends it has been seen to; there is no more to wait for than this. */
	while ((n = poll(&more, 1, SILENCE_MS)) > 0 || (n < 0 && errno == EINTR)) {
		if (n > 0 && !live_text_read(live, model) && more.revents & POLLHUP)
			break;
	}
	end_reader(live, model);
	while (take_some(live, live->fd, model))
		;
	/* And what it has left, if anything */
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		while (take_some(live, fd, model))
			;
		close(fd);
	}
	free(path);
}

void live_text_put_back(struct live_text *live)
{
	char text[32], *path = path_of(live, "tracing_on");
	size_t i;
	int tries;

	write_to(path, "0");
	free(path);
	end_reader(live, NULL);
	if (live->fd >= 0)
		close(live->fd);
	live->fd = -1;
	path = path_of(live, "trace");
	write_to(path, "0");
	free(path);
	for (i = 0; live->was_on && i < live->events.gl_pathc; i++)
		write_to(live->events.gl_pathv[i], live->was_on[i] ? "1" : "0");
	if (!live->was_kb)
		return;
	snprintf(text, sizeof(text), "%lu", live->was_kb);
	path = path_of(live, "buffer_size_kb");
	/* Rings are on their way out for a moment after the last reader has gone. */
	for (tries = 0; tries < 50 && !write_to(path, text); tries++)
		usleep(20000);
	if (tries == 50)
		warn("%s could not be put back to %s: %s", path, text, strerror(errno));
	free(path);
}

void live_text_close(struct live_text *live)
{
	text_close(&live->text);
	globfree(&live->events);
	free(live->was_on);
	free(live->skip);
	free(live->dir);
	free(live);
}
