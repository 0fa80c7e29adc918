// SPDX-License-Identifier: GPL-2.0
/* hyptrace top: stat, live on the screen. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "filter.h"
#include "top_draw.h"
#include "top_screen.h"

static const char usage[] =
	"usage: hyptrace top [-d SECONDS] [-n N] [-p PID] [-C CPUS] [--vm VM] [--by WHAT]\n"
	"                    [--sort WHAT] [--buffer KB] [-b [--json]]\n"
	"How long the CPUs are in the hypervisor, why, and for whom, on the screen, live.\n"
	"  -d SECONDS   a new table every so many, 0.5 for example (2)\n"
	"  -n N         end after so many tables\n"
	"  -p PID       only for threads of this process: a VM's, for example\n"
	"  -C CPUS      only on these: 0,2-3\n"
	"  --vm VM      only what is for a vCPU of this VM, by its handle: 0x1000\n"
	"  --by WHAT    begin with a row for each cause (as without it), cpu, vm, vcpu or task\n"
	"  --sort WHAT  begin with the most time (as without it), count, mean, longest, name\n"
	"  --buffer KB  the size of the rings, for each CPU (1024)\n"
	"  -b, --batch  print tables, without a terminal\n"
	"  --json       for programs, with -b\n"
	"On the screen, ? tells the keys.\n";

struct top_options {
	__u64			interval;	/* ns */
	__u64			tables;		/* 0: until the user has enough */
	unsigned long		kb;
	enum table_by		by;
	enum table_order	order;
	bool			batch, json;
};

struct live_top {
	const struct top_options *options;
	struct filter		*filter;
	struct live		live;
	struct model		model;
	struct cells		cells;		/* of the interval that goes on */
	struct top		top;		/* of the one before it */
	__u64			since;		/* when it has begun */
	__u64			lost;		/* events, until then */
	__u64			taken;		/* tables */
	int			cpus;
};

static void add_stay(void *context, const struct stay *stay)
{
	struct live_top *live = context;

	if (filter_stay(live->filter, stay))
		cells_add(&live->cells, stay);
}

static void add_guest(void *context, int cpu, const struct vcpu *vcpu, __u64 from, __u64 to)
{
	struct live_top *live = context;

	if (filter_guest(live->filter, vcpu))
		cells_add_guest(&live->cells, cpu, vcpu, to - from);
}

static const struct model_ops top_ops = { .stay = add_stay, .guest = add_guest };

/* What the interval had is what is shown from now on, and the next one begins. */
static void take(struct live_top *live)
{
	__u64 to = live_now(), lost = live_lost(&live->live);
	struct model *model = &live->model;
	struct top_sums sums = {
		.span = to - live->since,
		.cpus = live->cpus,
		.broken = model->broken,
		.lost = lost - live->lost,
		.unplaced = live->filter->nobodys + live->filter->untold,
	};

	top_update(&live->top, &live->cells, &sums);
	/* Threads have other names by and by, and numbers are given anew. */
	filter_forget(live->filter);
	live->since = to;
	live->lost = lost;
	live->taken++;
	model_count_anew(model);
}

static void print(struct live_top *live)
{
	struct model *model = &live->model, shown = *model;
	struct top *top = &live->top;

	shown.first = live->since;
	take(live);
	shown.last = live->since;
	shown.lost = top->sums.lost;
	shown.untold = 0;
	if (live->options->json) {
		table_print_json(stdout, &top->table, &shown, live->cpus);
	} else {
		table_print(&top->table, &shown, "events", live->cpus);
		if (top->sums.unplaced)
			printf("%llu stays are of nobody known, and not in the table\n",
			       (unsigned long long)top->sums.unplaced);
		putchar('\n');
	}
	fflush(stdout);
}

static void draw(struct live_top *live)
{
	struct canvas canvas;
	int rows, columns;

	screen_size(&rows, &columns);
	canvas_init(&canvas, rows, columns);
	top_draw(&live->top, &canvas);
	screen_show(&canvas);
	canvas_free(&canvas);
}

