// SPDX-License-Identifier: GPL-2.0
/*
 * failnth [OPTION...] DIR FILE OP: do one thing to DIR/FILE again and again, and have the first,
 * the second, the third ... of what can fail in it fail: allocations, copies from and to user
 * memory, and what the hypervisor is asked for. Ends when it has succeeded without any of these.
 * OP:
 *
 *	open		open and close it
 *	trunc		open it with O_TRUNC
 *	write=TEXT	write TEXT to it once it is open
 *	read=N		read up to N bytes, again and again until there is nothing more
 *	splice=N	the same, into a pipe
 *	poll epoll	wait, for no time
 *	mmap		map the first page and all data pages of trace_pipe_raw
 *	get		TRACE_MMAP_IOCTL_GET_READER once it is mapped, twice: for two pages
 *	get=N		REMOTE_TRACE_IOCTL_GET_PAGES likewise, twice up to N pages
 *
 *	-a ERRORS	what a failure may be, separated by commas (ENOMEM)
 *	-e N		before each time, have N selftest events written; whatever has failed, it
 *			then goes on without failures: none may be missing, or come twice
 *	-l N		only the last N points, counted by one time more
 *	-s FILE		what DIR/FILE says may not be changed by a failure; more than one may be
 *			given
 *	-u FILE=TEXT	undoes what OP does: write TEXT to DIR/FILE, or if TEXT is empty, open it
 *			with O_TRUNC; more than one may be given
 *	-w NAME		what the points that failed are counted for
 *
 * After each failure the same is done without one, which must succeed, and is undone. Then all
 * files of -s must say what they said in the beginning.
 *
 * Prints "NAME: N points, N failures, N went on"; the rest is those that made no difference to
 * the outcome.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "../../../overlay/include/uapi/linux/remote_trace_mmap.h"
#include "ringpage.h"
#include "trace_mmap.h"

#define MAX_PAGES			32
/* In the first page of a mapping, as <linux/trace_mmap.h> has it */
#define MAP_NR_SUBBUFS			3	/* in words of 4 bytes */
#define MAP_READ			7	/* in words of 8 bytes */

#define MAX_LISTED	16
#define MAX_STATE	65536
/* More than any operation has */
#define MAX_POINTS	100000

static const char *dir, *file, *op, *name;
static const char *allowed = "ENOMEM";
static const char *states[MAX_LISTED], *undos[MAX_LISTED];
static int nr_states, nr_undos, fail_fd, event_fd, pipes[2];
static __u64 nr_events;

/* What has been read since the events were written */
static char got[1 << 20];
static size_t nr_got;
/* What is in the pipe */
static size_t nr_piped;

static char path_text[1024];

static const char *path(const char *of)
{
	snprintf(path_text, sizeof(path_text), "%s/%s", dir, of);
	return path_text;
}

static const char *argument(const char *of)
{
	size_t len = strlen(of);

	return !strncmp(op, of, len) && op[len] == '=' ? op + len + 1 : NULL;
}

static void arm(unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);

	if (pwrite(fail_fd, text, len, 0) != len)
		die("%s: fail-nth: %s", name, strerror(errno));
}

/* Returns how many more could have failed before the one that was to; 0 if it has */
static unsigned int disarm(void)
{
	char text[16] = "";
	ssize_t n;

	/* To tell it is one more thing that can fail */
	n = pread(fail_fd, text, sizeof(text) - 1, 0);
	while (pwrite(fail_fd, "0", 1, 0) != 1)
		;
	return n > 0 ? atoi(text) : 1;
}

