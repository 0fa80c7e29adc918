// SPDX-License-Identifier: GPL-2.0
/*
 * The small files of a remote that control it, and what all small files have in common.
 */
#include <linux/cleanup.h>
#include <linux/kstrtox.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "../trace.h"
#include "internal.h"

/* The longest text that any file takes, and then some */
#define MAX_TEXT	64

/**
 * remote_trace_open_text - open a file that is small enough to be printed at once
 * @inode:	the file's; its i_private becomes the @show function's m->private
 * @filp:	...
 * @show:	prints it
 *
 * Return: 0 or a negative error.
 */
int remote_trace_open_text(struct inode *inode, struct file *filp,
			   int (*show)(struct seq_file *m, void *unused))
{
	int ret = tracing_check_open_get_tr(NULL);

	return ret ?: single_open(filp, show, inode->i_private);
}

/**
 * remote_trace_write_text - take what is written to a small file
 * @filp:	the file
 * @ubuf:	what is written
 * @cnt:	how much
 * @ppos:	where, which makes no difference
 * @store:	takes the file's i_private and the text without white space around it; returns 0
 *		or a negative error
 *
 * Return: @cnt; -EINVAL if there is nothing or too much; what @store returns.
 */
ssize_t remote_trace_write_text(struct file *filp, const char __user *ubuf, size_t cnt,
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
 * remote_trace_parse_switch - read a 0 or a 1
 * @text:	what is to be read
 * @on:		set on success
 *
 * Return: 0 or a negative error.
 */
int remote_trace_parse_switch(const char *text, bool *on)
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
	struct remote_trace_scope *scope = m->private;

	seq_printf(m, "%d\n", READ_ONCE(scope->remote->tracing_on));

	return 0;
}

static int tracing_on_store(void *data, char *text)
{
	struct remote_trace_scope *scope = data;
	bool on;
	int ret;

	ret = remote_trace_parse_switch(text, &on);

	return ret ?: remote_trace_set_tracing(scope->remote, on);
}

REMOTE_TRACE_FILE_RW(tracing_on);

static int buffer_size_kb_show(struct seq_file *m, void *unused)
{
	struct remote_trace_scope *scope = m->private;
	struct remote_trace *remote = scope->remote;

	guard(mutex)(&remote->lock);

	seq_printf(m, "%llu (%s)\n", remote->size_kb,
		   remote_trace_loaded(remote) ? "loaded" : "unloaded");

	return 0;
}

static int buffer_size_kb_store(void *data, char *text)
{
	struct remote_trace_scope *scope = data;
	u64 size_kb;
	int ret;

	ret = kstrtou64(text, 10, &size_kb);

	return ret ?: remote_trace_set_size(scope->remote, size_kb);
}

REMOTE_TRACE_FILE_RW(buffer_size_kb);

static int buffer_percent_show(struct seq_file *m, void *unused)
{
	struct remote_trace_scope *scope = m->private;

	seq_printf(m, "%u\n", READ_ONCE(scope->remote->buffer_percent));

	return 0;
}

static int buffer_percent_store(void *data, char *text)
{
	struct remote_trace_scope *scope = data;
	unsigned int percent;
	int ret;

	ret = kstrtouint(text, 10, &percent);
	if (ret)
		return ret;
	if (percent > 100)
		return -EINVAL;
	WRITE_ONCE(scope->remote->buffer_percent, percent);

	return 0;
}

REMOTE_TRACE_FILE_RW(buffer_percent);

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

REMOTE_TRACE_FILE_RW(trace_clock);

/* There is no tracer but events, by the name that ftrace has for that */
static int current_tracer_show(struct seq_file *m, void *unused)
{
	seq_puts(m, "nop\n");

	return 0;
}

static int current_tracer_store(void *data, char *text)
{
	return strcmp(text, "nop") ? -EINVAL : 0;
}

REMOTE_TRACE_FILE_RW(current_tracer);

static int overwrite_show(struct seq_file *m, void *unused)
{
	struct remote_trace_scope *scope = m->private;

	seq_printf(m, "%d\n", READ_ONCE(scope->remote->overwrite));

	return 0;
}

static int overwrite_store(void *data, char *text)
{
	struct remote_trace_scope *scope = data;
	bool on;
	int ret;

	ret = remote_trace_parse_switch(text, &on);

	return ret ?: remote_trace_set_overwrite(scope->remote, on);
}

REMOTE_TRACE_FILE_RW(overwrite);

static int stacktrace_show(struct seq_file *m, void *unused)
{
	struct remote_trace_scope *scope = m->private;

	seq_printf(m, "%d\n", READ_ONCE(scope->remote->stacktrace));

	return 0;
}

static int stacktrace_store(void *data, char *text)
{
	struct remote_trace_scope *scope = data;
	bool on;
	int ret;

	ret = remote_trace_parse_switch(text, &on);

	return ret ?: remote_trace_stack_set(scope->remote, on);
}

REMOTE_TRACE_FILE_RW(stacktrace);

/* All options at once, by their names: trace-cmd saves them so */
static int trace_options_show(struct seq_file *m, void *unused)
{
	struct remote_trace_scope *scope = m->private;

	seq_puts(m, READ_ONCE(scope->remote->overwrite) ? "overwrite\n" : "nooverwrite\n");
	seq_puts(m, READ_ONCE(scope->remote->stacktrace) ? "stacktrace\n" : "nostacktrace\n");

	return 0;
}

static int trace_options_store(void *data, char *text)
{
	struct remote_trace_scope *scope = data;
	bool on = !str_has_prefix(text, "no");
	const char *name = on ? text : text + strlen("no");

	if (!strcmp(name, "overwrite"))
		return remote_trace_set_overwrite(scope->remote, on);
	if (!strcmp(name, "stacktrace"))
		return remote_trace_stack_set(scope->remote, on);

	return -EINVAL;
}

REMOTE_TRACE_FILE_RW(trace_options);

static int write_event_store(void *data, char *text)
{
	struct remote_trace_scope *scope = data;
	u64 value;
	int ret;

	ret = kstrtou64(text, 0, &value);

	return ret ?: remote_trace_write_event(scope->remote, value);
}

static int write_event_open(struct inode *inode, struct file *filp)
{
	int ret = tracing_check_open_get_tr(NULL);

	return ret ?: nonseekable_open(inode, filp);
}

REMOTE_TRACE_WRITE_FN(write_event)

static const struct file_operations write_event_fops = {
	.open	= write_event_open,
	.write	= write_event_write,
};

/* About the remote as a whole */
const struct remote_trace_file remote_trace_control_files[] = {
	{ "buffer_percent",	TRACE_MODE_WRITE,	&buffer_percent_fops },
	{ "buffer_size_kb",	TRACE_MODE_WRITE,	&buffer_size_kb_fops },
	{ "current_tracer",	TRACE_MODE_WRITE,	&current_tracer_fops },
	{ "trace_clock",	TRACE_MODE_WRITE,	&trace_clock_fops },
	{ "trace_options",	TRACE_MODE_WRITE,	&trace_options_fops },
	{ "tracing_on",		TRACE_MODE_WRITE,	&tracing_on_fops },
	{ "write_event",	0200,			&write_event_fops },
	{ }
};

/* In options/ */
const struct remote_trace_file remote_trace_option_files[] = {
	{ "overwrite",		TRACE_MODE_WRITE,	&overwrite_fops },
	{ "stacktrace",		TRACE_MODE_WRITE,	&stacktrace_fops },
	{ }
};
