// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz [-s SEED] [-n OPERATIONS] [-t THREADS] [-w SECONDS]: everything that can be done to a file,
 * done to all files of the remote for tests, in random order from several threads at once.
 *
 * What a thread does next is decided by a stream of random numbers of its own, made of the seed,
 * and by nothing that comes of it: the same seed does the same again, though not at the same time.
 * Descriptors and mappings are all threads' and kept in tables, by whose places they are chosen; so
 * one thread closes what another one reads.
 *
 * Whoever waits in the kernel is sent a signal soon. Whoever is not back from one operation after
 * SECONDS is a failure: where all threads are is told then.
 *
 * Afterwards all is closed and switched off, and the rings must be unloaded.
 */
#include <ftw.h>
#include <sched.h>
#include <signal.h>
#include <time.h>
#include <sys/epoll.h>
#include <sys/syscall.h>

#include "fuzz.h"

static struct thread threads[MAX_THREADS];
static __thread struct thread *self;
static unsigned long nr_ops = 1000000;
static unsigned int nr_threads = 4, bound = 120;
static uint64_t seed = 1;

static unsigned int some_op(struct thread *t)
{
	static unsigned int total;
	unsigned int i, n;

	if (!total) {
		for (i = 0, n = 0; i < nr_ops_known; i++)
			n += ops[i].often;
		total = n;
	}
	for (;;) {
		n = below(t, total);
		for (i = 0; n >= ops[i].often; i++)
			n -= ops[i].often;
		if (once_in(t, ops[i].seldom))
			return i;
	}
}

static void *run(void *data)
{
	struct thread *t = data;
	unsigned long i;

	self = t;
	t->tid = syscall(SYS_gettid);
	for (i = 0; i < nr_ops / nr_threads; i++) {
		unsigned int op = some_op(t);

		t->op = op;
		if (ops[op].run(t) < 0)
			ops[op].bad++;
		else
			ops[op].good++;
		t->done++;
	}
	t->op = -1;

	return NULL;
}

static void on_fault(int sig)
{
	if (!self || !self->touching) {
		signal(sig, SIG_DFL);
		return;
	}
	self->touching = false;
	siglongjmp(self->fault, 1);
}

static void on_kick(int sig)
{
	(void)sig;
}

static void show(const char *path)
{
	static char buf[65536];

	printf("%s:\n%s", path, get(path, buf, sizeof(buf)));
}

/* Everybody's stack in the kernel, and what each is at */
static void tell_all(void)
{
	char path[64];
	unsigned int i;

	for (i = 0; i < nr_threads; i++) {
		int op = threads[i].op;

		printf("thread %u (%d): operation %lu, %s\n", i, threads[i].tid, threads[i].done,
		       op < 0 ? "none" : ops[op].name);
		snprintf(path, sizeof(path), "/proc/self/task/%d/stack", threads[i].tid);
		show(path);
	}
	fflush(stdout);
	/* And of all others */
	try_put("/proc/sysrq-trigger", "w");
	try_put("/proc/sysrq-trigger", "l");
}

/* Interrupt who waits; fail if somebody waits for good */
static void watch(void)
{
	unsigned long last[MAX_THREADS] = { }, ticks[MAX_THREADS] = { };
	const struct timespec tick = { .tv_nsec = 5000000 };
	const unsigned long most = bound * 200UL;
	unsigned int i, busy;

	do {
		nanosleep(&tick, NULL);
		for (i = busy = 0; i < nr_threads; i++) {
			struct thread *t = &threads[i];

			if (t->done >= nr_ops / nr_threads)
				continue;
			busy++;
			if (t->done != last[i] || !t->tid) {
				last[i] = t->done;
				ticks[i] = 0;
				continue;
			}
			if (++ticks[i] >= most) {
				printf("thread %u has not come back for %u seconds\n", i, bound);
				tell_all();
				fail("hang: seed %llu", (unsigned long long)seed);
			}
			if (ticks[i] > 1)
				syscall(SYS_tgkill, getpid(), t->tid, SIGUSR1);
		}
	} while (busy);
}

static int add_path(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	if (nr_paths < MAX_PATHS)
		paths[nr_paths++] = strdup(path);

	return 0;
}

