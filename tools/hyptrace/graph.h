/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The graph: records of functions go in, from the model whose it is, and calls come out.
 *
 * A call is what is between a funcgraph_entry and the funcgraph_exit of the same function and depth
 * that follows it on its CPU, and took what the latter says. An entry without an exit, and an exit
 * without an entry, are no calls: they are counted, and what was called in there counts for whoever
 * called that. The memory this takes depends on how many ways there are to call a function, not on
 * how often one is called.
 */
#ifndef HYPTRACE_GRAPH_H
#define HYPTRACE_GRAPH_H

#include "model.h"

/* What is as deep is no record: the kernel's own tracer ends at 50. */
#define GRAPH_MAX_DEPTH	1024

/* Functions that are none: where a CPU was, out of the hypervisor, in the middle of a call */
enum {
	GRAPH_GUEST = 1,
	GRAPH_FIRMWARE,		/* whatever else it went to and came back from */
	GRAPH_OTHERS = GRAPH_FIRMWARE,
};

/**
 * struct graph_function - all calls of a function
 * @address:	where the kernel has it
 * @name:	or the address, if nobody knows
 * @calls:	how many
 * @total:	their nanoseconds; of one within another of the same function, the outer one's alone
 * @self:	without those of calls in it, and of guests and firmware
 * @longest:	nanoseconds of the longest
 * @seen:	records that tell a call, and nothing of its end: the tracer "function"
 */
struct graph_function {
	__u64	address;
	char	*name;
	__u64	calls, total, self, longest;
	__u64	seen;
};

/**
 * struct graph_node - a function, where others call it
 * @parent:	a node; 0 if nobody is known to have called it
 * @function:	its number
 * @within:	it is among those that call it
 */
struct graph_node {
	__u32	parent;
	__u32	function;
	bool	within;
	__u64	calls, self;
};

/**
 * struct graph_frame - a call that has not ended
 * @node:	what it will count for
 * @depth:	as the record has it
 * @number:	calls of this CPU are numbered as they begin
 * @inner:	nanoseconds of calls in it
 * @next:	when the record after its own was written, which it had begun before
 * @same:	those in it of the same function that are not within each other
 * @away:	in guests and firmware: one less than the numbers of these
 */
struct graph_frame {
	__u32	node;
	__s32	depth;
	__u64	number;
	__u64	inner, next;
	__u64	same;
	struct graph_away {
		__u64	times, ns, longest;
	} away[GRAPH_OTHERS];
};

struct graph_cpu {
	struct graph_frame	*frame;
	unsigned int		nr, size;
	__u64			number;
	bool			ended;		/* a call has, and told @overrun */
	__u32			overrun;
};

/**
 * struct graph_call - a call that has ended
 * @function:	its number
 * @depth:	in so many others
 * @number:	in the order in which calls have begun on this CPU
 * @from:	when, in nanoseconds
 * @to:		likewise
 */
struct graph_call {
	__u32	function;
	__s32	depth;
	__u64	number;
	__u64	from, to;
};

struct graph {
	const struct schema	*schema;
	struct map		function_map, node_map;
	struct graph_function	*function;	/* from 1 on */
	__u32			nr_functions;
	struct graph_node	*node;		/* from 1 on */
	__u32			nr_nodes;
	struct graph_cpu	*cpu;
	int			nr_cpus;
	/* Is told of each call, if it is set */
	void			(*call)(void *context, int cpu, const struct graph_call *call);
	void			*context;
	/* For whoever prints results */
	__u64			calls;
	__u64			top;		/* nanoseconds, of those in no other */
	__u64			endless;	/* entries without an exit */
	__u64			headless;	/* exits without an entry */
	__u64			seen;		/* of all functions */
	__u64			too_deep;	/* calls without a record, as far as that is told */
};

/* From now on it is @model's */
void graph_init(struct graph *graph, struct model *model);
void graph_free(struct graph *graph);

/* For the model: a record of a function, whether in a stay or not */
void graph_record(struct graph *graph, int cpu, enum event_kind kind,
		  const struct tep_record *record);
/* ... @cpu has left the hypervisor, for a guest or for anything else, and come back */
void graph_outside(struct graph *graph, int cpu, bool guest, __u64 ns);
/* ... there were more records of @cpu, here */
void graph_lost(struct graph *graph, int cpu);
/* ... no more come */
void graph_end(struct graph *graph);

/* The innermost call that @cpu is in, 0 if it is in none that is known */
__u32 graph_at(const struct graph *graph, int cpu);

/* The name of the function that this record is of */
const char *graph_name(struct graph *graph, enum event_kind kind, const struct tep_record *record);

/* Is there anything to tell? */
static inline bool graph_any(const struct graph *graph)
{
	return graph->calls || graph->endless || graph->headless || graph->seen;
}

#endif /* HYPTRACE_GRAPH_H */
