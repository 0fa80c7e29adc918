// SPDX-License-Identifier: GPL-2.0
/* Heads, histograms, rows and help, in whatever place there is. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "top_draw.h"

/* Lines above the table, its titles among them, and that of keys below */
#define HEAD		4
#define FOOT		1
/* What a histogram must leave to the table */
#define MIN_ROWS	4

void canvas_init(struct canvas *canvas, int rows, int columns)
{
	int row;

	*canvas = (struct canvas){ .rows = rows, .columns = columns };
	canvas->text = xcalloc(rows, columns + 1);
	canvas->style = xcalloc(rows, sizeof(*canvas->style));
	for (row = 0; row < rows; row++)
		memset(canvas->text + (size_t)row * (columns + 1), ' ', columns);
}

void canvas_free(struct canvas *canvas)
{
	free(canvas->text);
	free(canvas->style);
}

/* As much of it as there is place for */
static void __printf(4, 5) put(struct canvas *canvas, int row, enum canvas_style style,
			       const char *format, ...)
{
	char *text, *line;
	va_list args;
	int i;

	if (row < 0 || row >= canvas->rows)
		return;
	line = canvas->text + (size_t)row * (canvas->columns + 1);
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = xstrdup("");
	va_end(args);
	/* Names of tasks are anybody's. */
	for (i = 0; i < canvas->columns && text[i]; i++)
		line[i] = text[i] < ' ' || text[i] > '~' ? '?' : text[i];
	canvas->style[row] = style;
	free(text);
}

enum column_kind {
	COLUMN_COUNT, COLUMN_TIME, COLUMN_SHARE, COLUMN_MEAN, COLUMN_P50, COLUMN_P99,
	COLUMN_LONGEST, COLUMN_RUNS, COLUMN_GUEST, COLUMNS_KINDS,
};

/* Widths are with the space before it; where place is short, the highest @spare goes first. */
static const struct {
	const char	*title;
	int		width;
	int		spare;
} columns[] = {
	[COLUMN_COUNT]	 = { "count", 9, 0 },
	[COLUMN_TIME]	 = { "time", 8, 1 },
	[COLUMN_SHARE]	 = { "share", 8, 2 },
	[COLUMN_MEAN]	 = { "mean", 8, 4 },
	[COLUMN_P50]	 = { "p50", 8, 8 },
	[COLUMN_P99]	 = { "p99", 8, 7 },
	[COLUMN_LONGEST] = { "longest", 8, 3 },
	[COLUMN_RUNS]	 = { "runs", 9, 6 },
	[COLUMN_GUEST]	 = { "in guest", 9, 5 },
};

struct layout {
	bool	shown[COLUMNS_KINDS];
	int	name;			/* its width */
};

/* Which columns there are hangs on what rows are, not on which there are: nothing shall jump. */
static bool has_column(const struct top *top, int kind)
{
	bool sums = top_shows_sums(top);

	switch (kind) {
	case COLUMN_TIME:
	case COLUMN_SHARE:
		return true;
	case COLUMN_RUNS:
	case COLUMN_GUEST:
		return sums || table_by_guests(top->table.by);
	default:
		return !sums;
	}
}

static void lay_out(struct layout *layout, const struct top *top, int width)
{
	static const int names[] = {
		[BY_CAUSE] = 31, [BY_CPU] = 10, [BY_VM] = 18, [BY_VCPU] = 18, [BY_TASK] = 23,
	};
	int name = names[top->table.by], used = name, kind, spare;

	for (kind = 0; kind < COLUMNS_KINDS; kind++) {
		layout->shown[kind] = has_column(top, kind);
		if (layout->shown[kind])
			used += columns[kind].width;
	}
	for (spare = COLUMNS_KINDS - 1; spare > 0 && used > width; spare--) {
		for (kind = 0; columns[kind].spare != spare; kind++)
			;
		if (layout->shown[kind])
			used -= columns[kind].width;
		layout->shown[kind] = false;
	}
	layout->name = name + width - used;
	if (layout->name < 1)
		layout->name = 1;
}

/* In 7 characters, up to 277 hours */
static const char *time_text(__u64 ns, char *text, size_t size)
{
	if (ns < 1000)
		snprintf(text, size, "%lluns", (unsigned long long)ns);
	else if (ns < 999950)
		snprintf(text, size, "%.1fus", ns / 1e3);
	else if (ns < 999950000)
		snprintf(text, size, "%.1fms", ns / 1e6);
	else if (ns < 9999950000000)
		snprintf(text, size, "%.1fs", ns / 1e9);
	else
		snprintf(text, size, "%.0fs", ns / 1e9);
	return text;
}

