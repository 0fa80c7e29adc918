/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the hypervisor itself counts: trace_stat/accounts, as it was read once. Two readings have
 * between them what came meanwhile, so nobody has to clear what others may want to have.
 */
#ifndef HYPTRACE_ACCOUNTS_H
#define HYPTRACE_ACCOUNTS_H

#include "cells.h"

/* A bin for each power of 2 of nanoseconds, the first of them also for 0 */
#define ACCOUNTS_BINS	63

/**
 * struct accounts_stay - a CPU's stays of one cause
 * @total:	nanoseconds, of all of them
 * @longest:	nanoseconds, since they were last cleared
 */
struct accounts_stay {
	int	cpu;
	char	*cause;
	__u64	count, total, longest;
	__u64	bins[ACCOUNTS_BINS];
};

/**
 * struct accounts_vcpu - what a CPU has done for one thread that runs a vCPU
 * @pid:	the thread, 0 for all those that it has no account of
 * @vm:		the VM's handle, 0 if it has none
 * @guest:	nanoseconds that it ran
 * @hyp:	nanoseconds of stays that were for it
 */
struct accounts_vcpu {
	int	cpu;
	__u32	pid, vm, index;
	__u64	runs, guest, hyp;
};

/**
 * struct accounts - a reading; zeroed, it is that of a hypervisor that has counted nothing
 */
struct accounts {
	struct accounts_stay	*stay;
	__u32			nr_stays;
	struct accounts_vcpu	*vcpu;
	__u32			nr_vcpus;
};

/* What a file has, or the end, if it is not what it should be; words nobody knows are passed by. */
void accounts_parse(FILE *in, const char *name, struct accounts *accounts);

/*
 * What is in @now and was not in @before, of those CPUs whose flag is set (NULL: of all), goes to
 * @cells: stays by cause and CPU, and besides these sums by vCPU and CPU, what is left for the host
 * among them. @model gets their causes, and how many stays there were. False if the accounts were
 * cleared in between: then what they have had since that is counted.
 */
bool accounts_compare(const struct accounts *now, const struct accounts *before,
		      const bool *wanted, int nr_wanted, struct cells *cells, struct model *model);

/* Is it one of the stays (their number is never 0) or of @sums, and not empty? */
static inline bool accounts_has(const struct row *cell, bool sums)
{
	if (cell->latency.count)
		return !sums;
	return sums && (cell->latency.total || cell->guest_runs);
}

/* Rows of such cells: of sums where rows are guests, otherwise of stays */
void accounts_tabulate(const struct cells *cells, struct table *table);

void accounts_free(struct accounts *accounts);

#endif /* HYPTRACE_ACCOUNTS_H */
