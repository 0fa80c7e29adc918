/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stays added up by all of their properties at once: a cell for each cause, CPU, vCPU and task that
 * came together. Tables by any of them, of any part of them, can be made of that afterwards.
 */
#ifndef HYPTRACE_CELLS_H
#define HYPTRACE_CELLS_H

#include "table.h"

/**
 * struct cells - zeroed, there are none
 * @what:	numbers of pairs of cause and task
 * @whose:	numbers of vCPUs
 * @where:	numbers of pairs of vCPU and CPU
 * @at:		cells, from 1 on, by a pair of these pairs
 */
struct cells {
	struct map	what, whose, where, at;
	struct row	*row;
	__u32		nr;
};

void cells_add(struct cells *cells, const struct stay *stay);
/* A guest's run has no cause, and its task is the thread of its vCPU. */
void cells_add_guest(struct cells *cells, int cpu, const struct vcpu *vcpu, __u64 ns);
/* As it is, which is none of those above; what it has is the cells' from now on. */
void cells_append(struct cells *cells, const struct row *row);
void cells_free(struct cells *cells);

#endif /* HYPTRACE_CELLS_H */
