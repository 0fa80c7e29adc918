// SPDX-License-Identifier: GPL-2.0
/*
 * rawread [-m HOW] [-k PAGES] [-d DONE] [-n PAGES] [-t SECONDS] [-s FILE] -c CPU DIR: read a CPU's
 * trace_pipe_raw, hold every page against what events/header_* promise, and print the events as
 * trace_pipe would, so that evcheck can judge them. HOW:
 *
 *	read	one page at a time (the default)
 *	splice	through a pipe, up to 16 pages at a time, and a read for what that leaves at the end
 *	mmap	by mapping the ring
 *	pages	likewise, up to -k PAGES (16) at a time
 *	mixed	by pages, mmap and read in turn
 *
 * Never blocks. Ends when there is nothing to read; with -d only once DONE exists too; with -n
 * once so many pages have come. After SECONDS (60) it gives up with status 1. Exits with 77 if the
 * file is there but HOW is not (mmap).
 *
 * Where a page has no room to say how many events were lost before it: "CPU:0 [LOST ? EVENTS]".
 * -s: a summary for a person or a script: pages=N events=N lost=N unknown=N most=N, the latter how
 * many pages came at a time at the most.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "../../../overlay/include/uapi/linux/remote_trace_mmap.h"
#include "ringpage.h"
#include "trace_mmap.h"

/* More than a ring can give at a time */
#define MAX_PAGES	40

static unsigned int cpu;
static unsigned int want_pages = 16, most_pages;
static __u64 nr_pages, nr_events, nr_lost, nr_unknown, last_time;

static void print_lost(__u64 lost)
{
	if (lost) {
		printf("CPU:%u [LOST %llu EVENTS]\n", cpu, lost);
		nr_lost += lost;
	} else {
		printf("CPU:%u [LOST ? EVENTS]\n", cpu);
		nr_unknown++;
	}
}

/* Prints the records from @pos on, @time being that of the last one before; returns the end. */
static unsigned int print_records(const struct page *p, unsigned int pos, __u64 *time)
{
	__u64 value, usecs;
	struct record r;

	while (next_record(p, &pos, time, &r)) {
		if (r.time < last_time)
			die("CPU %u: time goes backwards: %llu, then %llu", cpu, last_time, r.time);
		last_time = r.time;
		usecs = (r.time + 500) / 1000;
		printf("[%03u]\t%5llu.%06llu: %s", cpu, usecs / 1000000, usecs % 1000000,
		       event_names[r.id]);
		if (is_selftest(&r, &value))
			printf(" id=%llu", value);
		printf("\n");
		nr_events++;
	}
	return pos;
}

static void print_page(const char *raw, bool zeroes)
{
	struct page p = open_page(raw, zeroes);
	__u64 time = p.time, before = nr_events;

	nr_pages++;
	if (p.lost)
		print_lost(p.nr_lost);
	print_records(&p, 0, &time);
	if (nr_events == before)
		die("CPU %u: a page of %u bytes without an event", cpu, p.size);
}

/* Each returns how many pages came, 0 for EAGAIN */
static int do_read(int fd)
{
	static char page[MAX_PAGE];
	ssize_t n = read(fd, page, PAGE);

	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n != PAGE)
		die("CPU %u: read() of a page: %zd (%s)", cpu, n, n < 0 ? strerror(errno) : "-");
	print_page(page, true);
	return 1;
}

static int do_splice(int fd)
{
	static int pipes[2] = { -1, -1 };
	static char page[MAX_PAGE];
	ssize_t n, got, i;

	if (pipes[0] < 0 && pipe(pipes))
		die("pipe: %s", strerror(errno));
	n = splice(fd, NULL, pipes[1], NULL, 16 * PAGE, SPLICE_F_NONBLOCK);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n <= 0 || n % PAGE)
		die("CPU %u: splice(): %zd (%s)", cpu, n, n < 0 ? strerror(errno) : "-");
	for (i = 0; i < n; i += PAGE) {
		for (got = 0; got < PAGE; ) {
			ssize_t r = read(pipes[0], page + got, PAGE - got);

			if (r <= 0)
				die("CPU %u: the pipe has %zd of %zd bytes", cpu, i + got, n);
			got += r;
		}
		print_page(page, false);
	}
	return n / PAGE;
}

static const struct trace_buffer_meta *meta;
static char *map_data;
/* Where the reader is: up to which byte of which page, and when that was */
static unsigned int map_pos, map_id;
static __u64 map_time;

/* A page, up to @size bytes, or if that is 0, to where it says */
static struct page mapped_page(unsigned int id, unsigned int size)
{
	struct page p;