/* Likewise, of what it is below, or no more than: up to the next digit that is shown */
static const char *bound_text(__u64 ns, char *text, size_t size)
{
	static const char * const units[] = { "ns", "us", "ms", "s" };
	__u64 unit = 1, tenths;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(units) - 1 && ns >= unit * 1000; i++)
		unit *= 1000;
	tenths = ns / (unit / 10 ?: 1) + 1;
	if (i && tenths < 1000)
		snprintf(text, size, "<%llu.%llu%s", (unsigned long long)tenths / 10,
			 (unsigned long long)tenths % 10, units[i]);
	else
		snprintf(text, size, "<%llu%s", (unsigned long long)(ns / unit + 1), units[i]);
	return text;
}

/* Of the CPUs that the rows are of */
static double share(const struct top *top, const struct latency *latency, bool of_cpu)
{
	int cpus = of_cpu || top_inside(top, BY_CPU) ? 1 : top->sums.cpus;

	return top->sums.span ? 100.0 * latency->total / ((double)top->sums.span * cpus) : 0;
}

static void append_cell(char *line, size_t size, const struct top *top, const struct row *row,
			enum column_kind kind)
{
	const struct latency *latency = &row->latency;
	size_t used = strlen(line);
	int width = columns[kind].width - 1;
	bool bound = false;
	char text[32];
	__u64 ns = 0;

	switch (kind) {
	case COLUMN_COUNT:
	case COLUMN_RUNS:
		snprintf(line + used, size - used, " %*llu", width, (unsigned long long)
			 (kind == COLUMN_COUNT ? latency->count : row->guest_runs));
		return;
	case COLUMN_SHARE:
		snprintf(line + used, size - used, " %*.2f%%", width - 1,
			 share(top, latency, top->table.by == BY_CPU));
		return;
	case COLUMN_TIME:
		ns = latency->total;
		break;
	case COLUMN_MEAN:
		ns = latency_mean(latency);
		break;
	case COLUMN_P50:
	case COLUMN_P99:
		ns = table_quantile(&top->table, row, kind == COLUMN_P50 ? 500 : 990);
		bound = top->table.accounts;
		break;
	case COLUMN_LONGEST:
		ns = row_longest(row);
		bound = row_is_bounded(row);
		break;
	case COLUMN_GUEST:
		ns = row->guest_ns;
		break;
	default:
		break;
	}
	snprintf(line + used, size - used, " %*s", width,
		 bound ? bound_text(ns, text, sizeof(text)) : time_text(ns, text, sizeof(text)));
}

static void draw_row(struct canvas *canvas, int at, const struct top *top,
		     const struct layout *layout, const struct row *row, bool cursor)
{
	char line[512];
	int kind;

	if (!row)
		snprintf(line, sizeof(line), "%-*s", layout->name, table_by_name(top->table.by));
	else if ((int)strlen(row->name) > layout->name)
		snprintf(line, sizeof(line), "%.*s~", layout->name - 1, row->name);
	else
		snprintf(line, sizeof(line), "%-*s", layout->name, row->name);
	for (kind = 0; kind < COLUMNS_KINDS; kind++) {
		if (!layout->shown[kind])
			continue;
		if (row)
			append_cell(line, sizeof(line), top, row, kind);
		else
			snprintf(line + strlen(line), sizeof(line) - strlen(line), "%*s",
				 columns[kind].width, columns[kind].title);
	}
	put(canvas, at, cursor ? STYLE_REVERSE : row ? STYLE_PLAIN : STYLE_BOLD, "%s", line);
}

/* What it is from, and what is missing of it */
static void draw_source(struct canvas *canvas, const struct top_sums *sums)
{
	char unplaced[64] = "";

	if (sums->accounts) {
		put(canvas, 2, sums->partial ? STYLE_BOLD : STYLE_PLAIN, "from accounts, %s%s",
		    sums->partial ? "not all: " : "lost: nothing", sums->partial ?: "");
		return;
	}
	if (sums->unplaced)
		snprintf(unplaced, sizeof(unplaced), "; %llu of nobody known",
			 (unsigned long long)sums->unplaced);
	if (sums->lost)
		put(canvas, 2, STYLE_BOLD,
		    "from events, lost: %llu events; %llu stays have only one end%s",
		    (unsigned long long)sums->lost, (unsigned long long)sums->broken, unplaced);
	else
		put(canvas, 2, STYLE_PLAIN,
		    "from events, lost: nothing; %llu stays have only one end%s",
		    (unsigned long long)sums->broken, unplaced);
}

