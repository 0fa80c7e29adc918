// SPDX-License-Identifier: GPL-2.0
/*
 * evbench - what hypervisor events cost, in instructions.
 *
 * Runs in a machine that bench/run has emulated such that each instruction takes one nanosecond and
 * the counter counts nanoseconds. One call is timed at a time, by reading the counter before and
 * after it; the median of thousands is free of whatever interrupts some of them. Prints lines of
 * "name value", in instructions, which bench/run puts together.
 *
 *	evbench write	writing events: needs $T, the hypervisor's directory in tracefs
 *	evbench read	reading them as text: needs $T
 *	evbench raw	reading them as pages: needs $T
 *	evbench longest	the longest of each hypercall while large rings come and go: needs $T
 *	evbench merge	reading them as text, from all CPUs' rings, and the same of small rings:
 *			needs $T, and CPUs to go online
 *	evbench host	the kernel's own ftrace: needs /dev/kvm
 *	evbench kvm	hypercalls that any kernel makes: needs /dev/kvm; counts them if there is $T
 *	evbench lines	nothing is timed, but marked for who sees what is executed, and what memory
 *			is touched (tests/vm/plugin/el2lines.c): needs /dev/kvm. The value is the
 *			how-many-th mark that was
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <linux/kvm.h>

#include "../../../overlay/include/uapi/linux/remote_trace_mmap.h"
#include "trace_mmap.h"

#define TRACEFS		"/sys/kernel/tracing"

#define PAGE		4096
#define PAGE_DATA	(PAGE - 16)	/* bytes of records a page of a ring has */
#define RECORD		(4 + 16)	/* bytes of one of selftest, hyp_enter, hyp_exit */

#define CALLS		8160		/* timed calls; dozens of pages, of whole ones */
#define WARM_UP		300		/* calls before them */
#define LINES		2040		/* events to read at a time: ten pages, less than a tick */
#define RAW_EVENTS	40800		/* to read as pages: 200, the last still being written */
#define TIMES		9		/* times they are read, to have some without a tick */
#define BUFFER_KB	"1024"		/* where all of them fit, and many more */
#define ROUNDS		120		/* events of each CPU in a merge */
#define LARGE_KB	"64700"		/* of which one call has a whole batch of each kind */

#define GUEST_CODE	0x80000000UL
#define GUEST_DEV	0x09000000UL

#define CORE_REG(name)							\
	(KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE |		\
	 (offsetof(struct kvm_regs, name) / sizeof(__u32)))

static const char *dir;
static uint64_t samples[CALLS];

static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fputs("evbench: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

static inline uint64_t now(void)
{
	uint64_t count;

	asm volatile("isb\n mrs %0, cntvct_el0" : "=r" (count) :: "memory");

	return count;
}

static void say(const char *name, double value)
{
	printf("%s %.2f\n", name, value);
	fflush(stdout);
}

static int open_path(const char *path, int flags)
{
	int fd = open(path, flags);

	if (fd < 0)
		die("%s: %s", path, strerror(errno));

	return fd;
}

/* A file below $T */
static int open_at(const char *name, int flags)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);

	return open_path(path, flags);
}

static void put_path(const char *path, const char *text)
{
	int fd = open_path(path, O_WRONLY);

	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		die("writing '%s' to %s: %s", text, path, strerror(errno));
	close(fd);
}

static void put(const char *name, const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	put_path(path, text);
}

/* Only some kernels have all options */
static bool try_put(const char *name, const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (access(path, W_OK))
		return false;
	put_path(path, text);

	return true;
}

static bool try_option(const char *option, bool on)
{
	char name[64];

	snprintf(name, sizeof(name), "options/%s", option);

	return try_put(name, on ? "1" : "0");
}

