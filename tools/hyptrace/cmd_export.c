// SPDX-License-Identifier: GPL-2.0
/* hyptrace export: which form, and to where. */
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "export.h"

static const char usage[] =
	"usage: hyptrace export --format FORMAT [-o OUTPUT] [FILE]\n"
	"A trace.dat (trace.dat) in another form, to the standard output without -o:\n"
	"  chrome       for Perfetto and chrome://tracing: a track for each CPU and vCPU\n"
	"  folded       task;reason;detail and nanoseconds, for flamegraph.pl\n"
	"  functions    likewise, a function and those that call it, where there is a graph\n"
	"  csv          a line for each stay\n"
	"  openmetrics  a histogram for each cause, for a textfile collector's .prom\n";

static const struct {
	const char	*name;
	void		(*write)(struct trace_file *file, FILE *out);
} formats[] = {
	{ "chrome", export_chrome },
	{ "folded", export_folded },
	{ "functions", export_functions },
	{ "csv", export_csv },
	{ "openmetrics", export_openmetrics },
};

static const char names[] = "chrome, folded, functions, csv or openmetrics";

int cmd_export(int argc, char **argv)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "output", required_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	const char *format = NULL, *output = NULL;
	struct trace_file file;
	FILE *out = stdout;
	size_t i;
	int c;

	while ((c = getopt_long(argc, argv, "f:o:h", options, NULL)) != -1) {
		switch (c) {
		case 'f':
			format = optarg;
			break;
		case 'o':
			output = optarg;
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			return STATUS_USAGE;
		}
	}
	if (!format)
		die_usage("export", "which format? --format %s", names);
	for (i = 0; i < ARRAY_SIZE(formats) && strcmp(formats[i].name, format); i++)
		;
	if (i == ARRAY_SIZE(formats))
		die_usage("export", "--format takes %s, not '%s'", names, format);
	if (argc - optind > 1)
		die_usage("export", "one file at a time, and '%s' is a second", argv[optind + 1]);
	catch_signals();
	/* First the file that may be none, then the one that is overwritten */
	trace_file_open(&file, optind < argc ? argv[optind] : "trace.dat");
	if (output) {
		out = fopen(output, "w");
		if (!out)
			die(NULL, "%s cannot be written: %s", output, strerror(errno));
	}
	formats[i].write(&file, out);
	trace_file_close(&file);
	finish_output(out, output ? output : "the output");
	if (output)
		fclose(out);
	return interrupted ? STATUS_FAILED : 0;
}
