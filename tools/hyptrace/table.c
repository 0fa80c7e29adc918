// SPDX-License-Identifier: GPL-2.0
/* Rows, what they are called, and their order. */
#include <stdlib.h>
#include <string.h>

#include "table.h"

static const char * const by_names[] = {
	[BY_CAUSE] = "cause",
	[BY_CPU] = "cpu",
	[BY_VM] = "vm",
	[BY_VCPU] = "vcpu",
	[BY_TASK] = "task",
};

bool table_find_by(const char *text, enum table_by *by)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(by_names); i++) {
		if (!strcmp(by_names[i], text)) {
			*by = i;
			return true;
		}
	}
	return false;
}

enum table_by table_parse_by(const char *command, const char *text)
{
	enum table_by by;

	if (table_find_by(text, &by))
		return by;
	die_usage(command, "--by takes cause, cpu, vm, vcpu or task, not '%s'", text);
}

const char *table_by_name(enum table_by by)
{
	return by_names[by];
}

char *vcpu_name(const struct vcpu *vcpu)
{
	if (vcpu->known && vcpu->vm)
		return xasprintf("vm 0x%x vcpu %u", vcpu->vm, vcpu->index);
	if (!vcpu->thread)
		return xstrdup("others");
	return xasprintf("vcpu of thread %u", vcpu->thread);
}

char *task_name(const struct model *model, __u32 pid)
{
	const char *comm;

	if (!pid)
		return xstrdup("not known or idle");
	comm = tep_data_comm_from_pid(model->schema->tep, pid);
	if (!comm || !strcmp(comm, "<...>"))
		return xasprintf("thread %u", pid);
	return xasprintf("%s-%u", comm, pid);
}

/* With a bit for what is no VM's, so that no key has two meanings */
static __u64 vm_key(const struct vcpu *vcpu, bool for_vcpu)
{
	if (!for_vcpu)
		return 0;
	return 1ULL << 32 | vcpu->vm;
}

static __u64 vcpu_key(const struct vcpu *vcpu, bool for_vcpu)
{
	if (!for_vcpu)
		return 0;
	/* Without a VM's handle, an index alone could be any VM's. */
	if (vcpu->known && vcpu->vm)
		return 1ULL << 63 | (__u64)vcpu->vm << 24 | (vcpu->index & 0xffffff);
	return 1ULL << 62 | vcpu->thread;
}

__u64 table_key(enum table_by by, const struct stay *stay)
{
	switch (by) {
	case BY_CPU:
		return stay->cpu;
	case BY_VM:
		return vm_key(&stay->vcpu, stay->for_vcpu);
	case BY_VCPU:
		return vcpu_key(&stay->vcpu, stay->for_vcpu);
	case BY_TASK:
		return stay->pid;
	case BY_STACK:
		return (__u64)stay->pid << 32 | stay->cause;
	default:
		return stay->cause;
	}
}

/* task;reason;detail: no other semicolon, and no space, which comes before the number */
static char *stack_name(const struct stay *stay, const struct model *model)
{
	char *task = task_name(model, stay->pid), *stack, *c;

	for (c = task; *c; c++) {
		if (*c == ';' || *c == ' ')
			*c = '_';
	}
	stack = xasprintf("%s;%s", task, model_cause(model, stay->cause));
	c = strchr(stack + strlen(task), ':');
	if (c)
		*c = ';';
	free(task);
	return stack;
}

static char *name_of(enum table_by by, const struct stay *stay, const struct model *model)
{
	switch (by) {
	case BY_CPU:
		return xasprintf("CPU %d", stay->cpu);
	case BY_VM:
		if (!stay->for_vcpu)
			return xstrdup("host");
		return stay->vcpu.vm ? xasprintf("vm 0x%x", stay->vcpu.vm) :
				       xstrdup("vm not told");
	case BY_VCPU:
		return stay->for_vcpu ? vcpu_name(&stay->vcpu) : xstrdup("host");
	case BY_TASK:
		return task_name(model, stay->pid);
	case BY_STACK:
		return stack_name(stay, model);
	default:
		return xstrdup(model_cause(model, stay->cause));
	}
}

static struct row *append(struct table *table)
{
	table->row = xrealloc(table->row, table->nr + 1, sizeof(*table->row));
	table->row[table->nr] = xcalloc(1, sizeof(**table->row));
	return table->row[table->nr++];
}

