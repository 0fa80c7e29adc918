// SPDX-License-Identifier: GPL-2.0
/* hyptrace hist: how long stays took, by powers of 2, in text. */
#include <fnmatch.h>
#include <getopt.h>
#include <string.h>

#include "file.h"
#include "latency.h"

static const char usage[] =
	"usage: hyptrace hist [--json] [[CAUSE] FILE]\n"
	"A histogram of how long stays in the hypervisor took, from a trace.dat (trace.dat).\n"
	"CAUSE is what report calls it, or a pattern: 'hvc:*'. Without one: all of them.\n";

struct hist {
	struct model	model;
	const char	*pattern;
	__s8		*wanted;	/* by cause: 0 not looked at yet, 1 yes, -1 no */
	__u32		nr_wanted;
	struct latency	latency;
};

static bool wanted(struct hist *hist, __u32 cause)
{
	if (!hist->pattern)
		return true;
	if (cause >= hist->nr_wanted) {
		hist->wanted = xrealloc(hist->wanted, cause + 1, sizeof(*hist->wanted));
		memset(hist->wanted + hist->nr_wanted, 0, cause + 1 - hist->nr_wanted);
		hist->nr_wanted = cause + 1;
	}
	if (!hist->wanted[cause])
		hist->wanted[cause] =
			fnmatch(hist->pattern, model_cause(&hist->model, cause), 0) ? -1 : 1;
	return hist->wanted[cause] > 0;
}

static void add_stay(void *context, const struct stay *stay)
{
	struct hist *hist = context;

	if (wanted(hist, stay->cause))
		latency_add(&hist->latency, stay->leave - stay->enter);
}

static const struct model_ops hist_ops = { .stay = add_stay };

static void print(const struct latency *latency, unsigned int first, unsigned int last)
{
	static const char stars[] = "****************************************";
	__u64 most = 0, n;
	unsigned int power;

	for (power = first; power <= last; power++) {
		n = latency_octave(latency, power);
		if (n > most)
			most = n;
	}
	printf("%24s : %-10s %s\n", "ns", "count", "distribution");
	for (power = first; power <= last; power++) {
		n = latency_octave(latency, power);
		printf("%10llu -> %-10llu : %-10llu |%-40.*s|\n", power ? 1ULL << power : 0,
		       power == 63 ? ~0ULL : (2ULL << power) - 1, (unsigned long long)n,
		       (int)((double)n / most * 40 + 0.5), stars);
	}
}

static void print_json(const struct hist *hist, unsigned int first, unsigned int last)
{
	const struct latency *latency = &hist->latency;
	unsigned int power;

	printf("{\"cause\": ");
	print_quoted(stdout, hist->pattern ? hist->pattern : "*");
	printf(", \"count\": %llu, \"total_ns\": %llu, \"min_ns\": %llu, \"max_ns\": %llu",
	       (unsigned long long)latency->count, (unsigned long long)latency->total,
	       (unsigned long long)latency->min, (unsigned long long)latency->max);
	printf(", \"bins\": [");
	for (power = first; power <= last; power++)
		printf("%s\n{\"from_ns\": %llu, \"to_ns\": %llu, \"count\": %llu}",
		       power == first ? "" : ",", power ? 1ULL << power : 0,
		       power == 63 ? ~0ULL : (2ULL << power) - 1,
		       (unsigned long long)latency_octave(latency, power));
	printf("]}\n");
}

static void list_causes(const struct hist *hist)
{
	__u32 i;

	warn("no stay of cause '%s'; these there are:", hist->pattern);
	for (i = 1; i <= hist->model.nr_causes; i++)
		fprintf(stderr, "    %s\n", model_cause(&hist->model, i));
}

static int show(struct hist *hist, const char *name, bool json)
{
	unsigned int first = 0, last = 63;
	struct trace_file file;

	catch_signals();
	trace_file_open(&file, name);
	model_init(&hist->model, &file.schema, &hist_ops, hist);
	trace_file_feed(&file, &hist->model);
	if (!hist->latency.count) {
		list_causes(hist);
		return STATUS_FAILED;
	}
	while (!latency_octave(&hist->latency, first))
		first++;
	while (!latency_octave(&hist->latency, last))
		last--;
	if (json) {
		print_json(hist, first, last);
	} else {
		printf("%s: %llu stays, %.3f us\n", hist->pattern ? hist->pattern : "all",
		       (unsigned long long)hist->latency.count, us(hist->latency.total));
		print(&hist->latency, first, last);
	}
	latency_free(&hist->latency);
	model_free(&hist->model);
	trace_file_close(&file);
	finish_output(stdout, "the output");
	return interrupted ? STATUS_FAILED : 0;
}

int cmd_hist(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct hist hist = { 0 };
	bool json = false;
	int c;

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
	argc -= optind;
	argv += optind;
	if (argc > 2)
		die_usage("hist", "a cause and a file, and '%s' is one more", argv[2]);
	if (argc == 2)
		hist.pattern = *argv++;
	return show(&hist, argc ? *argv : "trace.dat", json);
}
