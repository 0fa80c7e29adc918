/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls of functions as slices of a track, each within the one around it and all within the stays
 * that they are part of: a call in which the CPU was in a guest is several slices. The calls that
 * one call makes come after it.
 */
#ifndef HYPTRACE_SLICES_H
#define HYPTRACE_SLICES_H

#include "graph.h"

struct slices_cpu;

struct slices {
	const struct model	*model;
	struct graph		graph;
	struct slices_cpu	*cpu;
	int			nr_cpus;
	void			(*slice)(void *context, int cpu, const char *name, __u64 from,
					 __u64 to);
	void			*context;
};

/* @slice and @context are set already; @model gets a graph */
void slices_init(struct slices *slices, struct model *model);
/* What the model's ops of these names are called with */
void slices_lost(struct slices *slices, int cpu);
void slices_stay(struct slices *slices, const struct stay *stay);
/* No more records come, and @slice was told of all */
void slices_end(struct slices *slices);
void slices_free(struct slices *slices);

#endif /* HYPTRACE_SLICES_H */
