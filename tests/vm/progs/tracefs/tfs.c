// SPDX-License-Identifier: GPL-2.0
/*
 * tfs WHAT NAME COUNT: the hypervisor through libtracefs. NAME is an instance, COUNT the selftest
 * events to write on CPU 0; every one of them must come, in order. WHAT:
 *
 *	create		tracefs_instance_create, and all of iterate
 *	iterate		tracefs_instance_alloc, tracefs_event_enable, tracefs_trace_on,
 *			tracefs_iterate_raw_events, and libtraceevent's print
 *	cpu		tracefs_cpu_open, tracefs_cpu_read, tracefs_cpu_flush, and kbuffer
 *	buffered	the same with tracefs_cpu_buffered_read (which splices)
 *
 * Prints: events=N
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <event-parse.h>
#include <kbuffer.h>
#include <trace-seq.h>
#include <tracefs.h>

#include "guest.h"

static __u64 next_id = 1;
static int selftest_id;

static void seen(struct tep_handle *tep, struct tep_record *rec)
{
	struct tep_event *event = tep_find_event_by_record(tep, rec);
	unsigned long long id;
	struct trace_seq seq;
	char want[64];

	if (!event)
		die("libtraceevent does not know the event of a record");
	if (strcmp(event->system, "hypervisor"))
		die("an event of %s:%s", event->system, event->name);
	if (strcmp(event->name, "selftest"))
		return;
	if (tep_get_field_val(NULL, event, "id", rec, &id, 0))
		die("selftest has no field id");
	if (id != next_id)
		die("id %llu came, %llu was to be next", id, next_id);
	trace_seq_init(&seq);
	tep_print_event(tep, &seq, rec, "%s %s", TEP_PRINT_NAME, TEP_PRINT_INFO);
	trace_seq_terminate(&seq);
	snprintf(want, sizeof(want), "selftest id=%llu", id);
	if (strcmp(seq.buffer, want))
		die("libtraceevent prints '%s', not '%s'", seq.buffer, want);
	trace_seq_destroy(&seq);
	next_id++;
}

static int on_event(struct tep_event *event, struct tep_record *rec, int cpu, void *tep)
{
	(void)event;
	if (cpu)
		die("an event of CPU %d", cpu);
	seen(tep, rec);
	return 0;
}

static void pages(struct tep_handle *tep, struct tracefs_instance *instance, bool buffered)
{
	struct tracefs_cpu *tcpu = tracefs_cpu_open(instance, 0, true);
	struct tep_record rec = { 0 };
	unsigned long long time;
	struct kbuffer *kbuf;
	int n, flush = 0;
	char *buf;

	if (!tcpu)
		die("tracefs_cpu_open: %s", strerror(errno));
	if (tracefs_cpu_read_size(tcpu) != (int)page_size())
		die("tracefs_cpu_read_size: %d", tracefs_cpu_read_size(tcpu));
	buf = malloc(page_size());
	kbuf = kbuffer_alloc(KBUFFER_LSIZE_8, KBUFFER_ENDIAN_LITTLE);
	for (;;) {
		if (buffered && !flush)
			n = tracefs_cpu_buffered_read(tcpu, buf, true);
		else if (flush)
			n = tracefs_cpu_flush(tcpu, buf);
		else
			n = tracefs_cpu_read(tcpu, buf, true);
		if (n <= 0) {
			if (flush)
				break;
			flush = 1;
			continue;
		}
		if (kbuffer_load_subbuffer(kbuf, buf))
			die("kbuffer does not take a page of %d bytes", n);
		if (kbuffer_missed_events(kbuf))
			die("kbuffer says that events were lost");
		for (rec.data = kbuffer_read_event(kbuf, &time); rec.data;
		     rec.data = kbuffer_next_event(kbuf, &time)) {
			rec.size = kbuffer_event_size(kbuf);
			rec.ts = time;
			seen(tep, &rec);
		}
	}
	kbuffer_free(kbuf);
	free(buf);
	tracefs_cpu_close(tcpu);
}

int main(int argc, char **argv)
{
	static const char * const systems[] = { "hypervisor", NULL };
	struct tracefs_instance *instance;
	struct tep_handle *tep;
	const char *what;
	cpu_set_t set;
	__u64 i, count;
	char text[32];
	int fd, n;

	if (argc != 4) {
		fprintf(stderr, "usage: tfs create|iterate|cpu|buffered NAME COUNT\n");
		return 2;
	}
	what = argv[1];
	count = number(argv[3], "COUNT");
	if (!strcmp(what, "create"))
		instance = tracefs_instance_create(argv[2]);
	else
		instance = tracefs_instance_alloc(NULL, argv[2]);
	if (!instance)
		die("no instance %s: %s", argv[2], strerror(errno));
	if (tracefs_instance_is_new(instance))
		die("libtracefs thinks it has made the instance");
	tep = tracefs_local_events_system(NULL, systems);
	if (!tep)
		die("tracefs_local_events_system: %s", strerror(errno));
	selftest_id = tep_find_event_by_name(tep, "hypervisor", "selftest")->id;
	if (selftest_id < 1)
		die("selftest has the id %d", selftest_id);

	if (tracefs_event_enable(instance, "hypervisor", "selftest"))
		die("tracefs_event_enable: %s", strerror(errno));
	if (tracefs_event_is_enabled(instance, "hypervisor", "selftest") != TRACEFS_ALL_ENABLED)
		die("tracefs_event_is_enabled does not say so");
	if (tracefs_trace_on(instance) || tracefs_trace_is_on(instance) != 1)
		die("tracefs_trace_on: %s", strerror(errno));

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	sched_setaffinity(0, sizeof(set), &set);
	fd = tracefs_instance_file_open(instance, "write_event", O_WRONLY);
	if (fd < 0)
		die("write_event: %s", strerror(errno));
	for (i = 1; i <= count; i++) {
		n = snprintf(text, sizeof(text), "%llu", i);
		if (write(fd, text, n) != n)
			die("write_event: %s", strerror(errno));
	}
	close(fd);
	if (tracefs_trace_off(instance) || tracefs_trace_is_on(instance))
		die("tracefs_trace_off: %s", strerror(errno));

	if (!strcmp(what, "cpu") || !strcmp(what, "buffered"))
		pages(tep, instance, !strcmp(what, "buffered"));
	else if (tracefs_iterate_raw_events(tep, instance, NULL, 0, on_event, tep))
		die("tracefs_iterate_raw_events: %s", strerror(errno));

	if (tracefs_event_disable(instance, "hypervisor", "selftest"))
		die("tracefs_event_disable: %s", strerror(errno));
	if (!tracefs_instance_destroy(instance))
		die("the instance could be destroyed");
	tracefs_instance_free(instance);
	tep_free(tep);
	printf("events=%llu\n", next_id - 1);
	if (next_id - 1 != count)
		die("%llu events were written, %llu came", count, next_id - 1);
	return 0;
}
