// SPDX-License-Identifier: GPL-2.0
/*
 * rawpages -c CPU DIR: what <linux/remote_trace_mmap.h> promises of REMOTE_TRACE_IOCTL_GET_PAGES,
 * by a CPU's trace_pipe_raw: its errors, what is told after one, and whose pages are whose. Tracing
 * is on, selftest too, and the ring empty, with room for 64 pages and more. Runs on that CPU.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "../../../overlay/include/uapi/linux/remote_trace_mmap.h"
#include "ringpage.h"

#define MAX_PAGES	32
/* Of a ring with room for so much, the reader holds as many */
#define HELD		17

/**
 * struct ring - an open file and its mapping
 * @fd:		the file
 * @map:	all of its pages; MAP_FAILED if it is not mapped
 * @size:	bytes of these
 * @arg:	of the last call
 * @copy:	the pages as they were after that
 */
struct ring {
	int	fd;
	char	*map;
	size_t	size;
	struct {
		struct remote_trace_get_pages	get;
		struct remote_trace_mapped_page	page[MAX_PAGES];
	} arg;
	char	copy[MAX_PAGES][MAX_PAGE];
};

static char path[512];
static int event_fd;
static __u64 written, next_value;

static void expect(const char *what, long got, long want)
{
	if (got != want)
		die("%s: %ld, not %ld", what, got, want);
}

static void expect_error(const char *what, int ret, int want)
{
	if (ret != -1)
		die("%s: %d, not %s", what, ret, strerror(want));
	if (errno != want)
		die("%s: %s, not %s", what, strerror(errno), strerror(want));
}

/* Events with values that count from 0, @pages pages of them */
static void write_pages(unsigned int pages)
{
	unsigned int nr = pages * (PAGE_DATA / 20);
	char value[32];

	while (nr--) {
		int len = snprintf(value, sizeof(value), "%llu", written++);

		if (write(event_fd, value, len) != len)
			die("write_event: %s", strerror(errno));
	}
}

static void open_ring(struct ring *ring)
{
	ring->fd = open(path, O_RDONLY | O_NONBLOCK);
	if (ring->fd < 0)
		die("%s: %s", path, strerror(errno));
	ring->map = MAP_FAILED;
}

/* The fourth word of the first page says how many there are besides */
static void map_ring(struct ring *ring)
{
	ring->map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, ring->fd, 0);
	if (ring->map != MAP_FAILED) {
		ring->size = (1 + ((__u32 *)ring->map)[3]) * (size_t)PAGE;
		munmap(ring->map, PAGE);
		ring->map = mmap(NULL, ring->size, PROT_READ, MAP_SHARED, ring->fd, 0);
	}
	if (ring->map == MAP_FAILED)
		die("mmap of %s: %s", path, strerror(errno));
}

static void close_ring(struct ring *ring)
{
	munmap(ring->map, ring->size);
	close(ring->fd);
}

static char *page_of(struct ring *ring, unsigned int i)
{
	return ring->map + (1 + ring->arg.page[i].id) * (size_t)PAGE;
}

/* Ask for up to @want pages; their events come next, whoever has had those before */
static unsigned int get(struct ring *ring, unsigned int want)
{
	unsigned int i;

	ring->arg.get.nr = want;
	if (ioctl(ring->fd, REMOTE_TRACE_IOCTL_GET_PAGES, &ring->arg))
		die("%u pages: %s", want, strerror(errno));
	if (ring->arg.get.nr > want)
		die("%u pages, not %u at most", ring->arg.get.nr, want);

	for (i = 0; i < ring->arg.get.nr; i++) {
		const struct remote_trace_mapped_page *got = &ring->arg.page[i];
		struct page p = open_page(page_of(ring, i), false);
		unsigned int pos = 0, events = 0;
		__u64 time = p.time, value;
		struct record r;

		memcpy(ring->copy[i], page_of(ring, i), PAGE);
		next_value += got->lost_events;
		p.size = got->end;
		while (next_record(&p, &pos, &time, &r)) {
			if (pos <= got->begin || !is_selftest(&r, &value))
				continue;
			if (value != next_value++)
				die("page %u of %u: event %llu, not %llu", i, ring->arg.get.nr,
				    value, next_value - 1);
			events++;
		}
		expect("events of a page", got->events, events);
	}

	return ring->arg.get.nr;
}

/* What others do since then is no concern of the pages that were got, but for the last */
static void unchanged(struct ring *ring, const char *by)
{
	unsigned int i;

	for (i = 0; i + 1 < ring->arg.get.nr; i++) {
		if (memcmp(ring->copy[i], page_of(ring, i), PAGE))
			die("page %u of %u has been changed by %s", i, ring->arg.get.nr, by);
	}
}

/* All there is */
static void drain(struct ring *ring)
{
	while (get(ring, MAX_PAGES))
		unchanged(ring, "nobody");
	expect("the next value", next_value, written);
}

static int call(const struct ring *ring, void *arg)
{
	return ioctl(ring->fd, REMOTE_TRACE_IOCTL_GET_PAGES, arg);
}

