// SPDX-License-Identifier: GPL-2.0
/*
 * The longest stays, with their events. Of each CPU the records of the stay that it is in are kept,
 * and those of the stays that are among the longest so far, up to a number.
 */
#include <stdlib.h>
#include <string.h>

#include "slowest.h"
#include "table.h"

#define MAX_EVENTS	1000	/* of one stay; any more are counted */
#define MAX_EVENT	1024	/* bytes; the hypervisor's are far from that */

/* Copies of records, one behind the other */
struct events {
	char		*data;
	size_t		used, size;
	unsigned int	nr, more;
};

struct copy {
	__u64	ts;
	__u32	size;
};

struct slow {
	struct stay	stay;
	struct events	events;
};

struct slowest {
	struct model	model;
	struct events	*cpu;		/* of the stay that each is in */
	int		nr_cpus;
	struct slow	*slow;		/* a heap: the shortest of them first */
	unsigned int	nr, max;
};

static size_t aligned(size_t size)
{
	return (size + 7) & ~(size_t)7;
}

static void keep(struct events *events, const struct tep_record *record)
{
	struct copy copy = { .ts = record->ts, .size = record->size };
	size_t need = sizeof(copy) + aligned(copy.size);

	if (events->nr == MAX_EVENTS || copy.size > MAX_EVENT) {
		events->more++;
		return;
	}
	if (events->used + need > events->size) {
		events->size = (events->size + need) * 2;
		events->data = xrealloc(events->data, events->size, 1);
	}
	memcpy(events->data + events->used, &copy, sizeof(copy));
	memcpy(events->data + events->used + sizeof(copy), record->data, copy.size);
	events->used += need;
	events->nr++;
}

static void forget(struct events *events)
{
	events->used = 0;
	events->nr = 0;
	events->more = 0;
}

static struct events *events_of(struct slowest *slowest, int cpu)
{
	if (cpu >= slowest->nr_cpus) {
		slowest->cpu = xrealloc(slowest->cpu, cpu + 1, sizeof(*slowest->cpu));
		memset(slowest->cpu + slowest->nr_cpus, 0,
		       (cpu + 1 - slowest->nr_cpus) * sizeof(*slowest->cpu));
		slowest->nr_cpus = cpu + 1;
	}
	return &slowest->cpu[cpu];
}

static void inside(void *context, int cpu, const struct tep_record *record)
{
	keep(events_of(context, cpu), record);
}

static void broken(void *context, int cpu)
{
	forget(events_of(context, cpu));
}

static __u64 length(const struct slow *slow)
{
	return slow->stay.leave - slow->stay.enter;
}

static void swap(struct slow *a, struct slow *b)
{
	struct slow c = *a;

	*a = *b;
	*b = c;
}

