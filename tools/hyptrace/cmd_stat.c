// SPDX-License-Identifier: GPL-2.0
/* hyptrace stat: tables of what is going on, while a command runs or until Ctrl-C. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "accounts_live.h"
#include "source.h"

static const char usage[] =
	"usage: hyptrace stat [-a | -p PID] [-C CPUS] [--vm VM] [-I MS] [--by WHAT] [--json]\n"
	"                     [--source accounts | --source events] [-b KB] [-- COMMAND]\n"
	"How long the CPUs are in the hypervisor, and why: while COMMAND runs, or until Ctrl-C.\n"
	"  -a         everything the machine does, not what COMMAND does alone (as without it)\n"
	"  -p PID     only for threads of this process: a VM's, for example\n"
	"  -C CPUS    only on these: 0,2-3\n"
	"  --vm VM    only what is for a vCPU of this VM, by its handle: 0x1000\n"
	"  -I MS      a table every so many milliseconds, of those\n"
	"  -b KB      the size of the rings of events, for each CPU (1024)\n"
	"  --by WHAT  a row for each cause (as without it), cpu, vm, vcpu or task\n"
	"  --json     for programs\n"
	"  --source accounts   what the hypervisor itself counts: nothing is lost. Without this,\n"
	"             too, where the kernel has them, unless -p, --vm, --by task or -b asks for\n"
	"             what only events have\n"
	"  --source events     of each stay: its task, its VM, percentiles that are exact to 1.6%\n"
	"The exit status is COMMAND's.\n";

struct stat_options {
	int		interval;	/* ms */
	unsigned long	kb;		/* 0: as it comes */
	bool		json;
	enum source	source;
	char		**command;
};

struct stat {
	const struct stat_options *options;
	struct filter		*filter;
	struct live		live;		/* for events */
	struct accounts_live	accounts;
	bool			from_accounts;
	struct model		model;
	struct table		table;
	__u64			since;		/* this table's beginning */
	__u64			lost;		/* events, until then */
	int			cpus;
	pid_t			child;
};

static void add_stay(void *context, const struct stay *stay)
{
	struct stat *stat = context;

	if (filter_stay(stat->filter, stay))
		table_add(&stat->table, stay);
}

static void add_guest(void *context, int cpu, const struct vcpu *vcpu, __u64 from, __u64 to)
{
	struct stat *stat = context;

	(void)cpu;
	if (filter_guest(stat->filter, vcpu))
		table_add_guest(&stat->table, vcpu, to - from);
}

static const struct model_ops stat_ops = { .stay = add_stay, .guest = add_guest };

/* A table of what was since the last one */
static void print(struct stat *stat)
{
	struct model *model = &stat->model;
	__u64 to = live_now(), lost = 0;
	struct cells cells = { 0 };

	if (stat->from_accounts) {
		stat->table.partial = accounts_live_read(&stat->accounts, &cells, model);
		accounts_tabulate(&cells, &stat->table);
		cells_free(&cells);
	} else {
		lost = live_lost(&stat->live);
	}
	/* The time that was looked at, not that from the first event to the last. */
	model->first = stat->since;
	model->last = to;
	model->lost = lost - stat->lost;
	model->untold = 0;
	stat->lost = lost;
	table_sort(&stat->table, model);
	if (stat->options->json) {
		table_print_json(stdout, &stat->table, model, stat->cpus);
	} else {
		table_print(&stat->table, model, stat->from_accounts ? "accounts" : "events",
			    stat->cpus);
		filter_print_untold(stat->filter, stdout);
		if (stat->options->interval)
			putchar('\n');
	}
	fflush(stdout);
	table_free(&stat->table);
	stat->since = to;
	model_count_anew(model);
}

/* The command waits until tracing is on; returns what lets it go, by a byte */
static int start_command(struct stat *stat)
{
	int gate[2];
	char c;

	if (pipe(gate))
		die(NULL, "no pipe: %s", strerror(errno));
	stat->child = fork();
	if (stat->child < 0)
		die(NULL, "%s cannot be started: %s", stat->options->command[0], strerror(errno));
	if (!stat->child) {
		close(gate[1]);
		if (read(gate[0], &c, 1) != 1)
			_exit(STATUS_FAILED);
		close(gate[0]);
		signal(SIGPIPE, SIG_DFL);
		execvp(stat->options->command[0], stat->options->command);
		fprintf(stderr, "hyptrace: %s cannot be started: %s\n", stat->options->command[0],
			strerror(errno));
		_exit(errno == ENOENT ? 127 : 126);
	}
	close(gate[0]);
	return gate[1];
}