static void draw_head(struct canvas *canvas, const struct top *top)
{
	static const char * const orders[] = {
		[ORDER_TIME] = "most time", [ORDER_COUNT] = "most stays",
		[ORDER_MEAN] = "longest mean", [ORDER_LONGEST] = "longest stay",
		[ORDER_NAME] = "name",
	};
	const struct top_step *cpu = top_inside(top, BY_CPU);
	const struct top_sums *sums = &top->sums;
	char path[512] = "", stays[64] = "stays in the hypervisor", where[32];
	int i;

	for (i = 0; i < top->steps; i++)
		snprintf(path + strlen(path), sizeof(path) - strlen(path), "%s > ",
			 top->into[i].name);
	snprintf(where, sizeof(where), "%d CPU%s", sums->cpus, sums->cpus == 1 ? "" : "s");
	/* Of what accounts have no number of, there is all that there was, or no word. */
	if (!top_shows_sums(top) || !top->steps)
		snprintf(stays, sizeof(stays), "%llu stays in the hypervisor", (unsigned long long)
			 (top_shows_sums(top) ? sums->stays : top->all.count));
	put(canvas, 0, STYLE_BOLD, "hyptrace: %s, %.2f%% of %s for %.3f s", stays,
	    share(top, &top->all, false), cpu ? cpu->name : where, sums->span / 1e9);
	put(canvas, 1, STYLE_PLAIN, "%sby %s, %s %s", path, table_by_name(top->table.by),
	    orders[top->order], top->reverse ? "last" : "first");
	draw_source(canvas, sums);
}

/* How many are below 2^@to and not below 2^@from */
static __u64 octaves(const struct latency *latency, unsigned int from, unsigned int to)
{
	__u64 n = 0;

	for (; from < to && from < 64; from++)
		n += latency_octave(latency, from);
	return n;
}

/* A line for each power of 2 or, where there is no place for so many, of 4, 8, ... */
static int draw_histogram(struct canvas *canvas, int at, const struct latency *latency)
{
	static const char stars[] = "************************************************************";
	unsigned int first = 0, end = 64, step = 1, power;
	int place = canvas->rows - at - MIN_ROWS - FOOT - 2, bar = canvas->columns - 31;
	__u64 most = 1, n;
	char from[32], to[32];

	if (place < 2 || !latency->count)
		return at;
	while (!latency_octave(latency, first))
		first++;
	while (!latency_octave(latency, end - 1))
		end--;
	while ((int)((end - first + step - 1) / step) > place)
		step++;
	for (power = first; power < end; power += step) {
		n = octaves(latency, power, power + step);
		most = n > most ? n : most;
	}
	if (bar > (int)sizeof(stars) - 1)
		bar = sizeof(stars) - 1;
	if (bar < 0)
		bar = 0;
	put(canvas, at++, STYLE_BOLD, "%7s    %7s %9s", "from", "to", "count");
	for (power = first; power < end; power += step) {
		n = octaves(latency, power, power + step);
		put(canvas, at++, STYLE_PLAIN, "%7s -> %7s %9llu |%-*.*s|",
		    time_text(power ? 1ULL << power : 0, from, sizeof(from)),
		    time_text(power + step > 63 ? ~0ULL : 1ULL << (power + step), to, sizeof(to)),
		    (unsigned long long)n, bar, (int)((double)n / most * bar + 0.5), stars);
	}
	return at + 1;
}

static void draw_help(struct canvas *canvas)
{
	static const char * const help[] = {
		"hyptrace top: how long CPUs are in the hypervisor, why, and for whom",
		"",
		"  c  by cause              N  most stays first (number)",
		"  p  by CPU (processor)    T  most time first",
		"  v  by VM                 M  longest mean first",
		"  u  by vCPU               L  longest stay first",
		"  t  by task               C  by name (cause)",
		"                           R  the other way round",
		"",
		"  Up, Down, k, j, PgUp, PgDn, Home, End   move the cursor",
		"  Enter, Right        go into the row: its causes; of a cause,",
		"                      how long it took and who makes it",
		"  Esc, Left, Backspace   back",
		"  a, e                go on from accounts, from events",
		"  Space               a table now, and not at the interval's end",
		"  ?, h                this;  any key goes back from it",
		"  q, Ctrl-C           end, and leave everything as it was found",
		"",
		"Numbers are of the last interval alone. share is of the time of all CPUs;",
		"of one CPU's by CPU and inside of a CPU. <33us: less, perhaps half of that.",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(help); i++)
		put(canvas, i, i ? STYLE_PLAIN : STYLE_BOLD, "%s", help[i]);
}

void top_draw(struct top *top, struct canvas *canvas)
{
	struct layout layout;
	int at = HEAD - 1, place;
	__u32 i;

	if (top->help) {
		draw_help(canvas);
		return;
	}
	draw_head(canvas, top);
	if (top_inside(top, BY_CAUSE))
		at = draw_histogram(canvas, at, &top->all);
	lay_out(&layout, top, canvas->columns);
	draw_row(canvas, at++, top, &layout, NULL, false);
	place = canvas->rows - at - FOOT;
	top_scroll(top, place > 0 ? place : 1);
	for (i = top->first; i < top->table.nr && place-- > 0; i++)
		draw_row(canvas, at++, top, &layout, top->table.row[i], i == top->cursor);
	put(canvas, canvas->rows - 1, STYLE_BOLD, "%s",
	    *top->say ? top->say :
	    "q quit  ? help  Enter into  Esc back  c p v u t by  N T M L C sort");
}
