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

static __u64 span_of(const struct table *table, const struct model *model)
{
	return model->events || table->accounts ? model->last - model->first : 0;
}

/* Of guests, accounts have how much time it was, and nothing of single stays. */
static bool is_of_sums(const struct table *table)
{
	return table->accounts && table_by_guests(table->by);
}

static void print_head(const struct table *table, const struct model *model, const char *of,
		       int cpus)
{
	printf("%s: %llu stays in the hypervisor, in %.3f us of %d CPU%s, ", of,
	       (unsigned long long)model->stays, us(span_of(table, model)), cpus,
	       cpus == 1 ? "" : "s");
	if (table->partial)
		printf("not all: %s", table->partial);
	else if (model->lost)
		printf("%llu lost", (unsigned long long)model->lost);
	else
		printf("%s lost", model->losses ? "some" : "nothing");
	if (!table->accounts)
		printf(", %llu events", (unsigned long long)model->events);
	putchar('\n');
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

static void print_stays(const struct table *table, const struct row *row)
{
	const struct latency *latency = &row->latency;
	char longest[24];

	snprintf(longest, sizeof(longest), "%s%llu", row_is_bounded(row) ? "<=" : "",
		 (unsigned long long)row_longest(row));
	printf(" %10llu %10llu %10llu %12s",
	       (unsigned long long)latency_mean(latency),
	       (unsigned long long)table_quantile(table, row, 500),
	       (unsigned long long)table_quantile(table, row, 990), longest);
}

static void print_names(const struct table *table, int width)
{
	printf("%-*s", width, table_by_name(table->by));
	if (!is_of_sums(table))
		printf(" %10s", "count");
	printf(" %18s %7s", "time us", "share");
	if (!is_of_sums(table))
		printf(" %10s %10s %10s %12s", "mean ns", table->accounts ? "p50 ns <" : "p50 ns",
		       table->accounts ? "p99 ns <" : "p99 ns", "longest ns");
	printf("%s\n", table_by_guests(table->by) ? "       runs        in guest us" : "");
}

static void print_row(const struct table *table, const struct row *row, int width, double share)
{
	printf("%-*s", width, row->name);
	if (!is_of_sums(table))
		printf(" %10llu", (unsigned long long)row->latency.count);
	printf(" %18.3f %6.2f%%", us(row->latency.total), share);
	if (!is_of_sums(table))
		print_stays(table, row);
	if (table_by_guests(table->by))
		printf(" %10llu %18.3f", (unsigned long long)row->guest_runs, us(row->guest_ns));
	putchar('\n');
}

void table_print(const struct table *table, const struct model *model, const char *of, int cpus)
{
	__u64 span = span_of(table, model), count = 0, total = 0;
	int width = 5;
	__u32 i;

	print_head(table, model, of, cpus);
	for (i = 0; i < table->nr; i++) {
		if ((int)strlen(table->row[i]->name) > width)
			width = strlen(table->row[i]->name);
	}
	print_names(table, width);
	for (i = 0; i < table->nr; i++) {
		const struct row *row = table->row[i];

		print_row(table, row, width, share(table, row, span, cpus));
		count += row->latency.count;
		total += row->latency.total;
	}
	printf("%-*s", width, "all");
	if (!is_of_sums(table))
		printf(" %10llu", (unsigned long long)count);
	printf(" %18.3f %6.2f%%\n", us(total), percent(total, span, cpus));
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

/* What is known of single stays */
static void print_json_stays(FILE *out, const struct table *table, const struct row *row)
{
	const struct latency *latency = &row->latency;

	member(out, "mean_ns", latency_mean(latency));
	member(out, "p50_ns", table_quantile(table, row, 500));
	member(out, "p99_ns", table_quantile(table, row, 990));
	member(out, "min_ns", latency->min);
	member(out, "max_ns", row_longest(row));
	if (table->accounts)
		fprintf(out, ", \"max_is_bound\": %s", row_is_bounded(row) ? "true" : "false");
}

void table_print_json_open(FILE *out, const struct table *table, const struct model *model,
			   int cpus)
{
	__u64 span = span_of(table, model);
	__u32 i;

	fprintf(out, "{\"by\": \"%s\", \"source\": \"%s\", \"cpus\": %d",
		table_by_name(table->by), table->accounts ? "accounts" : "events", cpus);
	member(out, "first_ns", model->first);
	member(out, "last_ns", model->last);
	member(out, "events", model->events);
	member(out, "stays", model->stays);
	member(out, "broken", model->broken);
	member(out, "lost", model->lost);
	member(out, "losses", model->losses);
	member(out, "losses_untold", model->untold);
	if (table->accounts)
		fprintf(out, ", \"partial\": %s", table->partial ? "true" : "false");
	fprintf(out, ", \"rows\": [");
	for (i = 0; i < table->nr; i++) {
		const struct row *row = table->row[i];

		fprintf(out, "%s\n{\"name\": ", i ? "," : "");
		print_quoted(out, row->name);
		if (!is_of_sums(table))
			member(out, "count", row->latency.count);
		member(out, "total_ns", row->latency.total);
		fprintf(out, ", \"share\": %.6f", share(table, row, span, cpus) / 100);
		if (!is_of_sums(table))
			print_json_stays(out, table, row);
		if (table_by_guests(table->by)) {
			member(out, "guest_runs", row->guest_runs);
			member(out, "guest_ns", row->guest_ns);
		}
		if (!is_of_sums(table))
			print_bins(out, &row->latency);
		putc('}', out);
	}
	putc(']', out);
}

void table_print_json(FILE *out, const struct table *table, const struct model *model, int cpus)
{
	table_print_json_open(out, table, model, cpus);
	fprintf(out, "}\n");
}
