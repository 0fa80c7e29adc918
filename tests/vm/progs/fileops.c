// SPDX-License-Identifier: GPL-2.0
/*
 * fileops DIR OP...: do one thing after another to the files of a trace directory and print how
 * each went, on one line. What is done is the same for the hypervisor and for an instance of
 * ftrace, so that the one can be held against the other: events are numbers for write_event, or
 * else words for trace_marker, all on CPU 0.
 *
 *	raw pipe cpupipe trace	open CPU 0's trace_pipe_raw, trace_pipe, CPU 0's trace_pipe, trace;
 *				what follows is done to it. The file opened before stays open.
 *	nonblock block		set O_NONBLOCK on it, or do not
 *	other			go back to the file opened before this one
 *	events=N pages=N	N events; as many as fill N pages and a half
 *	on off clear kb=N percent=N	the control files
 *	read=N splice=N		up to N bytes; splice-n: with SPLICE_F_NONBLOCK
 *	drain			read from the pipe that splice fills
 *	poll=MS			"in" or "no"
 *	map unmap get wake	mmap, munmap, TRACE_MMAP_IOCTL_GET_READER, ioctl(0)
 *	meta			of the mapped meta page: entries, read, and lost with the last page
 *	get=N			REMOTE_TRACE_IOCTL_GET_PAGES for up to N, and how many came
 *	ioctl=N lseek=N pread=N	...
 *	pause=MS		do nothing
 *	power=STATE		have the machine sleep, and come back: who wakes it is somebody
 *				else's business
 *	close-dup		close a duplicate of it, which flushes
 *	epoll epoll-et wait=MS	register it, level or edge; epoll_wait: "in" or "no"
 *	eat			read until EAGAIN, with O_NONBLOCK: nothing is printed
 *	trickle=N		N times 5 events and a splice-n: how many pages
 *	bg OP			have a thread do OP; goes on when that sleeps, or is done. A second
 *				one can be there meanwhile.
 *	join			what came of the last thread, or "sleeps" if it still does after
 *				half a second
 *	kill restart		a signal to the last thread: it must end, or is "stuck"; restart:
 *				one whose handler has SA_RESTART
 *	stop			the program is stopped, and goes on
 *
 * A number of bytes is printed as pages if it is a whole number of them, else as "some".
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../../overlay/include/uapi/linux/remote_trace_mmap.h"
#include "guest.h"
#include "trace_mmap.h"

/* Longer than the hypervisor's directory ever takes to look again */
#define STUCK_MS	500
#define MAX_JOBS	2

static const char *dir;
static bool marker;
static int events_fd, fd = -1, other_fd = -1, ep = -1, pipes[2];
static long page;
static const struct trace_buffer_meta *map;

/**
 * struct job - an operation that a thread does
 * @op:		which
 * @fd:		on what
 * @tid:	the thread, once it has begun
 * @done:	it has ended
 * @result:	then, how
 */
static struct job {
	const char	*op;
	int		fd;
	pid_t		tid;
	bool		done;
	char		result[64];
	pthread_t	thread;
} jobs[MAX_JOBS];
static int nr_jobs;

static int open_file(const char *name, int flags)
{
	char path[512];
	int ret;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	ret = open(path, flags);
	if (ret < 0)
		die("fileops: %s: %s", path, strerror(errno));
	return ret;
}

static void put(const char *name, const char *text)
{
	int f = open_file(name, O_WRONLY | O_TRUNC);

	if (write(f, text, strlen(text)) != (ssize_t)strlen(text))
		die("fileops: '%s' to %s/%s: %s", text, dir, name, strerror(errno));
	close(f);
}

static void power(const char *state)
{
	int f = open("/sys/power/state", O_WRONLY);

	if (f < 0 || write(f, state, strlen(state)) < 0)
		die("fileops: '%s' to /sys/power/state: %s", state, strerror(errno));
	close(f);
}

