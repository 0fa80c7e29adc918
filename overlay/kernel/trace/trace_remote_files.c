// SPDX-License-Identifier: GPL-2.0
/*
 * A remote's directory in tracefs: which files there are, and what the small ones do.
 */
#include <linux/cleanup.h>
#include <linux/kstrtox.h>
#include <linux/string.h>
#include <linux/tracefs.h>
#include <linux/uaccess.h>

#include "trace.h"
#include "trace_remote_internal.h"

/* The longest text that any file takes, and then some */
#define MAX_TEXT	64

/**
 * trace_remote_open_text - open a file that is small enough to be printed at once
 * @inode:	the file's; its i_private becomes the @show function's m->private
 * @filp:	...
 * @show:	prints it
 *
 * Return: 0 or a negative error.
 */
int trace_remote_open_text(struct inode *inode, struct file *filp,
			   int (*show)(struct seq_file *m, void *unused))
{
	int ret = tracing_check_open_get_tr(NULL);

	return ret ?: single_open(filp, show, inode->i_private);
}

/**
 * trace_remote_write_text - take what is written to a small file
 * @filp:	the file
 * @ubuf:	what is written
 * @cnt:	how much
 * @ppos:	where, which makes no difference
 * @store:	takes the file's i_private and the text without white space around it; returns 0
 *		or a negative error
 *
 * Return: @cnt; -EINVAL if there is nothing or too much; what @store returns.
 */
ssize_t trace_remote_write_text(struct file *filp, const char __user *ubuf, size_t cnt,
				loff_t *ppos, int (*store)(void *data, char *text))
{
	char text[MAX_TEXT];
	int ret;

	if (!cnt || cnt >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, ubuf, cnt))
		return -EFAULT;
	text[cnt] = '\0';

	ret = store(file_inode(filp)->i_private, strim(text));
	if (ret)
		return ret;

	*ppos += cnt;

	return cnt;
}

/**
 * trace_remote_parse_switch - read a 0 or a 1
 * @text:	what is to be read
 * @on:		set on success
 *
 * Return: 0 or a negative error.
 */
int trace_remote_parse_switch(const char *text, bool *on)
{
	unsigned int value;
	int ret;

	ret = kstrtouint(text, 10, &value);
	if (ret)
		return ret;
	if (value > 1)
		return -EINVAL;
	*on = value;

	return 0;
}

static int tracing_on_show(struct seq_file *m, void *unused)
{
	struct trace_remote_scope *scope = m->private;

	seq_printf(m, "%d\n", READ_ONCE(scope->remote->tracing_on));

	return 0;
}

static int tracing_on_store(void *data, char *text)
{
	struct trace_remote_scope *scope = data;
	bool on;
	int ret;

	ret = trace_remote_parse_switch(text, &on);

	return ret ?: trace_remote_set_tracing(scope->remote, on);
}

TRACE_REMOTE_FILE_RW(tracing_on);

static int buffer_size_kb_show(struct seq_file *m, void *unused)
{
	struct trace_remote_scope *scope = m->private;
	struct trace_remote *remote = scope->remote;

	guard(mutex)(&remote->lock);

	seq_printf(m, "%llu (%s)\n", remote->size_kb,
		   trace_remote_loaded(remote) ? "loaded" : "unloaded");

	return 0;
}

static int buffer_size_kb_store(void *data, char *text)
{
	struct trace_remote_scope *scope = data;
	u64 size_kb;
	int ret;

	ret = kstrtou64(text, 10, &size_kb);

	return ret ?: trace_remote_set_size(scope->remote, size_kb);
}

TRACE_REMOTE_FILE_RW(buffer_size_kb);

/* The only clock there is: CLOCK_BOOTTIME, by the name that ftrace has for it */
static int trace_clock_show(struct seq_file *m, void *unused)
{
	seq_puts(m, "[boot]\n");

	return 0;
}

static int trace_clock_store(void *data, char *text)
{
	return strcmp(text, "boot") ? -EINVAL : 0;
}

TRACE_REMOTE_FILE_RW(trace_clock);

static int write_event_store(void *data, char *text)
{
	struct trace_remote_scope *scope = data;
	u64 value;
	int ret;

	ret = kstrtou64(text, 0, &value);

	return ret ?: trace_remote_write_event(scope->remote, value);
}

