// SPDX-License-Identifier: GPL-2.0
/* Functions as a table, and stacks of them for flame graphs. */
#include <stdlib.h>
#include <string.h>

#include "graph_table.h"

/* What a table is of, and how its rows are sorted: calls by their own time, or what is just seen */
enum what { CALLS, SEEN };

struct sorting {
	const struct graph	*graph;
	enum what		what;
};

/* Guests and firmware come last. */
static bool is_other(const struct graph *graph, const struct graph_function *function)
{
	return function - graph->function <= GRAPH_OTHERS;
}

static __u64 weight(const struct graph_function *function, enum what what)
{
	return what == CALLS ? function->self : function->seen;
}

static int by_weight(const void *a, const void *b, void *context)
{
	const struct sorting *sorting = context;
	const struct graph_function *fa = &sorting->graph->function[*(const __u32 *)a];
	const struct graph_function *fb = &sorting->graph->function[*(const __u32 *)b];
	__u64 wa = weight(fa, sorting->what), wb = weight(fb, sorting->what);
	bool oa = is_other(sorting->graph, fa), ob = is_other(sorting->graph, fb);
	int order;

	if (oa != ob)
		return oa - ob;
	if (wa != wb)
		return wa < wb ? 1 : -1;
	order = strcmp(fa->name, fb->name);
	return order ? order : (fa->address > fb->address) - (fa->address < fb->address);
}

/* Numbers of those that have any, to be freed */
static __u32 *sorted(const struct graph *graph, enum what what, __u32 *nr)
{
	struct sorting sorting = { graph, what };
	__u32 *order = xcalloc(graph->nr_functions, sizeof(*order));
	__u32 i;

	*nr = 0;
	for (i = 1; i <= graph->nr_functions; i++) {
		const struct graph_function *function = &graph->function[i];

		if (what == CALLS ? function->calls : function->seen)
			order[(*nr)++] = i;
	}
	qsort_r(order, *nr, sizeof(*order), by_weight, &sorting);
	return order;
}

static int width_of(const struct graph *graph, const __u32 *order, __u32 nr)
{
	int width = strlen("function");
	__u32 i;

	for (i = 0; i < nr; i++) {
		int length = strlen(graph->function[order[i]].name);

		if (length > width)
			width = length;
	}
	return width;
}

/* Time of calls that was not the hypervisor's */
static __u64 others(const struct graph *graph)
{
	__u64 ns = 0;
	__u32 i;

	for (i = 1; i <= GRAPH_OTHERS; i++)
		ns += graph->function[i].self;
	return ns;
}

/* Of the hypervisor's */
static double share(const struct graph *graph, __u64 ns)
{
	__u64 all = graph->top - others(graph);

	return all ? 100.0 * ns / all : 0;
}

static void print_row(const struct graph *graph, const struct graph_function *function, int width)
{
	printf("%-*s %10llu %18.3f %18.3f ", width, function->name,
	       (unsigned long long)function->calls, us(function->total), us(function->self));
	if (is_other(graph, function))
		printf("%7s", "");
	else
		printf("%6.2f%%", share(graph, function->self));
	printf(" %12llu\n", (unsigned long long)function->longest);
}

static void print_calls(const struct graph *graph)
{
	__u32 nr, i, *order = sorted(graph, CALLS, &nr);
	int width = width_of(graph, order, nr);

	printf("functions: %llu calls, %.3f us", (unsigned long long)graph->calls,
	       us(graph->top - others(graph)));
	if (others(graph))
		printf(", and %.3f us in guests and firmware", us(others(graph)));
	putchar('\n');
	if (nr)
		printf("%-*s %10s %18s %18s %7s %12s\n", width, "function", "calls", "time us",
		       "self us", "share", "longest ns");
	for (i = 0; i < nr; i++)
		print_row(graph, &graph->function[order[i]], width);
	if (graph->endless || graph->headless)
		printf("half calls: %llu have no end, %llu no beginning, and do not count\n",
		       (unsigned long long)graph->endless, (unsigned long long)graph->headless);
	if (graph->too_deep)
		printf("too deep: %llu calls or more are part of those that made them\n",
		       (unsigned long long)graph->too_deep);
	free(order);
}

static void print_seen(const struct graph *graph)
{
	__u32 nr, i, *order = sorted(graph, SEEN, &nr);
	int width = width_of(graph, order, nr);

	printf("functions: %llu calls, of which there is no time\n",
	       (unsigned long long)graph->seen);
	printf("%-*s %10s\n", width, "function", "calls");
	for (i = 0; i < nr; i++)
		printf("%-*s %10llu\n", width, graph->function[order[i]].name,
		       (unsigned long long)graph->function[order[i]].seen);
	free(order);
}

void graph_table_print(const struct graph *graph)
{
	bool halves = graph->calls || graph->endless || graph->headless;

	if (halves)
		print_calls(graph);
	if (halves && graph->seen)
		putchar('\n');
	if (graph->seen)
		print_seen(graph);
}

static void member(FILE *out, const char *name, __u64 value)
{
	fprintf(out, ", \"%s\": %llu", name, (unsigned long long)value);
}

void graph_table_print_json(FILE *out, const struct graph *graph)
{
	__u32 nr, i, *order = sorted(graph, CALLS, &nr);

	fprintf(out, "{\"calls\": %llu", (unsigned long long)graph->calls);
	member(out, "total_ns", graph->top);
	member(out, "without_end", graph->endless);
	member(out, "without_beginning", graph->headless);
	member(out, "too_deep", graph->too_deep);
	fprintf(out, ", \"rows\": [");
	for (i = 0; i < nr; i++) {
		const struct graph_function *function = &graph->function[order[i]];

		fprintf(out, "%s\n{\"name\": ", i ? "," : "");
		print_quoted(out, function->name);
		member(out, "calls", function->calls);
		member(out, "total_ns", function->total);
		member(out, "self_ns", function->self);
		member(out, "max_ns", function->longest);
		putc('}', out);
	}
	free(order);
	order = sorted(graph, SEEN, &nr);
	fprintf(out, "], \"without_time\": [");
	for (i = 0; i < nr; i++) {
		fprintf(out, "%s\n{\"name\": ", i ? "," : "");
		print_quoted(out, graph->function[order[i]].name);
		member(out, "calls", graph->function[order[i]].seen);
		putc('}', out);
	}
	fprintf(out, "]}");
	free(order);
}

/* A name as a frame: no other semicolon, and no space, which comes before the number */
static void print_frame(FILE *out, const char *name)
{
	for (; *name; name++)
		putc(*name == ';' || (unsigned char)*name <= ' ' ? '_' : *name, out);
}

static void print_stack(FILE *out, const struct graph *graph, __u32 node)
{
	__u32 stack[GRAPH_MAX_DEPTH + 1], nr = 0;

	for (; node; node = graph->node[node].parent)
		stack[nr++] = graph->node[node].function;
	while (nr--) {
		print_frame(out, graph->function[stack[nr]].name);
		putc(nr ? ';' : ' ', out);
	}
}

void graph_table_print_folded(FILE *out, const struct graph *graph)
{
	__u32 i;

	for (i = 1; i <= graph->nr_nodes; i++) {
		if (!graph->node[i].self || graph->node[i].function <= GRAPH_OTHERS)
			continue;
		print_stack(out, graph, i);
		fprintf(out, "%llu\n", (unsigned long long)graph->node[i].self);
	}
}
