// SPDX-License-Identifier: GPL-2.0
/*
 * The trees of a remote: its directory in tracefs, three times over, for everybody to find it where
 * they look. All show one remote; what is changed through one is seen through the others.
 *
 *	<name>/			where people look
 *	remotes/<name>/		where Linux 7.1 and later have it
 *	instances/<name>/	where trace-cmd and libtracefs look for more than one trace
 *
 * To ftrace the last is no instance, so it cannot be removed (EBUSY).
 */
#include <linux/cleanup.h>
#include <linux/dcache.h>
#include <linux/init.h>
#include <linux/namei.h>
#include <linux/printk.h>
#include <linux/tracefs.h>

#include "../trace.h"
#include "functions.h"
#include "internal.h"

/* About the events of one CPU or of all: in the remote's directory and below per_cpu/ */
static const struct remote_trace_file scope_files[] = {
	{ "trace",		TRACE_MODE_WRITE,	&remote_trace_trace_fops },
	{ "trace_pipe",		TRACE_MODE_READ,	&remote_trace_pipe_fops },
	{ }
};

/* About the events of one CPU alone */
static const struct remote_trace_file cpu_files[] = {
	{ "stats",		TRACE_MODE_READ,	&remote_trace_stats_fops },
	{ "trace_pipe_raw",	TRACE_MODE_READ,	&remote_trace_raw_fops },
	{ }
};

/* Serialises all that follows */
static DEFINE_MUTEX(trees_lock);
static LIST_HEAD(remotes);
static struct dentry *remotes_dir;

/**
 * remote_trace_below_remotes - is this a file where Linux 7.1 and later have it?
 * @filp:	a file of any of the trees
 *
 * There it behaves as theirs does, where that is another way than ftrace's.
 */
bool remote_trace_below_remotes(const struct file *filp)
{
	return is_subdir(filp->f_path.dentry, remotes_dir);
}

/**
 * remote_trace_create_files - create the files of a table
 * @files:	the table
 * @dir:	where
 * @data:	i_private of each file
 *
 * Return: 0, or -ENOMEM and some of the files may be there.
 */
int remote_trace_create_files(const struct remote_trace_file *files, struct dentry *dir,
			      void *data)
{
	for (; files->name; files++) {
		if (!tracefs_create_file(files->name, files->mode, dir, data, files->fops))
			return -ENOMEM;
	}

	return 0;
}

static int create_per_cpu(struct remote_trace *remote, struct dentry *parent)
{
	struct dentry *per_cpu, *dir;
	char name[16];
	int cpu, ret;

	per_cpu = tracefs_create_dir("per_cpu", parent);
	if (!per_cpu)
		return -ENOMEM;

	for_each_possible_cpu(cpu) {
		struct remote_trace_scope *scope = &remote->cpus[cpu].scope;

		snprintf(name, sizeof(name), "cpu%d", cpu);
		dir = tracefs_create_dir(name, per_cpu);
		if (!dir)
			return -ENOMEM;

		ret = remote_trace_create_files(scope_files, dir, scope) ?:
		      remote_trace_create_files(cpu_files, dir, scope);
		if (ret)
			return ret;
	}

	return 0;
}

static int create_options(struct remote_trace *remote, struct dentry *parent)
{
	struct dentry *dir = tracefs_create_dir("options", parent);

	if (!dir)
		return -ENOMEM;

	return remote_trace_create_files(remote_trace_option_files, dir, &remote->scope) ?:
	       remote_trace_graph_create_options(remote, dir);
}

/* Create one of the trees; on failure nothing is left of it */
static struct dentry *create_tree(struct remote_trace *remote, struct dentry *parent)
{
	struct dentry *dir;
	int ret;

	/* tracefs does not tell why it fails, but that name is the likely reason */
	dir = tracefs_create_dir(remote->name, parent);
	if (!dir)
		return ERR_PTR(-EEXIST);

	ret = remote_trace_create_files(remote_trace_control_files, dir, &remote->scope) ?:
	      remote_trace_create_files(remote_trace_select_files, dir, &remote->scope) ?:
	      remote_trace_create_files(remote_trace_error_files, dir, &remote->scope) ?:
	      remote_trace_create_files(remote_trace_dmesg_files, dir, &remote->scope) ?:
	      remote_trace_create_files(remote_trace_dump_files, dir, &remote->scope) ?:
	      remote_trace_create_files(scope_files, dir, &remote->scope) ?:
	      create_options(remote, dir) ?:
	      create_per_cpu(remote, dir) ?:
	      remote_trace_create_accounts(remote, dir) ?:
	      remote_trace_create_cpumask(remote, dir) ?:
	      remote_trace_create_functions(remote, dir) ?:
	      remote_trace_create_events(remote, dir);
	if (ret) {
		tracefs_remove(dir);
		return ERR_PTR(ret);
	}

	return dir;
}

/**
 * remote_trace_create_trees - make a remote appear in tracefs
 * @remote:	which
 *
 * Below instances/ it appears later, when that directory is sure to be there.
 *
 * Return: 0; -EEXIST if there is something of its name; -ENOMEM. On failure nothing is left.
 */
int remote_trace_create_trees(struct remote_trace *remote)
{
	struct dentry *dir, *alias;

	guard(mutex)(&trees_lock);

	if (!remotes_dir)
		remotes_dir = tracefs_create_dir("remotes", NULL);
	if (!remotes_dir)
		return -ENOMEM;

	dir = create_tree(remote, NULL);
	if (IS_ERR(dir))
		return PTR_ERR(dir);

	alias = create_tree(remote, remotes_dir);
	if (IS_ERR(alias)) {
		tracefs_remove(dir);
		return PTR_ERR(alias);
	}

	list_add_tail(&remote->list, &remotes);

	return 0;
}

/*
 * ftrace creates instances/ by a work that it does not wait for before this initcall level, and
 * keeps it to itself. It is linked before us, so it has waited now.
 */
static int __init create_instances(void)
{
	struct remote_trace *remote;
	struct dentry *dir;

	guard(mutex)(&trees_lock);

	if (!remotes_dir)
		return 0;

	dir = lookup_positive_unlocked("instances", remotes_dir->d_sb->s_root,
				       strlen("instances"));
	if (IS_ERR(dir)) {
		pr_warn("remote traces: no instances directory: %ld\n", PTR_ERR(dir));
		return 0;
	}

	list_for_each_entry(remote, &remotes, list) {
		struct dentry *alias = create_tree(remote, dir);

		/* An instance by that name may have been asked for on the command line */
		if (IS_ERR(alias)) {
			pr_warn("remote traces: no instances/%s: %ld\n", remote->name,
				PTR_ERR(alias));
			continue;
		}

		/* ftrace would not remove it either, but say that it knows no such instance */
		inode_lock(d_inode(alias));
		d_inode(alias)->i_flags |= S_KERNEL_FILE;
		inode_unlock(d_inode(alias));
	}
	dput(dir);

	return 0;
}
late_initcall_sync(create_instances);