static int write_event_open(struct inode *inode, struct file *filp)
{
	int ret = tracing_check_open_get_tr(NULL);

	return ret ?: nonseekable_open(inode, filp);
}

TRACE_REMOTE_WRITE_FN(write_event)

static const struct file_operations write_event_fops = {
	.open	= write_event_open,
	.write	= write_event_write,
};

static int trace_open(struct inode *inode, struct file *filp)
{
	int ret = tracing_check_open_get_tr(NULL);

	if (!ret && filp->f_mode & FMODE_WRITE && filp->f_flags & O_TRUNC)
		ret = trace_remote_clear(inode->i_private);

	return ret ?: nonseekable_open(inode, filp);
}

static ssize_t trace_read(struct file *filp, char __user *ubuf, size_t cnt, loff_t *ppos)
{
	/* Reading without consuming is not supported */
	return -EOPNOTSUPP;
}

static ssize_t trace_write(struct file *filp, const char __user *ubuf, size_t cnt, loff_t *ppos)
{
	int ret;

	if (!cnt)
		return -EINVAL;

	/* Whatever it is that was written */
	ret = trace_remote_clear(file_inode(filp)->i_private);

	return ret ?: cnt;
}

static const struct file_operations trace_fops = {
	.open	= trace_open,
	.read	= trace_read,
	.write	= trace_write,
};

/* About the remote as a whole */
static const struct trace_remote_file remote_files[] = {
	{ "buffer_size_kb",	TRACE_MODE_WRITE,	&buffer_size_kb_fops },
	{ "trace_clock",	TRACE_MODE_WRITE,	&trace_clock_fops },
	{ "tracing_on",		TRACE_MODE_WRITE,	&tracing_on_fops },
	{ "write_event",	0200,			&write_event_fops },
};

/* About the events of one CPU or of all: in the remote's directory and below per_cpu/ */
static const struct trace_remote_file scope_files[] = {
	{ "trace",		TRACE_MODE_WRITE,	&trace_fops },
	{ "trace_pipe",		TRACE_MODE_READ,	&trace_remote_pipe_fops },
};

/**
 * trace_remote_create_files - create the files of a table
 * @files:	the table
 * @nr:		entries in it
 * @dir:	where
 * @data:	i_private of each file
 *
 * Return: 0, or -ENOMEM and some of the files may be there.
 */
int trace_remote_create_files(const struct trace_remote_file *files, unsigned int nr,
			      struct dentry *dir, void *data)
{
	for (; nr; nr--, files++) {
		if (!tracefs_create_file(files->name, files->mode, dir, data, files->fops))
			return -ENOMEM;
	}

	return 0;
}

static int create_per_cpu(struct trace_remote *remote, struct dentry *parent)
{
	struct dentry *per_cpu, *dir;
	char name[16];
	int cpu, ret;

	per_cpu = tracefs_create_dir("per_cpu", parent);
	if (!per_cpu)
		return -ENOMEM;

	for_each_possible_cpu(cpu) {
		snprintf(name, sizeof(name), "cpu%d", cpu);
		dir = tracefs_create_dir(name, per_cpu);
		if (!dir)
			return -ENOMEM;

		ret = trace_remote_create_files(scope_files, ARRAY_SIZE(scope_files), dir,
						&remote->cpus[cpu].scope);
		if (ret)
			return ret;
	}

	return 0;
}

/**
 * trace_remote_create_tree - create a remote's directory and all that is in it
 * @remote:	which
 * @parent:	where; NULL is the top of tracefs
 *
 * Return: 0; -EEXIST if there is something of its name; -ENOMEM. On failure nothing is left.
 */
int trace_remote_create_tree(struct trace_remote *remote, struct dentry *parent)
{
	struct dentry *dir;
	int ret;

	/* tracefs does not tell why it fails, but that name is the likely reason */
	dir = tracefs_create_dir(remote->name, parent);
	if (!dir)
		return -EEXIST;

	ret = trace_remote_create_files(remote_files, ARRAY_SIZE(remote_files), dir,
					&remote->scope);
	if (ret)
		goto remove;

	ret = trace_remote_create_files(scope_files, ARRAY_SIZE(scope_files), dir, &remote->scope);
	if (ret)
		goto remove;

	ret = create_per_cpu(remote, dir);
	if (ret)
		goto remove;

	ret = trace_remote_create_events(remote, dir);
	if (ret)
		goto remove;

	return 0;

remove:
	tracefs_remove(dir);

	return ret;
}