static void write_events(unsigned long nr)
{
	static volatile char text;

	for (; nr; nr--) {
		/* trace_marker takes no page fault: this must be there when it looks */
		text = '1';
		if (write(events_fd, (const void *)&text, 1) != 1)
			die("fileops: an event: %s", strerror(errno));
	}
}

/* A page has 16 bytes of its own, an event 4 and then 16 bytes, or 28 of a marker */
static void write_pages(unsigned long nr)
{
	write_events((2 * nr + 1) * (page - 16) / 2 / (marker ? 32 : 20));
}

static void say(char *result, ssize_t n)
{
	if (n < 0)
		snprintf(result, 64, "%s", strerrorname_np(errno));
	else if (n % page)
		snprintf(result, 64, "some");
	else
		snprintf(result, 64, "%zd", n / page);
}

static void empty_pipe(void)
{
	static char buf[65536];

	while (read(pipes[0], buf, sizeof(buf)) > 0)
		;
}

static const char *argument(const char *op, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(op, name, len) && op[len] == '=' ? op + len + 1 : NULL;
}

/* What may block; returns false if @op is none of these */
static bool do_blocking(const char *op, int f, char *result)
{
	static char buf[1 << 20];
	const char *arg;
	ssize_t n;

	if ((arg = argument(op, "read"))) {
		say(result, read(f, buf, number(arg, op)));
	} else if ((arg = argument(op, "splice")) || (arg = argument(op, "splice-n"))) {
		n = splice(f, NULL, pipes[1], NULL, number(arg, op),
			   strstr(op, "-n") ? SPLICE_F_NONBLOCK : 0);
		say(result, n);
		empty_pipe();
	} else if (!strcmp(op, "drain")) {
		say(result, read(pipes[0], buf, sizeof(buf)));
	} else if ((arg = argument(op, "poll"))) {
		struct pollfd p = { .fd = f, .events = POLLIN };

		n = poll(&p, 1, number(arg, op));
		strcpy(result, n < 0 ? strerrorname_np(errno) : n ? "in" : "no");
	} else if ((arg = argument(op, "wait"))) {
		struct epoll_event ev;

		n = epoll_wait(ep, &ev, 1, number(arg, op));
		strcpy(result, n < 0 ? strerrorname_np(errno) : n ? "in" : "no");
	} else if (!strcmp(op, "get")) {
		say(result, ioctl(f, TRACE_MMAP_IOCTL_GET_READER));
	} else if ((arg = argument(op, "get"))) {
		struct remote_trace_get_pages *get = (void *)buf;

		*get = (struct remote_trace_get_pages) { .nr = number(arg, op) };
		n = ioctl(f, REMOTE_TRACE_IOCTL_GET_PAGES, get);
		say(result, n < 0 ? n : (ssize_t)get->nr * page);
	} else {
		return false;
	}
	return true;
}

static void *do_job(void *arg)
{
	struct job *job = arg;

	__atomic_store_n(&job->tid, syscall(SYS_gettid), __ATOMIC_RELEASE);
	if (!do_blocking(job->op, job->fd, job->result))
		die("fileops: %s does not block", job->op);
	__atomic_store_n(&job->done, true, __ATOMIC_RELEASE);
	return arg;
}

static bool done(const struct job *job)
{
	return __atomic_load_n(&job->done, __ATOMIC_ACQUIRE);
}

/* By a stat file of /proc, a letter; 0 if it cannot be read */
static char state_of(const char *path)
{
	char text[512], *p;
	ssize_t n;
	int f;

	f = open(path, O_RDONLY);
	n = f < 0 ? f : read(f, text, sizeof(text) - 1);
	close(f);
	text[n > 0 ? n : 0] = '\0';
	p = strrchr(text, ')');
	return p ? p[2] : '\0';
}

/* Does the thread sleep, rather than run or not yet have run? */
static bool asleep(const struct job *job)
{
	pid_t tid = __atomic_load_n(&job->tid, __ATOMIC_ACQUIRE);
	char path[64], state;

	if (!tid)
		return false;
	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	state = state_of(path);
	return state == 'S' || state == 'D';
}

