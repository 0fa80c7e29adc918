// SPDX-License-Identifier: GPL-2.0
/* Keys of 64 bits are too short for all properties: pairs get numbers, and pairs of those. */
#include <stdlib.h>
#include <string.h>

#include "cells.h"

static __u32 number_of(struct map *map, __u64 key)
{
	__u32 *at = map_at(map, key);

	if (!*at)
		*at = map->nr;
	return *at;
}

static struct row *cell(struct cells *cells, const struct stay *stay)
{
	__u32 what = number_of(&cells->what, (__u64)stay->cause << 32 | stay->pid);
	__u32 whose = number_of(&cells->whose, table_key(BY_VCPU, stay));
	__u32 where = number_of(&cells->where, (__u64)whose << 32 | stay->cpu);
	__u32 at = number_of(&cells->at, (__u64)what << 32 | where);

	if (at > cells->nr) {
		cells->row = xrealloc(cells->row, at, sizeof(*cells->row));
		cells->row[at - 1] = (struct row){ .stay = *stay };
		cells->nr = at;
	}
	return &cells->row[at - 1];
}

void cells_add(struct cells *cells, const struct stay *stay)
{
	latency_add(&cell(cells, stay)->latency, stay->leave - stay->enter);
}

void cells_add_guest(struct cells *cells, int cpu, const struct vcpu *vcpu, __u64 ns)
{
	struct stay stay = {
		.cpu = cpu, .pid = vcpu->thread, .vcpu = *vcpu, .for_vcpu = true,
	};
	struct row *row = cell(cells, &stay);

	row->guest_ns += ns;
	row->guest_runs++;
}

void cells_append(struct cells *cells, const struct row *row)
{
	cells->row = xrealloc(cells->row, cells->nr + 1, sizeof(*cells->row));
	cells->row[cells->nr++] = *row;
}

void cells_free(struct cells *cells)
{
	__u32 i;

	for (i = 0; i < cells->nr; i++)
		latency_free(&cells->row[i].latency);
	free(cells->row);
	map_free(&cells->what);
	map_free(&cells->whose);
	map_free(&cells->where);
	map_free(&cells->at);
	*cells = (struct cells){ 0 };
}
