/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The model: records go in, in the order of time of each CPU, and stays in the hypervisor come out.
 *
 * A stay is what is between a hyp_enter and the hyp_exit that follows it on its CPU. One that has
 * lost an end is not guessed at: it is counted as broken. The memory this takes depends on how many
 * CPUs, causes and vCPUs there are, not on how many events.
 */
#ifndef HYPTRACE_MODEL_H
#define HYPTRACE_MODEL_H

#include "map.h"
#include "schema.h"

/**
 * struct vcpu - for whom the hypervisor worked
 * @thread:	the thread of the host that runs the vCPU, 0 if that is not known
 * @vm:		the VM's handle; 0 if that is not known, as it is without protection
 * @index:	of the vCPU in its VM, if @known
 * @known:	an event has told @vm and @index
 */
struct vcpu {
	__u32	thread;
	__u32	vm;
	__u32	index;
	bool	known;
};

/**
 * struct stay - one stay in the hypervisor
 * @cpu:	where
 * @enter:	when, in nanoseconds of the trace's clock
 * @leave:	likewise
 * @cause:	a number for model_cause()
 * @pid:	the host's thread, 0 if it is the idle task or not known
 * @for_vcpu:	it was for this vCPU: it came from its guest, went to it, or both
 * @vcpu:	which, if @for_vcpu
 */
struct stay {
	int		cpu;
	__u64		enter, leave;
	__u32		cause;
	__u32		pid;
	bool		for_vcpu;
	struct vcpu	vcpu;
};

/**
 * struct model_ops - who wants to know; any may be NULL
 * @stay:	a stay is complete
 * @guest:	a guest ran on @cpu from @from to @to
 * @inside:	a record of a stay, hyp_enter first, hyp_exit last, just before its @stay
 * @broken:	what @inside had last been told of @cpu will be no stay
 * @function:	a record of a function, whether in a stay or not
 * @lost:	there were more records of @cpu, here
 */
struct model_ops {
	void	(*stay)(void *context, const struct stay *stay);
	void	(*guest)(void *context, int cpu, const struct vcpu *vcpu, __u64 from, __u64 to);
	void	(*inside)(void *context, int cpu, const struct tep_record *record);
	void	(*broken)(void *context, int cpu);
	void	(*function)(void *context, int cpu);
	void	(*lost)(void *context, int cpu);
};

/* What a CPU is about */
struct model_cpu {
	bool		inside;
	bool		in_guest;
	__u32		reason;		/* words */
	__u32		detail;
	__u32		left_for;	/* reason of the last exit, 0 after a loss */
	__u32		left_detail;
	__u64		left_at;	/* the last exit */
	struct stay	stay;
};

struct model {
	const struct schema	*schema;
	const struct model_ops	*ops;
	void			*context;
	struct graph		*graph;		/* if there is one, it knows before @ops do */
	struct model_cpu	*cpu;
	int			nr_cpus;
	struct map		word_map, cause_map, vcpu_map;
	char			**word;		/* from 1 on */
	__u32			nr_words;
	char			**cause;	/* from 1 on */
	__u32			nr_causes;
	struct vcpu		*vcpu;		/* from 1 on */
	__u32			nr_vcpus;
	__u32			to_guest;	/* the word "eret_guest", once it was seen */
	/* For whoever prints results */
	__u64			first, last;	/* event's time */
	__u64			events;		/* of the hypervisor */
	__u64			functions;	/* records of them, which are no events */
	__u64			stays;
	__u64			broken;		/* ends without the other */
	__u64			lost;		/* events, as far as their number is told */
	__u64			losses;		/* in so many places */
	__u64			untold;		/* of these, those whose number is not told */
};

void model_init(struct model *model, const struct schema *schema, const struct model_ops *ops,
		void *context);
/* @record->missed_events: events lost before it on @cpu; negative: nobody knows how many */
void model_record(struct model *model, int cpu, struct tep_record *record);
/* Count anew; what goes on is not interrupted */
void model_count_anew(struct model *model);
/* No more records come: what has not ended is broken */
void model_end(struct model *model);
void model_free(struct model *model);
/* The number of a cause of that name, whether a record has told it or somebody else */
__u32 model_name_cause(struct model *model, const char *name);

static inline const char *model_cause(const struct model *model, __u32 cause)
{
	return model->cause[cause];
}

#endif /* HYPTRACE_MODEL_H */