	if (id >= meta->nr_subbufs)
		die("CPU %u: the reader's page is %u of %u", cpu, id, meta->nr_subbufs);
	p.data = map_data + (size_t)id * PAGE + PAGE_HEADER;
	memcpy(&p.time, p.data - PAGE_HEADER, 8);
	p.size = __atomic_load_n((__u64 *)(p.data - 8), __ATOMIC_ACQUIRE) & (LOST_STORED - 1);
	if (p.size > PAGE_DATA || size > p.size)
		die("CPU %u: a mapped page with %u bytes, not %u", cpu, p.size, size);
	if (size)
		p.size = size;
	return p;
}

/* Go to where the first page says that the reader is */
static void find_place(void)
{
	struct record r;
	struct page p;

	map_id = meta->reader.id;
	map_pos = 0;
	p = mapped_page(map_id, meta->reader.read);
	map_time = p.time;
	while (map_pos < meta->reader.read) {
		if (!next_record(&p, &map_pos, &map_time, &r))
			die("CPU %u: %u bytes of page %u have been read, where no record ends", cpu,
			    meta->reader.read, map_id);
	}
}

static void map_ring(int fd)
{
	if (meta)
		return;

	meta = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	if (meta == MAP_FAILED) {
		fprintf(stderr, "trace_pipe_raw cannot be mapped: %s\n", strerror(errno));
		exit(77);
	}
	if (meta->subbuf_size != PAGE || meta->meta_page_size != PAGE || meta->nr_subbufs < 2)
		die("CPU %u: the map says %u pages of %u, behind %u", cpu, meta->nr_subbufs,
		    meta->subbuf_size, meta->meta_page_size);
	map_data = mmap(NULL, (size_t)meta->nr_subbufs * PAGE, PROT_READ, MAP_SHARED, fd,
			meta->meta_page_size);
	if (map_data == MAP_FAILED)
		die("CPU %u: mmap of %u pages: %s", cpu, meta->nr_subbufs, strerror(errno));
	/* Behind what has been consumed before */
	find_place();
}

static int do_mmap(int fd)
{
	struct page p;

	map_ring(fd);
	if (ioctl(fd, TRACE_MMAP_IOCTL_GET_READER)) {
		if (errno == EAGAIN)
			return 0;
		die("CPU %u: TRACE_MMAP_IOCTL_GET_READER: %s", cpu, strerror(errno));
	}
	/* Nobody else reads, so another page has another id */
	if (meta->reader.id != map_id) {
		map_id = meta->reader.id;
		map_pos = 0;
		if (meta->reader.lost_events)
			print_lost(meta->reader.lost_events);
	}
	/* What has been written since then is for the next call, whichever that is */
	p = mapped_page(map_id, meta->reader.read);
	if (map_pos == p.size)
		return 0;
	if (!map_pos)
		map_time = p.time;
	nr_pages++;
	map_pos = print_records(&p, map_pos, &map_time);
	return 1;
}

/* The records of a page, from @got->begin on */
static void print_mapped(const struct remote_trace_mapped_page *got)
{
	struct page p = mapped_page(got->id, got->end);
	__u64 time = p.time, now = time, before = nr_events;
	unsigned int pos = 0, next = 0;
	struct record r;

	/* Those before it only tell what time it is */
	while (next_record(&p, &next, &now, &r) && next <= got->begin) {
		pos = next;
		time = now;
	}
	if (got->lost_events)
		print_lost(got->lost_events);
	nr_pages++;
	map_pos = print_records(&p, pos, &time);
	map_id = got->id;
	map_time = time;
	if (nr_events != before + got->events)
		die("CPU %u: page %u has %llu events from %u to %u, not %u", cpu, got->id,
		    nr_events - before, got->begin, got->end, got->events);
}

