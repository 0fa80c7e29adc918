// SPDX-License-Identifier: GPL-2.0
/* hyptrace doctor: the checks one after the other, until one says that nothing can be traced. */
#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

#include "doctor.h"

static const char usage[] =
	"usage: hyptrace doctor [--root DIR] [--json]\n"
	"Why is there nothing to trace, and what to do about it. Changes nothing.\n"
	"  --root DIR  look at the files of another machine, below DIR: proc/mounts,\n"
	"              proc/cmdline, boot/config-*, sys/kernel/tracing/, and dmesg\n"
	"  --json      for programs\n"
	"Exit status: 0 if the hypervisor can be traced now, 1 if not.\n";

static void print(const char *name, const struct finding *finding)
{
	static const char * const words[] = { "ok", "note", "BAD" };

	printf("%-5s %-11s %s\n", words[finding->verdict], name, finding->what);
	if (finding->mend)
		printf("      %-11s   %s\n", "", finding->mend);
}

static void print_json(const char *name, const struct finding *finding, bool first)
{
	static const char * const words[] = { "ok", "note", "bad" };

	printf("%s\n{\"check\": \"%s\", \"verdict\": \"%s\", \"what\": ", first ? "[" : ",", name,
	       words[finding->verdict]);
	print_quoted(stdout, finding->what);
	if (finding->mend) {
		printf(", \"mend\": ");
		print_quoted(stdout, finding->mend);
	}
	putchar('}');
}

int cmd_doctor(int argc, char **argv)
{
	static const struct option options[] = {
		{ "root", required_argument, NULL, 'r' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	const char *root = "";
	bool json = false, bad = false;
	int c, i;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (c) {
		case 'r':
			root = optarg;
			break;
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
	if (optind < argc)
		die_usage("doctor", "it takes no argument, and '%s' is one", argv[optind]);
	if (*root && access(root, R_OK | X_OK))
		die(NULL, "%s cannot be looked into", root);
	for (i = 0; doctor_checks[i] && !bad; i++) {
		struct finding finding = { 0 };

		doctor_checks[i](root, &finding);
		if (json)
			print_json(doctor_names[i], &finding, !i);
		else
			print(doctor_names[i], &finding);
		bad = finding.verdict == VERDICT_BAD;
		free(finding.what);
		free(finding.mend);
	}
	if (json)
		printf("]\n");
	finish_output(stdout, "the output");
	return bad ? STATUS_FAILED : 0;
}
