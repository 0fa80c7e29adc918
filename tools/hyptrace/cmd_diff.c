// SPDX-License-Identifier: GPL-2.0
/*
 * hyptrace diff: what changed from one record or table to another.
 *
 * How long stays took is compared by rank (Mann and Whitney's test, ties corrected): it asks how
 * often a stay of B is longer than one of A, and a few very long ones do not carry it away. How
 * many there were, each second, is compared as if they came in independent bunches of 4. To be a
 * change, a difference must be more than chance makes once in 10000 times, and of a size that
 * matters: stays are not independent, and with millions of them everything is significant.
 */
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "stat_file.h"

#define SIGMAS		3.89	/* 1 in 10000, on both sides together */
#define MIN_CHANCE	0.02	/* of B's being longer, off from 1/2 */
#define MIN_RATE	0.05	/* of the number, off from A's */
#define BUNCH		4	/* stays do not come alone: a call of the firmware has two */
#define MIN_STAYS	20	/* fewer tell nothing of how long they take */

static const char usage[] =
	"usage: hyptrace diff [--json] A B\n"
	"What changed from A to B, by cause, or by what the tables are by. Each is a trace.dat,\n"
	"or a table that stat --json has written. 'noise': not more than chance does once in\n"
	"10000 times, or hardly any: B's stays are longer than A's in 48 to 52% of all pairs\n"
	"(Mann-Whitney test), or their number each second is within 5% (Poisson's test, of\n"
	"bunches of 4).\n"
	"'few': fewer than 20 stays in one, which tell nothing of how long they take.\n";

struct side {
	const char		*name;
	bool			is_table;	/* and no record: there is no @file */
	struct trace_file	file;
	struct model		model;
	struct table		table;
	double			seconds;
};

/* Two rows of the same name; one may be missing */
struct change {
	const char	*name;
	struct latency	a, b;
	double		chance;		/* of a stay of B's being longer than one of A's */
	const char	*time, *number;
};

static void add_stay(void *context, const struct stay *stay)
{
	table_add(&((struct side *)context)->table, stay);
}

static const struct model_ops diff_ops = { .stay = add_stay };

static void load(struct side *side, const char *name)
{
	side->name = name;
	side->is_table = stat_file_is(name);
	if (side->is_table) {
		stat_file_load(name, &side->table, &side->model);
	} else {
		trace_file_open(&side->file, name);
		side->table.by = BY_CAUSE;
		model_init(&side->model, &side->file.schema, &diff_ops, side);
		trace_file_feed(&side->file, &side->model);
		table_sort(&side->table, &side->model);
	}
	side->seconds = (side->model.last - side->model.first) / 1e9;
}

static void compare_times(struct change *change)
{
	const struct latency *a = &change->a, *b = &change->b;
	double below = 0, u = 0, ties = 0, n = (double)a->count + b->count, sigma;
	unsigned int bin, end = a->first + a->nr;

	if (b->first + b->nr > end)
		end = b->first + b->nr;
	for (bin = 0; bin < end; bin++) {
		double na = latency_bin(a, bin), nb = latency_bin(b, bin), t = na + nb;

		u += nb * (below + na / 2);
		below += na;
		ties += t * t * t - t;
	}
	change->chance = u / ((double)a->count * b->count);
	if (a->count < MIN_STAYS || b->count < MIN_STAYS) {
		change->time = "few";
		return;
	}
	sigma = sqrt((n + 1 - ties / (n * (n - 1))) / 12 / ((double)a->count * b->count));
	if (fabs(change->chance - 0.5) < MIN_CHANCE ||
	    fabs(change->chance - 0.5) < SIGMAS * sigma)
		change->time = "noise";
	else
		change->time = change->chance > 0.5 ? "longer" : "shorter";
}

static void compare_numbers(struct change *change, double seconds_a, double seconds_b)
{
	double a = change->a.count, b = change->b.count, rate_a, rate_b, sigma;

	if (seconds_a <= 0 || seconds_b <= 0) {
		change->number = "few";
		return;
	}
	rate_a = a / seconds_a;
	rate_b = b / seconds_b;
	sigma = sqrt(BUNCH * (a / (seconds_a * seconds_a) + b / (seconds_b * seconds_b)));
	if (fabs(rate_b - rate_a) < MIN_RATE * rate_a || fabs(rate_b - rate_a) < SIGMAS * sigma)
		change->number = "noise";
	else
		change->number = rate_b > rate_a ? "more" : "fewer";
}

static struct latency *named(struct side *side, const char *name)
{
	__u32 i;

	for (i = 0; i < side->table.nr; i++) {
		if (!strcmp(side->table.row[i]->name, name))
			return &side->table.row[i]->latency;
	}
	return NULL;
}

static void judge(struct change *change, struct side *a, struct side *b)
{
	if (!change->a.count) {
		change->time = "new";
		change->number = "new";
	} else if (!change->b.count) {
		change->time = "gone";
		change->number = "gone";
	} else {
		compare_times(change);
		compare_numbers(change, a->seconds, b->seconds);
	}
}