static void errors(struct ring *ring)
{
	struct remote_trace_get_pages one = { .nr = 1 }, arg = one;

	expect_error("not mapped", call(ring, &arg), ENODEV);
	map_ring(ring);
	arg = (struct remote_trace_get_pages) { .nr = 0 };
	expect_error("no room", call(ring, &arg), EINVAL);
	arg = (struct remote_trace_get_pages) { .nr = 1, .flags = 1 };
	expect_error("a flag", call(ring, &arg), EINVAL);
	arg = (struct remote_trace_get_pages) { .nr = 1, .flags = 1U << 31 };
	expect_error("a flag", call(ring, &arg), EINVAL);
	expect_error("nowhere", call(ring, NULL), EFAULT);
	expect_error("another size", ioctl(ring->fd, _IOWR('R', 0x30, __u64[2]), &arg), ENOTTY);

	/* None of these has taken anything, and nothing takes no room */
	arg = one;
	expect("an empty ring", call(ring, &arg), 0);
	expect("pages of an empty ring", arg.nr, 0);
}

/* What cannot be told is told the next time, in as many calls as it takes */
static void untold(struct ring *ring)
{
	struct remote_trace_get_pages *arg;
	char *edge;

	edge = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (edge == MAP_FAILED || mprotect(edge + PAGE, PAGE, PROT_NONE))
		die("two pages, and one not to be touched: %s", strerror(errno));
	arg = (void *)(edge + PAGE - sizeof(*arg));
	arg->nr = 5;

	write_pages(8);
	expect_error("no memory for pages", call(ring, arg), EFAULT);
	expect_error("none again", call(ring, arg), EFAULT);
	write_pages(1);
	expect("pages after an error", get(ring, 2), 2);
	expect("the others", get(ring, MAX_PAGES), 3);
	drain(ring);

	/* A page that is still being written is told in parts */
	write_pages(1);
	drain(ring);
	write_pages(1);
	drain(ring);
}

/* A page by a read; for what it has */
static void read_page(int fd)
{
	static char raw[MAX_PAGE];
	unsigned int pos = 0;
	struct record r;
	struct page p;
	__u64 time, value;

	expect("a read", read(fd, raw, PAGE), PAGE);
	p = open_page(raw, true);
	for (time = p.time; next_record(&p, &pos, &time, &r); next_value = value + 1) {
		if (!is_selftest(&r, &value))
			die("event %u is not selftest", r.id);
		/* A full page has no room for their number */
		if (value < next_value || (value > next_value && !p.lost))
			die("event %llu by a read, not %llu", value, next_value);
	}
}

/* Pages are whose they are, until he asks again */
static void owners(struct ring *ring, struct ring *other)
{
	open_ring(other);
	map_ring(other);

	write_pages(40);
	expect("pages of one file", get(ring, 4), 4);
	/* His last is the reader's, and goes to the next */
	expect("pages of another", get(other, MAX_PAGES), HELD - 4 + 1);
	write_pages(200);
	unchanged(ring, "the writer");
	unchanged(other, "the writer");
	/* His last was the reader's, and is among the other's now */
	expect("pages of the first again", get(ring, MAX_PAGES), 4);
	write_pages(200);
	unchanged(ring, "the writer, when he has asked again");
	unchanged(other, "the writer, when the first has asked again");
	read_page(ring->fd);
	unchanged(ring, "a read");
	unchanged(other, "a read");
	close_ring(other);
	write_pages(200);
	unchanged(ring, "the writer, after others have gone");
	expect("pages when no other has any", get(ring, MAX_PAGES), HELD);
}

/* A page that is in a pipe is not written to, though he whose it was asks again */
static void piped(struct ring *ring)
{
	static char before[MAX_PAGE], after[MAX_PAGE];
	struct iovec iov = { .iov_base = page_of(ring, 3), .iov_len = PAGE };
	int pipes[2];

	if (pipe(pipes))
		die("pipe: %s", strerror(errno));
	memcpy(before, iov.iov_base, PAGE);
	expect("vmsplice", vmsplice(pipes[1], &iov, 1, 0), PAGE);
	write_pages(200);
	expect("pages when one is in a pipe", get(ring, MAX_PAGES), HELD - 1);
	write_pages(200);
	expect("the next", get(ring, MAX_PAGES), HELD - 1);
	write_pages(200);
	expect("a read of the pipe", read(pipes[0], after, PAGE), PAGE);
	if (memcmp(before, after, PAGE))
		die("a page has been changed while it was in a pipe");
	expect("pages when it is out", get(ring, MAX_PAGES), HELD);
	close(pipes[0]);
	close(pipes[1]);
}

int main(int argc, char **argv)
{
	static struct ring ring, other;
	unsigned int cpu = 0;
	cpu_set_t set;
	int opt;

	while ((opt = getopt(argc, argv, "c:")) != -1) {
		if (opt != 'c')
			return 2;
		cpu = number(optarg, "-c");
	}
	if (optind + 1 != argc) {
		fprintf(stderr, "usage: rawpages -c CPU DIR\n");
		return 2;
	}

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("CPU %u: %s", cpu, strerror(errno));
	load_events(argv[optind]);
	snprintf(path, sizeof(path), "%s/write_event", argv[optind]);
	event_fd = open(path, O_WRONLY);
	if (event_fd < 0)
		die("%s: %s", path, strerror(errno));
	snprintf(path, sizeof(path), "%s/per_cpu/cpu%u/trace_pipe_raw", argv[optind], cpu);

	open_ring(&ring);
	errors(&ring);
	untold(&ring);
	owners(&ring, &other);
	piped(&ring);
	drain(&ring);
	close_ring(&ring);

	return 0;
}
