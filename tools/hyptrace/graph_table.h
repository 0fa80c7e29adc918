/* SPDX-License-Identifier: GPL-2.0 */
/* What there is of a graph, for people and for programs. */
#ifndef HYPTRACE_GRAPH_TABLE_H
#define HYPTRACE_GRAPH_TABLE_H

#include "graph.h"

/* Functions, that with most time by itself first, and what is missing */
void graph_table_print(const struct graph *graph);
/* The same as the value of a member */
void graph_table_print_json(FILE *out, const struct graph *graph);

/* A line for each stack of functions: a;b;c and the nanoseconds of c by itself */
void graph_table_print_folded(FILE *out, const struct graph *graph);

#endif /* HYPTRACE_GRAPH_TABLE_H */