static void put(const char *to, const char *text)
{
	int fd = open(path(to), *text ? O_WRONLY : O_WRONLY | O_TRUNC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		die("%s: '%s' to %s: %s", name, text, to, strerror(errno));
	close(fd);
}

static void undo(void)
{
	char to[512];
	int i;

	for (i = 0; i < nr_undos; i++) {
		const char *text = strchr(undos[i], '=');

		snprintf(to, sizeof(to), "%.*s", (int)(text - undos[i]), undos[i]);
		put(to, text + 1);
	}
}

static void get_state(char *state)
{
	size_t len = 0;
	ssize_t n;
	int i, fd;

	for (i = 0; i < nr_states; i++) {
		fd = open(path(states[i]), O_RDONLY | O_NONBLOCK);
		if (fd < 0)
			die("%s: %s: %s", name, states[i], strerror(errno));
		len += snprintf(state + len, MAX_STATE - len, "%s: ", states[i]);
		while ((n = read(fd, state + len, MAX_STATE - 1024 - len)) > 0)
			len += n;
		close(fd);
	}
	state[len] = '\0';
}

static void same_state(const char *before, unsigned int n, const char *when)
{
	static char now[MAX_STATE];
	size_t i;

	get_state(now);
	for (i = 0; now[i] && now[i] == before[i]; i++)
		;
	if (now[i] == before[i])
		return;
	while (i && before[i - 1] != '\n')
		i--;
	die("%s, point %u: %s: '%.100s', before: '%.100s'", name, n, when, now + i, before + i);
}

static int open_file(int flags)
{
	return open(path(file), flags | O_NONBLOCK | O_CLOEXEC);
}

/* The file an operation is done to; the first two operations open it themselves */
static int prepare(void)
{
	int fd;

	if (!strcmp(op, "open") || !strcmp(op, "trunc"))
		return -1;
	fd = open_file(argument("write") ? O_WRONLY : O_RDONLY);
	if (fd < 0)
		die("%s: %s: %s", name, file, strerror(errno));
	return fd;
}

/* Pages of the ring are mapped behind the first, which says how many there are */
static volatile __u64 *map;
static size_t map_size;
static __u64 map_read;

static int do_mmap(int fd)
{
	size_t size = PAGE;
	__u32 nr;

	map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return -1;
	nr = ((volatile __u32 *)map)[MAP_NR_SUBBUFS];
	/* This fails, too, and then there is no end to the file */
	while (munmap((void *)map, size))
		;
	map_size = (1 + nr) * (size_t)PAGE;
	map = mmap(NULL, map_size, PROT_READ, MAP_SHARED, fd, 0);
	return map == MAP_FAILED ? -1 : 0;
}

static void undo_mmap(void)
{
	munmap((void *)map, map_size);
}

/* Pages that it is told of count, and no others */
static __u64 nr_told;

static int get_pages(int fd, unsigned int nr)
{
	struct {
		struct remote_trace_get_pages get;
		struct remote_trace_mapped_page page[MAX_PAGES];
	} arg = { .get.nr = nr };
	unsigned int i;

	if (nr > MAX_PAGES)
		die("%s: %u pages are too many", name, nr);
	if (ioctl(fd, REMOTE_TRACE_IOCTL_GET_PAGES, &arg))
		return -1;
	for (i = 0; i < arg.get.nr; i++) {
		nr_told += arg.page[i].events;
		if (arg.page[i].lost_events)
			die("%s: events were lost", name);
	}
	return 0;
}

static int do_epoll(int fd)
{
	struct epoll_event event = { .events = EPOLLIN };
	int ret, error, ep = epoll_create1(0);

	ret = ep < 0 ? ep : epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event);
	if (!ret)
		ret = epoll_wait(ep, &event, 1, 0);
	error = errno;
	if (ep >= 0)
		close(ep);
	errno = error;
	return ret;
}

/* Until there is nothing more; what has been read before something failed stays */
static int read_all(int fd, size_t size)
{
	ssize_t n;

	while ((n = read(fd, got + nr_got, size)) > 0) {
		nr_got += n;
		if (nr_got + size >= sizeof(got))
			die("%s: there is no end to %s", name, file);
	}
	return n < 0 && errno != EAGAIN ? -1 : 0;
}

