// SPDX-License-Identifier: GPL-2.0
/* Lines of a graph: the duration, and what it is of, the further to the right the deeper. */
#include <stdlib.h>

#include "graph_text.h"

static __s32 depth_of(const struct schema *schema, enum event_kind kind,
		      const struct tep_record *record)
{
	return schema_read(schema, &schema->depth[kind], record);
}

static __u64 duration(const struct schema *schema, const struct tep_record *record)
{
	__u64 from = schema_read(schema, &schema->calltime, record);
	__u64 to = schema_read(schema, &schema->rettime, record);

	return to > from ? to - from : 0;
}

/* Is @next the end of the call that begins @at? */
static bool is_leaf(const struct schema *schema, const struct tep_record *at,
		    const struct tep_record *next)
{
	if (!next || schema_kind(schema, next) != EVENT_CALL_END)
		return false;
	return schema_read(schema, &schema->func[EVENT_CALL_BEGIN], at) ==
	       schema_read(schema, &schema->func[EVENT_CALL_END], next) &&
	       depth_of(schema, EVENT_CALL_BEGIN, at) == depth_of(schema, EVENT_CALL_END, next);
}

bool graph_text(struct graph *graph, const struct tep_record *at, const struct tep_record *next,
		struct graph_line *line)
{
	const struct schema *schema = graph->schema;
	enum event_kind kind = schema_kind(schema, at);
	char *took, *what;
	int indent;

	if (kind != EVENT_CALL_BEGIN && kind != EVENT_CALL_END)
		return false;
	*line = (struct graph_line){
		.name = graph_name(graph, kind, at),
		.depth = depth_of(schema, kind, at),
	};
	if (kind == EVENT_CALL_END) {
		line->ended = true;
		line->ns = duration(schema, at);
		what = xasprintf("} /* %s */", line->name);
	} else if (is_leaf(schema, at, next)) {
		line->ended = true;
		line->both = true;
		line->ns = duration(schema, next);
		what = xasprintf("%s();", line->name);
	} else {
		what = xasprintf("%s() {", line->name);
	}
	took = line->ended ? xasprintf("%.3f us", us(line->ns)) : xstrdup("");
	indent = line->depth > 0 && line->depth < GRAPH_MAX_DEPTH ? 2 * line->depth : 0;
	line->text = xasprintf("%13s |  %*s%s", took, indent, "", what);
	free(took);
	free(what);
	return true;
}

char *graph_text_path(const struct graph *graph, __u32 node, __s32 depth)
{
	__u32 stack[GRAPH_MAX_DEPTH + 1], nr = 0;
	char *path = xstrdup(""), *more;
	__s32 i;

	for (; node; node = graph->node[node].parent)
		stack[nr++] = graph->node[node].function;
	for (i = 0; nr && i <= depth; i++) {
		more = xasprintf("%s%s%s", path, i ? " > " : "",
				 graph->function[stack[--nr]].name);
		free(path);
		path = more;
	}
	return path;
}
