// SPDX-License-Identifier: GPL-2.0
/*
 * The fuzzer's operations on files, and the table of all operations.
 */
#include <poll.h>
#include <signal.h>
#include <time.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "../../overlay/include/uapi/linux/remote_trace_mmap.h"
#include "fuzz.h"

static long do_open(struct thread *t)
{
	static const int ways[] = { O_RDONLY, O_RDONLY, O_RDONLY, O_WRONLY, O_RDWR };
	static const int extras[] = { O_TRUNC, O_APPEND, O_CLOEXEC, O_DIRECT, O_CREAT, O_EXCL,
				      O_DIRECTORY, O_NOFOLLOW, O_PATH, O_SYNC, O_NOATIME };
	char buf[256];
	const char *path = some_path(t, buf, sizeof(buf));
	int flags = ways[below(t, ARRAY_SIZE(ways))];

	if (!once_in(t, 4))
		flags |= O_NONBLOCK;
	if (once_in(t, 4))
		flags |= extras[below(t, ARRAY_SIZE(extras))];

	return keep(t, open(path, flags, 0644));
}

static long do_read(struct thread *t)
{
	int fd = some_fd(t);
	size_t len = buf_len(t);

	return read(fd, some_buf(t), len);
}

static long do_pread(struct thread *t)
{
	int fd = some_fd(t);
	size_t len = buf_len(t);

	return pread(fd, t->buf, len, some_offset(t));
}

static long do_readv(struct thread *t)
{
	int fd = some_fd(t), flags = below(t, 2) * RWF_NOWAIT;
	struct iovec iov[4];
	unsigned int i, nr = below(t, ARRAY_SIZE(iov) + 1);

	for (i = 0; i < ARRAY_SIZE(iov); i++) {
		iov[i].iov_len = below(t, BUF_SIZE / 4);
		iov[i].iov_base = once_in(t, 32) ? NULL : t->buf + i * (BUF_SIZE / 4);
	}

	return once_in(t, 2) ? readv(fd, iov, nr) : preadv2(fd, iov, nr, -1, flags);
}

static long do_write(struct thread *t)
{
	int fd = some_fd(t);
	char buf[256];
	size_t len = some_words(t, buf, once_in(t, 16) ? sizeof(buf) : 64);

	return once_in(t, 64) ? write(fd, some_buf(t), some_len(t)) : write(fd, buf, len);
}

/* A word to a file that is opened for it: most descriptors are not open for writing */
static long do_put(struct thread *t)
{
	char path[256], buf[64];
	const char *name = some_path(t, path, sizeof(path));
	size_t len = some_words(t, buf, sizeof(buf));
	int fd = open(name, O_WRONLY | O_NONBLOCK);
	long ret;

	if (fd < 0)
		return -1;
	ret = write(fd, buf, len);
	close(fd);

	return ret;
}

/* What everything else needs to have something to work on */
static long do_run(struct thread *t)
{
	static const char *const rates[] = { "0", "10", "1000", "10000", "50000" };
	static const char *const sizes[] = { "7", "7", "32", "100", "1000" };
	char path[256];
	int ret;

	switch (below(t, 6)) {
	case 0:
		return try_put(PARAMS "rate", rates[below(t, ARRAY_SIZE(rates))]) ? -1 : 0;
	case 1:
		ret = try_put(REMOTE "buffer_size_kb", sizes[below(t, ARRAY_SIZE(sizes))]);
		break;
	case 2:
		snprintf(path, sizeof(path), "%s/events/enable", trees[below(t, 3)]);
		ret = try_put(path, "1");
		break;
	case 3:
		ret = try_put(REMOTE "write_event", "77");
		break;
	default:
		snprintf(path, sizeof(path), "%s/tracing_on", trees[below(t, 3)]);
		ret = try_put(path, once_in(t, 3) ? "0" : "1");
		break;
	}

	return ret ? -1 : 0;
}

static long do_splice(struct thread *t)
{
	int fd = some_fd(t), out = pipes[below(t, NR_PIPES)][1];
	size_t len = some_len(t);
	unsigned int flags = below(t, 16);
	loff_t offset = some_offset(t), *at = once_in(t, 8) ? &offset : NULL;

	return splice(fd, at, out, NULL, len, flags);
}

/* The other way round: pages into a file, which no file takes, or away */
static long do_splice_out(struct thread *t)
{
	int fd = some_fd(t), in = pipes[below(t, NR_PIPES)][0];
	size_t len = some_len(t);

	return splice(in, NULL, once_in(t, 4) ? fd : null_fd, NULL, len, SPLICE_F_NONBLOCK);
}

static long do_drain(struct thread *t)
{
	int in = pipes[below(t, NR_PIPES)][0];

	return read(in, t->buf, buf_len(t));
}

