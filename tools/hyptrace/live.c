// SPDX-License-Identifier: GPL-2.0
/* tracefs: switches, and pages of each CPU's trace_pipe_raw. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <kbuffer.h>
#include <tracefs.h>

#include "live_text.h"

static const char doctor_hint[] = "hyptrace doctor tells why, and what to do";

/* Of a CPU's, before others have a turn: they may come faster than they are read */
#define PAGES	256

static const char traced[] = "the hypervisor is being traced by somebody else";
static const char left_over[] =
	"the hypervisor's trace is open, or has events that nobody has read";

/* Those that tell what a stay is for; that one is missing, without pKVM, is no harm */
static const char * const wanted_events[] = {
	"hyp_enter", "hyp_exit", "host_hcall", "host_smc", "psci_call", "psci_return",
	"host_ffa_call", "vcpu_run", "vcpu_exit",
};

static void must_write(struct live *live, const char *file, const char *text)
{
	if (tracefs_instance_file_write(live->instance, file, text) < 0)
		die(doctor_hint, "%s/%s does not take '%s': %s",
		    tracefs_instance_get_trace_dir(live->instance), file, text, strerror(errno));
}

static void put_back(struct live *live);

/* Whatever ends the program, what was changed is put back. */
static struct live *active;

static void at_exit(void)
{
	if (!active)
		return;
	if (!active->text)
		tracefs_trace_off(active->instance);
	put_back(active);
}

static void activate(struct live *live)
{
	static bool registered;

	active = live;
	if (!registered)
		atexit(at_exit);
	registered = true;
}

static char *must_read(struct live *live, const char *file)
{
	/* Not tracefs_instance_file_read(): to it an empty file, as set_event may be, is none. */
	int fd = tracefs_instance_file_open(live->instance, file, O_RDONLY | O_CLOEXEC);
	size_t used = 0, size = 0;
	char *text = NULL;
	ssize_t n;

	do {
		if (used + 1 >= size) {
			size = size * 2 + 4096;
			text = xrealloc(text, size, 1);
		}
		n = fd < 0 ? -1 : read(fd, text + used, size - used - 1);
		used += n > 0 ? n : 0;
	} while (n > 0);
	if (n < 0)
		die(doctor_hint, "%s/instances/hypervisor/%s cannot be read: %s",
		    tracefs_instance_get_trace_dir(live->instance), file, strerror(errno));
	text[used] = 0;
	close(fd);
	return text;
}

/* What is going on, or left by, somebody else is not ours to take. */
static void refuse_others(struct live *live)
{
	char *on = must_read(live, "tracing_on"), *size = must_read(live, "buffer_size_kb");

	if (*on != '0')
		die("when that is over: echo 0 > /sys/kernel/tracing/hypervisor/tracing_on",
		    "%s (tracing_on is %c)", traced, *on);
	if (strstr(size, "(loaded)"))
		die("if nobody wants it: echo > /sys/kernel/tracing/hypervisor/trace", "%s",
		    left_over);
	free(on);
	free(size);
}

const char *live_refusal(void)
{
	struct live live = { 0 };
	const char *why = NULL;
	char *on, *size;

	if (!tracefs_instance_exists("hypervisor"))
		return NULL;
	live.instance = tracefs_instance_alloc(NULL, "hypervisor");
	if (!live.instance)
		die(NULL, "no memory");
	on = must_read(&live, "tracing_on");
	size = must_read(&live, "buffer_size_kb");
	if (*on != '0')
		why = traced;
	else if (strstr(size, "(loaded)"))
		why = left_over;
	free(on);
	free(size);
	tracefs_instance_free(live.instance);
	return why;
}