static void tidy(void)
{
	char buf[64];
	unsigned int i, tries;

	for (i = 0; i < NR_FDS; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
	maps_tidy();
	for (i = 0; i < NR_PIPES; i++) {
		close(pipes[i][0]);
		close(pipes[i][1]);
	}
	close(epoll_fd);
	try_put("/sys/devices/system/cpu/cpu1/online", "1");
	reset_remote();

	/* Who prints to the kernel log lets go of the rings when it has seen that it is to */
	for (tries = 0;
	     !strstr(get(REMOTE "buffer_size_kb", buf, sizeof(buf)), "(unloaded)");
	     tries++) {
		if (tries == 1000) {
			show(REMOTE "per_cpu/cpu0/stats");
			show(REMOTE "per_cpu/cpu1/stats");
			fail("the rings are still loaded: %s", buf);
		}
		usleep(10000);
	}
	put(REMOTE "buffer_size_kb", "7");
	put(REMOTE "options/overwrite", "1");
}

int main(int argc, char **argv)
{
	struct sigaction fault = { .sa_handler = on_fault, .sa_flags = SA_NODEFER };
	struct sigaction kick = { .sa_handler = on_kick };
	struct timespec t0, t1;
	unsigned long total = 0;
	unsigned int i;
	int opt;

	while ((opt = getopt(argc, argv, "s:n:t:w:")) != -1) {
		switch (opt) {
		case 's':
			seed = strtoull(optarg, NULL, 0);
			break;
		case 'n':
			nr_ops = strtoul(optarg, NULL, 0);
			break;
		case 't':
			nr_threads = strtoul(optarg, NULL, 0);
			break;
		case 'w':
			bound = strtoul(optarg, NULL, 0);
			break;
		default:
			fail("usage: fuzz [-s SEED] [-n OPERATIONS] [-t THREADS] [-w SECONDS]");
		}
	}
	if (!nr_threads || nr_threads > MAX_THREADS || nr_ops < nr_threads)
		fail("1 to %d threads, and an operation for each", MAX_THREADS);

	setvbuf(stdout, NULL, _IOLBF, 0);
	page_size = sysconf(_SC_PAGESIZE);
	sigaction(SIGSEGV, &fault, NULL);
	sigaction(SIGBUS, &fault, NULL);
	sigaction(SIGUSR1, &kick, NULL);
	signal(SIGPIPE, SIG_IGN);

	for (i = 0; i < NR_TREES; i++) {
		if (nftw(trees[i], add_path, 16, FTW_PHYS))
			fail("%s: %s", trees[i], strerror(errno));
	}
	if (nr_paths == MAX_PATHS)
		fail("more than %d files", MAX_PATHS);

	null_fd = open("/dev/null", O_WRONLY);
	epoll_fd = epoll_create1(0);
	for (i = 0; i < NR_PIPES; i++) {
		if (pipe2(pipes[i], O_NONBLOCK))
			fail("pipe: %s", strerror(errno));
	}
	for (i = 0; i < NR_FDS; i++)
		fds[i] = -1;
	maps_init();

	printf("seed %llu, %lu operations, %u threads, %u files\n", (unsigned long long)seed,
	       nr_ops, nr_threads, nr_paths);
	clock_gettime(CLOCK_MONOTONIC, &t0);
	for (i = 0; i < nr_threads; i++) {
		struct thread *t = &threads[i];

		t->random = seed * MAX_THREADS + i;
		/* So that streams of neighbours have nothing in common */
		t->random = random64(t);
		t->buf = malloc(BUF_SIZE);
		if (!t->buf || pthread_create(&t->thread, NULL, run, t))
			fail("thread %u: cannot be started", i);
	}
	watch();
	for (i = 0; i < nr_threads; i++)
		pthread_join(threads[i].thread, NULL);
	clock_gettime(CLOCK_MONOTONIC, &t1);
	tidy();

	for (i = 0; i < nr_ops_known; i++) {
		printf("%-10s %8lu done %8lu refused\n", ops[i].name, ops[i].good, ops[i].bad);
		total += ops[i].good + ops[i].bad;
	}
	printf("%lu operations in %ld s\n", total, t1.tv_sec - t0.tv_sec);
	/* One that is always refused tries nothing. Names are to be refused */
	for (i = 0; i < nr_ops_known; i++) {
		if (!ops[i].good && ops[i].bad > 100 && strcmp(ops[i].name, "name"))
			fail("%s: always refused", ops[i].name);
	}

	return 0;
}