static long do_tee(struct thread *t)
{
	int in = pipes[below(t, NR_PIPES)][0], out = pipes[below(t, NR_PIPES)][1];

	return tee(in, out, some_len(t), SPLICE_F_NONBLOCK);
}

static long do_sendfile(struct thread *t)
{
	int fd = some_fd(t), out = once_in(t, 2) ? null_fd : pipes[below(t, NR_PIPES)][1];
	off_t offset = some_offset(t);
	bool at = once_in(t, 8);

	return sendfile(out, fd, at ? &offset : NULL, buf_len(t));
}

static long do_poll(struct thread *t)
{
	struct pollfd pfds[3];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pfds); i++) {
		pfds[i].fd = some_fd(t);
		pfds[i].events = random64(t);
	}

	return poll(pfds, ARRAY_SIZE(pfds), below(t, 3));
}

static long do_epoll(struct thread *t)
{
	static const int ctls[] = { EPOLL_CTL_ADD, EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL };
	struct epoll_event event = { .events = EPOLLIN }, events[4];
	int fd = some_fd(t);

	if (once_in(t, 3))
		return epoll_wait(epoll_fd, events, ARRAY_SIZE(events), below(t, 3));
	if (once_in(t, 2))
		event.events |= EPOLLET;
	if (once_in(t, 8))
		event.events |= EPOLLONESHOT;

	return epoll_ctl(epoll_fd, ctls[below(t, ARRAY_SIZE(ctls))], fd, &event);
}

/* Several pages of what is mapped, which sometimes cannot be told */
static long get_pages(struct thread *t, int fd)
{
	struct remote_trace_get_pages *get = some_buf(t);
	char *edge = NULL;
	long ret;

	if (once_in(t, 8)) {
		edge = mmap(NULL, 2 * page_size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (edge == MAP_FAILED)
			return -1;
		mprotect(edge + page_size, page_size, PROT_NONE);
		get = (void *)(edge + page_size - sizeof(*get) * (1 + below(t, 8)));
	}
	if (edge || get == (void *)t->buf) {
		*get = (struct remote_trace_get_pages) {
			.flags = once_in(t, 16) ? random64(t) : 0,
			.nr = once_in(t, 16) ? random64(t) : below(t, 20),
		};
	}
	ret = ioctl(fd, REMOTE_TRACE_IOCTL_GET_PAGES, get);
	if (edge)
		munmap(edge, 2 * page_size);

	return ret;
}

static long do_ioctl(struct thread *t)
{
	/* TRACE_MMAP_IOCTL_GET_READER, and what other files know */
	static const unsigned long calls[] = { 0x5220, 0x5220, 0x5220, FIONREAD, FIONBIO, FIOASYNC,
					       FIOCLEX, FIOQSIZE };
	int fd = some_fd(t);
	unsigned long call = calls[below(t, ARRAY_SIZE(calls))];

	if (once_in(t, 3))
		return get_pages(t, fd);

	if (once_in(t, 8))
		call = random64(t) & 0xffffffff;

	return ioctl(fd, call, once_in(t, 4) ? 1UL : 0UL);
}

static long do_lseek(struct thread *t)
{
	int fd = some_fd(t), whence = below(t, 6);

	return lseek(fd, some_offset(t), whence);
}

static long do_close(struct thread *t)
{
	int fd = atomic_exchange(&fds[below(t, NR_FDS)], -1);

	return fd < 0 ? -1 : close(fd);
}

static long do_dup(struct thread *t)
{
	return keep(t, dup(some_fd(t)));
}

static long do_fcntl(struct thread *t)
{
	int fd = some_fd(t);

	switch (below(t, 4)) {
	case 0:
		return fcntl(fd, F_SETFL, once_in(t, 4) ? 0 : O_NONBLOCK);
	case 1:
		return fcntl(pipes[below(t, NR_PIPES)][0], F_SETPIPE_SZ,
			     page_size << below(t, 6));
	case 2:
		return flock(fd, LOCK_SH | LOCK_NB);
	default:
		return fcntl(fd, F_GETFL);
	}
}

static long do_stat(struct thread *t)
{
	struct stat st;
	int fd = some_fd(t);

	switch (below(t, 4)) {
	case 0:
		return fsync(fd);
	case 1:
		return ftruncate(fd, some_offset(t));
	case 2:
		return syscall(SYS_getdents64, fd, t->buf, BUF_SIZE);
	default:
		return fstat(fd, &st);
	}
}

/* Names are the kernel's: nobody else makes, moves or removes one */
static long do_name(struct thread *t)
{
	char path[256], other[512];
	const char *name = some_path(t, path, sizeof(path));
	int ret;

	snprintf(other, sizeof(other), "%s.x", name);
	switch (below(t, 4)) {
	case 0:
		ret = rmdir(name);
		break;
	case 1:
		ret = unlink(name);
		break;
	case 2:
		ret = rename(name, other);
		break;
	default:
		ret = mkdir(other, 0755);
		break;
	}
	if (!ret)
		fail("%s: there was something that could be done to its name", name);

	return ret;
}

static long wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -1;
	}

	return 0;
}