static void start_job(const char *op)
{
	struct job *job = &jobs[nr_jobs++];
	int i;

	if (nr_jobs > MAX_JOBS)
		die("fileops: too many at once");
	*job = (struct job) { .op = op, .fd = fd };
	if (pthread_create(&job->thread, NULL, do_job, job))
		die("fileops: no thread");
	for (i = 0; i < 10000 && !done(job) && !asleep(job); i++)
		usleep(1000);
	/* Whatever it has still to do before it sleeps for long */
	usleep(20000);
}

/* Of the last job: its result, or @otherwise if it is not done in time */
static const char *end_job(int ms, const char *otherwise)
{
	struct job *job;

	if (!nr_jobs)
		return "none";
	job = &jobs[nr_jobs - 1];
	while (!done(job) && ms-- > 0)
		usleep(1000);
	if (!done(job))
		return otherwise;
	pthread_join(job->thread, NULL);
	nr_jobs--;
	return job->result;
}

static void on_signal(int sig)
{
	(void)sig;
}

/* Returns when all have been stopped and go on */
static void stop(void)
{
	pid_t pid = getpid();
	char path[64], state;

	/* Whose files are ours, or when it ends it closes them, which flushes */
	if (!syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0)) {
		snprintf(path, sizeof(path), "/proc/%d/stat", pid);
		kill(pid, SIGSTOP);
		do
			state = state_of(path);
		while (state && state != 'T');
		kill(pid, SIGCONT);
		_exit(0);
	}
	wait(NULL);
	/* Those that waited wait again */
	usleep(20000);
}

static void eat(void)
{
	static char buf[1 << 20];
	int flags = fcntl(fd, F_GETFL);

	fcntl(fd, F_SETFL, flags | O_NONBLOCK);
	while (read(fd, buf, sizeof(buf)) > 0)
		;
	fcntl(fd, F_SETFL, flags);
}

static void use(const char *name)
{
	other_fd = fd;
	fd = open_file(name, O_RDONLY);
}

static void watch(__u32 events)
{
	struct epoll_event ev = { .events = events };

	if (ep < 0)
		ep = epoll_create1(0);
	if (epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev))
		die("fileops: epoll_ctl: %s", strerror(errno));
}

/* Prepares the scene; returns false if @op is not for that */
static bool do_quiet(const char *op)
{
	const char *arg;
	int t;

	if (!strcmp(op, "raw"))
		use("per_cpu/cpu0/trace_pipe_raw");
	else if (!strcmp(op, "pipe"))
		use("trace_pipe");
	else if (!strcmp(op, "cpupipe"))
		use("per_cpu/cpu0/trace_pipe");
	else if (!strcmp(op, "trace"))
		use("trace");
	else if (!strcmp(op, "other"))
		t = fd, fd = other_fd, other_fd = t;
	else if (!strcmp(op, "nonblock"))
		fcntl(fd, F_SETFL, O_NONBLOCK);
	else if (!strcmp(op, "block"))
		fcntl(fd, F_SETFL, 0);
	else if ((arg = argument(op, "events")))
		write_events(number(arg, op));
	else if ((arg = argument(op, "pages")))
		write_pages(number(arg, op));
	else if (!strcmp(op, "on"))
		put("tracing_on", "1");
	else if (!strcmp(op, "off"))
		put("tracing_on", "0");
	else if (!strcmp(op, "clear"))
		close(open_file("trace", O_WRONLY | O_TRUNC));
	else if ((arg = argument(op, "kb")))
		put("buffer_size_kb", arg);
	else if ((arg = argument(op, "percent")))
		put("buffer_percent", arg);
	else if ((arg = argument(op, "power")))
		power(arg);
	else if ((arg = argument(op, "pause")))
		usleep(number(arg, op) * 1000);
	else if (!strcmp(op, "stop"))
		stop();
	else if (!strcmp(op, "close-dup"))
		close(dup(fd));
	else if (!strcmp(op, "epoll"))
		watch(EPOLLIN);
	else if (!strcmp(op, "epoll-et"))
		watch(EPOLLIN | EPOLLET);
	else if (!strcmp(op, "eat"))
		eat();
	else
		return false;
	return true;
}

