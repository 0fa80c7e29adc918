// SPDX-License-Identifier: GPL-2.0
/* Calls from records of functions: a stack for each CPU, and a tree of all stacks there were. */
#include <stdlib.h>
#include <string.h>

#include "graph.h"

/* All names of the hypervisor's begin with this, and filters take them without. */
static const char prefix[] = "__kvm_nvhe_";

static __u32 add_function(struct graph *graph, __u64 address, const char *name)
{
	__u32 nr = ++graph->nr_functions;

	/* In steps of powers of 2: a damaged file may have as many as records. */
	if (!(nr & (nr - 1)))
		graph->function = xrealloc(graph->function, 2 * (size_t)nr,
					   sizeof(*graph->function));
	graph->function[nr] = (struct graph_function){
		.address = address,
		.name = name ? xstrdup(name) : xasprintf("0x%llx", (unsigned long long)address),
	};
	return nr;
}

static __u32 function_at(struct graph *graph, __u64 address)
{
	__u32 *at = map_at(&graph->function_map, address);
	const char *name;

	if (!*at) {
		name = tep_find_function(graph->schema->tep, address);
		if (name && !strncmp(name, prefix, strlen(prefix)) && name[strlen(prefix)])
			name += strlen(prefix);
		*at = add_function(graph, address, name);
	}
	return *at;
}

static bool calls_itself(const struct graph *graph, __u32 node, __u32 function)
{
	for (; node; node = graph->node[node].parent) {
		if (graph->node[node].function == function)
			return true;
	}
	return false;
}

/* @function, called by what @parent stands for */
static __u32 node_at(struct graph *graph, __u32 parent, __u32 function)
{
	__u32 *at = map_at(&graph->node_map, (__u64)parent << 32 | function);

	if (!*at) {
		__u32 nr = ++graph->nr_nodes;

		if (!(nr & (nr - 1)))
			graph->node = xrealloc(graph->node, 2 * (size_t)nr, sizeof(*graph->node));
		graph->node[nr] = (struct graph_node){
			.parent = parent,
			.function = function,
			.within = calls_itself(graph, parent, function),
		};
		*at = nr;
	}
	return *at;
}

void graph_init(struct graph *graph, struct model *model)
{
	*graph = (struct graph){ .schema = model->schema };
	model->graph = graph;
	add_function(graph, 0, "(guest)");
	add_function(graph, 0, "(firmware)");
}

void graph_free(struct graph *graph)
{
	__u32 i;
	int cpu;

	for (i = 1; i <= graph->nr_functions; i++)
		free(graph->function[i].name);
	for (cpu = 0; cpu < graph->nr_cpus; cpu++)
		free(graph->cpu[cpu].frame);
	free(graph->function);
	free(graph->node);
	free(graph->cpu);
	map_free(&graph->function_map);
	map_free(&graph->node_map);
}

static struct graph_cpu *cpu_state(struct graph *graph, int cpu)
{
	if (cpu >= graph->nr_cpus) {
		graph->cpu = xrealloc(graph->cpu, cpu + 1, sizeof(*graph->cpu));
		memset(graph->cpu + graph->nr_cpus, 0,
		       (cpu + 1 - graph->nr_cpus) * sizeof(*graph->cpu));
		graph->nr_cpus = cpu + 1;
	}
	return &graph->cpu[cpu];
}

static struct graph_frame *innermost(struct graph_cpu *c)
{
	return c->nr ? &c->frame[c->nr - 1] : NULL;
}

/* A call has taken @ns, and is no part of what the one around it did by itself. */
static void hand_up(struct graph *graph, struct graph_cpu *c, __u64 ns)
{
	struct graph_frame *frame = innermost(c);

	if (frame)
		frame->inner += ns;
	else
		graph->top += ns;
}

/* The total of calls of a function counts once, in the outermost that ends. */
static void count_total(struct graph *graph, struct graph_cpu *c, __u32 node, __u64 ns)
{
	__u32 function = graph->node[node].function;
	unsigned int i;

	for (i = graph->node[node].within ? c->nr : 0; i; i--) {
		struct graph_frame *frame = &c->frame[i - 1];

		if (graph->node[frame->node].function == function) {
			frame->same += ns;
			return;
		}
	}
	graph->function[function].total += ns;
}

/* The innermost call has no end that anybody knows of. */
static void drop(struct graph *graph, struct graph_cpu *c)
{
	struct graph_frame frame = c->frame[--c->nr];

	graph->endless++;
	hand_up(graph, c, frame.inner);
	if (frame.same)
		count_total(graph, c, frame.node, frame.same);
}

static void drop_all(struct graph *graph, struct graph_cpu *c)
{
	while (c->nr)
		drop(graph, c);
}

static void begin(struct graph *graph, struct graph_cpu *c, __u32 function, __s32 depth)
{
	struct graph_frame *frame;
	__u32 parent;

	/* Whatever else was as deep has been left. */
	while (c->nr && innermost(c)->depth >= depth)
		drop(graph, c);
	parent = c->nr ? innermost(c)->node : 0;
	if (c->nr == c->size) {
		c->size = c->size ? 2 * c->size : 16;
		c->frame = xrealloc(c->frame, c->size, sizeof(*c->frame));
	}
	frame = &c->frame[c->nr++];
	*frame = (struct graph_frame){
		.node = node_at(graph, parent, function),
		.depth = depth,
		.next = ~0ULL,
		.number = c->number++,
	};
}

static void count(struct graph *graph, __u32 node, __u64 calls, __u64 self, __u64 longest)
{
	struct graph_function *function = &graph->function[graph->node[node].function];

	graph->node[node].calls += calls;
	graph->node[node].self += self;
	function->calls += calls;
	function->self += self;
	if (longest > function->longest)
		function->longest = longest;
}

