// SPDX-License-Identifier: GPL-2.0
/*
 * evstream [-l MS] [-m HOW] [-q PERCENT] [-r RATE] [-s MS] -c CPU DIR: while data keeps coming,
 * when is somebody woken who waits on a CPU's trace_pipe_raw, and how much is there then? HOW is
 * read, splice or mmap, each blocking. A child writes RATE (20) events in every millisecond on that
 * CPU; for MS (1500) milliseconds, after a third of that to get going, each wait is measured. With
 * -q, that is when another child writes PERCENT to buffer_percent, which somebody waits for then;
 * measured is each wait that begins after that.
 *
 * Another child sleeps for MS (10) milliseconds, those of -l, and again, to tell how late this
 * machine is with everything.
 *
 * Prints: waits=N wait=US fill=N age=US late=US
 *	waits	how many there were
 *	wait	how long one took, the median
 *	fill	how many pages had something to be read when one ended, the median
 *	age	how old the oldest event then was, that nine in ten did not exceed; not for mmap
 *	late	the same for how late the sleeps were
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "ringpage.h"
#include "trace_mmap.h"

/* A wait takes longer than being told at once that there is something */
#define WAIT_US		500
#define PIPE_SIZE	(1 << 20)
#define MAX_VALUES	100000

struct values {
	unsigned int	nr;
	__u64		us[MAX_VALUES];
};

static struct values *shared_values(void)
{
	struct values *v = mmap(NULL, sizeof(*v), PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (v == MAP_FAILED)
		die("mmap: %s", strerror(errno));
	return v;
}

static void add(struct values *v, __u64 us)
{
	if (v->nr < MAX_VALUES)
		v->us[v->nr++] = us;
}

static int compare(const void *a, const void *b)
{
	__u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return x < y ? -1 : x > y;
}

/* What @part in ten do not exceed; 0 if there are none */
static __u64 quantile(struct values *v, unsigned int part)
{
	qsort(v->us, v->nr, sizeof(v->us[0]), compare);
	return v->nr ? v->us[(v->nr - 1) * part / 10] : 0;
}

static pid_t child(void)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

static void write_events(const char *dir, unsigned int cpu, __u64 rate)
{
	__u64 start, due, done = 0;
	char path[512];
	cpu_set_t set;
	int fd;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	snprintf(path, sizeof(path), "%s/write_event", dir);
	fd = open(path, O_WRONLY);
	if (fd < 0 || sched_setaffinity(0, sizeof(set), &set))
		die("evstream: %s: %s", path, strerror(errno));
	start = now_ns(CLOCK_MONOTONIC);
	for (;;) {
		due = (now_ns(CLOCK_MONOTONIC) - start) / 1000 * rate / 1000;
		/* What this machine was too late for is not made up for, or it would be a flood */
		if (due > done + 4 * rate)
			done = due - rate;
		for (; done < due; done++) {
			if (write(fd, "1", 1) != 1)
				die("evstream: %s: %s", path, strerror(errno));
		}
		usleep(1000);
	}
}

static void sleep_late(struct values *late, __u64 ms)
{
	__u64 start, us;

	for (;;) {
		start = now_ns(CLOCK_MONOTONIC);
		usleep(ms * 1000);
		us = (now_ns(CLOCK_MONOTONIC) - start) / 1000;
		add(late, us - ms * 1000);
	}
}

static void change_percent(const char *dir, const char *percent, __u64 ms, struct values *changed)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/buffer_percent", dir);
	fd = open(path, O_WRONLY);
	usleep(ms * 1000);
	if (fd < 0 || write(fd, percent, strlen(percent)) != (ssize_t)strlen(percent))
		die("evstream: %s: %s", path, strerror(errno));
	add(changed, ms * 1000);
	exit(0);
}

static __u64 page_age(const char *raw)
{
	struct page p = open_page(raw, false);
	unsigned int pos = 0;
	__u64 time = p.time;
	struct record r;

	if (!next_record(&p, &pos, &time, &r))
		die("evstream: a page without an event");
	return (now_ns(CLOCK_BOOTTIME) - r.time) / 1000;
}

/* Each waits and takes: returns how many pages there were, and how old the oldest event was */
static unsigned int take_read(int fd, __u64 *age)
{
	static char page[MAX_PAGE];

	if (read(fd, page, PAGE) != PAGE)
		die("evstream: read: %s", strerror(errno));
	*age = page_age(page);
	return 1;
}

