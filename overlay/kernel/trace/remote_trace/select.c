// SPDX-License-Identifier: GPL-2.0
/*
 * available_events and set_event of a remote: events by name.
 */
#include <linux/bitops.h>
#include <linux/cleanup.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/trace_events.h>
#include <linux/uaccess.h>

#include "../trace.h"
#include "internal.h"

/* The longest word that selects events, as in ftrace */
#define MAX_WORD	127

static void print_name(struct seq_file *m, const struct remote_trace *remote, unsigned int i)
{
	seq_printf(m, "%s:%s\n", remote->name, trace_event_name(remote->events[i].call));
}

static int available_events_show(struct seq_file *m, void *unused)
{
	const struct remote_trace_scope *scope = m->private;
	unsigned int i;

	for (i = 0; i < scope->remote->nr_events; i++)
		print_name(m, scope->remote, i);

	return 0;
}

REMOTE_TRACE_FILE_RO(available_events);

static int set_event_show(struct seq_file *m, void *unused)
{
	const struct remote_trace_scope *scope = m->private;
	struct remote_trace *remote = scope->remote;
	unsigned int i;

	guard(mutex)(&remote->lock);

	/* As in an instance, those that have triggers, too */
	for (i = 0; i < remote->nr_events; i++) {
		if (test_bit(i, remote->enabled) || remote_trace_has_triggers(remote, i))
			print_name(m, remote, i);
	}

	return 0;
}

/* Does ftrace's @pattern, or one half of it, mean @name? */
static bool name_matches(const char *pattern, const char *name)
{
	return !*pattern || !strcmp(pattern, "*") || !strcmp(pattern, name);
}

/**
 * remote_trace_select_word - switch events on or off by name
 * @remote:	whose
 * @word:	which; on, or off if it begins with an exclamation mark. Changed meanwhile
 *
 *	system:event	that event; an empty half or a * is any
 *	name		the event or all events of the system of that name
 *
 * Return: 0; -EINVAL if no event is meant; another negative error. After any nothing has changed.
 */
int remote_trace_select_word(struct remote_trace *remote, char *word)
{
	unsigned int i, meant = 0, nr = 0;
	bool on = *word != '!';
	char *system, *event;

	event = on ? word : word + 1;
	system = strchr(event, ':') ? strsep(&event, ":") : NULL;

	for (i = 0; i < remote->nr_events; i++) {
		const char *name = trace_event_name(remote->events[i].call);

		if (system ? !name_matches(system, remote->name) || !name_matches(event, name) :
			     strcmp(event, remote->name) && strcmp(event, name))
			continue;

		meant = i;
		nr++;
	}

	if (system)
		event[-1] = ':';
	if (!nr)
		return -EINVAL;

	/* If it is not one it is all there are, for they are of one system: all of them or none */
	if (nr > 1)
		meant = remote->nr_events;

	return remote_trace_set_events(&remote->event_sets[meant], on);
}

/* As in ftrace, one word of what is written at a time: the caller comes again with the rest */
static ssize_t set_event_write(struct file *filp, const char __user *ubuf, size_t cnt,
			       loff_t *ppos)
{
	const struct remote_trace_scope *scope = file_inode(filp)->i_private;
	struct trace_parser parser;
	ssize_t done;
	int ret = 0;

	if (!cnt)
		return 0;
	if (trace_parser_get_init(&parser, MAX_WORD + 1))
		return -ENOMEM;

	done = trace_get_user(&parser, ubuf, cnt, ppos);
	if (done >= 0 && trace_parser_loaded(&parser))
		ret = remote_trace_select_word(scope->remote, parser.buffer);
	trace_parser_put(&parser);

	return ret ?: done;
}

static int set_event_open(struct inode *inode, struct file *filp)
{
	const struct remote_trace_scope *scope = inode->i_private;
	struct remote_trace *remote = scope->remote;
	int ret;

	ret = remote_trace_open_text(inode, filp, set_event_show);
	if (ret || !(filp->f_mode & FMODE_WRITE && filp->f_flags & O_TRUNC))
		return ret;

	/* Only what follows is to be on */
	ret = remote_trace_set_events(&remote->event_sets[remote->nr_events], false);
	if (ret)
		single_release(inode, filp);

	return ret;
}

static const struct file_operations set_event_fops = {
	.open		= set_event_open,
	.read		= seq_read,
	.write		= set_event_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};

/* About the remote as a whole */
const struct remote_trace_file remote_trace_select_files[] = {
	{ "available_events",	TRACE_MODE_READ,	&available_events_fops },
	{ "set_event",		TRACE_MODE_WRITE,	&set_event_fops },
	{ "set_event_pid",	TRACE_MODE_WRITE,	&remote_trace_pids_fops },
	{ "set_event_notrace_pid", TRACE_MODE_WRITE,	&remote_trace_no_pids_fops },
	{ }
};