/* A child does a little with what it has inherited */
static long (*const child_ops[])(struct thread *t) = {
	do_read, do_poll, do_splice, do_lseek, do_touch, do_close, do_ioctl, do_open,
};

static long do_fork(struct thread *t)
{
	unsigned int i, nr = below(t, 8);
	uint64_t random = random64(t);
	pid_t pid = fork();

	if (!pid) {
		/* Nobody is there to interrupt it */
		alarm(1);
		signal(SIGALRM, SIG_DFL);
		t->random = random;
		for (i = 0; i < nr; i++) {
			unsigned int op = below(t, ARRAY_SIZE(child_ops));

			/* A lock may have been held by a thread that there is no more */
			if (child_ops[op] != do_touch)
				child_ops[op](t);
		}
		_exit(0);
	}

	return pid < 0 ? -1 : wait_for(pid);
}

/* Who waits in a read or a splice is killed there, or on the way */
static long do_kill(struct thread *t)
{
	static const char *const files[] = { "trace_pipe", "per_cpu/cpu0/trace_pipe",
					     "per_cpu/cpu1/trace_pipe_raw", "trace" };
	struct timespec ts = { .tv_nsec = below(t, 3000000) };
	char path[256];
	bool splices = once_in(t, 2);
	pid_t pid;

	snprintf(path, sizeof(path), "%s/%s", trees[below(t, 3)],
		 files[below(t, ARRAY_SIZE(files))]);
	pid = fork();
	if (!pid) {
		int fd = open(path, O_RDONLY);

		for (;;) {
			if (splices)
				splice(fd, NULL, pipes[0][1], NULL, BUF_SIZE, 0);
			else
				(void)!read(fd, t->buf, BUF_SIZE);
		}
	}
	if (pid < 0)
		return -1;
	nanosleep(&ts, NULL);
	kill(pid, SIGKILL);

	return wait_for(pid);
}

static long do_hotplug(struct thread *t)
{
	return try_put("/sys/devices/system/cpu/cpu1/online", once_in(t, 2) ? "0" : "1") ? -1 : 0;
}

struct op ops[] = {
	{ .name = "open",	.run = do_open,	.often = 30, .seldom = 1 },
	{ .name = "read",	.run = do_read,	.often = 20, .seldom = 1 },
	{ .name = "pread",	.run = do_pread,	.often = 4, .seldom = 1 },
	{ .name = "readv",	.run = do_readv,	.often = 6, .seldom = 1 },
	{ .name = "write",	.run = do_write,	.often = 8, .seldom = 1 },
	{ .name = "put",	.run = do_put,		.often = 6, .seldom = 1 },
	{ .name = "run",	.run = do_run,		.often = 4, .seldom = 1 },
	{ .name = "splice",	.run = do_splice,	.often = 16, .seldom = 1 },
	{ .name = "splice-out",	.run = do_splice_out,	.often = 6, .seldom = 1 },
	{ .name = "drain",	.run = do_drain,	.often = 8, .seldom = 1 },
	{ .name = "tee",	.run = do_tee,		.often = 2, .seldom = 1 },
	{ .name = "sendfile",	.run = do_sendfile,	.often = 4, .seldom = 1 },
	{ .name = "mmap",	.run = do_mmap,	.often = 4, .seldom = 1 },
	{ .name = "munmap",	.run = do_munmap,	.often = 3, .seldom = 1 },
	{ .name = "touch",	.run = do_touch,	.often = 8, .seldom = 1 },
	{ .name = "remap",	.run = do_remap,	.often = 1, .seldom = 1 },
	{ .name = "poll",	.run = do_poll,	.often = 4, .seldom = 1 },
	{ .name = "epoll",	.run = do_epoll,	.often = 6, .seldom = 1 },
	{ .name = "ioctl",	.run = do_ioctl,	.often = 6, .seldom = 1 },
	{ .name = "lseek",	.run = do_lseek,	.often = 4, .seldom = 1 },
	{ .name = "close",	.run = do_close,	.often = 12, .seldom = 1 },
	{ .name = "dup",	.run = do_dup,		.often = 2, .seldom = 1 },
	{ .name = "fcntl",	.run = do_fcntl,	.often = 2, .seldom = 1 },
	{ .name = "stat",	.run = do_stat,	.often = 2, .seldom = 1 },
	{ .name = "name",	.run = do_name,	.often = 1, .seldom = 4 },
	{ .name = "fork",	.run = do_fork,	.often = 1, .seldom = 20 },
	{ .name = "kill",	.run = do_kill,	.often = 1, .seldom = 20 },
	{ .name = "hotplug",	.run = do_hotplug,	.often = 1, .seldom = 200 },
};

const unsigned int nr_ops_known = ARRAY_SIZE(ops);
