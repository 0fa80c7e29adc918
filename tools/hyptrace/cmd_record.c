// SPDX-License-Identifier: GPL-2.0
/* hyptrace record: trace-cmd, told what it has to know. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"

static const char usage[] =
	"usage: hyptrace record [-o FILE] [-e EVENT]... [-b KB] [--host] [-- COMMAND]\n"
	"Have trace-cmd record the hypervisor while COMMAND runs, or until Ctrl-C.\n"
	"  -o FILE    where to (trace.dat)\n"
	"  -e EVENT   only this one, hyp_enter for example; without it, all of them\n"
	"  -b KB      the size of the rings, for each CPU (1024)\n"
	"  --host     the host's KVM events as well, on the same time line\n";

/* The first check that is bad is the error; trace-cmd would have other words for it. */
static void refuse_unfit(void)
{
	int i;

	if (doctor_text_alone(""))
		die("hyptrace stat tells it live; and text that was kept, hyptrace report reads:\n"
		    "    cat /sys/kernel/tracing/remotes/hypervisor/trace_pipe >trace.txt",
		    "this kernel's hypervisor tells text alone, and a trace.dat is made of pages");

	for (i = 0; doctor_checks[i]; i++) {
		struct finding finding = { 0 };

		doctor_checks[i]("", &finding);
		if (finding.verdict == VERDICT_BAD)
			die(finding.mend, "%s", finding.what);
		free(finding.what);
		free(finding.mend);
	}
}

struct words {
	char	**word;
	int	nr;
};

static void add(struct words *words, const char *word)
{
	words->word = xrealloc(words->word, words->nr + 2, sizeof(*words->word));
	words->word[words->nr++] = xstrdup(word);
	words->word[words->nr] = NULL;
}

int cmd_record(int argc, char **argv)
{
	static const struct option options[] = {
		{ "host", no_argument, NULL, 'H' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct words command = { 0 }, events = { 0 };
	const char *output = "trace.dat", *kb = "1024";
	bool host = false;
	int c, i;

	while ((c = getopt_long(argc, argv, "+o:e:b:h", options, NULL)) != -1) {
		switch (c) {
		case 'o':
			output = optarg;
			break;
		case 'e':
			add(&events, optarg);
			break;
		case 'b':
			parse_number("record", "-b", optarg, 1, 1 << 21);
			kb = optarg;
			break;
		case 'H':
			host = true;
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			return STATUS_USAGE;
		}
	}
	refuse_unfit();
	add(&command, "trace-cmd");
	add(&command, "record");
	add(&command, "-o");
	add(&command, output);
	/* Both on the hypervisor's clock */
	add(&command, "-C");
	add(&command, "boot");
	if (host) {
		add(&command, "-e");
		add(&command, "kvm");
	}
	add(&command, "-B");
	add(&command, "hypervisor");
	add(&command, "-C");
	add(&command, "boot");
	add(&command, "-b");
	add(&command, kb);
	for (i = 0; i < events.nr; i++) {
		char *event = strchr(events.word[i], ':') ? xstrdup(events.word[i]) :
			      xasprintf("hypervisor:%s", events.word[i]);

		add(&command, "-e");
		add(&command, event);
		free(event);
	}
	if (!events.nr) {
		add(&command, "-e");
		add(&command, "hypervisor");
	}
	for (i = optind; i < argc; i++)
		add(&command, argv[i]);
	execvp(command.word[0], command.word);
	die("apt-get install trace-cmd", "trace-cmd cannot be started: %s", strerror(errno));
}