/* The same; the pipe holds more than there is */
static int splice_all(int fd, size_t size)
{
	ssize_t n;

	while ((n = splice(fd, NULL, pipes[1], NULL, size, SPLICE_F_NONBLOCK)) > 0)
		nr_piped += n;
	return n < 0 && errno != EAGAIN ? -1 : 0;
}

static void empty_pipe(void)
{
	ssize_t n;

	for (; nr_piped; nr_piped -= n) {
		n = read(pipes[0], got + nr_got, nr_piped);
		if (n <= 0)
			die("%s: the pipe lacks %zu bytes", name, nr_piped);
		nr_got += n;
	}
}

/* Only this is done with something that fails in it; its result is that of the system call */
static ssize_t operate(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	const char *arg;

	if (!strcmp(op, "open"))
		return open_file(O_RDONLY);
	if (!strcmp(op, "trunc"))
		return open_file(O_WRONLY | O_TRUNC);
	if ((arg = argument("write")))
		return write(fd, arg, strlen(arg));
	if ((arg = argument("read")))
		return read_all(fd, atoi(arg));
	if ((arg = argument("splice")))
		return splice_all(fd, atoi(arg));
	if (!strcmp(op, "poll"))
		return poll(&p, 1, 0);
	if (!strcmp(op, "epoll"))
		return do_epoll(fd);
	if (!strcmp(op, "mmap"))
		return do_mmap(fd);
	if (!strcmp(op, "get"))
		return ioctl(fd, TRACE_MMAP_IOCTL_GET_READER) ?:
		       ioctl(fd, TRACE_MMAP_IOCTL_GET_READER);
	if ((arg = argument("get")))
		return get_pages(fd, atoi(arg)) ?: get_pages(fd, atoi(arg));
	fprintf(stderr, "failnth: no operation '%s'\n", op);
	exit(2);
}

/* What is left to do of an operation that has succeeded */
static void finish(ssize_t ret)
{
	if (!strcmp(op, "open") || !strcmp(op, "trunc"))
		close(ret);
	else if (!strcmp(op, "mmap"))
		undo_mmap();
	empty_pipe();
}

static __u64 count_got(void)
{
	__u64 nr = 0, time, value;
	unsigned int pos;
	struct record r;
	const char *at;
	struct page p;
	size_t i;

	if (!strcmp(op, "get"))
		return map[MAP_READ] - map_read;
	if (argument("get"))
		return nr_told;
	if (!strstr(file, "trace_pipe_raw")) {
		got[nr_got] = '\0';
		if (strstr(got, "LOST"))
			die("%s: events were lost", name);
		for (at = got; (at = strstr(at, ": selftest id=")); at++)
			nr++;
		return nr;
	}
	if (nr_got % PAGE)
		die("%s: %zu bytes are no pages", name, nr_got);
	for (i = 0; i < nr_got; i += PAGE) {
		p = open_page(got + i, false);
		if (p.lost)
			die("%s: events were lost", name);
		for (pos = 0, time = p.time; next_record(&p, &pos, &time, &r); )
			nr += is_selftest(&r, &value);
	}
	return nr;
}

/* The rest of the events, without failures */
static void drain(int fd, unsigned int n)
{
	unsigned int tries = 100;
	ssize_t more;
	__u64 nr;

	do {
		nr = count_got();
		if (operate(fd) < 0)
			die("%s, point %u: afterwards: %s", name, n, strerror(errno));
		empty_pipe();
		/* What a splice leaves at the end is for a read */
		if (argument("splice")) {
			more = read(fd, got + nr_got, PAGE);
			nr_got += more > 0 ? more : 0;
		}
	} while (count_got() != nr && tries--);

	if (nr != nr_events)
		die("%s, point %u: %llu events of %llu", name, n, nr, nr_events);
}

static bool error_allowed(int error)
{
	const char *is = strerrorname_np(error), *at = allowed;
	size_t len = strlen(is);

	for (; at; at = strchr(at, ',')) {
		at += *at == ',';
		if (!strncmp(at, is, len) && (!at[len] || at[len] == ','))
			return true;
	}
	return false;
}

