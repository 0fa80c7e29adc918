// SPDX-License-Identifier: GPL-2.0
/*
 * tracing_cpumask of a remote: which CPUs take events. Errors and texts are as in an instance. A
 * remote that cannot choose has no such file.
 */
#include <linux/cleanup.h>
#include <linux/cpumask.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "../trace.h"
#include "internal.h"

static const struct cpumask *mask_of(const struct remote_trace *remote)
{
	lockdep_assert_held(&remote->lock);

	return remote->cpumask ?: cpu_all_mask;
}

static int set_cpu(struct remote_trace *remote, int cpu, bool in)
{
	return remote_trace_answer(remote, remote->ops->set_cpu(remote->priv, cpu, in));
}

/* Returns 0, or a negative error and nothing has changed */
static int set_mask(struct remote_trace *remote, const struct cpumask *mask)
{
	const struct cpumask *old = mask_of(remote);
	int cpu, undo, ret;

	for_each_possible_cpu(cpu) {
		bool in = cpumask_test_cpu(cpu, mask);

		if (cpumask_test_cpu(cpu, old) == in)
			continue;
		ret = set_cpu(remote, cpu, in);
		if (ret)
			goto undo;
	}

	return 0;

undo:
	for_each_possible_cpu(undo) {
		bool in = cpumask_test_cpu(undo, old);

		if (undo == cpu)
			break;
		if (cpumask_test_cpu(undo, mask) != in)
			set_cpu(remote, undo, in);
	}

	return ret;
}

static char *mask_text(struct remote_trace *remote)
{
	guard(mutex)(&remote->lock);

	return kasprintf(GFP_KERNEL, "%*pb\n", cpumask_pr_args(mask_of(remote)));
}

static ssize_t cpumask_read(struct file *filp, char __user *ubuf, size_t cnt, loff_t *ppos)
{
	const struct remote_trace_scope *scope = file_inode(filp)->i_private;
	struct remote_trace *remote = scope->remote;
	char *text __free(kfree) = NULL;
	size_t len;

	text = mask_text(remote);
	if (!text)
		return -ENOMEM;

	/* As in an instance: all of it or nothing */
	len = strlen(text);
	if (len >= cnt)
		return -EINVAL;

	return simple_read_from_buffer(ubuf, cnt, ppos, text, len);
}

static ssize_t cpumask_write(struct file *filp, const char __user *ubuf, size_t cnt, loff_t *ppos)
{
	const struct remote_trace_scope *scope = file_inode(filp)->i_private;
	struct remote_trace *remote = scope->remote;
	struct cpumask *mask __free(kfree) = NULL;
	int ret;

	if (!cnt || cnt > KMALLOC_MAX_SIZE)
		return -EINVAL;

	mask = kzalloc(cpumask_size(), GFP_KERNEL);
	if (!mask)
		return -ENOMEM;

	ret = cpumask_parse_user(ubuf, cnt, mask);
	if (ret)
		return ret;

	guard(mutex)(&remote->lock);

	ret = set_mask(remote, mask);
	if (ret)
		return ret;
	swap(remote->cpumask, mask);

	return cnt;
}

static const struct file_operations cpumask_fops = {
	.open		= tracing_open_generic,
	.read		= cpumask_read,
	.write		= cpumask_write,
	.llseek		= generic_file_llseek,
};

static const struct remote_trace_file cpumask_files[] = {
	{ "tracing_cpumask",	TRACE_MODE_WRITE,	&cpumask_fops },
	{ }
};

/**
 * remote_trace_create_cpumask - create tracing_cpumask, if the remote can do what it says
 * @remote:	which
 * @dir:	its directory
 *
 * Return: 0 or -ENOMEM.
 */
int remote_trace_create_cpumask(struct remote_trace *remote, struct dentry *dir)
{
	return remote->ops->set_cpu ?
	       remote_trace_create_files(cpumask_files, dir, &remote->scope) : 0;
}
