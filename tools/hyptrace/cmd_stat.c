// SPDX-License-Identifier: GPL-2.0
/* hyptrace stat: tables of what is going on, while a command runs or until Ctrl-C. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "live.h"
#include "table.h"

static const char usage[] =
	"usage: hyptrace stat [-a | -p PID] [-C CPUS] [-I MS] [--by WHAT] [--json] [-- COMMAND]\n"
	"How long the CPUs are in the hypervisor, and why: while COMMAND runs, or until Ctrl-C.\n"
	"  -a         everything the machine does, not what COMMAND does alone (as without it)\n"
	"  -p PID     only for threads of this process: a VM's, for example\n"
	"  -C CPUS    only on these: 0,2-3\n"
	"  -I MS      a table every so many milliseconds, of those\n"
	"  -b KB      the size of the rings, for each CPU (1024)\n"
	"  --by WHAT  a row for each cause (as without it), cpu, vm, vcpu or task\n"
	"  --json     for programs\n"
	"The exit status is COMMAND's.\n";

#define MAX_CPUS	4096

struct stat_options {
	bool		wanted[MAX_CPUS];
	int		nr_wanted;	/* 0: all */
	pid_t		pid;
	int		interval;	/* ms */
	unsigned long	kb;
	bool		json;
	char		**command;
};

struct stat {
	const struct stat_options *options;
	struct live		live;
	struct model		model;
	struct table		table;
	struct map		threads;	/* 1: not of the process, 2: of it */
	__u64			nobodys;	/* stays of no known thread, with -p */
	__u64			since;		/* this table's beginning */
	__u64			lost;		/* events, until then */
	int			cpus;
	pid_t			child;
};

/* The clock of the hypervisor's events */
static __u64 now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (__u64)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* A thread's name while it can be asked for: later it may be gone. */
static void learn_name(struct stat *stat, __u32 pid)
{
	char file[64], comm[64] = "";
	FILE *in;

	snprintf(file, sizeof(file), "/proc/%u/comm", pid);
	in = fopen(file, "re");
	if (!in)
		return;
	if (fgets(comm, sizeof(comm), in)) {
		comm[strcspn(comm, "\n")] = 0;
		tep_override_comm(stat->live.tep, comm, pid);
	}
	fclose(in);
}

/* Asked when a thread first comes: 2 if it is of the process that is wanted */
static __u32 thread(struct stat *stat, __u32 pid)
{
	__u32 *at = map_at(&stat->threads, pid);
	char dir[64];

	if (!*at) {
		learn_name(stat, pid);
		snprintf(dir, sizeof(dir), "/proc/%d/task/%u", stat->options->pid, pid);
		/* The process itself may have ended since. */
		*at = 1 + (pid == (__u32)stat->options->pid || !access(dir, F_OK));
	}
	return *at;
}

static bool wanted(struct stat *stat, __u32 pid)
{
	__u32 known = pid ? thread(stat, pid) : 0;

	if (!stat->options->pid)
		return true;
	stat->nobodys += !pid;
	return known == 2;
}

static void add_stay(void *context, const struct stay *stay)
{
	struct stat *stat = context;

	if (wanted(stat, stay->pid))
		table_add(&stat->table, stay);
}

static void add_guest(void *context, int cpu, const struct vcpu *vcpu, __u64 from, __u64 to)
{
	struct stat *stat = context;

	(void)cpu;
	if (!stat->options->pid || (vcpu->thread && thread(stat, vcpu->thread) == 2))
		table_add_guest(&stat->table, vcpu, to - from);
}

static const struct model_ops stat_ops = { .stay = add_stay, .guest = add_guest };

/* A table of what was since the last one */
static void print(struct stat *stat)
{
	struct model *model = &stat->model;
	__u64 to = now(), lost = live_lost(&stat->live);

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
		table_print_head(model, "events", stat->cpus);
		table_print(&stat->table, model, stat->cpus);
		table_print_losses(model);
		if (stat->nobodys)
			printf("%llu stays are of no thread that is known, and not in the table\n",
			       (unsigned long long)stat->nobodys);
		if (stat->options->interval)
			putchar('\n');
	}
	fflush(stdout);
	table_free(&stat->table);
	stat->nobodys = 0;
	stat->since = to;
	model->events = 0;
	model->stays = 0;
	model->broken = 0;
	model->lost = 0;
	model->losses = 0;
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

static void watch(struct stat *stat)
{
	__u64 next = stat->since + stat->options->interval * 1000000ULL;

	while (!interrupted && !has_ended(stat)) {
		live_wait(&stat->live, 100);
		live_read(&stat->live, &stat->model);
		if (stat->options->interval && now() >= next) {
			print(stat);
			next += stat->options->interval * 1000000ULL;
		}
	}
}

static int run(struct stat *stat)
{
	struct sigaction child = { .sa_handler = on_child };
	const struct stat_options *options = stat->options;
	int gate = -1, cpu, status = 0;

	live_open(&stat->live, options->nr_wanted ? options->wanted : NULL, options->nr_wanted);
	for (cpu = 0; cpu < stat->live.nr_cpus; cpu++)
		stat->cpus += !options->nr_wanted ||
			      (cpu < options->nr_wanted && options->wanted[cpu]);
	model_init(&stat->model, &stat->live.schema, &stat_ops, stat);
	sigaction(SIGCHLD, &child, NULL);
	/* A broken pipe shall not end it before everything is put back. */
	signal(SIGPIPE, SIG_IGN);
	catch_signals();
	if (options->command)
		gate = start_command(stat);
	live_start(&stat->live, options->kb);
	stat->since = now();
	if (gate >= 0 && write(gate, "", 1) != 1)
		warn("%s cannot be let go: %s", options->command[0], strerror(errno));
	watch(stat);
	live_stop(&stat->live, &stat->model);
	print(stat);
	live_close(&stat->live);
	map_free(&stat->threads);
	model_free(&stat->model);
	finish_output(stdout, "the output");
	if (!stat->child)
		return 0;
	/* Interrupted from a terminal, so was the command. */
	while (waitpid(stat->child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* 0,2-3 */
static void parse_cpus(struct stat_options *options, const char *text)
{
	char *copy = xstrdup(text), *rest = copy, *part;

	while ((part = strsep(&rest, ","))) {
		char *to = strchr(part, '-');
		__u64 first, last;

		if (to)
			*to++ = 0;
		first = parse_number("stat", "-C", part, 0, MAX_CPUS - 1);
		last = to ? parse_number("stat", "-C", to, first, MAX_CPUS - 1) : first;
		for (; first <= last; first++)
			options->wanted[first] = true;
		if ((int)last >= options->nr_wanted)
			options->nr_wanted = last + 1;
	}
	free(copy);
}

int cmd_stat(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "by", required_argument, NULL, 'B' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	static struct stat_options options = { .kb = 1024 };
	struct stat stat = { .options = &options };
	char dir[64];
	bool all = false;
	int c;

	while ((c = getopt_long(argc, argv, "+ap:C:I:b:h", long_options, NULL)) != -1) {
		switch (c) {
		case 'a':
			all = true;
			break;
		case 'p':
			options.pid = parse_number("stat", "-p", optarg, 1, 1 << 30);
			break;
		case 'C':
			parse_cpus(&options, optarg);
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
	if (all && options.pid)
		die_usage("stat", "-a and -p exclude each other");
	snprintf(dir, sizeof(dir), "/proc/%d", options.pid);
	if (options.pid && access(dir, F_OK))
		die(NULL, "there is no process %d", options.pid);
	if (optind < argc)
		options.command = argv + optind;
	return run(&stat);
}
