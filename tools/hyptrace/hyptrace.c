// SPDX-License-Identifier: GPL-2.0
/* hyptrace COMMAND ...: which command it is. */
#include <stdlib.h>
#include <string.h>

#include "hyptrace.h"

static const struct {
	const char	*name;
	int		(*run)(int argc, char **argv);
	const char	*summary;
} commands[] = {
	{ "report", cmd_report, "where the time went, from a trace.dat" },
	{ "hist", cmd_hist, "a histogram of how long stays took" },
	{ "diff", cmd_diff, "what changed from one trace.dat or stat to another" },
	{ "export", cmd_export, "a trace.dat for Perfetto, flame graphs, tables, Prometheus" },
	{ "record", cmd_record, "make a trace.dat" },
	{ "stat", cmd_stat, "where the time goes, live" },
	{ "top", cmd_top, "the same on the screen, with keys to go into it" },
	{ "doctor", cmd_doctor, "why is there nothing to trace?" },
};

static void print_usage(void)
{
	size_t i;

	puts("usage: hyptrace COMMAND [OPTIONS] [FILE]");
	puts("How long CPUs are in arm64's hypervisor (EL2), why, and for whom.");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-8s %s\n", commands[i].name, commands[i].summary);
	puts("hyptrace COMMAND --help has each command's options, hyptrace(1) the rest.");
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc < 2)
		die_usage("", "which command?");
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		print_usage();
		return 0;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("hyptrace " HYPTRACE_VERSION);
		return 0;
	}
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (strcmp(argv[1], commands[i].name))
			continue;
		/* As getopt() is to say who complains */
		argv[1] = xasprintf("hyptrace %s", commands[i].name);
		return commands[i].run(argc - 1, argv + 1);
	}
	die_usage("", "there is no command '%s'", argv[1]);
}