/* Kernels differ in what they call the events' directory below events/ */
static bool try_event(const char *event, bool on)
{
	char pattern[256];
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/events/*/%s/enable", dir, event);
	if (glob(pattern, 0, NULL, &found))
		return false;
	put_path(found.gl_pathv[0], on ? "1" : "0");
	globfree(&found);

	return true;
}

static void set_event(const char *event, bool on)
{
	if (!try_event(event, on))
		die("there is no event %s", event);
}

/* Linux 7.3 clears for what is written, not for the truncation */
static void clear(void)
{
	int fd = open_at("trace", O_WRONLY | O_TRUNC);

	if (write(fd, "0", 1) != 1)
		die("writing to trace: %s", strerror(errno));
	close(fd);
}

/* Unloaded, empty, nothing enabled, and rings of the size given */
static void start_over(const char *kb)
{
	static const char *const events[] = { "selftest", "hyp_enter", "hyp_exit" };
	unsigned int i;

	put("tracing_on", "0");
	for (i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		set_event(events[i], false);
	clear();
	put("buffer_size_kb", kb);
}

/* What is timed */
struct call {
	void	(*fn)(const struct call *call, unsigned int nr);
	int	fd;
	bool	run_guest;
	struct kvm_run *run;
	const char *text;
};

static void call_nothing(const struct call *call, unsigned int nr)
{
	(void)call;
	(void)nr;
}

static void call_write(const struct call *call, unsigned int nr)
{
	size_t len = strlen(call->text);

	if (write(call->fd, call->text, len) != (ssize_t)len)
		die("call %u: writing: %s", nr, strerror(errno));
}

static void call_kvm_run(const struct call *call, unsigned int nr)
{
	call->run->immediate_exit = !call->run_guest;
	if (!ioctl(call->fd, KVM_RUN, 0)) {
		if (!call->run_guest || call->run->exit_reason != KVM_EXIT_MMIO)
			die("call %u: KVM_RUN came back for reason %u", nr, call->run->exit_reason);
	} else if (call->run_guest || errno != EINTR) {
		die("call %u: KVM_RUN: %s", nr, strerror(errno));
	}
}

static int compare(const void *l, const void *r)
{
	uint64_t a = *(const uint64_t *)l, b = *(const uint64_t *)r;

	return (a > b) - (a < b);
}

static uint64_t median(uint64_t *value, unsigned int nr)
{
	qsort(value, nr, sizeof(*value), compare);

	return value[nr / 2];
}

/**
 * struct cost - of a call
 * @common:	what it mostly costs
 * @rare:	what it costs when it crosses into the next page
 * @mean:	what that makes on the average
 */
struct cost {
	double common;
	double rare;
	double mean;
};

/*
 * Time many calls. If of @page calls in a row one crosses a page, then the dearest of them is that
 * one; or one that was interrupted, which the median takes out.
 */
static struct cost measure(const struct call *call, unsigned int page)
{
	uint64_t most[CALLS];
	struct cost cost;
	unsigned int i, nr = 0;

	for (i = 0; i < WARM_UP; i++)
		call->fn(call, i);
	for (i = 0; i < CALLS; i++) {
		uint64_t start = now();

		call->fn(call, i);
		samples[i] = now() - start;
	}

	for (i = 0; page && i + page <= CALLS; i += page) {
		unsigned int j;

		most[nr] = 0;
		for (j = i; j < i + page; j++)
			if (samples[j] > most[nr])
				most[nr] = samples[j];
		nr++;
	}

	cost.common = median(samples, CALLS);
	cost.rare = nr ? median(most, nr) : cost.common;
	cost.mean = page ? cost.common + (cost.rare - cost.common) / page : cost.common;

	return cost;
}

/*
 * What selftest costs with a filter of @nr comparisons of which all are made, the last one deciding
 * whether it matches. Only some kernels have filters.
 */
static void bench_filter(const struct call *call, double idle, unsigned int nr, bool match)
{
	char pattern[256], filter[512], name[64];
	unsigned int i, len = 0;
	struct cost cost;
	glob_t found;
	int fd;

	for (i = 1; i < nr; i++)
		len += snprintf(filter + len, sizeof(filter) - len, "id != %u && ", i + 100);
	snprintf(filter + len, sizeof(filter) - len, "id %s 1", match ? "==" : "!=");

	snprintf(pattern, sizeof(pattern), "%s/events/*/selftest/filter", dir);
	if (glob(pattern, 0, NULL, &found))
		return;
	fd = open_path(found.gl_pathv[0], O_WRONLY);
	if (write(fd, filter, strlen(filter)) > 0) {
		cost = measure(call, 0);
		snprintf(name, sizeof(name), "filter.%u.%s", nr, match ? "match" : "other");
		say(name, cost.common - idle);
		put_path(found.gl_pathv[0], "0");
	}
	close(fd);
	globfree(&found);
}

/* Have the events that are in the ring this thread's pid? Those of some kernels have none. */
static bool have_pid(void)
{
	static uint32_t page[PAGE / sizeof(uint32_t)];
	unsigned int at = (PAGE - PAGE_DATA) / sizeof(*page);
	char name[256];
	bool have;
	int fd;

	snprintf(name, sizeof(name), "%s/per_cpu/cpu0/trace_pipe_raw", dir);
	fd = open(name, O_RDONLY | O_NONBLOCK);
	if (fd < 0)
		return false;
	have = read(fd, page, PAGE) == PAGE;
	close(fd);
	/* Before the first may be a record that tells the time alone, of two words. */
	if ((page[at] & 31) >= 30)
		at += 2;
	return have && page[at + 2] == (uint32_t)getpid();
}

static void bench_write(void)
{
	struct call call = {
		.fn = call_write,
		.fd = open_at("write_event", O_WRONLY),
		.text = "1",
	};
	struct call no_hcall = { .fn = call_write, .text = "1" };
	const unsigned int page = PAGE_DATA / RECORD;
	struct cost off, idle, on, selftest;

	start_over("7");
	/* Before anything was traced there may be no hypercall */
	put("tracing_on", "1");
	put("tracing_on", "0");
	off = measure(&call, 0);
	say("write_event.tracing_off", off.common);

	if (try_put("stay_profile_enabled", "1")) {
		on = measure(&call, 0);
		say("write_event.accounts", on.common);
		put("stay_profile_enabled", "0");
	}

	put("tracing_on", "1");
	idle = measure(&call, 0);
	say("write_event.tracing_on", idle.common);

	/* The same way through the kernel, but no hypercall at its end: it is on already */
	no_hcall.fd = open_at("tracing_on", O_WRONLY);
	on = measure(&no_hcall, 0);
	say("write_event.no_hypercall", on.common);
	close(no_hcall.fd);

	set_event("selftest", true);
	selftest = measure(&call, page);
	say("selftest.event", selftest.mean - idle.mean);
	say("selftest.common", selftest.common - idle.common);
	say("selftest.page", selftest.rare - idle.common);
	if (try_option("stacktrace", true)) {
		on = measure(&call, 0);
		say("selftest.stack", on.common - idle.common);
		try_option("stacktrace", false);
	}
	bench_filter(&call, idle.common, 1, false);
	bench_filter(&call, idle.common, 1, true);
	bench_filter(&call, idle.common, 16, false);
	bench_filter(&call, idle.common, 16, true);
	if (have_pid())
		say("selftest.pid", selftest.mean - idle.mean);
	set_event("selftest", false);

	set_event("hyp_enter", true);
	set_event("hyp_exit", true);
	on = measure(&call, page / 2);
	say("pair.event", on.mean - idle.mean);
	say("pair.common", on.common - idle.common);
	say("pair.page", on.rare - idle.common);

	start_over("7");
	close(call.fd);
}

/* More than anything costs */
#define NOT_THERE	1e9

static char text[1 << 16];	/* what has been read */

static void interrupt(int sig)
{
	(void)sig;
}

/*
 * Read all there is; returns the lines, and adds what the reads cost to *cost. Linux 7.3 waits for
 * more even if it is told not to: a signal ends that, long after any read with something to read.
 */
static unsigned int drain(int fd, uint64_t *cost)
{
	const struct sigaction action = { .sa_handler = interrupt };
	unsigned int lines = 0;

	if (sigaction(SIGALRM, &action, NULL))
		die("sigaction: %s", strerror(errno));
	for (;;) {
		uint64_t start, took;
		char *p = text;
		ssize_t len;

		alarm(1);
		start = now();
		len = read(fd, text, sizeof(text));
		took = now() - start;
		alarm(0);
		if (len <= 0) {
			if (len < 0 && errno != EAGAIN && errno != EINTR)
				die("reading trace_pipe: %s", strerror(errno));
			return lines;
		}
		*cost += took;
		while ((p = memchr(p, '\n', text + len - p))) {
			lines++;
			p++;
		}
	}
}

/* Instructions a line of what has been written; there must be @want lines, or at least one */
static double drain_cost(const char *pipe, unsigned int want)
{
	int fd = open_at(pipe, O_RDONLY | O_NONBLOCK);
	uint64_t cost = 0;
	unsigned int lines = drain(fd, &cost);

	close(fd);
	if (!lines || (want && lines != want))
		die("%u lines in %s, not %u", lines, pipe, want);

	return (double)cost / lines;
}

static void write_events(unsigned int nr)
{
	int fd = open_at("write_event", O_WRONLY);
	char number[16];

	while (nr--) {
		int len = sprintf(number, "%u", 10000 + nr % 10000);

		if (write(fd, number, len) != len)
			die("writing to write_event: %s", strerror(errno));
	}
	close(fd);
}

static void fill(unsigned int events)
{
	start_over(BUFFER_KB);
	put("tracing_on", "1");
	set_event("selftest", true);
	write_events(events);
	set_event("selftest", false);
}

static void fill_pairs(unsigned int pairs)
{
	start_over(BUFFER_KB);
	put("tracing_on", "1");
	set_event("hyp_enter", true);
	set_event("hyp_exit", true);
	write_events(pairs);
	set_event("hyp_enter", false);
	set_event("hyp_exit", false);
}

/* The least of some times */
static double least_cost(const char *pipe, void (*fill)(unsigned int nr), unsigned int nr,
			 unsigned int want)
{
	double cost, least = NOT_THERE;
	unsigned int i;

	for (i = 0; i < TIMES; i++) {
		fill(nr);
		cost = drain_cost(pipe, want);
		if (cost < least)
			least = cost;
	}

	return least;
}

static void bench_read(void)
{
	say("text.selftest", least_cost("trace_pipe", fill, LINES, LINES));
	say("text.selftest_one_cpu", least_cost("per_cpu/cpu0/trace_pipe", fill, LINES, LINES));
	/* Switching the two on and off makes some more */
	say("text.pair", least_cost("trace_pipe", fill_pairs, LINES / 2, 0));

	start_over("7");
}

/* Bytes of records on a page */
static unsigned int page_commit(const char *page)
{
	return *(const uint64_t *)(page + 8) & 0xfffff;
}

/* The kernel's own may add some for the time that passed before the first */
static void check_events(const char *what, unsigned int bytes)
{
	if (bytes < RAW_EVENTS * RECORD)
		die("%s: %u bytes of events, not %u", what, bytes, RAW_EVENTS * RECORD);
}

static double raw_read(const char *what, const char *name)
{
	int fd = open_path(name, O_RDONLY | O_NONBLOCK);
	unsigned int bytes = 0;
	uint64_t cost = 0;

	for (;;) {
		uint64_t start = now();
		ssize_t i, len = read(fd, text, sizeof(text));

		if (len <= 0)
			break;
		cost += now() - start;
		for (i = 0; i < len; i += PAGE)
			bytes += page_commit(text + i);
	}
	close(fd);
	check_events(what, bytes);

	return (double)cost / RAW_EVENTS;
}

static double raw_splice(const char *what, const char *name)
{
	int pipes[2], fd = open_path(name, O_RDONLY | O_NONBLOCK);
	unsigned int bytes = 0;
	uint64_t cost = 0;

	if (pipe(pipes))
		die("pipe: %s", strerror(errno));
	for (;;) {
		uint64_t start = now();
		ssize_t len = splice(fd, NULL, pipes[1], NULL, 16 * PAGE, SPLICE_F_NONBLOCK);

		if (len <= 0)
			break;
		cost += now() - start;
		for (; len >= PAGE; len -= PAGE) {
			if (read(pipes[0], text, PAGE) != PAGE)
				die("a page is missing in the pipe");
			bytes += page_commit(text);
		}
	}
	close(pipes[0]);
	close(pipes[1]);
	close(fd);
	/* Only whole pages are spliced; what is on the last one may stay */
	if (bytes < (RAW_EVENTS - PAGE_DATA / RECORD) * RECORD)
		check_events(what, bytes);

	return (double)cost * RECORD / bytes;
}

/**
 * struct mapping - a ring that is mapped
 * @fd:		its file
 * @meta:	the first page; MAP_FAILED if it cannot be mapped
 * @data:	data pages
 * @size:	bytes of these
 */
struct mapping {
	int				fd;
	const struct trace_buffer_meta	*meta;
	char				*data;
	size_t				size;
};

static struct mapping map_ring(const char *name)
{
	struct mapping map = { .fd = open_path(name, O_RDONLY | O_NONBLOCK) };

	map.meta = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, map.fd, 0);
	if (map.meta == MAP_FAILED) {
		close(map.fd);
		return map;
	}
	map.size = (size_t)map.meta->subbuf_size * map.meta->nr_subbufs;
	map.data = mmap(NULL, map.size, PROT_READ, MAP_SHARED, map.fd, map.meta->meta_page_size);
	if (map.data == MAP_FAILED)
		die("mmap of %s: %s", name, strerror(errno));

	return map;
}

static void unmap_ring(const struct mapping *map)
{
	munmap(map->data, map->size);
	munmap((void *)map->meta, PAGE);
	close(map->fd);
}

static unsigned int mapped_commit(const struct mapping *map, uint32_t id)
{
	return page_commit(map->data + (size_t)id * PAGE);
}

/* Many pages at a call, which only remotes have */
static double raw_mmap(const char *what, const char *name)
{
	struct {
		struct remote_trace_get_pages	get;
		struct remote_trace_mapped_page	pages[16];
	} arg;
	struct mapping map = map_ring(name);
	unsigned int bytes = 0, i;
	uint64_t cost = 0;

	if (map.meta == MAP_FAILED)
		return NOT_THERE;
	do {
		uint64_t start = now();

		arg.get.flags = 0;
		arg.get.nr = sizeof(arg.pages) / sizeof(arg.pages[0]);
		if (ioctl(map.fd, REMOTE_TRACE_IOCTL_GET_PAGES, &arg)) {
			if (errno != ENOTTY)
				die("REMOTE_TRACE_IOCTL_GET_PAGES: %s", strerror(errno));
			unmap_ring(&map);
			return NOT_THERE;
		}
		cost += now() - start;
		for (i = 0; i < arg.get.nr; i++) {
			if (arg.pages[i].end > mapped_commit(&map, arg.pages[i].id))
				die("page %u ends at %u, not %u", arg.pages[i].id,
				    mapped_commit(&map, arg.pages[i].id), arg.pages[i].end);
			bytes += arg.pages[i].end - arg.pages[i].begin;
		}
	} while (arg.get.nr);
	unmap_ring(&map);
	check_events(what, bytes);

	return (double)cost / RAW_EVENTS;
}

/* One page at a call, as the kernel's own rings have it */
static double raw_mmap_one(const char *what, const char *name)
{
	unsigned int bytes = 0, pos = 0, idle = 0;
	struct mapping map = map_ring(name);
	uint64_t cost = 0, took = 0;
	uint32_t id = UINT32_MAX;

	if (map.meta == MAP_FAILED)
		return NOT_THERE;

	/* A call may be needed to give a page back before another gets the next one */
	while (idle < 3) {
		uint64_t start = now();
		unsigned int commit;

		if (ioctl(map.fd, TRACE_MMAP_IOCTL_GET_READER))
			die("TRACE_MMAP_IOCTL_GET_READER: %s", strerror(errno));
		took += now() - start;

		if (map.meta->reader.id != id)
			pos = 0;
		id = map.meta->reader.id;
		commit = mapped_commit(&map, id);
		idle++;
		if (commit > pos) {
			bytes += commit - pos;
			pos = commit;
			cost += took;
			took = 0;
			idle = 0;
		}
	}
	unmap_ring(&map);
	check_events(what, bytes);

	return (double)cost / RAW_EVENTS;
}

static void raw(const char *prefix, const char *name,
		void (*fill)(const struct call *call, unsigned int nr), const struct call *call)
{
	static const struct {
		const char *name;
		double (*fn)(const char *what, const char *name);
	} ways[] = {
		{ "read",	raw_read },
		{ "splice",	raw_splice },
		{ "mmap",	raw_mmap },
		{ "mmap_one",	raw_mmap_one },
	};
	unsigned int i, way;
	char what[64];

	for (way = 0; way < sizeof(ways) / sizeof(ways[0]); way++) {
		double cost, least = NOT_THERE;

		snprintf(what, sizeof(what), "%s.%s", prefix, ways[way].name);
		for (i = 0; i < TIMES; i++) {
			fill(call, RAW_EVENTS);
			cost = ways[way].fn(what, name);
			if (cost < least)
				least = cost;
		}
		if (least < NOT_THERE)
			say(what, least);
	}
}

static void fill_remote(const struct call *call, unsigned int nr)
{
	(void)call;
	fill(nr);
}

static void bench_raw(void)
{
	char name[256];

	snprintf(name, sizeof(name), "%s/per_cpu/cpu0/trace_pipe_raw", dir);
	if (access(name, R_OK))
		return;

	raw("raw", name, fill_remote, NULL);
	start_over("7");
}

static void set_cpu(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("CPU %d: %s", cpu, strerror(errno));
}

static void set_online(int cpu, bool on)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/online", cpu);
	put_path(path, on ? "1" : "0");
}