/* All keys that were pressed; true if the screen is to be drawn */
static bool take_keys(struct live_top *live)
{
	bool changed = false;
	int key;

	while ((key = screen_key())) {
		if (key < 0 || top_press(&live->top, key))
			changed = true;
	}
	if (screen_is_gone())
		interrupted = 1;
	return changed;
}

/* To the end of the interval, in milliseconds and not before it */
static int patience(const struct live_top *live)
{
	__u64 end = live->since + live->options->interval, now = live_now();

	return now >= end ? 0 : (end - now) / 1000000 + 1;
}

static void watch(struct live_top *live)
{
	const struct top_options *options = live->options;
	bool changed = true;

	while (!interrupted && !live->top.quit &&
	       (!options->tables || live->taken < options->tables)) {
		if (changed && !options->batch)
			draw(live);
		live_wait(&live->live, options->batch ? -1 : STDIN_FILENO, patience(live));
		live_read(&live->live, &live->model);
		changed = !options->batch && take_keys(live);
		if (patience(live) && !live->top.now)
			continue;
		live->top.now = false;
		changed = true;
		if (options->batch)
			print(live);
		else
			take(live);
	}
}

static int run(struct live_top *live)
{
	const struct top_options *options = live->options;

	live->cpus = filter_open(live->filter, &live->live);
	model_init(&live->model, &live->live.schema, &top_ops, live);
	top_init(&live->top, &live->model, options->by, options->order);
	live->top.sums.cpus = live->cpus;
	/* A broken pipe shall not end it before everything is put back. */
	signal(SIGPIPE, SIG_IGN);
	catch_signals();
	if (!options->batch)
		screen_open();
	live_start(&live->live, options->kb);
	live->since = live_now();
	watch(live);
	screen_close();
	live_stop(&live->live, &live->model);
	/* What came since the last table */
	if (options->batch && (!options->tables || live->taken < options->tables))
		print(live);
	live_close(&live->live);
	cells_free(&live->cells);
	top_free(&live->top);
	model_free(&live->model);
	finish_output(stdout, "the output");
	filter_warn(live->filter);
	filter_free(live->filter);
	return 0;
}

/* Seconds with a fraction, in nanoseconds */
static __u64 parse_seconds(const char *text)
{
	double seconds;
	char *end;

	seconds = strtod(text, &end);
	if (*text < '0' || *text > '9' || *end || !(seconds >= 0.01 && seconds <= 86400))
		die_usage("top", "-d takes seconds from 0.01 to 86400, not '%s'", text);
	return seconds * 1e9;
}

int cmd_top(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "by", required_argument, NULL, 'B' },
		{ "sort", required_argument, NULL, 's' },
		{ "vm", required_argument, NULL, 'V' },
		{ "buffer", required_argument, NULL, 'K' },
		{ "batch", no_argument, NULL, 'b' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	static struct filter filter;
	struct top_options options = { .interval = 2000000000, .kb = 1024 };
	struct live_top live = { .options = &options, .filter = &filter };
	int c;

	while ((c = getopt_long(argc, argv, "d:n:p:C:bh", long_options, NULL)) != -1) {
		switch (c) {
		case 'd':
			options.interval = parse_seconds(optarg);
			break;
		case 'n':
			options.tables = parse_number("top", "-n", optarg, 1, 1ULL << 32);
			break;
		case 'p':
			filter_parse_pid(&filter, "top", optarg);
			break;
		case 'C':
			filter_parse_cpus(&filter, "top", optarg);
			break;
		case 'V':
			filter_parse_vm(&filter, "top", optarg);
			break;
		case 'B':
			options.by = table_parse_by("top", optarg);
			break;
		case 's':
			options.order = table_parse_order("top", optarg);
			break;
		case 'K':
			options.kb = parse_number("top", "--buffer", optarg, 1, 1 << 21);
			break;
		case 'b':
			options.batch = true;
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
	if (optind < argc)
		die_usage("top", "'%s' is no option; stat runs commands", argv[optind]);
	if (options.json && !options.batch)
		die_usage("top", "--json is for -b");
	return run(&live);
}
