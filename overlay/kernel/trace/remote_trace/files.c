// SPDX-License-Identifier: GPL-2.0
/*
 * The small files of a remote that control it, and what all small files have in common.
 */
#include <linux/cleanup.h>
#include <linux/fs.h>
#include <linux/kstrtox.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/trace_seq.h>
#include <linux/uaccess.h>

#include "../trace.h"
#include "functions.h"
#include "internal.h"

/* The longest text that any file takes, and then some */
#define MAX_TEXT	64UL

/**
 * remote_trace_open_text - open a file whose text is made once, when it is begun to be read
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
 * remote_trace_read_value - read a file whose text is made anew by each read
 * @filp:	the file
 * @ubuf:	where the user wants it
 * @cnt:	how much of it
 * @ppos:	from where on
 * @show:	prints it; gets the file's i_private
 *
 * Return: how much there was, or a negative error.
 */
ssize_t remote_trace_read_value(struct file *filp, char __user *ubuf, size_t cnt, loff_t *ppos,
				void (*show)(struct trace_seq *s, void *data))
{
	struct trace_seq *s __free(kfree) = kmalloc(sizeof(*s), GFP_KERNEL);

	if (!s)
		return -ENOMEM;

	trace_seq_init(s);
	show(s, file_inode(filp)->i_private);

	return simple_read_from_buffer(ubuf, cnt, ppos, s->buffer, trace_seq_used(s));
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
 * Return: @cnt; -EINVAL if there is too much; what @store returns.
 */
ssize_t remote_trace_write_text(struct file *filp, const char __user *ubuf, size_t cnt,
				loff_t *ppos, int (*store)(void *data, char *text))
{
	char text[MAX_TEXT];
	int ret;

	if (cnt >= sizeof(text))
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
 * remote_trace_write_number - take a number that is written to a small file
 * @filp:	the file
 * @ubuf:	what is written
 * @cnt:	how much
 * @ppos:	where, which makes no difference
 * @store:	takes the file's i_private and the number; returns 0 or a negative error
 *
 * As ftrace does, it takes what kstrtoul() takes: decimal digits and one newline at most.
 *
 * Return: @cnt; -EINVAL if it is no number, -ERANGE if it is too large; what @store returns.
 */
ssize_t remote_trace_write_number(struct file *filp, const char __user *ubuf, size_t cnt,
				  loff_t *ppos, int (*store)(void *data, unsigned long value))
{
	unsigned long value;
	int ret;

	ret = kstrtoul_from_user(ubuf, cnt, 10, &value);
	if (ret)
		return ret;

	ret = store(file_inode(filp)->i_private, value);
	if (ret)
		return ret;

	*ppos += cnt;

	return cnt;
}

/* The same in the files where ftrace counts a write as one, for those who read on after it */
static ssize_t write_number_as_one(struct file *filp, const char __user *ubuf, size_t cnt,
				   loff_t *ppos, int (*store)(void *data, unsigned long value))
{
	loff_t pos = *ppos;
	ssize_t ret;

	ret = remote_trace_write_number(filp, ubuf, cnt, &pos, store);
	if (ret > 0)
		(*ppos)++;

	return ret;
}

/* The same for the name of a tracer, of which ftrace leaves out what is too long to be one */
static ssize_t write_tracer(struct file *filp, const char __user *ubuf, size_t cnt, loff_t *ppos,
			    int (*store)(void *data, char *text))
{
	loff_t pos = *ppos;
	ssize_t ret;

	ret = remote_trace_write_text(filp, ubuf, min(cnt, MAX_TEXT - 1), &pos, store);
	if (ret < 0)
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

static void tracing_on_show(struct trace_seq *s, void *data)
{
	struct remote_trace_scope *scope = data;

	trace_seq_printf(s, "%d\n", remote_trace_is_tracing(scope->remote));
}

static int tracing_on_store(void *data, unsigned long value)
{
	struct remote_trace_scope *scope = data;

	/* As in ftrace, any other number than 0 is on */
	return remote_trace_set_tracing(scope->remote, value);
}

REMOTE_TRACE_VALUE_RW(tracing_on, default_llseek, write_number_as_one);

static void buffer_size_kb_show(struct trace_seq *s, void *data)
{
	struct remote_trace_scope *scope = data;
	struct remote_trace *remote = scope->remote;

	guard(mutex)(&remote->lock);

	trace_seq_printf(s, "%llu (%s)\n", remote->size_kb,
			 remote_trace_loaded(remote) ? "loaded" : "unloaded");
}

static int buffer_size_kb_store(void *data, unsigned long value)
{
	struct remote_trace_scope *scope = data;

	return remote_trace_set_size(scope->remote, value);
}

REMOTE_TRACE_VALUE_RW(buffer_size_kb, generic_file_llseek, remote_trace_write_number);

static void buffer_percent_show(struct trace_seq *s, void *data)
{
	struct remote_trace_scope *scope = data;

	trace_seq_printf(s, "%u\n", READ_ONCE(scope->remote->buffer_percent));
}

static int buffer_percent_store(void *data, unsigned long value)
{
	struct remote_trace_scope *scope = data;

	if (value > 100)
		return -EINVAL;
	WRITE_ONCE(scope->remote->buffer_percent, value);

	return 0;
}

REMOTE_TRACE_VALUE_RW(buffer_percent, default_llseek, write_number_as_one);

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

static void current_tracer_show(struct trace_seq *s, void *data)
{
	struct remote_trace_scope *scope = data;

	trace_seq_printf(s, "%s\n", remote_trace_tracer(scope->remote));
}

static int current_tracer_store(void *data, char *text)
{
	struct remote_trace_scope *scope = data;

	return remote_trace_set_tracer(scope->remote, text);
}

REMOTE_TRACE_VALUE_RW(current_tracer, generic_file_llseek, write_tracer);

static void overwrite_show(struct trace_seq *s, void *data)
{
	struct remote_trace_scope *scope = data;

	trace_seq_printf(s, "%d\n", READ_ONCE(scope->remote->overwrite));
}

static int overwrite_store(void *data, unsigned long value)
{
	struct remote_trace_scope *scope = data;

	return value > 1 ? -EINVAL : remote_trace_set_overwrite(scope->remote, value);
}

REMOTE_TRACE_VALUE_RW(overwrite, generic_file_llseek, remote_trace_write_number);

static void stacktrace_show(struct trace_seq *s, void *data)
{
	struct remote_trace_scope *scope = data;

	trace_seq_printf(s, "%d\n", READ_ONCE(scope->remote->stacktrace));
}

static int stacktrace_store(void *data, unsigned long value)
{
	struct remote_trace_scope *scope = data;

	return value > 1 ? -EINVAL : remote_trace_stack_set(scope->remote, value);
}

REMOTE_TRACE_VALUE_RW(stacktrace, generic_file_llseek, remote_trace_write_number);

static void event_fork_show(struct trace_seq *s, void *data)
{
	struct remote_trace_scope *scope = data;

	trace_seq_printf(s, "%d\n", READ_ONCE(scope->remote->follow_forks));
}

static int event_fork_store(void *data, unsigned long value)
{
	struct remote_trace_scope *scope = data;

	return value > 1 ? -EINVAL : remote_trace_pids_follow(scope->remote, value);
}

REMOTE_TRACE_VALUE_RW(event_fork, generic_file_llseek, remote_trace_write_number);

/* All options at once, by their names: trace-cmd saves them so */
static int trace_options_show(struct seq_file *m, void *unused)
{
	struct remote_trace_scope *scope = m->private;

	seq_puts(m, READ_ONCE(scope->remote->overwrite) ? "overwrite\n" : "nooverwrite\n");
	seq_puts(m, READ_ONCE(scope->remote->stacktrace) ? "stacktrace\n" : "nostacktrace\n");
	seq_puts(m, READ_ONCE(scope->remote->follow_forks) ? "event-fork\n" : "noevent-fork\n");

	remote_trace_graph_show_options(m, scope->remote);

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
	if (!strcmp(name, "event-fork"))
		return remote_trace_pids_follow(scope->remote, on);

	return remote_trace_graph_set_option(scope->remote, name, on);
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
	{ "event-fork",		TRACE_MODE_WRITE,	&event_fork_fops },
	{ "overwrite",		TRACE_MODE_WRITE,	&overwrite_fops },
	{ "stacktrace",		TRACE_MODE_WRITE,	&stacktrace_fops },
	{ }
};