/* All but the first CPU */
static void set_others(bool on)
{
	int cpu, nr = sysconf(_SC_NPROCESSORS_CONF);

	for (cpu = 1; cpu < nr; cpu++)
		set_online(cpu, on);
}

/*
 * How long a CPU is at EL2, at the longest, for what it takes to switch tracing on and off: that is
 * how long it takes no interrupt, and how long anybody waits for a lock that it holds there. The
 * hypervisor keeps account of it; one CPU is online, or the others' instructions would be in it.
 */
static void longest(const char *prefix, const char *kb)
{
	char line[1024], call[64], name[128];
	unsigned long long ns;
	FILE *accounts;

	start_over(kb);
	if (!try_put("stay_profile_enabled", "1"))
		return;
	set_event("selftest", true);
	put("tracing_on", "1");
	put("tracing_on", "0");
	set_event("selftest", false);
	put("stay_profile_enabled", "0");
	start_over("7");

	accounts = fdopen(open_at("trace_stat/accounts", O_RDONLY), "r");
	if (!accounts)
		die("evbench: trace_stat/accounts: %s", strerror(errno));
	while (fgets(line, sizeof(line), accounts)) {
		if (sscanf(line, "stay cpu=0 cause=hvc:%63s count=%*u total_ns=%*u longest_ns=%llu",
			   call, &ns) != 2)
			continue;
		snprintf(name, sizeof(name), "%s.%s", prefix, call);
		say(name, ns);
	}
	fclose(accounts);
}