static double absolute(const struct change *change)
{
	return fabs((double)change->b.total - (double)change->a.total);
}

static int larger(const void *a, const void *b)
{
	double da = absolute(a), db = absolute(b);

	if (da != db)
		return da < db ? 1 : -1;
	return strcmp(((const struct change *)a)->name, ((const struct change *)b)->name);
}

static void print(const struct change *change, __u32 nr, const struct side *a, const struct side *b)
{
	int width = 5;
	__u32 i;

	for (i = 0; i < nr; i++) {
		if ((int)strlen(change[i].name) > width)
			width = strlen(change[i].name);
	}
	printf("A: %s, %.3f s; B: %s, %.3f s\n", a->name, a->seconds, b->name, b->seconds);
	printf("%-*s %10s %10s %-6s %10s %10s %6s %-8s %14s\n", width,
	       table_by_name(a->table.by), "count A", "count B", "number", "mean ns A",
	       "mean ns B", "longer", "time", "total us B-A");
	for (i = 0; i < nr; i++) {
		const struct latency *la = &change[i].a, *lb = &change[i].b;

		printf("%-*s %10llu %10llu %-6s %10llu %10llu ", width, change[i].name,
		       (unsigned long long)la->count, (unsigned long long)lb->count,
		       change[i].number, (unsigned long long)latency_mean(la),
		       (unsigned long long)latency_mean(lb));
		if (la->count && lb->count)
			printf("%5.1f%%", change[i].chance * 100);
		else
			printf("%6s", "-");
		printf(" %-8s %+14.3f\n", change[i].time,
		       ((double)lb->total - (double)la->total) / 1000);
	}
}

static void print_json(const struct change *change, __u32 nr, const struct side *a,
		       const struct side *b)
{
	__u32 i;

	printf("{\"by\": \"%s\", ", table_by_name(a->table.by));
	printf("\"seconds_a\": %.9f, \"seconds_b\": %.9f, \"rows\": [", a->seconds, b->seconds);
	for (i = 0; i < nr; i++) {
		printf("%s\n{\"name\": ", i ? "," : "");
		print_quoted(stdout, change[i].name);
		printf(", \"count_a\": %llu, \"count_b\": %llu",
		       (unsigned long long)change[i].a.count,
		       (unsigned long long)change[i].b.count);
		printf(", \"total_ns_a\": %llu, \"total_ns_b\": %llu",
		       (unsigned long long)change[i].a.total,
		       (unsigned long long)change[i].b.total);
		printf(", \"number\": \"%s\", \"time\": \"%s\"", change[i].number, change[i].time);
		if (change[i].a.count && change[i].b.count)
			printf(", \"chance_b_longer\": %.6f", change[i].chance);
		putchar('}');
	}
	printf("]}\n");
}

static void diff(struct side *a, struct side *b, bool json)
{
	struct change *change = xcalloc(a->table.nr + b->table.nr, sizeof(*change));
	struct latency *found;
	__u32 i, nr = 0;

	for (i = 0; i < a->table.nr; i++) {
		change[nr].name = a->table.row[i]->name;
		change[nr].a = a->table.row[i]->latency;
		found = named(b, change[nr].name);
		if (found)
			change[nr].b = *found;
		judge(&change[nr++], a, b);
	}
	for (i = 0; i < b->table.nr; i++) {
		if (named(a, b->table.row[i]->name))
			continue;
		change[nr].name = b->table.row[i]->name;
		change[nr].b = b->table.row[i]->latency;
		judge(&change[nr++], a, b);
	}
	if (nr)
		qsort(change, nr, sizeof(*change), larger);
	if (json)
		print_json(change, nr, a, b);
	else
		print(change, nr, a, b);
	free(change);
}

int cmd_diff(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct side side[2] = { 0 };
	bool json = false;
	int c, i;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (c) {
		case 'j':
			json = true;
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			return STATUS_USAGE;
		}
	}
	if (argc - optind != 2)
		die_usage("diff", "two files, A and B, are wanted, and there are %d",
			  argc - optind);
	catch_signals();
	for (i = 0; i < 2; i++)
		load(&side[i], argv[optind + i]);
	if (side[0].table.by != side[1].table.by)
		die("hyptrace stat --by makes tables of either; a trace.dat is compared by cause",
		    "%s is by %s and %s is by %s: their rows are nothing to compare",
		    side[0].name, table_by_name(side[0].table.by), side[1].name,
		    table_by_name(side[1].table.by));
	if (side[0].table.accounts != side[1].table.accounts)
		die("hyptrace stat --source events --json, or accounts, for both",
		    "one of %s and %s is from accounts: their histograms are nothing to compare",
		    side[0].name, side[1].name);
	diff(&side[0], &side[1], json);
	for (i = 0; i < 2; i++) {
		if (!json)
			table_print_losses(&side[i].model);
		table_free(&side[i].table);
		model_free(&side[i].model);
		if (!side[i].is_table)
			trace_file_close(&side[i].file);
	}
	finish_output(stdout, "the output");
	return interrupted ? STATUS_FAILED : 0;
}
