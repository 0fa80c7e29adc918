// SPDX-License-Identifier: GPL-2.0
/*
 * topkeys FILE ROWSxCOLUMNS WORD...: what hyptrace top would have on a screen of that size after
 * these words, if the stays of FILE were those of an interval. A word is a key (a character, or
 * enter, back, up, down, pgup, pgdn, home, end), "none" for an interval without stays, "again" for
 * FILE's once more, or another size of the screen.
 *
 * Each line has a character before it: '*' if it is bold, '>' if it is reverse. A line of another
 * length than the screen's is an error.
 */
#include <stdlib.h>
#include <string.h>

#include "../../tools/hyptrace/file.h"
#include "../../tools/hyptrace/top_draw.h"

struct feed {
	const char		*name;
	struct trace_file	file;
	struct model		model;
	struct cells		cells;
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

static void update(struct top *top, struct feed *feed)
{
	struct top_sums sums = {
		.span = feed->model.last - feed->model.first,
		.cpus = feed->file.cpus,
		.broken = feed->model.broken,
		.lost = feed->model.lost,
	};

	top_update(top, &feed->cells, &sums);
}

/* The same model: causes keep their numbers, as they do from one interval to the next. */
static void again(struct top *top, struct feed *feed)
{
	trace_file_close(&feed->file);
	trace_file_open(&feed->file, feed->name);
	feed->model.schema = &feed->file.schema;
	trace_file_feed(&feed->file, &feed->model);
	update(top, feed);
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
	int rows, columns, i;
	struct top top;

	if (argc < 3 || sscanf(argv[2], "%dx%d", &rows, &columns) != 2)
		die(NULL, "usage: topkeys FILE ROWSxCOLUMNS WORD...");
	feed.name = argv[1];
	trace_file_open(&feed.file, feed.name);
	model_init(&feed.model, &feed.file.schema, &ops, &feed);
	trace_file_feed(&feed.file, &feed.model);
	top_init(&top, &feed.model, BY_CAUSE, ORDER_TIME);
	update(&top, &feed);
	for (i = 3; i < argc; i++) {
		/* As it is drawn after each: that moves what is on the screen. */
		show(&top, rows, columns, false);
		if (!strcmp(argv[i], "none"))
			top_update(&top, &(struct cells){ 0 }, &(struct top_sums){ .cpus = 1 });
		else if (!strcmp(argv[i], "again"))
			again(&top, &feed);
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
	trace_file_close(&feed.file);
	return 0;
}