static void bench_longest(void)
{
	longest("longest", LARGE_KB);
}

/*
 * The worst there is for a merge: each event comes from another CPU than the one before it. CPUs
 * are online for the writing only, so that what the reading costs is exact.
 */
static void bench_merge(void)
{
	int cpu, nr = sysconf(_SC_NPROCESSORS_CONF);
	unsigned int round;

	start_over("64");
	put("tracing_on", "1");
	set_event("selftest", true);
	for (round = 0; round < ROUNDS; round++) {
		for (cpu = 0; cpu < nr; cpu++) {
			set_cpu(cpu);
			write_events(1);
		}
	}
	set_event("selftest", false);
	set_cpu(0);
	set_others(false);
	say("merge.all_rings", drain_cost("trace_pipe", ROUNDS * nr));

	say("merge.one_ring", least_cost("trace_pipe", fill, LINES, LINES));

	longest("longest.many", "7");
	start_over("7");
	set_others(true);
}

static void set_reg(int vcpu, uint64_t id, uint64_t value)
{
	struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)&value };

	if (ioctl(vcpu, KVM_SET_ONE_REG, &reg))
		die("KVM_SET_ONE_REG %#llx: %s", (unsigned long long)id, strerror(errno));
}

/*
 * A virtual machine of two instructions: a store nobody backs, which is for userspace to emulate,
 * and a jump back.
 */