static void sift_up(struct slow *slow, unsigned int i)
{
	while (i && length(&slow[i]) < length(&slow[(i - 1) / 2])) {
		swap(&slow[i], &slow[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

static void sift_down(struct slow *slow, unsigned int nr)
{
	unsigned int i = 0, child;

	while ((child = 2 * i + 1) < nr) {
		if (child + 1 < nr && length(&slow[child + 1]) < length(&slow[child]))
			child++;
		if (length(&slow[i]) <= length(&slow[child]))
			break;
		swap(&slow[i], &slow[child]);
		i = child;
	}
}

/* The events change places with those that are no more wanted, and no memory is moved. */
static void stay(void *context, const struct stay *stay)
{
	struct slowest *slowest = context;
	struct events *events = events_of(slowest, stay->cpu), old;
	struct slow *at = slowest->slow;

	if (slowest->nr < slowest->max)
		at += slowest->nr;
	else if (stay->leave - stay->enter <= length(at))
		at = NULL;
	if (at) {
		old = at->events;
		at->events = *events;
		at->stay = *stay;
		*events = old;
		if (slowest->nr < slowest->max)
			sift_up(slowest->slow, slowest->nr++);
		else
			sift_down(slowest->slow, slowest->nr);
	}
	forget(events);
}

static const struct model_ops slowest_ops = { .stay = stay, .inside = inside, .broken = broken };

static int longer(const void *a, const void *b)
{
	const struct slow *sa = a, *sb = b;

	if (length(sa) != length(sb))
		return length(sa) < length(sb) ? 1 : -1;
	if (sa->stay.enter != sb->stay.enter)
		return sa->stay.enter < sb->stay.enter ? -1 : 1;
	return sa->stay.cpu - sb->stay.cpu;
}

static void print_events(FILE *out, const struct slowest *slowest, const struct slow *slow,
			 bool json)
{
	const struct schema *schema = slowest->model.schema;
	size_t at = 0;
	unsigned int i;

	for (i = 0; i < slow->events.nr; i++) {
		struct tep_record record = { .cpu = slow->stay.cpu };
		struct tep_event *event;
		struct copy copy;
		const char *name;
		char *text;

		memcpy(&copy, slow->events.data + at, sizeof(copy));
		record.ts = copy.ts;
		record.size = copy.size;
		record.data = slow->events.data + at + sizeof(copy);
		at += sizeof(copy) + aligned(copy.size);
		event = tep_find_event(schema->tep, schema_read(schema, &schema->type, &record));
		name = event ? event->name : "?";
		text = event ? schema_text(schema, &record) : xstrdup("");
		if (json) {
			fprintf(out, "%s\n  {\"at_ns\": %llu, \"event\": ", i ? "," : "",
				(unsigned long long)copy.ts);
			print_quoted(out, name);
			fprintf(out, ", \"text\": ");
			print_quoted(out, text);
			putc('}', out);
		} else {
			fprintf(out, "    +%.3f us  %-16s %s\n",
				us(copy.ts - slow->stay.enter), name, text);
		}
		free(text);
	}
	if (!json && slow->events.more)
		fprintf(out, "    and %u more\n", slow->events.more);
}

static void print(FILE *out, const struct slowest *slowest, bool json)
{
	unsigned int i;

	if (json)
		putc('[', out);
	for (i = 0; i < slowest->nr; i++) {
		const struct slow *slow = &slowest->slow[i];
		const char *cause = model_cause(&slowest->model, slow->stay.cause);
		char *task = task_name(&slowest->model, slow->stay.pid);
		char *vcpu = slow->stay.for_vcpu ? vcpu_name(&slow->stay.vcpu) : xstrdup("host");

		if (json) {
			fprintf(out, "%s\n{\"ns\": %llu, \"enter_ns\": %llu, ", i ? "," : "",
				(unsigned long long)length(slow),
				(unsigned long long)slow->stay.enter);
			fprintf(out, "\"cpu\": %d, \"cause\": ", slow->stay.cpu);
			print_quoted(out, cause);
			fprintf(out, ", \"task\": ");
			print_quoted(out, task);
			fprintf(out, ", \"vcpu\": ");
			print_quoted(out, vcpu);
			fprintf(out, ", \"more_events\": %u, \"events\": [", slow->events.more);
		} else {
			fprintf(out, "%s%u. %.3f us on CPU %d, %s, for %s (%s), from %llu ns on\n",
				i ? "\n" : "", i + 1, us(length(slow)), slow->stay.cpu, cause,
				vcpu, task, (unsigned long long)slow->stay.enter);
		}
		print_events(out, slowest, slow, json);
		if (json)
			fprintf(out, "]}");
		free(task);
		free(vcpu);
	}
	if (json)
		fprintf(out, "]\n");
}

void report_slowest(struct trace_file *file, unsigned int nr, bool json, FILE *out)
{
	struct slowest slowest = { .max = nr };
	unsigned int i;
	int cpu;

	slowest.slow = xcalloc(nr, sizeof(*slowest.slow));
	model_init(&slowest.model, &file->schema, &slowest_ops, &slowest);
	trace_file_feed(file, &slowest.model);
	qsort(slowest.slow, slowest.nr, sizeof(*slowest.slow), longer);
	print(out, &slowest, json);
	if (!json)
		table_print_losses(&slowest.model);
	for (i = 0; i < nr; i++)
		free(slowest.slow[i].events.data);
	for (cpu = 0; cpu < slowest.nr_cpus; cpu++)
		free(slowest.cpu[cpu].data);
	free(slowest.slow);
	free(slowest.cpu);
	model_free(&slowest.model);
}
