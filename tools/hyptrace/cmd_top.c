// SPDX-License-Identifier: GPL-2.0
/* hyptrace top: stat, live on the screen. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "top_draw.h"
#include "top_feed.h"
#include "top_screen.h"

static const char usage[] =
	"usage: hyptrace top [-d SECONDS] [-n N] [-p PID] [-C CPUS] [--vm VM] [--by WHAT]\n"
	"                    [--sort WHAT] [--source accounts | --source events] [--buffer KB]\n"
	"                    [-b [--json]]\n"
	"How long the CPUs are in the hypervisor, why, and for whom, on the screen, live.\n"
	"  -d SECONDS   a new table every so many, 0.5 for example (2)\n"
	"  -n N         end after so many tables\n"
	"  -p PID       only for threads of this process: a VM's, for example\n"
	"  -C CPUS      only on these: 0,2-3\n"
	"  --vm VM      only what is for a vCPU of this VM, by its handle: 0x1000\n"
	"  --by WHAT    begin with a row for each cause (as without it), cpu, vm, vcpu or task\n"
	"  --sort WHAT  begin with the most time (as without it), count, mean, longest, name\n"
	"  --source accounts   what the hypervisor itself counts: nothing is lost. Without this,\n"
	"               too, where the kernel has them, until something is asked for that only\n"
	"               events have: -p, --vm, --by task, --buffer, a task or the causes of a VM\n"
	"  --source events     of each stay: its task, its VM, percentiles exact to 1.6%\n"
	"  --buffer KB  the size of the rings of events, for each CPU (1024)\n"
	"  -b, --batch  print tables, without a terminal\n"
	"  --json       for programs, with -b\n"
	"On the screen, ? tells the keys.\n";

struct top_options {
	__u64			interval;	/* ns */
	__u64			tables;		/* 0: until the user has enough */
	unsigned long		kb;		/* 0: as it comes */
	enum source		source;
	enum table_by		by;
	enum table_order	order;
	bool			batch, json;
};

struct live_top {
	const struct top_options *options;
	struct filter		*filter;
	struct top_feed		feed;		/* the interval that goes on */
	struct top		top;		/* the one before it */
	__u64			taken;		/* tables */
};

/* What the interval had is what is shown from now on, and the next one begins. */
static void take(struct live_top *live, struct model *told)
{
	struct top_sums sums;
	struct cells cells;

	top_feed_take(&live->feed, &cells, &sums, told);
	top_update(&live->top, &cells, &sums);
	live->taken++;
}

static void print(struct live_top *live)
{
	struct top *top = &live->top;
	struct model told;

	take(live, &told);
	if (live->options->json) {
		table_print_json(stdout, &top->table, &told, live->feed.cpus);
	} else {
		table_print(&top->table, &told, top->sums.accounts ? "accounts" : "events",
			    live->feed.cpus);
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
	__u64 end = live->feed.since + live->options->interval, now = live_now();

	return now >= end ? 0 : (end - now) / 1000000 + 1;
}

static void watch(struct live_top *live)
{
	const struct top_options *options = live->options;
	struct model told;
	bool changed = true;

	while (!interrupted && !live->top.quit &&
	       (!options->tables || live->taken < options->tables)) {
		if (changed && !options->batch)
			draw(live);
		top_feed_wait(&live->feed, options->batch ? -1 : STDIN_FILENO, patience(live));
		changed = !options->batch && take_keys(live);
		if (patience(live) && !live->top.now)
			continue;
		live->top.now = false;
		changed = true;
		if (options->batch)
			print(live);
		else
			take(live, &told);
	}
}

static int run(struct live_top *live)
{
	const struct top_options *options = live->options;

	top_feed_open(&live->feed);
	top_init(&live->top, &live->feed.model, options->by, options->order);
	live->top.sums.cpus = live->feed.cpus;
	live->top.sums.accounts = live->feed.from_accounts;
	live->top.source = (struct top_source){
		.change = top_feed_change, .context = &live->feed,
		.fixed = options->source == SOURCE_ACCOUNTS,
	};
	/* A broken pipe shall not end it before everything is put back. */
	signal(SIGPIPE, SIG_IGN);
	catch_signals();
	if (!options->batch)
		screen_open();
	top_feed_start(&live->feed);
	watch(live);
	screen_close();
	top_feed_stop(&live->feed);
	/* What came since the last table */
	if (options->batch && (!options->tables || live->taken < options->tables))
		print(live);
	top_free(&live->top);
	top_feed_close(&live->feed);
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
		{ "source", required_argument, NULL, 'S' },
		{ "buffer", required_argument, NULL, 'K' },
		{ "batch", no_argument, NULL, 'b' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	static struct filter filter;
	struct top_options options = { .interval = 2000000000 };
	struct live_top live = { .options = &options, .filter = &filter, .feed.filter = &filter };
	const char *buffer, *only_events;
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
		case 'S':
			options.source = source_parse("top", optarg);
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
	live.feed.kb = options.kb ? options.kb : 1024;
	/* A table that it begins with can be left; those of a batch cannot. */
	buffer = options.kb ? "--buffer" : NULL;
	live.feed.only_events = source_only_events(&filter, BY_CAUSE, buffer);
	only_events = source_only_events(&filter, options.by, buffer);
	live.feed.from_accounts = source_choose("top", options.source, only_events);
	return run(&live);
}