static struct call kvm_call(void)
{
	static const uint32_t code[] = {
		0xf90002b4,	/* str x20, [x21] */
		0x17ffffff,	/* b .-4 */
	};
	struct kvm_userspace_memory_region region = {
		.guest_phys_addr = GUEST_CODE,
		.memory_size = PAGE,
	};
	struct call call = { .fn = call_kvm_run };
	struct kvm_vcpu_init init;
	int kvm, vm;
	char *mem;

	kvm = open_path("/dev/kvm", O_RDWR);
	vm = ioctl(kvm, KVM_CREATE_VM, 0);
	mem = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (vm < 0 || mem == MAP_FAILED)
		die("no VM: %s", strerror(errno));
	memcpy(mem, code, sizeof(code));
	__builtin___clear_cache(mem, mem + PAGE);
	region.userspace_addr = (uintptr_t)mem;
	if (ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region))
		die("KVM_SET_USER_MEMORY_REGION: %s", strerror(errno));
	call.fd = ioctl(vm, KVM_CREATE_VCPU, 0);
	if (call.fd < 0 || ioctl(vm, KVM_ARM_PREFERRED_TARGET, &init) ||
	    ioctl(call.fd, KVM_ARM_VCPU_INIT, &init))
		die("no vCPU: %s", strerror(errno));

	set_reg(call.fd, CORE_REG(regs.pc), GUEST_CODE);
	set_reg(call.fd, CORE_REG(regs.regs[21]), GUEST_DEV);

	call.run = mmap(NULL, ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), PROT_READ | PROT_WRITE,
			MAP_SHARED, call.fd, 0);
	if (call.run == MAP_FAILED)
		die("the vCPU's run page cannot be mapped: %s", strerror(errno));

	return call;
}