static void start(int fd)
{
	__u64 i;

	if (!strcmp(op, "get") || argument("get")) {
		if (do_mmap(fd))
			die("%s: mmap: %s", name, strerror(errno));
		map_read = map[MAP_READ];
		nr_told = 0;
	}
	nr_got = 0;
	for (i = 0; i < nr_events; i++)
		if (write(event_fd, "1", 1) != 1)
			die("%s: write_event: %s", name, strerror(errno));
}

/* How many points there are, with nothing failing */
static unsigned int count_points(void)
{
	unsigned int left;
	int fd = prepare();
	ssize_t ret;

	arm(MAX_POINTS);
	ret = operate(fd);
	left = disarm();
	if (ret < 0)
		die("%s: without a failure: %s", name, strerror(errno));
	finish(ret);
	if (fd >= 0)
		close(fd);
	undo();
	return MAX_POINTS - left;
}

int main(int argc, char **argv)
{
	static char state[MAX_STATE], before[MAX_STATE];
	unsigned int n, first = 1, last = 0, failed = 0, went_on = 0;
	int opt, fd, error;
	bool used;
	ssize_t ret;

	while ((opt = getopt(argc, argv, "a:e:l:s:u:w:")) != -1) {
		if (opt == 'a')
			allowed = optarg;
		else if (opt == 'e')
			nr_events = number(optarg, "-e");
		else if (opt == 'l')
			last = number(optarg, "-l");
		else if (opt == 's' && nr_states < MAX_LISTED)
			states[nr_states++] = optarg;
		else if (opt == 'u' && nr_undos < MAX_LISTED && strchr(optarg, '='))
			undos[nr_undos++] = optarg;
		else if (opt == 'w')
			name = optarg;
		else
			break;
	}
	if (opt != -1 || argc - optind != 3) {
		fputs("usage: failnth [OPTION...] DIR FILE OP; see its source\n", stderr);
		return 2;
	}
	dir = argv[optind];
	file = argv[optind + 1];
	op = argv[optind + 2];
	name = name ?: op;

	load_events(dir);
	fail_fd = open("/proc/thread-self/fail-nth", O_RDWR);
	event_fd = open(path("write_event"), O_WRONLY);
	if (fail_fd < 0 || (nr_events && event_fd < 0) || pipe2(pipes, O_NONBLOCK) ||
	    fcntl(pipes[1], F_SETPIPE_SZ, 1 << 17) < 0)
		die("failnth: %s", strerror(errno));
	/* Its own page faults are not what is meant */
	memset(got, 1, sizeof(got));
	mlockall(MCL_CURRENT);
	get_state(state);

	if (last) {
		n = count_points();
		first = n > last ? n - last + 1 : 1;
	}
	for (n = first; ; n++) {
		if (n > MAX_POINTS)
			die("%s: no end after %u points", name, n);
		fd = prepare();
		start(fd);
		get_state(before);

		arm(n);
		ret = operate(fd);
		error = errno;
		used = !disarm();
		empty_pipe();

		if (ret < 0 && !used)
			die("%s: without a failure: %s", name, strerror(error));
		if (ret < 0) {
			failed++;
			if (!error_allowed(error))
				die("%s, point %u: %s", name, n, strerrorname_np(error));
			same_state(before, n, "after the failure");
		} else {
			went_on += used;
			finish(ret);
		}
		if (nr_events) {
			drain(fd, n);
		} else if (ret < 0) {
			ret = operate(fd);
			if (ret < 0)
				die("%s, point %u: afterwards: %s", name, n, strerror(errno));
			finish(ret);
		}
		if (!strcmp(op, "get") || argument("get"))
			undo_mmap();
		if (fd >= 0)
			close(fd);
		undo();
		same_state(state, n, "undone");
		if (!used)
			break;
	}
	printf("%s: %u points, %u failures, %u went on\n", name, n - first, failed,
	       went_on);
	return 0;
}
