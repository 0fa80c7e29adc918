// SPDX-License-Identifier: GPL-2.0
/*
 * The accounts that a remote keeps by itself, in the manner of ftrace's function profiler: a
 * switch, and tables in trace_stat/. What they show is what there was when they were opened.
 *
 *	stay_profile_enabled	0 or 1; to switch on is to begin anew
 *	trace_stat/stays	by cause, all CPUs together, what took longest first
 *	trace_stat/staysN	likewise, of CPU N alone
 *	trace_stat/vcpus	by thread that runs a virtual CPU
 *	trace_stat/accounts	all there is, of each CPU, for programs
 *
 * Who writes to one of the tables, or opens it with O_TRUNC, has its CPUs begin anew.
 *
 * To ask the remote takes remote_trace::lock; to print takes none.
 */
#include <linux/cleanup.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/seq_file.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <linux/tracefs.h>

#include "../trace.h"
#include "internal.h"

/**
 * struct account_set - the accounts of a CPU, or of several together
 * @causes:	by cause
 * @vcpus:	by virtual CPU
 * @cpu:	which CPU
 */
struct account_set {
	struct remote_account		*causes;
	struct remote_account_vcpu	*vcpus;
	int				cpu;
};

/**
 * struct account_row - a line to be printed: one of the two
 * @set:	whose it is
 * @cause:	its number, if it is one of causes
 * @account:	what came of that
 * @vcpu:	what was done for a virtual CPU
 */
struct account_row {
	const struct account_set		*set;
	unsigned int				cause;
	const struct remote_account		*account;
	const struct remote_account_vcpu	*vcpu;
};

/**
 * struct account_view - what an open file shows
 * @accounts:	what the remote says of them
 * @title:	prints what is above the rows, or NULL
 * @print:	prints a row
 * @nr_rows:	how many
 * @rows:	...
 * @nr_sets:	how many
 * @sets:	what rows point to
 */
struct account_view {
	const struct remote_trace_accounts	*accounts;
	void					(*title)(struct seq_file *m);
	void					(*print)(struct seq_file *m,
							 const struct account_view *view,
							 const struct account_row *row);
	unsigned int				nr_rows;
	struct account_row			*rows;
	unsigned int				nr_sets;
	struct account_set			sets[];
};

static void view_free(struct account_view *view)
{
	unsigned int i;

	if (!view)
		return;

	for (i = 0; i < view->nr_sets; i++) {
		kvfree(view->sets[i].causes);
		kvfree(view->sets[i].vcpus);
	}
	kvfree(view->rows);
	kvfree(view);
}

DEFINE_FREE(account_view, struct account_view *, view_free(_T))

/* One that has room for so many CPUs' accounts, all 0, and for a row of each of them */
static struct account_view *view_alloc(const struct remote_trace_accounts *accounts,
				       unsigned int nr_sets)
{
	struct account_view *view = kvzalloc(struct_size(view, sets, nr_sets), GFP_KERNEL);
	unsigned int i;

	if (!view)
		return NULL;

	view->accounts = accounts;
	view->nr_sets = nr_sets;
	view->rows = remote_trace_alloc_array(nr_sets,
					      (accounts->nr_causes + accounts->nr_vcpus) *
					      sizeof(*view->rows));
	if (!view->rows)
		goto free;

	for (i = 0; i < nr_sets; i++) {
		struct account_set *set = &view->sets[i];

		set->causes = kvcalloc(accounts->nr_causes, sizeof(*set->causes), GFP_KERNEL);
		set->vcpus = kvcalloc(accounts->nr_vcpus, sizeof(*set->vcpus), GFP_KERNEL);
		if (!set->causes || !set->vcpus)
			goto free;
	}

	return view;

free:
	view_free(view);

	return NULL;
}

/* Ask the remote for what the CPUs of a scope have */
static struct account_view *view_read(const struct remote_trace_scope *scope)
{
	struct remote_trace *remote = scope->remote;
	const struct cpumask *mask = remote_trace_scope_mask(scope);
	struct account_view *view __free(account_view) =
		view_alloc(remote->ops->accounts, cpumask_weight(mask));
	unsigned int nr = 0;
	int cpu, ret;

	if (!view)
		return ERR_PTR(-ENOMEM);

	guard(mutex)(&remote->lock);

	for_each_cpu(cpu, mask) {
		struct account_set *set = &view->sets[nr++];

		set->cpu = cpu;
		ret = remote_trace_answer(remote,
					  view->accounts->read(remote->priv, cpu, set->causes,
							       set->vcpus));
		if (ret)
			return ERR_PTR(ret);
	}