/* How many events of a kind does a call make? Twice as many calls tell what is not theirs. */
static void count_events(const struct call *call, const char *event, const char *name)
{
	unsigned int calls, i, lines[2];
	uint64_t cost;
	int fd;

	for (calls = 1; calls <= 2; calls++) {
		start_over(BUFFER_KB);
		put("tracing_on", "1");
		if (!try_event(event, true))
			return;
		for (i = 0; i < calls * 1000; i++)
			call->fn(call, i);
		set_event(event, false);
		put("tracing_on", "0");
		fd = open_at("trace_pipe", O_RDONLY | O_NONBLOCK);
		lines[calls - 1] = drain(fd, &cost);
		close(fd);
	}
	start_over("7");

	/* What keeping the clock in step adds, once a second, is not theirs either */
	say(name, (lines[1] - lines[0] + 500) / 1000);
}

/* A function that each hypercall of a call runs through, traced and not, if functions can be */
static void bench_function(const struct call *call)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/set_ftrace_filter", dir);
	if (access(path, W_OK))
		return;

	start_over(BUFFER_KB);
	put("tracing_on", "1");
	say("function.off", measure(call, 0).common);
	put("set_ftrace_filter", "__kvm_timer_set_cntvoff\n");
	put("current_tracer", "function");
	say("function.on", measure(call, 0).common);
	put("current_tracer", "function_graph");
	say("graph.on", measure(call, 0).common);
	put("current_tracer", "nop");
	put("tracing_on", "0");
	start_over("7");
}

