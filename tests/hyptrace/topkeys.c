// SPDX-License-Identifier: GPL-2.0
/*
 * topkeys FILE ROWSxCOLUMNS WORD...: what hyptrace top would have on a screen of that size after
 * these words, if the stays of FILE were those of an interval. A word is a key (a character, or
 * enter, back, up, down, pgup, pgdn, home, end), "none" for an interval without stays, "again" for
 * FILE's once more, "nobody" if 7 stays were nobody's in it, or another size of the screen.
 *
 * With -a NOW[,BEFORE] before FILE, two readings of accounts on two CPUs, 10000 s after each
 * other, are the interval, and FILE is the other source. -f: keys do not change it; -c: accounts
 * were cleared; -r WHY: another source is refused. A change is told on the standard error output.
 *
 * Each line has a character before it: '*' if it is bold, '>' if it is reverse. A line of another
 * length than the screen's is an error.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../tools/hyptrace/file.h"
#include "../../tools/hyptrace/top_draw.h"

struct feed {
	const char		*name;
	struct trace_file	file;
	struct model		model;
	struct cells		cells;
	const char		*now, *before;	/* readings; none: events */
	const char		*refused;
	bool			accounts, cleared;
};

static void add_stay(void *context, const struct stay *stay)
{
	cells_add(&((struct feed *)context)->cells, stay);
}

static void add_guest(void *context, int cpu, const struct vcpu *vcpu, __u64 from, __u64 to)
{
	cells_add_guest(&((struct feed *)context)->cells, cpu, vcpu, to - from);
}

static const struct model_ops ops = { .stay = add_stay, .guest = add_guest };

static void load(struct accounts *accounts, const char *name)
{
	FILE *in = fopen(name, "re");

	if (!in)
		die(NULL, "%s cannot be opened", name);
	accounts_parse(in, name, accounts);
	fclose(in);
}

static void update_accounts(struct top *top, struct feed *feed)
{
	struct top_sums sums = { .accounts = true, .span = 10000000000000, .cpus = 2 };
	struct accounts now = { 0 }, before = { 0 };
	struct cells cells = { 0 };

	load(&now, feed->now);
	if (feed->before)
		load(&before, feed->before);
	model_count_anew(&feed->model);
	accounts_compare(&now, &before, NULL, 0, &cells, &feed->model);
	sums.stays = feed->model.stays;
	sums.partial = feed->cleared ? "cleared" : NULL;
	accounts_free(&now);
	accounts_free(&before);
	top_update(top, &cells, &sums);
}

/* The same model: causes keep their numbers, as they do from one interval to the next. */
static void update(struct top *top, struct feed *feed, __u64 unplaced)
{
	struct top_sums sums = { .unplaced = unplaced };

	if (feed->accounts) {
		update_accounts(top, feed);
		return;
	}
	/* Names are of the last one that was open. */
	if (feed->file.name)
		trace_file_close(&feed->file);
	trace_file_open(&feed->file, feed->name);
	feed->model.schema = &feed->file.schema;
	model_count_anew(&feed->model);
	trace_file_feed(&feed->file, &feed->model);
	sums.span = feed->model.last - feed->model.first;
	sums.cpus = feed->file.cpus;
	sums.broken = feed->model.broken;
	sums.lost = feed->model.lost;
	top_update(top, &feed->cells, &sums);
}

static const char *change(void *context, bool accounts)
{
	struct feed *feed = context;

	if (feed->refused)
		return feed->refused;
	fprintf(stderr, "%s\n", accounts ? "accounts" : "events");
	feed->accounts = accounts;
	return NULL;
}

static int key_of(const char *word)
{
	static const char * const names[] = {
		"up", "down", "pgup", "pgdn", "home", "end", "enter", "back",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(names[i], word))
			return TOP_KEY_UP + i;
	}
	if (!*word || word[1])
		die(NULL, "there is no key '%s'", word);
	return *word;
}

static void show(struct top *top, int rows, int columns, bool print)
{
	struct canvas canvas;
	int i;

	canvas_init(&canvas, rows, columns);
	top_draw(top, &canvas);
	for (i = 0; i < rows; i++) {
		if ((int)strlen(canvas_line(&canvas, i)) != columns)
			die(NULL, "line %d has not %d characters", i, columns);
		if (print)
			printf("%c%s\n", " *>"[canvas.style[i]], canvas_line(&canvas, i));
	}
	canvas_free(&canvas);
}

int main(int argc, char **argv)
{
	struct feed feed = { 0 };
	struct top_source source = { .change = change, .context = &feed };
	int rows, columns, i, c;
	struct top top;

	while ((c = getopt(argc, argv, "+a:fcr:")) != -1) {
		switch (c) {
		case 'a':
			feed.now = strsep(&optarg, ",");
			feed.before = optarg;
			feed.accounts = true;
			break;
		case 'f':
			source.fixed = true;
			break;
		case 'c':
			feed.cleared = true;
			break;
		case 'r':
			feed.refused = optarg;
			break;
		default:
			return STATUS_USAGE;
		}
	}
	argv += optind - 1;
	argc -= optind - 1;
	if (argc < 3 || sscanf(argv[2], "%dx%d", &rows, &columns) != 2)
		die(NULL, "usage: topkeys [OPTIONS] FILE ROWSxCOLUMNS WORD...");
	feed.name = argv[1];
	model_init(&feed.model, &feed.file.schema, &ops, &feed);
	top_init(&top, &feed.model, BY_CAUSE, ORDER_TIME);
	top.source = source;
	top.sums.accounts = feed.accounts;
	update(&top, &feed, 0);
	for (i = 3; i < argc; i++) {
		/* As it is drawn after each: that moves what is on the screen. */
		show(&top, rows, columns, false);
		if (!strcmp(argv[i], "none"))
			top_update(&top, &(struct cells){ 0 },
				   &(struct top_sums){ .cpus = 1, .accounts = feed.accounts });
		else if (!strcmp(argv[i], "again") || !strcmp(argv[i], "nobody"))
			update(&top, &feed, *argv[i] == 'n' ? 7 : 0);
		else if (sscanf(argv[i], "%dx%d", &rows, &columns) != 2)
			top_press(&top, key_of(argv[i]));
	}
	show(&top, rows, columns, true);
	if (top.quit)
		puts("quit");
	if (top.now)
		puts("now");
	top_free(&top);
	cells_free(&feed.cells);
	model_free(&feed.model);
	if (feed.file.name)
		trace_file_close(&feed.file);
	return 0;
}
