/* SPDX-License-Identifier: GPL-2.0 */
/* Records of functions as ftrace's graph prints them. */
#ifndef HYPTRACE_GRAPH_TEXT_H
#define HYPTRACE_GRAPH_TEXT_H

#include "graph.h"

/**
 * struct graph_line - a line of a graph
 * @text:	duration, indentation and name, to be freed
 * @name:	the function's
 * @depth:	in so many others it is
 * @ended:	its end is known, and @ns is how long it took
 * @both:	the record after it is in it, too: the call of a function that called no other
 */
struct graph_line {
	char		*text;
	const char	*name;
	__s32		depth;
	bool		ended, both;
	__u64		ns;
};

/* Of the record @at, which is of @kind, with the @next one, or NULL. False if it is of none. */
bool graph_text(struct graph *graph, const struct tep_record *at, const struct tep_record *next,
		struct graph_line *line);

/* "a > b": what calls @node, and @node, but not what is deeper than @depth; to be freed */
char *graph_text_path(const struct graph *graph, __u32 node, __s32 depth);

#endif /* HYPTRACE_GRAPH_TEXT_H */