static unsigned long trickle(unsigned long nr)
{
	unsigned long bytes = 0;
	ssize_t n;

	for (; nr; nr--) {
		write_events(5);
		n = splice(fd, NULL, pipes[1], NULL, 16 * page, SPLICE_F_NONBLOCK);
		if (n < 0 && errno != EAGAIN)
			die("fileops: splice: %s", strerror(errno));
		bytes += n > 0 ? n : 0;
		empty_pipe();
	}
	return bytes / page;
}

static void do_op(const char *op, char *result)
{
	const char *arg;
	char c;

	if (do_blocking(op, fd, result))
		return;
	if (!strcmp(op, "map")) {
		map = mmap(NULL, page, PROT_READ, MAP_SHARED, fd, 0);
		say(result, map == MAP_FAILED ? -1 : 0);
	} else if (!strcmp(op, "unmap")) {
		say(result, munmap((void *)map, page));
	} else if (!strcmp(op, "wake")) {
		say(result, ioctl(fd, 0));
	} else if ((arg = argument(op, "ioctl"))) {
		say(result, ioctl(fd, number(arg, op)));
	} else if ((arg = argument(op, "lseek"))) {
		say(result, lseek(fd, number(arg, op), SEEK_SET));
	} else if ((arg = argument(op, "pread"))) {
		say(result, pread(fd, &c, 1, number(arg, op)));
	} else if (!strcmp(op, "join")) {
		strcpy(result, end_job(STUCK_MS, "sleeps"));
	} else if (!strcmp(op, "meta")) {
		snprintf(result, 64, "%llu,%llu,%llu", map->entries, map->read,
			 map->reader.lost_events);
	} else if (!strcmp(op, "kill") || !strcmp(op, "restart")) {
		if (nr_jobs)
			pthread_kill(jobs[nr_jobs - 1].thread, *op == 'k' ? SIGUSR1 : SIGUSR2);
		strcpy(result, end_job(STUCK_MS, "stuck"));
	} else if ((arg = argument(op, "trickle"))) {
		snprintf(result, 64, "%lu", trickle(number(arg, op)));
	} else {
		fprintf(stderr, "fileops: what is '%s'?\n", op);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_signal };
	char path[512], result[64];
	cpu_set_t set;
	int i;

	if (argc < 3) {
		fputs("usage: fileops DIR OP...\n", stderr);
		return 2;
	}
	dir = argv[1];
	page = sysconf(_SC_PAGESIZE);
	snprintf(path, sizeof(path), "%s/write_event", dir);
	marker = access(path, F_OK);
	events_fd = open_file(marker ? "trace_marker" : "write_event", O_WRONLY);
	setvbuf(stdout, NULL, _IONBF, 0);
	sigaction(SIGUSR1, &sa, NULL);
	sa.sa_flags = SA_RESTART;
	sigaction(SIGUSR2, &sa, NULL);
	CPU_ZERO(&set);
	CPU_SET(0, &set);
	if (sched_setaffinity(0, sizeof(set), &set) || pipe2(pipes, O_NONBLOCK))
		die("fileops: %s", strerror(errno));
	/* Not to block as a whole is for the side that is read */
	fcntl(pipes[1], F_SETFL, 0);

	for (i = 2; i < argc; i++) {
		if (!strcmp(argv[i], "bg") && i + 1 < argc) {
			start_job(argv[++i]);
			continue;
		}
		if (do_quiet(argv[i]))
			continue;
		do_op(argv[i], result);
		printf("%s:%s ", argv[i], result);
	}
	printf("\n");
	/* Whoever still sleeps goes with us */
	_exit(0);
}
