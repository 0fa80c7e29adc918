// SPDX-License-Identifier: GPL-2.0
/*
 * A page of what other reports print. Its data is the JSON that they have for programs, in which a
 * "<" can only be within a string, and is written so that HTML does not see it. So no name that
 * anybody gave a task ends the script that it lies in; the page's own script sets names as text.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "graph_table.h"
#include "html.h"
#include "page.h"
#include "slowest.h"
#include "table.h"

/* Bins of a histogram in the page: each power of 2 in so many */
#define HIST_STEP	8
#define HIST_JOIN	(LATENCY_STEP / HIST_STEP)

static const enum table_by wanted[] = { BY_CAUSE, BY_CPU, BY_VM, BY_VCPU, BY_TASK };

struct html {
	struct trace_file	*file;
	FILE			*out;
	struct model		model;
	struct table		table[ARRAY_SIZE(wanted)];
	struct latency		all;
	struct graph		graph;
	unsigned int		slowest;
	bool			stopped;	/* by the user, before the end of the file */
};

static ssize_t json_write(void *cookie, const char *data, size_t size)
{
	FILE *out = cookie;
	size_t i;

	for (i = 0; i < size; i++) {
		if (data[i] == '<' || data[i] == '>' || data[i] == '&')
			fprintf(out, "\\u%04x", data[i]);
		else
			putc(data[i], out);
	}
	return ferror(out) ? 0 : (ssize_t)size;
}

FILE *html_json(FILE *out)
{
	FILE *json = fopencookie(out, "w", (cookie_io_functions_t){ .write = json_write });

	if (!json)
		die(NULL, "no memory");
	return json;
}

static void add_stay(void *context, const struct stay *stay)
{
	struct html *html = context;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wanted); i++)
		table_add(&html->table[i], stay);
	latency_add(&html->all, stay->leave - stay->enter);
}

static void add_guest(void *context, int cpu, const struct vcpu *vcpu, __u64 from, __u64 to)
{
	struct html *html = context;
	size_t i;

	(void)cpu;
	for (i = 0; i < ARRAY_SIZE(wanted); i++)
		table_add_guest(&html->table[i], vcpu, to - from);
}

static const struct model_ops html_ops = { .stay = add_stay, .guest = add_guest };

/* The same file once more, and not more of it than was read before */
static void again(const struct html *html, struct trace_file *file)
{
	trace_file_open(file, html->file->name);
	file->limit = html->file->read;
}

/* [bin, number, bin, number ...], bins as latency.h counts them, but wider */
static void put_hist(FILE *out, const struct latency *latency)
{
	unsigned int bin, i;
	bool any = false;

	putc('[', out);
	for (bin = latency->first; bin < latency->first + latency->nr; bin += HIST_JOIN) {
		__u64 n = 0;

		for (i = 0; i < HIST_JOIN; i++)
			n += latency_bin(latency, bin + i);
		if (n)
			fprintf(out, "%s%u,%llu", any ? "," : "", bin / HIST_JOIN,
				(unsigned long long)n);
		any |= n;
	}
	putc(']', out);
}

static void put_data(struct html *html)
{
	FILE *json = html_json(html->out);
	const struct table *causes = &html->table[0];
	struct trace_file file;
	size_t i;

	fputs("{\"version\": \"" HYPTRACE_VERSION "\", \"file\": ", json);
	print_quoted(json, html->file->name);
	fprintf(json, ", \"interrupted\": %s, \"records\": %llu", html->stopped ? "true" : "false",
		(unsigned long long)html->file->read);
	fputs(",\n\"tables\": {", json);
	for (i = 0; i < ARRAY_SIZE(wanted); i++) {
		fprintf(json, "%s\"%s\": ", i ? ",\n" : "", table_by_name(wanted[i]));
		table_print_json(json, &html->table[i], &html->model, html->file->cpus);
	}
	/* Of all causes, and of each in the order of their table */
	fputs("},\n\"hist\": [", json);
	put_hist(json, &html->all);
	for (i = 0; i < causes->nr; i++) {
		fputs(",\n", json);
		put_hist(json, &causes->row[i]->latency);
	}
	putc(']', json);
	if (graph_any(&html->graph)) {
		fputs(",\n\"functions\": ", json);
		graph_table_print_json(json, &html->graph);
	}
	fputs(",\n\"slowest\": ", json);
	again(html, &file);
	report_slowest(&file, html->slowest, true, json);
	trace_file_close(&file);
	fputs("}\n", json);
	fclose(json);
}

static void put_stays(struct html *html)
{
	struct trace_file file;

	again(html, &file);
	html_stays(&file, html->out, html->model.first, html->model.last, html->model.stays);
	trace_file_close(&file);
}

/* Text, as HTML has it */
static void put_licence(struct html *html)
{
	const char *c;

	for (c = page_licence; c < page_licence_end; c++) {
		if (*c == '<' || *c == '>' || *c == '&')
			fprintf(html->out, "&#%d;", *c);
		else
			putc(*c, html->out);
	}
}

static void put_css(struct html *html)
{
	fwrite(page_css, 1, page_css_end - page_css, html->out);
}

static void put_js(struct html *html)
{
	fwrite(page_js, 1, page_js_end - page_js, html->out);
}

static void put_d3(struct html *html)
{
	fwrite(page_d3, 1, page_d3_end - page_d3, html->out);
}

static void put_hashes(struct html *html)
{
	fputs(page_hashes, html->out);
}

/* What stands between two @ in report.html */
static const struct {
	const char	*name;
	void		(*put)(struct html *html);
} places[] = {
	{ "@HASHES@", put_hashes },
	{ "@CSS@", put_css },
	{ "@D3@", put_d3 },
	{ "@DATA@", put_data },
	{ "@STAYS@", put_stays },
	{ "@JS@", put_js },
	{ "@LICENCE@", put_licence },
};

static void put_page(struct html *html)
{
	const char *at = page_html, *c;
	size_t i;

	while (at < page_html_end) {
		c = memchr(at, '@', page_html_end - at);
		if (!c)
			c = page_html_end;
		fwrite(at, 1, c - at, html->out);
		at = c;
		for (i = 0; i < ARRAY_SIZE(places); i++) {
			size_t length = strlen(places[i].name);

			if ((size_t)(page_html_end - at) < length ||
			    memcmp(at, places[i].name, length))
				continue;
			places[i].put(html);
			at += length;
			break;
		}
		if (i == ARRAY_SIZE(places) && at < page_html_end)
			putc(*at++, html->out);
	}
}

void report_html(struct trace_file *file, const char *name, unsigned int slowest)
{
	struct html html = { .file = file, .slowest = slowest };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wanted); i++)
		html.table[i].by = wanted[i];
	model_init(&html.model, &file->schema, &html_ops, &html);
	graph_init(&html.graph, &html.model);
	trace_file_feed(file, &html.model);
	for (i = 0; i < ARRAY_SIZE(wanted); i++)
		table_sort(&html.table[i], &html.model);
	/* What was read before the user's Ctrl-C makes a page. The next one ends all. */
	html.stopped = interrupted;
	interrupted = 0;
	html.out = fopen(name, "w");
	if (!html.out)
		die(NULL, "%s cannot be written: %s", name, strerror(errno));
	put_page(&html);
	finish_output(html.out, name);
	fclose(html.out);
	interrupted |= html.stopped;
	for (i = 0; i < ARRAY_SIZE(wanted); i++)
		table_free(&html.table[i]);
	latency_free(&html.all);
	graph_free(&html.graph);
	model_free(&html.model);
}
