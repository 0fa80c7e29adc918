// SPDX-License-Identifier: GPL-2.0
/*
 * account [SECONDS RATE]: is each event that the remote for tests has written read or counted as
 * lost, exactly, whichever way it is read?
 *
 * The events carry the number that they have by the writer's own count. So after the events that a
 * reader is told of as lost, the next must have the number that this makes; and in the end the
 * counts of what was read and of what the statistics say was lost must be what was written.
 *
 * First a fixed number of events is written, then the threads write for SECONDS at RATE a second on
 * each CPU. Each as text and as pages, from rings that overwrite and from rings that do not, with
 * and without call stacks.
 */
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <time.h>

#include "native.h"

#define MAX_CPUS	64
#define FIXED		3000

static long page_size;
static int nr_cpus;
static unsigned int id_short, id_long, id_value, id_stack;

/* What is known of a CPU's events; @next is the number that the next must have */
struct count {
	uint64_t next, read, lost;
};

static struct count counts[MAX_CPUS];
static const char *what;
static volatile bool stopped;

__attribute__((format(printf, 2, 3))) static void wrong(int cpu, const char *fmt, ...)
{
	va_list args;

	printf("%s: CPU %d: ", what, cpu);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	fail(" (read %llu, lost %llu)", (unsigned long long)counts[cpu].read,
	     (unsigned long long)counts[cpu].lost);
}

static void see_lost(int cpu, uint64_t nr)
{
	counts[cpu].lost += nr;
	counts[cpu].next += nr;
}

static void see_event(int cpu, bool numbered, uint64_t seq)
{
	struct count *count = &counts[cpu];

	if (numbered && seq != count->next)
		wrong(cpu, "event %llu, not %llu", (unsigned long long)seq,
		      (unsigned long long)count->next);
	count->next++;
	count->read++;
}

/* A line of trace_pipe */
static void see_line(const char *line)
{
	const char *name;
	unsigned long nr;
	uint64_t seq;
	int cpu;

	if (sscanf(line, "CPU:%d [LOST %lu EVENTS]", &cpu, &nr) == 2) {
		see_lost(cpu, nr);
		return;
	}
	/* The callers below "<stack trace>" */
	if (!strncmp(line, " => ", 4))
		return;
	if (sscanf(line, "[%d]", &cpu) != 1 || cpu < 0 || cpu >= nr_cpus)
		fail("%s: a line that is none: '%s'", what, line);
	if (strstr(line, ": <stack trace>")) {
		see_event(cpu, false, 0);
		return;
	}
	name = strstr(line, " seq=");
	if (!name)
		fail("%s: a line without a number: '%s'", what, line);
	seq = strtoull(name + 5, NULL, 10);
	see_event(cpu, true, seq);
}

/* Who reads @fd: the trace_pipe of all CPUs, or the trace_pipe_raw of @cpu */
struct reader {
	pthread_t thread;
	int cpu, fd;
};

static void *read_text(void *data)
{
	const struct reader *reader = data;
	static char buf[65536 + 1];
	int fd = reader->fd;
	size_t have = 0;
	ssize_t ret;
	char *line, *end;

	for (;;) {
		/* Before the read: what it does not find then does not come any more */
		bool last = stopped;

		ret = read(fd, buf + have, sizeof(buf) - 1 - have);
		if (ret < 0 && errno != EAGAIN)
			fail("trace_pipe: read: %s", strerror(errno));
		if (ret <= 0) {
			struct pollfd pfd = { .fd = fd, .events = POLLIN };

			if (last)
				break;
			poll(&pfd, 1, 10);
			continue;
		}
		have += ret;
		buf[have] = '\0';
		for (line = buf; (end = strchr(line, '\n')); line = end + 1) {
			*end = '\0';
			see_line(line);
		}
		have -= line - buf;
		memmove(buf, line, have);
	}
	if (have)
		fail("%s: half a line at the end: '%s'", what, buf);

	return NULL;
}

static uint64_t see_record(int cpu, const uint8_t *payload, size_t len)
{
	uint16_t id;
	uint64_t seq;
	size_t i;

	memcpy(&id, payload, sizeof(id));
	memcpy(&seq, payload + 8, sizeof(seq));
	if (id == id_stack) {
		see_event(cpu, false, 0);
	} else if (id == id_short || id == id_value) {
		see_event(cpu, true, seq);
	} else if (id == id_long) {
		see_event(cpu, true, seq);
		if (len < 16 + 200)
			wrong(cpu, "a long event of %zu bytes", len);
		for (i = 0; i < 200; i++) {
			if (payload[16 + i] != (uint8_t)(seq + i))
				wrong(cpu, "byte %zu of event %llu is %u", i,
				      (unsigned long long)seq, payload[16 + i]);
		}
	} else {
		wrong(cpu, "an event of id %u", id);
	}

	return seq;
}