static int do_pages(int fd)
{
	static struct {
		struct remote_trace_get_pages get;
		struct remote_trace_mapped_page page[MAX_PAGES];
	} arg;
	static char copy[MAX_PAGES][MAX_PAGE];
	const struct remote_trace_mapped_page *got = arg.page;
	unsigned int i;

	map_ring(fd);
	/* All but the last have been left alone since the last time */
	for (i = 0; i + 1 < arg.get.nr; i++) {
		if (memcmp(copy[i], map_data + (size_t)got[i].id * PAGE, PAGE))
			die("CPU %u: page %u, of %u, has changed meanwhile", cpu, i, arg.get.nr);
	}

	arg.get.nr = want_pages;
	if (ioctl(fd, REMOTE_TRACE_IOCTL_GET_PAGES, &arg))
		die("CPU %u: REMOTE_TRACE_IOCTL_GET_PAGES: %s", cpu, strerror(errno));
	if (arg.get.nr > want_pages)
		die("CPU %u: %u pages, not %u at most", cpu, arg.get.nr, want_pages);
	for (i = 0; i < arg.get.nr; i++) {
		print_mapped(&got[i]);
		memcpy(copy[i], map_data + (size_t)got[i].id * PAGE, PAGE);
	}
	if (!i) {
		find_place();
		return 0;
	}
	if (i > most_pages)
		most_pages = i;
	/* Who asks for a page at a time sees what he would if he had asked so often */
	if (meta->reader.id != map_id || meta->reader.read != map_pos ||
	    meta->reader.lost_events != got[i - 1].lost_events)
		die("CPU %u: the first page says %u up to %u, after %llu lost", cpu,
		    meta->reader.id, meta->reader.read, meta->reader.lost_events);
	return i;
}

/*
 * Each way in its turn, with the same file. A read says nothing in the first page, so what comes
 * behind it has to say where it begins.
 */
static int do_mixed(int fd)
{
	static int (*const ways[])(int fd) = { do_pages, do_mmap, do_pages, do_read };
	static unsigned int turn;
	unsigned int tries;
	int got;

	for (tries = 0; tries < 4; tries++) {
		got = ways[turn++ % 4](fd);
		if (got)
			return got;
	}
	return 0;
}

int main(int argc, char **argv)
{
	int (*get)(int fd) = do_read, opt, got, ret;
	const char *done = NULL, *sum = NULL;
	struct pollfd p = { .events = POLLIN };
	__u64 limit = 60, want = 0, begin;
	bool finished, have_cpu = false;
	char path[512];
	FILE *f;

	while ((opt = getopt(argc, argv, "c:d:k:m:n:s:t:")) != -1) {
		switch (opt) {
		case 'c':
			cpu = number(optarg, "-c");
			have_cpu = true;
			break;
		case 'd':
			done = optarg;
			break;
		case 'k':
			want_pages = number(optarg, "-k");
			if (want_pages > MAX_PAGES)
				return 2;
			break;
		case 'm':
			if (!strcmp(optarg, "splice"))
				get = do_splice;
			else if (!strcmp(optarg, "mmap"))
				get = do_mmap;
			else if (!strcmp(optarg, "pages"))
				get = do_pages;
			else if (!strcmp(optarg, "mixed"))
				get = do_mixed;
			else if (strcmp(optarg, "read"))
				return 2;
			break;
		case 'n':
			want = number(optarg, "-n");
			break;
		case 's':
			sum = optarg;
			break;
		case 't':
			limit = number(optarg, "-t");
			break;
		default:
			return 2;
		}
	}
	if (optind + 1 != argc || !have_cpu) {
		fprintf(stderr, "usage: rawread [-m read|splice|mmap|pages|mixed] [-k PAGES] "
			"[-d DONE] [-n PAGES] [-t SECONDS] [-s FILE] -c CPU DIR\n");
		return 2;
	}

	check_headers(argv[optind]);
	load_events(argv[optind]);
	snprintf(path, sizeof(path), "%s/per_cpu/cpu%u/trace_pipe_raw", argv[optind], cpu);
	p.fd = open(path, O_RDONLY | O_NONBLOCK);
	if (p.fd < 0)
		die("%s: %s", path, strerror(errno));
	begin = now_ns(CLOCK_MONOTONIC);
	for (;;) {
		if (waited(begin) > limit)
			die("rawread: %s: gave up after %.1f seconds and %llu pages", path,
			    waited(begin), nr_pages);
		if (want && nr_pages >= want)
			break;
		/* Before reading: what is written before DONE appears must be seen */
		finished = !want && (!done || !access(done, F_OK));
		got = get(p.fd);
		if (got)
			continue;
		/* splice leaves the page that is being written for a read */
		if (finished && get == do_splice) {
			get = do_read;
			continue;
		}
		if (finished)
			break;
		ret = poll(&p, 1, 100);
		if (ret < 0)
			die("rawread: %s: poll: %s", path, strerror(errno));
	}
	close(p.fd);
	if (sum) {
		f = fopen(sum, "w");
		if (!f)
			die("%s: %s", sum, strerror(errno));
		fprintf(f, "pages=%llu events=%llu lost=%llu unknown=%llu most=%u\n", nr_pages,
			nr_events, nr_lost, nr_unknown, most_pages);
		fclose(f);
	}
	return fflush(stdout) ? 1 : 0;
}
