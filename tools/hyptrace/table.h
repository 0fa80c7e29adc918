/* SPDX-License-Identifier: GPL-2.0 */
/* Stays added up by one of their properties. */
#ifndef HYPTRACE_TABLE_H
#define HYPTRACE_TABLE_H

#include "latency.h"
#include "model.h"

enum table_by {
	BY_CAUSE,
	BY_CPU,
	BY_VM,
	BY_VCPU,
	BY_TASK,
	BY_STACK,	/* task, reason and detail, as frames of a flame graph; not for users */
};

/* Are rows guests? */
static inline bool table_by_guests(enum table_by by)
{
	return by == BY_VM || by == BY_VCPU;
}

enum table_order {
	ORDER_TIME,
	ORDER_COUNT,
	ORDER_MEAN,
	ORDER_LONGEST,
	ORDER_NAME,
};

/**
 * struct row - all stays that have this in common
 * @stay:	one of them
 * @name:	what they have in common, once table_sort() was called
 * @guest_ns:	how long guests ran, where rows are VMs or vCPUs
 * @guest_runs:	how often
 * @longest_bound: the longest took no more than this, if that is more than @latency has
 */
struct row {
	struct stay	stay;
	char		*name;
	struct latency	latency;
	__u64		guest_ns, guest_runs;
	__u64		longest_bound;
};

/**
 * struct table - rows
 * @accounts:	they are of accounts: their bins are powers of 2, and begin where they say; by VM
 *		and vCPU, and inside of these, there are sums alone
 * @partial:	why that is not all of it; NULL if it is
 */
struct table {
	enum table_by	by;
	struct map	map;
	struct row	**row;
	__u32		nr;
	bool		accounts;
	const char	*partial;
};

/* The longest stay of a row took so many nanoseconds, or no more if row_is_bounded() */
static inline __u64 row_longest(const struct row *row)
{
	return row->longest_bound > row->latency.max ? row->longest_bound : row->latency.max;
}

static inline bool row_is_bounded(const struct row *row)
{
	return row->longest_bound > row->latency.max;
}

/* The dimension of that name, or the end */
enum table_by table_parse_by(const char *command, const char *text);
/* The same, or false */
bool table_find_by(const char *text, enum table_by *by);
const char *table_by_name(enum table_by by);

enum table_order table_parse_order(const char *command, const char *text);

/* Stays with the same key are in the same row */
__u64 table_key(enum table_by by, const struct stay *stay);
void table_add(struct table *table, const struct stay *stay);
void table_add_guest(struct table *table, const struct vcpu *vcpu, __u64 ns);
/* All that is in @row, which is of a finer table; a guest's runs only where rows are of guests */
void table_merge(struct table *table, const struct row *row);
/* A row that is known by its name alone; nothing else may be added to such a table. */
struct row *table_add_named(struct table *table, const char *name);
/* Names for all rows, and those with most time first */
void table_sort(struct table *table, const struct model *model);
/* Likewise, the largest first or the first name; @reverse: the other way round */
void table_sort_by(struct table *table, const struct model *model, enum table_order order,
		   bool reverse);
void table_free(struct table *table);

/* What stays have in common that are one row; never two meanings of one number */
__u64 table_key(enum table_by by, const struct stay *stay);

/* So many per mille of a row's stays took no longer; of accounts, what that is below */
__u64 table_quantile(const struct table *table, const struct row *row, unsigned int per_mille);

/* "vm 0x1000 vcpu 1", "thread 101", to be freed */
char *vcpu_name(const struct vcpu *vcpu);
/* "kvm-load-101", to be freed */
char *task_name(const struct model *model, __u32 pid);

/*
 * Text, with a line before it that says what it is @of and one after it of what was lost; and JSON
 * as the value of a member. @cpus: how many the span of time counts for
 */
void table_print(const struct table *table, const struct model *model, const char *of, int cpus);
void table_print_json(FILE *out, const struct table *table, const struct model *model, int cpus);
/* Likewise, for more members to follow, and a closing brace */
void table_print_json_open(FILE *out, const struct table *table, const struct model *model,
			   int cpus);
/* A line for people, if there is anything to tell */
void table_print_losses(const struct model *model);

#endif /* HYPTRACE_TABLE_H */