	return no_free_ptr(view);
}

static u64 account_count(const struct remote_account *account)
{
	unsigned int i;
	u64 count = 0;

	for (i = REMOTE_ACCOUNT_FIRST; i < REMOTE_ACCOUNT_BUCKETS; i++)
		count += account->times[i];

	return count;
}

/* Nanoseconds that so many of a hundred times are shorter than, or equal to if it is the longest */
static u64 account_below(const struct remote_account *account, unsigned int percent)
{
	u64 want = DIV_ROUND_UP_ULL(account_count(account) * percent, 100), count = 0;
	unsigned int i = REMOTE_ACCOUNT_BUCKETS;

	while (i-- > REMOTE_ACCOUNT_FIRST) {
		count += account->times[i];
		if (count >= want)
			return min(2 * remote_account_bucket_min(i) ?: 2, account->longest);
	}

	return account->longest;
}

static void account_sum(struct remote_account *sum, const struct remote_account *account)
{
	unsigned int i;

	sum->total += account->total;
	sum->longest = max(sum->longest, account->longest);
	for (i = REMOTE_ACCOUNT_FIRST; i < REMOTE_ACCOUNT_BUCKETS; i++)
		sum->times[i] += account->times[i];
}

static void print_us(struct seq_file *m, u64 ns)
{
	u32 rest;
	u64 us = div_u64_rem(ns, NSEC_PER_USEC, &rest);

	seq_printf(m, " %11llu.%03u us", us, rest);
}

/* As wide as what is below it */
#define STAYS_TITLE	"  %-32s%12s%19s%19s%19s%19s%19s\n"
#define VCPUS_TITLE	"  %-9s %-11s %4s %12s%19s%19s\n"

static void title_stays(struct seq_file *m)
{
	seq_printf(m, STAYS_TITLE, "Cause", "Hit", "Time", "Avg", "p50 <", "p99 <", "Longest");
	seq_printf(m, STAYS_TITLE, "-----", "---", "----", "---", "-----", "-----", "-------");
}

static void print_stay(struct seq_file *m, const struct account_view *view,
		       const struct account_row *row)
{
	const struct remote_account *account = row->account;
	u64 count = account_count(account);

	seq_puts(m, "  ");
	seq_setwidth(m, 32);
	view->accounts->print_cause(m, row->cause);
	seq_pad(m, ' ');
	seq_printf(m, "%12llu", count);
	print_us(m, account->total);
	print_us(m, div64_u64(account->total, count));
	print_us(m, account_below(account, 50));
	print_us(m, account_below(account, 99));
	print_us(m, account->longest);
	seq_putc(m, '\n');
}

static void title_vcpus(struct seq_file *m)
{
	seq_printf(m, VCPUS_TITLE, "Thread", "VM", "vCPU", "Runs", "In guest", "In hypervisor");
	seq_printf(m, VCPUS_TITLE, "------", "--", "----", "----", "--------", "-------------");
}

static void print_vcpu(struct seq_file *m, const struct account_view *view,
		       const struct account_row *row)
{
	const struct remote_account_vcpu *vcpu = row->vcpu;

	if (vcpu->pid)
		seq_printf(m, "  %-9u %-#11x %4u", vcpu->pid, vcpu->vm, vcpu->index);
	else
		seq_printf(m, "  %-9s %-11s %4s", "others", "-", "-");
	seq_printf(m, " %12llu", vcpu->runs);
	print_us(m, vcpu->guest);
	print_us(m, vcpu->remote);
	seq_putc(m, '\n');
}

/* Words "name=value" that have their order and mean the same for ever; there may be more of them */
static void print_account(struct seq_file *m, const struct account_view *view,
			  const struct account_row *row)
{
	const struct remote_account_vcpu *vcpu = row->vcpu;
	unsigned int i = REMOTE_ACCOUNT_BUCKETS;
	char sep = '=';

	if (vcpu) {
		seq_printf(m, "vcpu cpu=%d pid=%u vm=0x%x vcpu=%u", row->set->cpu, vcpu->pid,
			   vcpu->vm, vcpu->index);
		seq_printf(m, " runs=%llu guest_ns=%llu hyp_ns=%llu\n", vcpu->runs, vcpu->guest,
			   vcpu->remote);
		return;
	}

	seq_printf(m, "stay cpu=%d cause=", row->set->cpu);
	view->accounts->print_cause(m, row->cause);
	seq_printf(m, " count=%llu total_ns=%llu longest_ns=%llu min_ns",
		   account_count(row->account), row->account->total, row->account->longest);
	while (i-- > REMOTE_ACCOUNT_FIRST) {
		if (!row->account->times[i])
			continue;
		seq_printf(m, "%c%llu:%llu", sep, remote_account_bucket_min(i),
			   row->account->times[i]);
		sep = ',';
	}
	seq_putc(m, '\n');
}

