// SPDX-License-Identifier: GPL-2.0
/* CSV, folded stacks for flame graphs, of stays and of functions, and OpenMetrics. */
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "graph_table.h"
#include "table.h"

struct export {
	struct model	model;
	struct table	table;
	struct graph	graph;		/* of functions alone */
	FILE		*out;
};

static void add_stay(void *context, const struct stay *stay)
{
	table_add(&((struct export *)context)->table, stay);
}

static const struct model_ops table_ops = { .stay = add_stay };

static void load(struct export *export, struct trace_file *file, enum table_by by, FILE *out)
{
	export->table.by = by;
	export->out = out;
	model_init(&export->model, &file->schema, &table_ops, export);
	trace_file_feed(file, &export->model);
	table_sort(&export->table, &export->model);
}

static void unload(struct export *export)
{
	table_free(&export->table);
	model_free(&export->model);
}

/* A quote within quotes is doubled */
static void csv_text(FILE *out, const char *text)
{
	putc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			putc('"', out);
		putc(*text, out);
	}
	putc('"', out);
}

static void csv_stay(void *context, const struct stay *stay)
{
	struct export *export = context;
	char *task = task_name(&export->model, stay->pid);
	FILE *out = export->out;

	fprintf(out, "%llu,%llu,%d,", (unsigned long long)stay->enter,
		(unsigned long long)(stay->leave - stay->enter), stay->cpu);
	csv_text(out, model_cause(&export->model, stay->cause));
	fprintf(out, ",%u,", stay->pid);
	csv_text(out, task);
	if (stay->vcpu.thread)
		fprintf(out, ",%u", stay->vcpu.thread);
	else
		putc(',', out);
	if (stay->vcpu.known)
		fprintf(out, ",0x%x,%u\n", stay->vcpu.vm, stay->vcpu.index);
	else
		fputs(",,\n", out);
	free(task);
}

void export_csv(struct trace_file *file, FILE *out)
{
	static const struct model_ops csv_ops = { .stay = csv_stay };
	struct export export = { .out = out };

	fputs("enter_ns,ns,cpu,cause,pid,task,vcpu_thread,vm,vcpu\n", out);
	model_init(&export.model, &file->schema, &csv_ops, &export);
	trace_file_feed(file, &export.model);
	model_free(&export.model);
}

void export_folded(struct trace_file *file, FILE *out)
{
	struct export export = { 0 };
	__u32 i;

	load(&export, file, BY_STACK, out);
	for (i = 0; i < export.table.nr; i++)
		fprintf(out, "%s %llu\n", export.table.row[i]->name,
			(unsigned long long)export.table.row[i]->latency.total);
	unload(&export);
}

void export_functions(struct trace_file *file, FILE *out)
{
	static const struct model_ops no_ops;
	struct export export = { 0 };

	model_init(&export.model, &file->schema, &no_ops, &export);
	graph_init(&export.graph, &export.model);
	trace_file_feed(file, &export.model);
	if (!export.graph.calls && !interrupted)
		die("trace-cmd record -B hypervisor -p function_graph COMMAND makes one",
		    "%s has no whole call of a function", file->name);
	graph_table_print_folded(out, &export.graph);
	graph_free(&export.graph);
	model_free(&export.model);
}

/* Nanoseconds as seconds, to the last digit */
static void seconds(FILE *out, __u64 ns)
{
	fprintf(out, "%llu.%09llu\n", (unsigned long long)ns / 1000000000,
		(unsigned long long)ns % 1000000000);
}

static void metric(FILE *out, const struct row *row)
{
	static const char name[] = "hyptrace_stay_seconds";
	const struct latency *latency = &row->latency;
	unsigned int power;
	__u64 below = 0;

	/* From 64 ns to 17 s, the same for all, whatever came */
	for (power = 0; power <= 33; power++) {
		below += latency_octave(latency, power);
		if (power < 6)
			continue;
		fprintf(out, "%s_bucket{cause=", name);
		print_quoted(out, row->name);
		fprintf(out, ",le=\"%llu.%09llu\"} %llu\n", ((2ULL << power) - 1) / 1000000000,
			((2ULL << power) - 1) % 1000000000, (unsigned long long)below);
	}
	fprintf(out, "%s_bucket{cause=", name);
	print_quoted(out, row->name);
	fprintf(out, ",le=\"+Inf\"} %llu\n", (unsigned long long)latency->count);
	fprintf(out, "%s_count{cause=", name);
	print_quoted(out, row->name);
	fprintf(out, "} %llu\n", (unsigned long long)latency->count);
	fprintf(out, "%s_sum{cause=", name);
	print_quoted(out, row->name);
	fputs("} ", out);
	seconds(out, latency->total);
}

void export_openmetrics(struct trace_file *file, FILE *out)
{
	struct export export = { 0 };
	__u32 i;

	load(&export, file, BY_CAUSE, out);
	fputs("# TYPE hyptrace_stay_seconds histogram\n"
	      "# UNIT hyptrace_stay_seconds seconds\n"
	      "# HELP hyptrace_stay_seconds Time of stays in the hypervisor, by cause.\n", out);
	for (i = 0; i < export.table.nr; i++)
		metric(out, export.table.row[i]);
	fprintf(out, "# TYPE hyptrace_lost_events counter\n"
		"# HELP hyptrace_lost_events Events that were overwritten before they were read.\n"
		"hyptrace_lost_events_total %llu\n", (unsigned long long)export.model.lost);
	fprintf(out, "# TYPE hyptrace_broken_stays counter\n"
		"# HELP hyptrace_broken_stays Stays of which one end is lost, not counted above.\n"
		"hyptrace_broken_stays_total %llu\n# EOF\n",
		(unsigned long long)export.model.broken);
	unload(&export);
}