/* Where a call of @node was when it was not in the hypervisor */
static void count_away(struct graph *graph, const struct graph_frame *frame)
{
	__u32 i;

	for (i = 0; i < GRAPH_OTHERS; i++) {
		const struct graph_away *away = &frame->away[i];

		if (!away->times)
			continue;
		count(graph, node_at(graph, frame->node, i + 1), away->times, away->ns,
		      away->longest);
		graph->function[i + 1].total += away->ns;
	}
}

static __u64 away_ns(const struct graph_frame *frame)
{
	__u64 ns = 0;
	__u32 i;

	for (i = 0; i < GRAPH_OTHERS; i++)
		ns += frame->away[i].ns;
	return ns;
}

static void end(struct graph *graph, int cpu, __u32 function, __s32 depth, __u64 from, __u64 to)
{
	struct graph_cpu *c = &graph->cpu[cpu];
	struct graph_frame frame;
	__u64 ns = to - from, others;

	while (c->nr && innermost(c)->depth > depth)
		drop(graph, c);
	if (!c->nr || innermost(c)->depth < depth) {
		graph->headless++;
		return;
	}
	frame = *innermost(c);
	others = frame.inner + away_ns(&frame);
	/* Another one: that has lost its end, and this its beginning. */
	if (graph->node[frame.node].function != function || from > to || from > frame.next ||
	    others > ns) {
		drop(graph, c);
		graph->headless++;
		return;
	}
	c->nr--;
	graph->calls++;
	count(graph, frame.node, 1, ns - others, ns);
	count_total(graph, c, frame.node, ns);
	count_away(graph, &frame);
	hand_up(graph, c, ns);
	if (graph->call) {
		struct graph_call call = { function, depth, frame.number, from, to };

		graph->call(graph->context, cpu, &call);
	}
}

/* A CPU counts calls that it has no place for, and tells the number with each end. */
static void count_too_deep(struct graph *graph, struct graph_cpu *c, __u32 overrun)
{
	if (c->ended)
		graph->too_deep += overrun - c->overrun;
	c->ended = true;
	c->overrun = overrun;
}

/* An entry or an exit that cannot be half of a call */
static void count_half(struct graph *graph, enum event_kind kind)
{
	if (kind == EVENT_CALL_BEGIN)
		graph->endless++;
	else if (kind == EVENT_CALL_END)
		graph->headless++;
}

/* Has it all that it should? What a damaged file has need not. */
static bool is_whole(const struct schema *schema, enum event_kind kind,
		     const struct tep_record *record)
{
	const struct field *last = &schema->func[kind];

	if (kind == EVENT_CALL_BEGIN)
		last = &schema->depth[kind];
	else if (kind == EVENT_CALL_END)
		last = &schema->rettime;
	return record->size >= (int)(last->offset + last->size);
}

static void record_function(struct graph *graph, int cpu, enum event_kind kind,
			    const struct tep_record *record)
{
	const struct schema *schema = graph->schema;
	__u32 function = function_at(graph, schema_read(schema, &schema->func[kind], record));
	struct graph_cpu *c = cpu_state(graph, cpu);
	__s32 depth;

	if (kind == EVENT_CALL) {
		graph->function[function].seen++;
		graph->seen++;
		return;
	}
	if (c->nr && innermost(c)->next == ~0ULL)
		innermost(c)->next = record->ts;
	if (kind == EVENT_CALL_END)
		count_too_deep(graph, c, schema_read(schema, &schema->overrun, record));
	depth = schema_read(schema, &schema->depth[kind], record);
	if (depth < 0 || depth >= GRAPH_MAX_DEPTH)
		count_half(graph, kind);
	else if (kind == EVENT_CALL_BEGIN)
		begin(graph, c, function, depth);
	else
		end(graph, cpu, function, depth, schema_read(schema, &schema->calltime, record),
		    schema_read(schema, &schema->rettime, record));
}

void graph_record(struct graph *graph, int cpu, enum event_kind kind,
		  const struct tep_record *record)
{
	if (is_whole(graph->schema, kind, record))
		record_function(graph, cpu, kind, record);
	else
		count_half(graph, kind);
}

void graph_outside(struct graph *graph, int cpu, bool guest, __u64 ns)
{
	struct graph_frame *frame = cpu < graph->nr_cpus ? innermost(&graph->cpu[cpu]) : NULL;
	int i = (guest ? GRAPH_GUEST : GRAPH_FIRMWARE) - 1;

	/* If the call does not go on after it, it has no end, and this is not counted. */
	if (!frame)
		return;
	frame->away[i].times++;
	frame->away[i].ns += ns;
	if (ns > frame->away[i].longest)
		frame->away[i].longest = ns;
}

void graph_lost(struct graph *graph, int cpu)
{
	if (cpu < graph->nr_cpus)
		drop_all(graph, &graph->cpu[cpu]);
}

void graph_end(struct graph *graph)
{
	int cpu;

	for (cpu = 0; cpu < graph->nr_cpus; cpu++)
		drop_all(graph, &graph->cpu[cpu]);
}

__u32 graph_at(const struct graph *graph, int cpu)
{
	const struct graph_cpu *c = cpu < graph->nr_cpus ? &graph->cpu[cpu] : NULL;

	return c && c->nr ? c->frame[c->nr - 1].node : 0;
}

const char *graph_name(struct graph *graph, enum event_kind kind, const struct tep_record *record)
{
	__u64 address = schema_read(graph->schema, &graph->schema->func[kind], record);

	return graph->function[function_at(graph, address)].name;
}