static int longer_stay(const void *a, const void *b)
{
	const struct account_row *x = a, *y = b;

	return (x->account->total < y->account->total) - (x->account->total > y->account->total);
}

static int longer_vcpu(const void *a, const void *b)
{
	const struct account_row *x = a, *y = b;

	return (x->vcpu->remote < y->vcpu->remote) - (x->vcpu->remote > y->vcpu->remote);
}

static bool same_vcpu(const struct remote_account_vcpu *a, const struct remote_account_vcpu *b)
{
	return a->pid == b->pid && a->vm == b->vm && a->index == b->index;
}

static void add_causes(struct account_view *view, const struct account_set *set)
{
	unsigned int i;

	for (i = 0; i < view->accounts->nr_causes; i++) {
		if (account_count(&set->causes[i]))
			view->rows[view->nr_rows++] = (struct account_row) {
				.set = set,
				.cause = i,
				.account = &set->causes[i],
			};
	}
}

static void add_vcpus(struct account_view *view, const struct account_set *set)
{
	unsigned int i;

	for (i = 0; i < view->accounts->nr_vcpus; i++) {
		if (set->vcpus[i].pid || set->vcpus[i].runs)
			view->rows[view->nr_rows++] = (struct account_row) {
				.set = set,
				.vcpu = &set->vcpus[i],
			};
	}
}

static void view_stays(struct account_view *view)
{
	struct account_set *sum = &view->sets[0];
	unsigned int i, cause;

	for (i = 1; i < view->nr_sets; i++) {
		for (cause = 0; cause < view->accounts->nr_causes; cause++)
			account_sum(&sum->causes[cause], &view->sets[i].causes[cause]);
	}
	add_causes(view, sum);
	sort(view->rows, view->nr_rows, sizeof(*view->rows), longer_stay, NULL);
	view->title = title_stays;
	view->print = print_stay;
}

/* Those that are the same on several CPUs become one; there are few */
static void view_vcpus(struct account_view *view)
{
	unsigned int i, k, nr = 0;

	for (i = 0; i < view->nr_sets; i++)
		add_vcpus(view, &view->sets[i]);

	for (i = 0; i < view->nr_rows; i++) {
		const struct remote_account_vcpu *vcpu = view->rows[i].vcpu;
		struct remote_account_vcpu *sum;

		for (k = 0; k < nr && !same_vcpu(view->rows[k].vcpu, vcpu); k++)
			;
		if (k == nr) {
			view->rows[nr++] = view->rows[i];
			continue;
		}
		/* It is in one of our own sets */
		sum = (struct remote_account_vcpu *)view->rows[k].vcpu;
		sum->runs += vcpu->runs;
		sum->guest += vcpu->guest;
		sum->remote += vcpu->remote;
	}
	view->nr_rows = nr;
	sort(view->rows, view->nr_rows, sizeof(*view->rows), longer_vcpu, NULL);
	view->title = title_vcpus;
	view->print = print_vcpu;
}

static void view_accounts(struct account_view *view)
{
	unsigned int i;

	for (i = 0; i < view->nr_sets; i++) {
		add_causes(view, &view->sets[i]);
		add_vcpus(view, &view->sets[i]);
	}
	view->print = print_account;
}

static void *view_at(struct seq_file *m, loff_t *pos)
{
	const struct account_view *view = m->private;

	/* The title is the first */
	if (!*pos)
		return SEQ_START_TOKEN;

	return *pos <= view->nr_rows ? &view->rows[*pos - 1] : NULL;
}

static void *view_next(struct seq_file *m, void *row, loff_t *pos)
{
	++*pos;

	return view_at(m, pos);
}

static void view_stop(struct seq_file *m, void *row)
{
}

static int view_show(struct seq_file *m, void *row)
{
	const struct account_view *view = m->private;

	if (row != SEQ_START_TOKEN)
		view->print(m, view, row);
	else if (view->title)
		view->title(m);

	return 0;
}

static const struct seq_operations view_seq_ops = {
	.start	= view_at,
	.next	= view_next,
	.stop	= view_stop,
	.show	= view_show,
};

