// SPDX-License-Identifier: GPL-2.0
/* Tables for people and for machines. */
#include <string.h>

#include "table.h"

static double percent(__u64 part, __u64 span, int cpus)
{
	return span && cpus ? 100.0 * part / ((double)span * cpus) : 0;
}

static double share(const struct table *table, const struct row *row, __u64 span, int cpus)
{
	/* Of a CPU's row, of that CPU's time. */
	return percent(row->latency.total, span, table->by == BY_CPU ? 1 : cpus);
}

static __u64 span_of(const struct model *model)
{
	return model->events ? model->last - model->first : 0;
}

static void print_head(const struct model *model, const char *of, int cpus)
{
	printf("%s: %llu stays in the hypervisor, in %.3f us of %d CPU%s, %llu events\n",
	       of, (unsigned long long)model->stays, us(span_of(model)), cpus,
	       cpus == 1 ? "" : "s", (unsigned long long)model->events);
}

void table_print_losses(const struct model *model)
{
	if (model->losses || model->lost)
		printf("lost: %llu events%s, in %llu places; ", (unsigned long long)model->lost,
		       model->untold ? " or more" : "", (unsigned long long)model->losses);
	if (model->losses || model->lost || model->broken)
		printf("%llu stays have only one end and do not count\n",
		       (unsigned long long)model->broken);
}

static void print_line(const char *name, int width, const struct latency *latency, double share)
{
	printf("%-*s %10llu %18.3f %6.2f%% %10llu %10llu %10llu %12llu", width, name,
	       (unsigned long long)latency->count, us(latency->total), share,
	       (unsigned long long)latency_mean(latency),
	       (unsigned long long)latency_quantile(latency, 500),
	       (unsigned long long)latency_quantile(latency, 990),
	       (unsigned long long)latency->max);
}

void table_print(const struct table *table, const struct model *model, const char *of, int cpus)
{
	bool guests = table->by == BY_VM || table->by == BY_VCPU;
	__u64 span = span_of(model), count = 0, total = 0;
	int width = 5;
	__u32 i;

	print_head(model, of, cpus);
	for (i = 0; i < table->nr; i++) {
		if ((int)strlen(table->row[i]->name) > width)
			width = strlen(table->row[i]->name);
	}
	printf("%-*s %10s %18s %7s %10s %10s %10s %12s%s\n", width, table_by_name(table->by),
	       "count", "time us", "share", "mean ns", "p50 ns", "p99 ns", "longest ns",
	       guests ? "       runs        in guest us" : "");
	for (i = 0; i < table->nr; i++) {
		const struct row *row = table->row[i];

		print_line(row->name, width, &row->latency, share(table, row, span, cpus));
		if (guests)
			printf(" %10llu %18.3f", (unsigned long long)row->guest_runs,
			       us(row->guest_ns));
		putchar('\n');
		count += row->latency.count;
		total += row->latency.total;
	}
	printf("%-*s %10llu %18.3f %6.2f%%\n", width, "all", (unsigned long long)count,
	       us(total), percent(total, span, cpus));
	table_print_losses(model);
}

static void member(FILE *out, const char *name, __u64 value)
{
	fprintf(out, ", \"%s\": %llu", name, (unsigned long long)value);
}

/* Those that are not empty, as pairs: where it begins, and how many are in it */
static void print_bins(FILE *out, const struct latency *latency)
{
	const char *between = "";
	unsigned int i;

	fprintf(out, ", \"bins\": [");
	for (i = 0; i < latency->nr; i++) {
		if (!latency->bins[i])
			continue;
		fprintf(out, "%s[%llu, %llu]", between,
			(unsigned long long)latency_bin_start(latency->first + i),
			(unsigned long long)latency->bins[i]);
		between = ", ";
	}
	putc(']', out);
}

void table_print_json(FILE *out, const struct table *table, const struct model *model, int cpus)
{
	__u64 span = span_of(model);
	__u32 i;

	fprintf(out, "{\"by\": \"%s\", \"cpus\": %d", table_by_name(table->by), cpus);
	member(out, "first_ns", model->first);
	member(out, "last_ns", model->last);
	member(out, "events", model->events);
	member(out, "stays", model->stays);
	member(out, "broken", model->broken);
	member(out, "lost", model->lost);
	member(out, "losses", model->losses);
	member(out, "losses_untold", model->untold);
	fprintf(out, ", \"rows\": [");
	for (i = 0; i < table->nr; i++) {
		const struct row *row = table->row[i];
		const struct latency *latency = &row->latency;

		fprintf(out, "%s\n{\"name\": ", i ? "," : "");
		print_quoted(out, row->name);
		member(out, "count", latency->count);
		member(out, "total_ns", latency->total);
		fprintf(out, ", \"share\": %.6f", share(table, row, span, cpus) / 100);
		member(out, "mean_ns", latency_mean(latency));
		member(out, "p50_ns", latency_quantile(latency, 500));
		member(out, "p99_ns", latency_quantile(latency, 990));
		member(out, "min_ns", latency->min);
		member(out, "max_ns", latency->max);
		if (table->by == BY_VM || table->by == BY_VCPU) {
			member(out, "guest_runs", row->guest_runs);
			member(out, "guest_ns", row->guest_ns);
		}
		print_bins(out, latency);
		putc('}', out);
	}
	fprintf(out, "]}\n");
}
