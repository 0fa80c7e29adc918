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
 * To ask the remote takes remote_trace::lock; to print (accounts_table.c) takes none.
 */
#include <linux/cleanup.h>
#include <linux/overflow.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/tracefs.h>

#include "../trace.h"
#include "accounts.h"
#include "internal.h"

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
	struct account_view *view = remote_trace_alloc_array(1, struct_size(view, sets, nr_sets));
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

		set->causes = remote_trace_alloc_array(accounts->nr_causes, sizeof(*set->causes));
		set->vcpus = remote_trace_alloc_array(accounts->nr_vcpus, sizeof(*set->vcpus));
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
	return view_open(inode, filp, remote_trace_accounts_table_ ## _name);		\
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