static int clear_accounts(const struct remote_trace_scope *scope)
{
	struct remote_trace *remote = scope->remote;
	int cpu, ret = 0;

	guard(mutex)(&remote->lock);

	for_each_cpu(cpu, remote_trace_scope_mask(scope))
		ret = remote_trace_answer(remote,
					  remote->ops->accounts->reset(remote->priv, cpu)) ?: ret;

	return ret;
}

static int view_open(struct inode *inode, struct file *filp, void (*make)(struct account_view *))
{
	const struct remote_trace_scope *scope = inode->i_private;
	struct account_view *view;
	int ret;

	ret = tracing_check_open_get_tr(NULL);
	if (!ret && filp->f_mode & FMODE_WRITE && filp->f_flags & O_TRUNC)
		ret = clear_accounts(scope);
	if (ret || !(filp->f_mode & FMODE_READ))
		return ret;

	view = view_read(scope);
	if (IS_ERR(view))
		return PTR_ERR(view);
	make(view);

	ret = seq_open(filp, &view_seq_ops);
	if (ret)
		view_free(view);
	else
		((struct seq_file *)filp->private_data)->private = view;

	return ret;
}

static int view_release(struct inode *inode, struct file *filp)
{
	if (!(filp->f_mode & FMODE_READ))
		return 0;

	view_free(((struct seq_file *)filp->private_data)->private);

	return seq_release(inode, filp);
}

static ssize_t view_write(struct file *filp, const char __user *ubuf, size_t cnt, loff_t *ppos)
{
	/* Whatever it is that was written */
	int ret = cnt ? clear_accounts(file_inode(filp)->i_private) : 0;

	return ret ?: cnt;
}

#define ACCOUNT_VIEW(_name)								\
static int _name ## _open(struct inode *inode, struct file *filp)			\
{											\
	return view_open(inode, filp, view_ ## _name);					\
}											\
static const struct file_operations _name ## _fops = {					\
	.open		= _name ## _open,						\
	.read		= seq_read,							\
	.write		= view_write,							\
	.llseek		= tracing_lseek,						\
	.release	= view_release,							\
}

ACCOUNT_VIEW(stays);
ACCOUNT_VIEW(vcpus);
ACCOUNT_VIEW(accounts);

static void stay_profile_show(struct trace_seq *s, void *data)
{
	const struct remote_trace_scope *scope = data;

	trace_seq_printf(s, "%d\n", READ_ONCE(scope->remote->accounts_on));
}

static int stay_profile_store(void *data, unsigned long value)
{
	const struct remote_trace_scope *scope = data;
	struct remote_trace *remote = scope->remote;
	bool on = value;
	int ret;

	guard(mutex)(&remote->lock);

	if (on == remote->accounts_on)
		return 0;

	ret = remote_trace_answer(remote, remote->ops->accounts->enable(remote->priv, on));
	/* A remote that is dead keeps no accounts */
	if (!ret || !on)
		WRITE_ONCE(remote->accounts_on, on);

	return ret;
}

REMOTE_TRACE_VALUE_RW(stay_profile, default_llseek, remote_trace_write_number);

static const struct remote_trace_file switch_files[] = {
	{ "stay_profile_enabled",	TRACE_MODE_WRITE,	&stay_profile_fops },
	{ }
};

/* In trace_stat/ */
static const struct remote_trace_file view_files[] = {
	{ "stays",			TRACE_MODE_WRITE,	&stays_fops },
	{ "vcpus",			TRACE_MODE_WRITE,	&vcpus_fops },
	{ "accounts",			TRACE_MODE_WRITE,	&accounts_fops },
	{ }
};

/**
 * remote_trace_create_accounts - create the files of accounts, if the remote keeps any
 * @remote:	which
 * @parent:	its directory
 *
 * Return: 0, or -ENOMEM and some of the files may be there.
 */
int remote_trace_create_accounts(struct remote_trace *remote, struct dentry *parent)
{
	struct dentry *dir;
	char name[16];
	int cpu, ret;

	if (!remote->ops->accounts)
		return 0;

	dir = tracefs_create_dir("trace_stat", parent);
	if (!dir)
		return -ENOMEM;

	ret = remote_trace_create_files(switch_files, parent, &remote->scope) ?:
	      remote_trace_create_files(view_files, dir, &remote->scope);
	if (ret)
		return ret;

	for_each_possible_cpu(cpu) {
		snprintf(name, sizeof(name), "stays%d", cpu);
		if (!tracefs_create_file(name, TRACE_MODE_WRITE, dir, &remote->cpus[cpu].scope,
					 &stays_fops))
			return -ENOMEM;
	}

	return 0;
}