static void bench_kvm(void)
{
	struct call call = kvm_call();

	/* Not into the guest: what remains are hypercalls around it */
	say("kvm.no_entry", measure(&call, 0).common);
	call.run_guest = true;
	say("kvm.entry", measure(&call, 0).common);

	if (!dir)
		return;
	count_events(&call, "host_hcall", "kvm.entry.hypercalls");
	count_events(&call, "hyp_enter", "kvm.entry.stays");
	call.run_guest = false;
	count_events(&call, "host_hcall", "kvm.no_entry.hypercalls");
	count_events(&call, "hyp_enter", "kvm.no_entry.stays");
	bench_function(&call);
}

/* An event of the kernel's own that has 8 bytes of payload, too: { u32 reason; int errno } */
static const char host_enable[] = TRACEFS "/events/kvm/kvm_userspace_exit/enable";

static void fill_host(const struct call *call, unsigned int nr)
{
	unsigned int i;

	close(open_path(TRACEFS "/trace", O_WRONLY | O_TRUNC));
	put_path(host_enable, "1");
	for (i = 0; i < nr; i++)
		call->fn(call, i);
	put_path(host_enable, "0");
}

static void bench_host(void)
{
	struct call call = kvm_call();
	const unsigned int page = PAGE_DATA / RECORD;
	struct cost off, on;
	uint64_t cost = 0;
	unsigned int lines;
	int fd;

	off = measure(&call, 0);
	put_path(TRACEFS "/tracing_on", "1");
	put_path(host_enable, "1");
	on = measure(&call, page);
	put_path(host_enable, "0");
	say("host.event", on.mean - off.mean);
	say("host.common", on.common - off.common);
	say("host.page", on.rare - off.common);

	fill_host(&call, LINES);
	fd = open_path(TRACEFS "/trace_pipe", O_RDONLY | O_NONBLOCK);
	lines = drain(fd, &cost);
	close(fd);
	if (lines != LINES)
		die("%u lines in the kernel's own trace_pipe, not %u", lines, LINES);
	say("host.text", (double)cost / lines);

	raw("host.raw", TRACEFS "/per_cpu/cpu0/trace_pipe_raw", fill_host, &call);
}