/* A page of trace_pipe_raw, as events/header_page and header_event describe it */
static void see_page(int cpu, const uint8_t *page)
{
	uint64_t commit, lost;
	size_t size, pos, len;
	const uint8_t *data = page + 16;
	uint32_t word;

	memcpy(&commit, page + 8, sizeof(commit));
	size = commit & 0xfffff;
	if (size > (size_t)page_size - 16)
		wrong(cpu, "a page of %zu bytes", size);
	if (commit & (1U << 31)) {
		if (!(commit & (1U << 30)))
			wrong(cpu, "no room for the number of lost events");
		memcpy(&lost, data + size, sizeof(lost));
		see_lost(cpu, lost);
	}
	for (pos = 0; pos < size; pos += len) {
		memcpy(&word, data + pos, sizeof(word));
		word &= 31;
		len = 8;
		if (word == 30 || word == 31)
			continue;
		if (word == 29)
			wrong(cpu, "padding at %zu of %zu", pos, size);
		if (word) {
			len = 4 + 4 * word;
			see_record(cpu, data + pos + 4, len - 4);
		} else {
			memcpy(&word, data + pos + 4, sizeof(word));
			len = 4 + word;
			see_record(cpu, data + pos + 8, len - 8);
		}
	}
	if (pos != size)
		wrong(cpu, "events end at %zu of %zu", pos, size);
}

/* Pages, read and spliced in turn */
static void *read_raw(void *data)
{
	const struct reader *reader = data;
	uint8_t *page = malloc(page_size);
	bool splices = true;
	int pipes[2];
	ssize_t ret;

	if (!page || pipe2(pipes, O_NONBLOCK))
		fail("no page or no pipe");

	for (;;) {
		bool last = stopped;

		if (splices) {
			ret = splice(reader->fd, NULL, pipes[1], NULL, page_size,
				     SPLICE_F_NONBLOCK);
			if (ret > 0 && read(pipes[0], page, page_size) != page_size)
				fail("%s: a pipe without the page", what);
		} else {
			ret = read(reader->fd, page, page_size);
		}
		if (ret < 0 && errno != EAGAIN)
			fail("trace_pipe_raw: %s", strerror(errno));
		/* What is less than buffer_percent, or no whole page, is only read */
		if (ret <= 0) {
			struct pollfd pfd = { .fd = reader->fd, .events = POLLIN };

			if (last && !splices)
				break;
			if (!splices)
				poll(&pfd, 1, 10);
			splices = !splices;
			continue;
		}
		see_page(reader->cpu, page);
		splices = !splices;
	}
	close(pipes[0]);
	close(pipes[1]);
	free(page);

	return NULL;
}

/* The number after @name in a CPU's stats */
static uint64_t stat(int cpu, const char *name)
{
	char path[128], buf[1024], *line;

	snprintf(path, sizeof(path), REMOTE "per_cpu/cpu%d/stats", cpu);
	line = strstr(get(path, buf, sizeof(buf)), name);
	/* There is "commit overrun:", too, after "overrun:" */
	if (!line)
		fail("stats: no '%s'", name);

	return strtoull(line + strlen(name), NULL, 10);
}

static unsigned int event_id(const char *name)
{
	char path[128], buf[4096], *line;

	/* ftrace's own have no file for the id alone */
	snprintf(path, sizeof(path), TRACING "events/%s/format", name);
	line = strstr(get(path, buf, sizeof(buf)), "ID: ");
	if (!line)
		fail("%s: no id", path);

	return strtoul(line + strlen("ID: "), NULL, 10);
}