static struct row *row_at(struct table *table, __u64 key, const struct stay *stay)
{
	__u32 *at = map_at(&table->map, key);

	if (!*at) {
		append(table)->stay = *stay;
		*at = table->nr;
	}
	return table->row[*at - 1];
}

struct row *table_add_named(struct table *table, const char *name)
{
	struct row *row = append(table);

	row->name = xstrdup(name);
	return row;
}

void table_add(struct table *table, const struct stay *stay)
{
	struct row *row = row_at(table, table_key(table->by, stay), stay);

	latency_add(&row->latency, stay->leave - stay->enter);
}

void table_add_guest(struct table *table, const struct vcpu *vcpu, __u64 ns)
{
	struct stay stay = { .vcpu = *vcpu, .for_vcpu = true };
	struct row *row;

	if (!table_by_guests(table->by))
		return;
	row = row_at(table, table_key(table->by, &stay), &stay);
	row->guest_ns += ns;
	row->guest_runs++;
}

void table_merge(struct table *table, const struct row *from)
{
	struct row *row;

	/* Sums of accounts have no number. */
	if (!from->latency.count && !table->accounts && !table_by_guests(table->by))
		return;
	row = row_at(table, table_key(table->by, &from->stay), &from->stay);
	latency_merge(&row->latency, &from->latency);
	row->guest_ns += from->guest_ns;
	row->guest_runs += from->guest_runs;
	if (from->longest_bound > row->longest_bound)
		row->longest_bound = from->longest_bound;
}

__u64 table_quantile(const struct table *table, const struct row *row, unsigned int per_mille)
{
	__u64 ns, longest;

	if (!table->accounts)
		return latency_quantile(&row->latency, per_mille);
	ns = latency_quantile_bound(&row->latency, per_mille);
	longest = row_longest(row);
	return ns < longest ? ns : longest;
}

static const char * const order_names[] = {
	[ORDER_TIME] = "time",
	[ORDER_COUNT] = "count",
	[ORDER_MEAN] = "mean",
	[ORDER_LONGEST] = "longest",
	[ORDER_NAME] = "name",
};

enum table_order table_parse_order(const char *command, const char *text)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(order_names); i++) {
		if (!strcmp(order_names[i], text))
			return i;
	}
	die_usage(command, "--sort takes time, count, mean, longest or name, not '%s'", text);
}

static __u64 weight(const struct row *row, enum table_order order)
{
	switch (order) {
	case ORDER_COUNT:
		return row->latency.count;
	case ORDER_MEAN:
		return latency_mean(&row->latency);
	case ORDER_LONGEST:
		return row_longest(row);
	default:
		return row->latency.total;
	}
}

/* What qsort_r() hands on */
struct sorting {
	enum table_order	order;
	bool			reverse;
};

static int by_order(const void *a, const void *b, void *context)
{
	const struct row *ra = *(struct row * const *)a, *rb = *(struct row * const *)b;
	const struct sorting *sorting = context;
	int sign = sorting->reverse ? -1 : 1;
	__u64 wa, wb;

	if (sorting->order != ORDER_NAME) {
		wa = weight(ra, sorting->order);
		wb = weight(rb, sorting->order);
		if (wa != wb)
			return wa < wb ? sign : -sign;
	}
	/* CPU 2 comes before CPU 10. */
	return sign * strverscmp(ra->name, rb->name);
}

void table_sort_by(struct table *table, const struct model *model, enum table_order order,
		   bool reverse)
{
	struct sorting sorting = { order, reverse };
	__u32 i;

	for (i = 0; i < table->nr; i++) {
		free(table->row[i]->name);
		table->row[i]->name = name_of(table->by, &table->row[i]->stay, model);
	}
	if (table->nr)
		qsort_r(table->row, table->nr, sizeof(*table->row), by_order, &sorting);
}

void table_sort(struct table *table, const struct model *model)
{
	table_sort_by(table, model, table->by == BY_CPU ? ORDER_NAME : ORDER_TIME, false);
}

void table_free(struct table *table)
{
	__u32 i;

	for (i = 0; i < table->nr; i++) {
		latency_free(&table->row[i]->latency);
		free(table->row[i]->name);
		free(table->row[i]);
	}
	free(table->row);
	map_free(&table->map);
	*table = (struct table){ .by = table->by };
}