/* It is left as it is: while nobody has waited for it, it can still be asked for its name. */
static bool has_ended(const struct stat *stat)
{
	siginfo_t info = { 0 };

	return stat->child &&
	       !waitid(P_PID, stat->child, &info, WEXITED | WNOHANG | WNOWAIT) &&
	       info.si_pid == stat->child;
}

static void on_child(int number)
{
	/* That it comes ends a wait. */
	(void)number;
}

/* Until there may be something to do: records, the end of the command or of the interval */
static void wait_and_read(struct stat *stat, __u64 next)
{
	__u64 now = live_now(), us = 100000;

	if (!stat->from_accounts) {
		live_wait(&stat->live, -1, 100);
		live_read(&stat->live, &stat->model);
		return;
	}
	if (stat->options->interval && next < now + us * 1000)
		us = next > now ? (next - now) / 1000 + 1 : 0;
	usleep(us);
}

static void watch(struct stat *stat)
{
	__u64 next = stat->since + stat->options->interval * 1000000ULL;

	while (!interrupted && !has_ended(stat)) {
		wait_and_read(stat, next);
		if (stat->options->interval && live_now() >= next) {
			print(stat);
			next += stat->options->interval * 1000000ULL;
		}
	}
}

static void open_source(struct stat *stat)
{
	const struct filter *filter = stat->filter;

	if (stat->from_accounts)
		stat->cpus = accounts_live_open(&stat->accounts,
						filter->nr_cpus ? filter->cpu : NULL,
						filter->nr_cpus);
	else
		stat->cpus = filter_open(stat->filter, &stat->live);
	model_init(&stat->model, &stat->live.schema, &stat_ops, stat);
}

static void start_source(struct stat *stat)
{
	if (stat->from_accounts)
		accounts_live_start(&stat->accounts);
	else
		live_start(&stat->live, stat->options->kb ? stat->options->kb : 1024);
	stat->since = live_now();
}

/* With a last table of what there was */
static void end_source(struct stat *stat)
{
	if (!stat->from_accounts)
		live_stop(&stat->live, &stat->model);
	print(stat);
	if (stat->from_accounts)
		accounts_live_close(&stat->accounts);
	else
		live_close(&stat->live);
	model_free(&stat->model);
}

static int run(struct stat *stat)
{
	struct sigaction child = { .sa_handler = on_child };
	const struct stat_options *options = stat->options;
	int gate = -1, status = 0;

	open_source(stat);
	sigaction(SIGCHLD, &child, NULL);
	/* A broken pipe shall not end it before everything is put back. */
	signal(SIGPIPE, SIG_IGN);
	catch_signals();
	if (options->command)
		gate = start_command(stat);
	start_source(stat);
	if (gate >= 0 && write(gate, "", 1) != 1)
		warn("%s cannot be let go: %s", options->command[0], strerror(errno));
	watch(stat);
	end_source(stat);
	finish_output(stdout, "the output");
	filter_warn(stat->filter);
	filter_free(stat->filter);
	if (!stat->child)
		return 0;
	/* Interrupted from a terminal, so was the command. */
	while (waitpid(stat->child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int cmd_stat(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "by", required_argument, NULL, 'B' },
		{ "vm", required_argument, NULL, 'V' },
		{ "source", required_argument, NULL, 'S' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	static struct stat_options options;
	static struct filter filter;
	struct stat stat = { .options = &options, .filter = &filter };
	bool all = false;
	int c;

	while ((c = getopt_long(argc, argv, "+ap:C:I:b:h", long_options, NULL)) != -1) {
		switch (c) {
		case 'a':
			all = true;
			break;
		case 'p':
			filter_parse_pid(&filter, "stat", optarg);
			break;
		case 'C':
			filter_parse_cpus(&filter, "stat", optarg);
			break;
		case 'I':
			options.interval = parse_number("stat", "-I", optarg, 10, 86400000);
			break;
		case 'b':
			options.kb = parse_number("stat", "-b", optarg, 1, 1 << 21);
			break;
		case 'B':
			stat.table.by = table_parse_by("stat", optarg);
			break;
		case 'V':
			filter_parse_vm(&filter, "stat", optarg);
			break;
		case 'S':
			options.source = source_parse("stat", optarg);
			break;
		case 'j':
			options.json = true;
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			return STATUS_USAGE;
		}
	}
	if (all && (filter.pid || filter.vm))
		die_usage("stat", "-a and %s exclude each other", filter.pid ? "-p" : "--vm");
	if (optind < argc)
		options.command = argv + optind;
	stat.from_accounts = source_choose("stat", options.source,
					   source_only_events(&filter, stat.table.by,
							      options.kb ? "-b" : NULL));
	return run(&stat);
}