static void write_fixed(void)
{
	int i, fd = open(REMOTE "write_event", O_WRONLY);
	cpu_set_t set;

	if (fd < 0)
		fail("write_event: %s", strerror(errno));
	for (i = 0; i < FIXED; i++) {
		CPU_ZERO(&set);
		CPU_SET(i % nr_cpus, &set);
		/* In long runs, so that rings overflow */
		if (i % 500 == 0 && sched_setaffinity(0, sizeof(set), &set))
			fail("CPU %d: %s", i % nr_cpus, strerror(errno));
		if (write(fd, "7", 1) != 1)
			fail("write_event: %s", strerror(errno));
	}
	close(fd);
	CPU_ZERO(&set);
	for (i = 0; i < nr_cpus; i++)
		CPU_SET(i, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void one(bool raw, bool overwrite, bool stacks, unsigned int seconds, const char *rate)
{
	int cpu, i, nr_readers = raw ? nr_cpus : 1;
	struct timespec ts = { .tv_sec = seconds };
	struct reader readers[MAX_CPUS];
	uint64_t written, total = 0, lost = 0;
	char path[128], name[128], *pos;

	snprintf(name, sizeof(name), "%s, %s%s, %s", raw ? "pages" : "text",
		 overwrite ? "overwriting" : "dropping", stacks ? " with stacks" : "",
		 seconds ? "threads" : "a fixed number");
	what = name;
	memset(counts, 0, sizeof(counts));
	stopped = false;

	reset_remote();
	put(REMOTE "buffer_size_kb", "32");
	put(REMOTE "options/overwrite", overwrite ? "1" : "0");
	put(REMOTE "options/stacktrace", stacks ? "1" : "0");
	put(REMOTE "events/enable", "1");

	for (i = 0; i < nr_readers; i++) {
		if (raw)
			snprintf(path, sizeof(path), REMOTE "per_cpu/cpu%d/trace_pipe_raw", i);
		else
			strcpy(path, REMOTE "trace_pipe");
		readers[i].cpu = i;
		readers[i].fd = open(path, O_RDONLY | O_NONBLOCK);
		if (readers[i].fd < 0)
			fail("%s: %s", path, strerror(errno));
	}
	put(REMOTE "tracing_on", "1");

	if (!seconds) {
		/* Nobody reads meanwhile: it does not fit */
		write_fixed();
		put(REMOTE "tracing_on", "0");
		stopped = true;
	}
	for (i = 0; i < nr_readers; i++)
		pthread_create(&readers[i].thread, NULL, raw ? read_raw : read_text, &readers[i]);
	if (seconds) {
		put(PARAMS "rate", rate);
		nanosleep(&ts, NULL);
		put(PARAMS "rate", "0");
		put(REMOTE "tracing_on", "0");
		stopped = true;
	}
	for (i = 0; i < nr_readers; i++)
		pthread_join(readers[i].thread, NULL);

	get(PARAMS "written", pos = path, sizeof(path));
	for (cpu = 0; cpu < nr_cpus; cpu++) {
		struct count *count = &counts[cpu];
		uint64_t gone;

		written = strtoull(pos, &pos, 10);
		gone = stat(cpu, "overrun: ") + stat(cpu, "dropped events: ");
		total += written;
		lost += gone;
		if (stat(cpu, "entries: "))
			wrong(cpu, "%llu events are left",
			      (unsigned long long)stat(cpu, "entries: "));
		if (stat(cpu, "read events: ") != count->read)
			wrong(cpu, "the statistics have another number of events read: %llu",
			      (unsigned long long)stat(cpu, "read events: "));
		if (count->read + gone != written)
			wrong(cpu, "written %llu, lost %llu by the statistics",
			      (unsigned long long)written, (unsigned long long)gone);
		/* What is lost after the last event that was read, no reader is told */
		if (count->lost > gone || (overwrite && count->lost != gone))
			wrong(cpu, "lost %llu by the statistics", (unsigned long long)gone);
	}
	for (i = 0; i < nr_readers; i++)
		close(readers[i].fd);
	if (!total)
		fail("%s: nothing has been written", what);
	/* An event that is dropped has no stack */
	if (!seconds && (total < FIXED || total > FIXED * (stacks ? 2 : 1) ||
			 (overwrite && stacks && total != 2 * FIXED)))
		fail("%s: %llu events, not %d", what, (unsigned long long)total, FIXED);
	printf("%s: written %llu = read %llu + lost %llu\n", what, (unsigned long long)total,
	       (unsigned long long)(total - lost), (unsigned long long)lost);
}

int main(int argc, char **argv)
{
	unsigned int seconds = argc > 1 ? strtoul(argv[1], NULL, 10) : 2;
	const char *rate = argc > 2 ? argv[2] : "20000";
	int way;

	page_size = sysconf(_SC_PAGESIZE);
	nr_cpus = sysconf(_SC_NPROCESSORS_CONF);
	id_short = event_id("remote_test/remote_test_short");
	id_long = event_id("remote_test/remote_test_long");
	id_value = event_id("remote_test/remote_test_value");
	id_stack = event_id("ftrace/kernel_stack");

	for (way = 0; way < 8; way++) {
		one(way & 1, way & 2, way & 4, 0, NULL);
		one(way & 1, way & 2, way & 4, seconds, rate);
	}
	reset_remote();

	return 0;
}