static unsigned int take_splice(int fd, __u64 *age)
{
	static int pipes[2] = { -1, -1 };
	static char data[PIPE_SIZE];
	ssize_t n;

	if (pipes[0] < 0 && (pipe(pipes) || fcntl(pipes[1], F_SETPIPE_SZ, PIPE_SIZE) < 0))
		die("evstream: pipe: %s", strerror(errno));
	n = splice(fd, NULL, pipes[1], NULL, PIPE_SIZE, 0);
	/* There is something, but it is on a page that is being written */
	if (!n)
		return 0;
	if (n < 0)
		die("evstream: splice: %zd (%s)", n, strerror(errno));
	if (read(pipes[0], data, n) != n)
		die("evstream: the pipe has less than %zd bytes", n);
	*age = page_age(data);
	return n / PAGE;
}

static const char *stats_dir;
static unsigned int stats_cpu;

static unsigned int unread_events(void)
{
	const char *text = slurp("%s/per_cpu/cpu%u/stats", stats_dir, stats_cpu);

	return atoi(text + strlen("entries: "));
}

static unsigned int take_mmap(int fd, __u64 *age)
{
	static char *meta;
	unsigned int events;

	*age = 0;
	if (!meta) {
		meta = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
		if (meta == MAP_FAILED)
			die("evstream: trace_pipe_raw cannot be mapped: %s", strerror(errno));
	}
	if (ioctl(fd, TRACE_MMAP_IOCTL_GET_READER))
		die("evstream: TRACE_MMAP_IOCTL_GET_READER: %s", strerror(errno));
	/* 20 bytes each, the header included, and what has been got counts as unread for now */
	events = unread_events();
	return events * 20 / PAGE_DATA + 1;
}

int main(int argc, char **argv)
{
	__u64 rate = 20, ms = 1500, sleep_ms = 10, begin, start, now, us, age;
	unsigned int (*take)(int fd, __u64 *age) = take_read;
	static struct values waits, fills, ages;
	struct values *late = shared_values();
	struct values *changed = shared_values();
	const char *percent = NULL;
	unsigned int cpu = -1, fill;
	pid_t writer, sleeper;
	char path[512];
	bool asked;
	int opt, fd;

	while ((opt = getopt(argc, argv, "c:l:m:q:r:s:")) != -1) {
		switch (opt) {
		case 'c':
			cpu = number(optarg, "-c");
			break;
		case 'l':
			sleep_ms = number(optarg, "-l");
			break;
		case 'm':
			if (!strcmp(optarg, "splice"))
				take = take_splice;
			else if (!strcmp(optarg, "mmap"))
				take = take_mmap;
			else if (strcmp(optarg, "read"))
				return 2;
			break;
		case 'q':
			percent = optarg;
			break;
		case 'r':
			rate = number(optarg, "-r");
			break;
		case 's':
			ms = number(optarg, "-s");
			break;
		default:
			return 2;
		}
	}
	if (optind + 1 != argc || cpu >= MAX_CPUS) {
		fprintf(stderr, "usage: evstream [-l MS] [-m read|splice|mmap] [-q PERCENT] "
			"[-r RATE] [-s MS] -c CPU DIR\n");
		return 2;
	}
	stats_dir = argv[optind];
	stats_cpu = cpu;
	load_events(argv[optind]);
	writer = child();
	if (!writer)
		write_events(argv[optind], cpu, rate);
	sleeper = child();
	if (!sleeper)
		sleep_late(late, sleep_ms);
	if (percent && !child())
		change_percent(argv[optind], percent, ms / 3, changed);

	/* Not before: a child's end would close its own and have nobody wait in this file again */
	snprintf(path, sizeof(path), "%s/per_cpu/cpu%u/trace_pipe_raw", argv[optind], cpu);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		die("evstream: %s: %s", path, strerror(errno));

	begin = now_ns(CLOCK_MONOTONIC);
	do {
		asked = !percent || changed->nr;
		start = now_ns(CLOCK_MONOTONIC);
		fill = take(fd, &age);
		now = now_ns(CLOCK_MONOTONIC);
		us = (now - start) / 1000;
		if (!fill || us < WAIT_US || !asked || now - begin < ms * 1000000 / 3)
			continue;
		add(&waits, us);
		add(&fills, fill);
		add(&ages, age);
	} while (now - begin < ms * 1000000);

	kill(writer, SIGKILL);
	kill(sleeper, SIGKILL);
	while (wait(NULL) > 0)
		;
	printf("waits=%u wait=%llu fill=%llu age=%llu late=%llu\n", waits.nr, quantile(&waits, 5),
	       quantile(&fills, 5), quantile(&ages, 9), quantile(late, 9));
	return 0;
}
