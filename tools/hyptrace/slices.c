// SPDX-License-Identifier: GPL-2.0
/*
 * Calls end before those around them do, and slices are wanted the other way round. So a CPU's
 * calls are kept until it is in none, with the stays since then. Of either there is place for so
 * many; beyond that the order is not kept, or the oldest stay is forgotten.
 */
#include <stdlib.h>
#include <string.h>

#include "slices.h"

#define MAX_CALLS	1024
#define MAX_STAYS	256

struct span {
	__u64	from, to;
};

struct slices_cpu {
	struct graph_call	*call;
	unsigned int		nr_calls;
	struct span		*stay;		/* a ring */
	__u64			nr_stays;	/* that there ever were */
};

static struct slices_cpu *cpu_state(struct slices *slices, int cpu)
{
	if (cpu >= slices->nr_cpus) {
		slices->cpu = xrealloc(slices->cpu, cpu + 1, sizeof(*slices->cpu));
		memset(slices->cpu + slices->nr_cpus, 0,
		       (cpu + 1 - slices->nr_cpus) * sizeof(*slices->cpu));
		slices->nr_cpus = cpu + 1;
	}
	return &slices->cpu[cpu];
}

static bool is_inside(const struct slices *slices, int cpu)
{
	return cpu < slices->model->nr_cpus && slices->model->cpu[cpu].inside;
}

static void emit(struct slices *slices, int cpu, const struct graph_call *call, __u64 from,
		 __u64 to)
{
	slices->slice(slices->context, cpu, slices->graph.function[call->function].name, from, to);
}

/* The part of @call that is in a stay */
static bool put_part(struct slices *slices, int cpu, const struct graph_call *call, __u64 enter,
		     __u64 leave)
{
	__u64 from = call->from > enter ? call->from : enter;
	__u64 to = call->to < leave ? call->to : leave;

	if (from >= to)
		return false;
	emit(slices, cpu, call, from, to);
	return true;
}

/* What of @call is in stays; all of it, if nothing is */
static void put(struct slices *slices, int cpu, const struct graph_call *call)
{
	const struct slices_cpu *c = &slices->cpu[cpu];
	const struct model *model = slices->model;
	bool any = false;
	__u64 i;

	if (call->from == call->to) {
		emit(slices, cpu, call, call->from, call->to);
		return;
	}
	for (i = c->nr_stays > MAX_STAYS ? c->nr_stays - MAX_STAYS : 0; i < c->nr_stays; i++) {
		const struct span *stay = &c->stay[i % MAX_STAYS];

		any |= put_part(slices, cpu, call, stay->from, stay->to);
	}
	if (is_inside(slices, cpu))
		any |= put_part(slices, cpu, call, model->cpu[cpu].stay.enter, call->to);
	if (!any)
		emit(slices, cpu, call, call->from, call->to);
}

static int by_number(const void *a, const void *b)
{
	const struct graph_call *ca = a, *cb = b;

	return (ca->number > cb->number) - (ca->number < cb->number);
}

static void put_all(struct slices *slices, int cpu)
{
	struct slices_cpu *c = &slices->cpu[cpu];
	unsigned int i;

	if (c->nr_calls)
		qsort(c->call, c->nr_calls, sizeof(*c->call), by_number);
	for (i = 0; i < c->nr_calls; i++)
		put(slices, cpu, &c->call[i]);
	c->nr_calls = 0;
}

/* If no call is open that might be around these, and no stay */
static void put_if_done(struct slices *slices, int cpu)
{
	if (graph_at(&slices->graph, cpu) || is_inside(slices, cpu))
		return;
	put_all(slices, cpu);
	slices->cpu[cpu].nr_stays = 0;
}

static void keep(void *context, int cpu, const struct graph_call *call)
{
	struct slices *slices = context;
	struct slices_cpu *c = cpu_state(slices, cpu);

	if (!c->call)
		c->call = xcalloc(MAX_CALLS, sizeof(*c->call));
	if (c->nr_calls == MAX_CALLS)
		put_all(slices, cpu);
	c->call[c->nr_calls++] = *call;
	put_if_done(slices, cpu);
}

void slices_init(struct slices *slices, struct model *model)
{
	slices->model = model;
	graph_init(&slices->graph, model);
	slices->graph.call = keep;
	slices->graph.context = slices;
}

void slices_lost(struct slices *slices, int cpu)
{
	if (cpu < slices->nr_cpus)
		put_if_done(slices, cpu);
}

void slices_stay(struct slices *slices, const struct stay *stay)
{
	struct slices_cpu *c;

	/* Only where there are functions at all */
	if (stay->cpu >= slices->graph.nr_cpus)
		return;
	c = cpu_state(slices, stay->cpu);
	if (!c->stay)
		c->stay = xcalloc(MAX_STAYS, sizeof(*c->stay));
	c->stay[c->nr_stays++ % MAX_STAYS] = (struct span){ stay->enter, stay->leave };
	put_if_done(slices, stay->cpu);
}

void slices_end(struct slices *slices)
{
	int cpu;

	for (cpu = 0; cpu < slices->nr_cpus; cpu++)
		put_all(slices, cpu);
}

void slices_free(struct slices *slices)
{
	int cpu;

	for (cpu = 0; cpu < slices->nr_cpus; cpu++) {
		free(slices->cpu[cpu].call);
		free(slices->cpu[cpu].stay);
	}
	free(slices->cpu);
	graph_free(&slices->graph);
}