/* The first calls may be other than those that follow */
static void mark(const struct call *call, const char *name)
{
	static unsigned int marks;
	unsigned int i;

	for (i = 0; i < WARM_UP; i++)
		call->fn(call, i);
	asm volatile("hint #100" ::: "memory");
	for (i = 0; i < LINES; i++)
		call->fn(call, i);
	asm volatile("hint #101" ::: "memory");
	say(name, ++marks);
}

static void bench_lines(void)
{
	struct call call = kvm_call();
	int pipe;

	/* Two hypercalls, and not into the guest */
	mark(&call, "lines.kvm");
	if (!dir)
		return;

	call = (struct call) {
		.fn = call_write,
		.fd = open_at("write_event", O_WRONLY),
		.text = "1",
	};
	start_over("7");
	put("tracing_on", "1");
	put("tracing_on", "0");
	mark(&call, "lines.off");
	put("tracing_on", "1");
	mark(&call, "lines.on");
	/* Who may read it wants to know who is about to write */
	pipe = open_at("trace_pipe", O_RDONLY | O_NONBLOCK);
	mark(&call, "lines.asked");
	close(pipe);
	set_event("selftest", true);
	mark(&call, "lines.event");
	set_event("selftest", false);
	set_event("hyp_enter", true);
	set_event("hyp_exit", true);
	mark(&call, "lines.pair");

	start_over("7");
	close(call.fd);
}

static const struct {
	const char *name;
	void (*fn)(void);
	bool needs_dir;
} benches[] = {
	{ "write",	bench_write,	true },
	{ "read",	bench_read,	true },
	{ "raw",	bench_raw,	true },
	{ "longest",	bench_longest,	true },
	{ "merge",	bench_merge,	true },
	{ "host",	bench_host,	false },
	{ "kvm",	bench_kvm,	false },
	{ "lines",	bench_lines,	false },
};

int main(int argc, char **argv)
{
	struct call nothing = { .fn = call_nothing };
	uint64_t hz;
	unsigned int i;

	asm volatile("mrs %0, cntfrq_el0" : "=r" (hz));
	if (hz != 1000000000)
		die("the counter does not count nanoseconds; use bench/run");
	/* Two readings in a row, the isb and the way through a pointer to a function */
	if (measure(&nothing, 0).common > 50)
		die("an instruction takes more than a nanosecond; use bench/run");

	dir = getenv("T");
	if (dir && access(dir, F_OK))
		dir = NULL;

	for (i = 0; argc == 2 && i < sizeof(benches) / sizeof(benches[0]); i++) {
		if (strcmp(argv[1], benches[i].name))
			continue;
		if (benches[i].needs_dir && !dir)
			die("$T is not there");
		benches[i].fn();
		return 0;
	}

	fputs("usage: evbench write|read|raw|longest|merge|host|kvm|lines\n", stderr);
	return 2;
}
