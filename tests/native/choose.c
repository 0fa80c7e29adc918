// SPDX-License-Identifier: GPL-2.0
/*
 * The fuzzer's choices: each is made of the thread's random numbers, and takes as many of them
 * whatever has come of those before it.
 */
#include "fuzz.h"

/* The three places a remote appears in, and the host's own switches of its events */
const char *const trees[NR_TREES] = {
	TRACING "remote_test",
	TRACING "remotes/remote_test",
	TRACING "instances/remote_test",
	TRACING "events/remote_test",
};

char *paths[MAX_PATHS];
unsigned int nr_paths;
atomic_int fds[NR_FDS];
int pipes[NR_PIPES][2], null_fd, epoll_fd;
long page_size;

/* Those that have most to them are opened most */
static const char *const favourites[] = {
	"trace", "trace_pipe", "per_cpu/cpu0/trace", "per_cpu/cpu0/trace_pipe",
	"per_cpu/cpu0/trace_pipe_raw", "per_cpu/cpu1/trace_pipe_raw",
	"per_cpu/cpu0/trace_pipe_raw", "per_cpu/cpu1/trace_pipe", "per_cpu/cpu0/stats",
	"tracing_on", "buffer_size_kb", "set_event", "events/enable",
};

/* splitmix64 */
uint64_t random64(struct thread *t)
{
	uint64_t x = t->random += 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;

	return x ^ x >> 31;
}

unsigned int below(struct thread *t, unsigned int end)
{
	return random64(t) % end;
}

/* One time in @n */
bool once_in(struct thread *t, unsigned int n)
{
	return !below(t, n);
}

/* A length, mostly a small one, sometimes a page or about, seldom nonsense */
size_t some_len(struct thread *t)
{
	switch (below(t, 8)) {
	case 0:
		return below(t, 4);
	case 1:
		return page_size - 8 + below(t, 16);
	case 2:
		return page_size * below(t, BUF_SIZE / page_size + 1);
	case 3:
		return once_in(t, 16) ? random64(t) : 0;
	case 4:
		return below(t, BUF_SIZE);
	default:
		return below(t, 512);
	}
}

size_t buf_len(struct thread *t)
{
	size_t len = some_len(t);

	return len <= BUF_SIZE ? len : BUF_SIZE;
}

loff_t some_offset(struct thread *t)
{
	return once_in(t, 8) ? (loff_t)random64(t) : (loff_t)below(t, 4) * below(t, 10000);
}

int some_fd(struct thread *t)
{
	return fds[below(t, NR_FDS)];
}

/* A buffer, sometimes a bad one */
void *some_buf(struct thread *t)
{
	return once_in(t, 32) ? (void *)(random64(t) & 0xffffffff) : t->buf;
}

/* Put a descriptor in a place; what was there is closed */
int keep(struct thread *t, int fd)
{
	unsigned int place = below(t, NR_FDS);

	if (fd < 0)
		return -1;
	fd = atomic_exchange(&fds[place], fd);
	if (fd >= 0)
		close(fd);

	return 0;
}

const char *some_path(struct thread *t, char *buf, size_t size)
{
	unsigned int tree = below(t, 3), file = below(t, ARRAY_SIZE(favourites));
	unsigned int any = below(t, nr_paths);

	if (once_in(t, 2))
		return paths[any];
	snprintf(buf, size, "%s/%s", trees[tree], favourites[file]);

	return buf;
}

/* What may be written to a file: words that are right for one of them, and what is not */
static const char *const words[] = {
	"0", "1", "0\n", "1\n", "2", "-1", "", "\n", " ", "  1  ", "50", "100", "101", "7", "64",
	"1000", "4096", "99999999999", "18446744073709551616", "0x10", "0x", "1x", "on", "off",
	"boot", "local",
	"mono", "nop", "function", "overwrite", "nooverwrite", "stacktrace", "nostacktrace",
	"nonsense", "nononsense", "remote_test_short", "!remote_test_short", "remote_test_long",
	"!remote_test_long", "remote_test:*", "!remote_test:*", "remote_test:remote_test_value",
	"!remote_test:", "*:*", "!*:*", "remote_test", "remote_test_short remote_test_long",
	"nosuch:nosuch", "!!", ":", "*", "$$", "123", "1 2 3", "%s%n", "\xff\xfe", "[boot]",
	"traceon", "stacktrace:1", "!traceon",
};

size_t some_words(struct thread *t, char *buf, size_t size)
{
	size_t len = 0, i;

	if (once_in(t, 16)) {
		len = below(t, size);
		for (i = 0; i < len; i++)
			buf[i] = random64(t);
		return len;
	}
	if (once_in(t, 8)) {
		len = below(t, size);
		memset(buf, 'a' + below(t, 26), len);
		return len;
	}
	do {
		len += snprintf(buf + len, size - len, "%s%s", len ? " " : "",
				words[below(t, ARRAY_SIZE(words))]);
	} while (once_in(t, 6) && len < size / 2);

	return len < size ? len : size - 1;
}
