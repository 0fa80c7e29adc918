// SPDX-License-Identifier: GPL-2.0
/*
 * The longest stays, with their events. Of each CPU the records of the stay that it is in are kept,
 * and those of the stays that are among the longest so far, up to a number.
 */
#include <stdlib.h>
#include <string.h>

#include "graph_text.h"
#include "slowest.h"
#include "table.h"

#define MAX_EVENTS	1000	/* of one stay; any more are counted */
#define MAX_EVENT	1024	/* bytes; the hypervisor's are far from that */

/* Copies of records, one behind the other */
struct events {
	char		*data;
	size_t		used, size;
	unsigned int	nr, more;
	__u32		node;		/* of the graph, where they begin */
	bool		functions;	/* some are of it */
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
	struct graph	graph;
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
	events->node = 0;
	events->functions = false;
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
	struct slowest *slowest = context;
	struct events *events = events_of(slowest, cpu);

	if (!events->nr)
		events->node = graph_at(&slowest->graph, cpu);
	keep(events, record);
}

static void function(void *context, int cpu)
{
	struct events *events = events_of(context, cpu);

	if (events->nr)
		events->functions = true;
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

static const struct model_ops slowest_ops = {
	.stay = stay,
	.inside = inside,
	.broken = broken,
	.function = function,
};

static int longer(const void *a, const void *b)
{
	const struct slow *sa = a, *sb = b;

	if (length(sa) != length(sb))
		return length(sa) < length(sb) ? 1 : -1;
	if (sa->stay.enter != sb->stay.enter)
		return sa->stay.enter < sb->stay.enter ? -1 : 1;
	return sa->stay.cpu - sb->stay.cpu;
}

/* The record that begins at @at of what is kept; where the next one begins. No data: none does. */
static size_t kept(const struct slow *slow, size_t at, struct tep_record *record)
{
	struct copy copy;

	*record = (struct tep_record){ .cpu = slow->stay.cpu };
	if (at == slow->events.used)
		return at;
	memcpy(&copy, slow->events.data + at, sizeof(copy));
	record->ts = copy.ts;
	record->size = copy.size;
	record->data = slow->events.data + at + sizeof(copy);
	return at + sizeof(copy) + aligned(copy.size);
}

/* What an event prints of itself, or a function's record as a line of the graph */
static char *text_of(struct slowest *slowest, struct tep_record *record,
		     const struct tep_record *next, const char **name, struct graph_line *line)
{
	const struct schema *schema = slowest->model.schema;
	struct tep_event *event;

	event = tep_find_event(schema->tep, schema_read(schema, &schema->type, record));
	*name = event ? event->name : "?";
	*line = (struct graph_line){ 0 };
	if (graph_text(&slowest->graph, record, next->data ? next : NULL, line))
		return line->text;
	return event ? schema_text(schema, record) : xstrdup("");
}

static void print_event_json(FILE *out, __u64 at, const char *name, const char *text,
			     const struct graph_line *line)
{
	fprintf(out, "\n  {\"at_ns\": %llu, \"event\": ", (unsigned long long)at);
	print_quoted(out, name);
	fprintf(out, ", \"text\": ");
	print_quoted(out, text);
	if (line->name) {
		fprintf(out, ", \"function\": ");
		print_quoted(out, line->name);
		fprintf(out, ", \"depth\": %d", line->depth);
	}
	if (line->ended)
		fprintf(out, ", \"ns\": %llu", (unsigned long long)line->ns);
	putc('}', out);
}

/* Which functions were running when it began, and went on in it? */
static char *path_of(const struct slowest *slowest, const struct slow *slow)
{
	const struct schema *schema = slowest->model.schema;
	struct tep_record record;
	enum event_kind kind;
	size_t at = 0;
	__s32 depth;

	while (at < slow->events.used) {
		at = kept(slow, at, &record);
		kind = schema_kind(schema, &record);
		if (kind != EVENT_CALL_BEGIN && kind != EVENT_CALL_END)
			continue;
		depth = schema_read(schema, &schema->depth[kind], &record);
		/* What begins is not within what is as deep, and what ends is that. */
		if (kind == EVENT_CALL_BEGIN)
			depth--;
		return graph_text_path(&slowest->graph, slow->events.node, depth);
	}
	return xstrdup("");
}

static void print_events(FILE *out, struct slowest *slowest, const struct slow *slow, bool json)
{
	struct tep_record record, next;
	const char *between = "", *name;
	struct graph_line line;
	size_t at;
	char *text;
	int width = slow->events.functions ? snprintf(NULL, 0, "%.3f", us(length(slow))) : 0;

	at = kept(slow, 0, &next);
	while (next.data) {
		record = next;
		at = kept(slow, at, &next);
		text = text_of(slowest, &record, &next, &name, &line);
		if (json) {
			fputs(between, out);
			print_event_json(out, record.ts, name, text, &line);
			between = ",";
		} else if (line.text) {
			fprintf(out, "    +%*.3f us  %s\n", width,
				us(record.ts - slow->stay.enter), text);
		} else {
			fprintf(out, "    +%*.3f us  %-16s %s\n", width,
				us(record.ts - slow->stay.enter), name, text);
		}
		free(text);
		/* The end of that call has no line of its own. */
		if (line.both)
			at = kept(slow, at, &next);
	}
	if (!json && slow->events.more)
		fprintf(out, "    and %u more\n", slow->events.more);
}

static void print(FILE *out, struct slowest *slowest, bool json)
{
	unsigned int i;

	if (json)
		putc('[', out);
	for (i = 0; i < slowest->nr; i++) {
		const struct slow *slow = &slowest->slow[i];
		const char *cause = model_cause(&slowest->model, slow->stay.cause);
		char *task = task_name(&slowest->model, slow->stay.pid);
		char *vcpu = slow->stay.for_vcpu ? vcpu_name(&slow->stay.vcpu) : xstrdup("host");
		char *path = path_of(slowest, slow);

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
			if (*path) {
				fprintf(out, ", \"in\": ");
				print_quoted(out, path);
			}
			fprintf(out, ", \"more_events\": %u, \"events\": [", slow->events.more);
		} else {
			fprintf(out, "%s%u. %.3f us on CPU %d, %s, for %s (%s), from %llu ns on\n",
				i ? "\n" : "", i + 1, us(length(slow)), slow->stay.cpu, cause,
				vcpu, task, (unsigned long long)slow->stay.enter);
			if (*path)
				fprintf(out, "    in %s\n", path);
		}
		print_events(out, slowest, slow, json);
		if (json)
			fprintf(out, "]}");
		free(task);
		free(vcpu);
		free(path);
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
	graph_init(&slowest.graph, &slowest.model);
	trace_file_feed(file, &slowest.model);
	qsort(slowest.slow, slowest.nr, sizeof(*slowest.slow), longer);
	print(out, &slowest, json);
	if (!json)
		table_print_losses(&slowest.model);
	for (i = 0; i < nr; i++)
		free(slowest.slow[i].events.data);
	for (cpu = 0; cpu < slowest.nr_cpus; cpu++)
		free(slowest.cpu[cpu].data);
	graph_free(&slowest.graph);
	free(slowest.slow);
	free(slowest.cpu);
	model_free(&slowest.model);
}