static void open_cpu(struct live *live, int cpu)
{
	char file[64];

	snprintf(file, sizeof(file), "per_cpu/cpu%d/trace_pipe_raw", cpu);
	live->cpu[cpu].fd = tracefs_instance_file_open(live->instance, file,
						       O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (live->cpu[cpu].fd < 0)
		die(doctor_hint, "hypervisor/%s cannot be opened: %s", file, strerror(errno));
	live->cpu[cpu].kbuf = kbuffer_alloc(KBUFFER_LSIZE_SAME_AS_HOST,
					    KBUFFER_ENDIAN_SAME_AS_HOST);
	if (!live->cpu[cpu].kbuf)
		die(NULL, "no memory");
}

void live_open(struct live *live, const bool *wanted, int nr_wanted)
{
	static const char * const systems[] = { "hypervisor", NULL };
	const char *dir = tracefs_tracing_dir();
	int cpu;

	*live = (struct live){ .page_size = sysconf(_SC_PAGESIZE) };
	if (!dir)
		die(doctor_hint, "there is no tracefs, and it cannot be mounted");
	live->nr_cpus = sysconf(_SC_NPROCESSORS_CONF);
	for (cpu = live->nr_cpus; cpu < nr_wanted; cpu++) {
		if (wanted[cpu])
			die(NULL, "there is no CPU %d, the last is %d", cpu, live->nr_cpus - 1);
	}
	if (!tracefs_instance_exists("hypervisor")) {
		live->text = live_text_open(dir, wanted, nr_wanted, live->nr_cpus);
		if (!live->text)
			die(doctor_hint, "there is no hypervisor to trace in %s", dir);
		live->tep = live_text_lines(live->text)->tep;
		live->schema = live_text_lines(live->text)->schema;
		return;
	}
	live->instance = tracefs_instance_alloc(NULL, "hypervisor");
	live->tep = tracefs_local_events_system(NULL, systems);
	if (!live->instance || !live->tep || !schema_init(&live->schema, live->tep))
		die(doctor_hint, "%s/events/hypervisor has no events that make sense", dir);
	tracefs_load_cmdlines(NULL, live->tep);
	refuse_others(live);
	live->page = xcalloc(1, live->page_size);
	live->cpu = xcalloc(live->nr_cpus, sizeof(*live->cpu));
	for (cpu = 0; cpu < live->nr_cpus; cpu++) {
		live->cpu[cpu].fd = -1;
		if (wanted && (cpu >= nr_wanted || !wanted[cpu]))
			live->cpu[cpu].fd = -2;
	}
}

__u64 live_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (__u64)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

void live_start(struct live *live, unsigned long kb)
{
	char text[32], *was;
	unsigned int i;
	int cpu;

	if (live->text) {
		live->started = true;
		activate(live);
		live_text_start(live->text, kb);
		return;
	}
	was = must_read(live, "buffer_size_kb");
	live->was_on = must_read(live, "set_event");
	live->started = true;
	activate(live);
	live->was_kb = strtoul(was, NULL, 10);
	free(was);
	snprintf(text, sizeof(text), "%lu", kb);
	must_write(live, "buffer_size_kb", text);
	tracefs_event_disable(live->instance, NULL, NULL);
	for (i = 0; i < ARRAY_SIZE(wanted_events); i++) {
		if (tracefs_event_enable(live->instance, "hypervisor", wanted_events[i]) < 0 &&
		    i < 2)
			die(doctor_hint, "the event %s cannot be switched on: %s",
			    wanted_events[i], strerror(errno));
	}
	/* An open one loads the rings, so their size comes before. */
	for (cpu = 0; cpu < live->nr_cpus; cpu++) {
		if (live->cpu[cpu].fd == -1)
			open_cpu(live, cpu);
	}
	must_write(live, "tracing_on", "1");
}

static __u64 feed_page(struct live *live, struct model *model, int cpu)
{
	struct kbuffer *kbuf = live->cpu[cpu].kbuf;
	unsigned long long ts;
	__u64 nr = 0;
	int missed;
	void *data;

	if (kbuffer_load_subbuffer(kbuf, live->page) < 0)
		return 0;
	missed = kbuffer_missed_events(kbuf);
	for (data = kbuffer_read_event(kbuf, &ts); data; data = kbuffer_next_event(kbuf, &ts)) {
		struct tep_record record = {
			.ts = ts,
			.cpu = cpu,
			.data = data,
			.size = kbuffer_event_size(kbuf),
			.missed_events = missed,
		};

		missed = 0;
		model_record(model, cpu, &record);
		nr++;
	}
	return nr;
}

__u64 live_read(struct live *live, struct model *model)
{
	unsigned int pages;
	__u64 nr = 0;
	ssize_t n;
	int cpu;

	if (live->text)
		return live_text_read(live->text, model);
	for (cpu = 0; cpu < live->nr_cpus; cpu++) {
		for (pages = 0; pages < PAGES && live->cpu[cpu].fd >= 0; pages++) {
			n = read(live->cpu[cpu].fd, live->page, live->page_size);
			if (n != (ssize_t)live->page_size)
				break;
			nr += feed_page(live, model, cpu);
		}
	}
	return nr;
}

void live_wait(struct live *live, int fd, int ms)
{
	struct pollfd *fds;
	int cpu;

	if (live->text) {
		live_text_wait(live->text, fd, ms);
		return;
	}
	fds = xcalloc(live->nr_cpus + 1, sizeof(*fds));
	for (cpu = 0; cpu < live->nr_cpus; cpu++) {
		fds[cpu].fd = live->cpu[cpu].fd;
		fds[cpu].events = POLLIN;
	}
	fds[live->nr_cpus] = (struct pollfd){ .fd = fd, .events = POLLIN };
	poll(fds, live->nr_cpus + 1, ms);
	free(fds);
}

__u64 live_lost(struct live *live)
{
	static const char * const kinds[] = { "\noverrun: ", "\ndropped events: " };
	__u64 lost = 0;
	unsigned int i;
	int cpu;

	if (live->text)
		return live_text_lines(live->text)->lost;
	for (cpu = 0; cpu < live->nr_cpus; cpu++) {
		char file[64], *text, *at;

		if (live->cpu[cpu].fd < 0)
			continue;
		snprintf(file, sizeof(file), "per_cpu/cpu%d/stats", cpu);
		text = must_read(live, file);
		for (i = 0; i < ARRAY_SIZE(kinds); i++) {
			at = strstr(text, kinds[i]);
			if (at)
				lost += strtoull(at + strlen(kinds[i]), NULL, 10);
		}
		free(text);
	}
	return lost;
}

void live_stop(struct live *live, struct model *model)
{
	if (live->text) {
		live_text_stop(live->text, model);
	} else {
		must_write(live, "tracing_on", "0");
		while (live_read(live, model))
			;
	}
	model_end(model);
}

static void restore(struct live *live)
{
	char text[32], *line, *rest = live->was_on;
	int tries;

	active = NULL;
	tracefs_event_disable(live->instance, NULL, NULL);
	while ((line = strsep(&rest, "\n"))) {
		if (*line)
			tracefs_instance_file_append(live->instance, "set_event", line);
	}
	free(live->was_on);
	snprintf(text, sizeof(text), "%lu", live->was_kb);
	/* Rings are on their way out for a moment after the last reader has gone. */
	for (tries = 0; tries < 50; tries++) {
		if (tracefs_instance_file_write(live->instance, "buffer_size_kb", text) >= 0)
			return;
		usleep(20000);
	}
	warn("hypervisor/buffer_size_kb could not be put back to %s: %s", text, strerror(errno));
}

static void close_cpus(struct live *live)
{
	int cpu;

	for (cpu = 0; cpu < live->nr_cpus; cpu++) {
		if (live->cpu[cpu].fd < 0)
			continue;
		close(live->cpu[cpu].fd);
		kbuffer_free(live->cpu[cpu].kbuf);
		live->cpu[cpu].fd = -1;
	}
}

static void put_back(struct live *live)
{
	if (live->text) {
		active = NULL;
		live_text_put_back(live->text);
		return;
	}
	close_cpus(live);
	/* What has not been read, or is of a CPU that was not wanted, is for nobody. */
	tracefs_instance_file_clear(live->instance, "trace");
	restore(live);
}

void live_close(struct live *live)
{
	if (live->started)
		put_back(live);
	else
		close_cpus(live);
	if (live->text) {
		live_text_close(live->text);
		return;
	}
	schema_free(&live->schema);
	free(live->cpu);
	free(live->page);
	tep_free(live->tep);
	tracefs_instance_free(live->instance);
}
