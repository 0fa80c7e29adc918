/* SPDX-License-Identifier: GPL-2.0 */
/* Which stays are asked for, of those that come: of some CPUs, of a process, of a VM. */
#ifndef HYPTRACE_FILTER_H
#define HYPTRACE_FILTER_H

#include <sys/types.h>

#include "live.h"

#define MAX_CPUS	4096

/**
 * struct filter - zeroed, it lets everything through
 * @cpu:	those that are wanted, if @nr_cpus is not 0
 * @nr_cpus:	so many of @cpu tell something
 * @pid:	of the process whose threads are wanted, 0 for all
 * @vm:		handle of the VM that is wanted, 0 for all
 * @tep:	where names of threads go
 * @named:	threads that were asked for their names
 * @threads:	1: not of the process, 2: of it
 * @vms:	handles that came by, where one is wanted
 * @vm_seen:	@vm was among them
 * @nobodys:	stays of no known thread, with @pid
 * @untold:	stays of a vCPU whose VM is not told, with @vm
 */
struct filter {
	bool			cpu[MAX_CPUS];
	int			nr_cpus;
	pid_t			pid;
	__u32			vm;
	struct tep_handle	*tep;
	struct map		named, threads, vms;
	bool			vm_seen;
	__u64			nobodys, untold;
};

/* Values of -C, -p and --vm, or the end; so is a process that is not there */
void filter_parse_cpus(struct filter *filter, const char *command, const char *text);
void filter_parse_pid(struct filter *filter, const char *command, const char *text);
void filter_parse_vm(struct filter *filter, const char *command, const char *text);

/* live_open(), for the CPUs that are wanted; returns how many these are */
int filter_open(struct filter *filter, struct live *live);

bool filter_stay(struct filter *filter, const struct stay *stay);
bool filter_guest(struct filter *filter, const struct vcpu *vcpu);

/* Stays that could not be told to be wanted or not, in a line for each kind; from then on anew */
void filter_print_untold(struct filter *filter, FILE *out);
/* The same, without a word; and threads are asked for their names once more */
void filter_forget(struct filter *filter);
/* At the end: if the VM never came, which ones did */
void filter_warn(struct filter *filter);
void filter_free(struct filter *filter);

#endif /* HYPTRACE_FILTER_H */
