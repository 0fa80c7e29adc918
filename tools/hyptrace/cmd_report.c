// SPDX-License-Identifier: GPL-2.0
/* hyptrace report: tables, the slowest stays, the time line of a file, and a page of all these. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "graph_table.h"
#include "html.h"
#include "slowest.h"
#include "table.h"
#include "timeline.h"

static const char usage[] =
	"usage: hyptrace report [--by WHAT | --slowest N | --timeline] [--json] [FILE]\n"
	"       hyptrace report --html PAGE [--slowest N] [FILE]\n"
	"How long the CPUs were in the hypervisor, and why, from a trace.dat (trace.dat); and in\n"
	"which functions, if their graph was recorded.\n"
	"  --by WHAT     a row for each cause (as without it), cpu, vm, vcpu or task\n"
	"  --slowest N   the N longest stays, with all that happened in them\n"
	"  --timeline    a line for each stay, in the order of time\n"
	"  --json        for programs\n"
	"  --html PAGE   all of that in one file, for any browser, with the N longest (20)\n";

#define SLOWEST_IN_PAGE	20

struct report {
	struct model	model;
	struct table	table;
	struct graph	graph;		/* by cause alone */
};

static void add_stay(void *context, const struct stay *stay)
{
	table_add(&((struct report *)context)->table, stay);
}

static void add_guest(void *context, int cpu, const struct vcpu *vcpu, __u64 from, __u64 to)
{
	(void)cpu;
	table_add_guest(&((struct report *)context)->table, vcpu, to - from);
}

static const struct model_ops table_ops = { .stay = add_stay, .guest = add_guest };

static void print_json(const struct report *report, int cpus)
{
	table_print_json_open(stdout, &report->table, &report->model, cpus);
	if (graph_any(&report->graph)) {
		printf(",\n\"functions\": ");
		graph_table_print_json(stdout, &report->graph);
	}
	printf("}\n");
}

static void print(const struct report *report, const struct trace_file *file)
{
	bool functions = graph_any(&report->graph);

	/* Functions may be all that was recorded. */
	if (report->model.events || !functions)
		table_print(&report->table, &report->model, file->name, file->cpus);
	else
		table_print_losses(&report->model);
	if (report->model.events && functions)
		putchar('\n');
	if (functions)
		graph_table_print(&report->graph);
}

static void report_table(struct trace_file *file, enum table_by by, bool json)
{
	struct report report = { .table.by = by };

	model_init(&report.model, &file->schema, &table_ops, &report);
	if (by == BY_CAUSE)
		graph_init(&report.graph, &report.model);
	trace_file_feed(file, &report.model);
	table_sort(&report.table, &report.model);
	if (json)
		print_json(&report, file->cpus);
	else
		print(&report, file);
	graph_free(&report.graph);
	table_free(&report.table);
	model_free(&report.model);
}

int cmd_report(int argc, char **argv)
{
	static const struct option options[] = {
		{ "by", required_argument, NULL, 'b' },
		{ "slowest", required_argument, NULL, 's' },
		{ "timeline", no_argument, NULL, 't' },
		{ "json", no_argument, NULL, 'j' },
		{ "html", required_argument, NULL, 'H' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	bool timeline = false, json = false;
	unsigned int slowest = 0, asked = 0;
	enum table_by by = BY_CAUSE;
	const char *html = NULL;
	struct trace_file file;
	int c;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (c) {
		case 'b':
			by = table_parse_by("report", optarg);
			asked++;
			break;
		case 's':
			slowest = parse_number("report", "--slowest", optarg, 1, 10000);
			asked++;
			break;
		case 't':
			timeline = true;
			asked++;
			break;
		case 'j':
			json = true;
			break;
		case 'H':
			html = optarg;
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			return STATUS_USAGE;
		}
	}
	if (asked > 1)
		die_usage("report", "--by, --slowest and --timeline exclude each other");
	if (html && (json || asked > !!slowest))
		die_usage("report", "--html has it all; it goes with --slowest only");
	if (argc - optind > 1)
		die_usage("report", "one file at a time, and '%s' is a second", argv[optind + 1]);
	catch_signals();
	trace_file_open(&file, optind < argc ? argv[optind] : "trace.dat");
	if (html)
		report_html(&file, html, slowest ? slowest : SLOWEST_IN_PAGE);
	else if (slowest)
		report_slowest(&file, slowest, json, stdout);
	else if (timeline)
		report_timeline(&file, json);
	else
		report_table(&file, by, json);
	trace_file_close(&file);
	finish_output(stdout, "the output");
	return interrupted ? STATUS_FAILED : 0;
}
