// SPDX-License-Identifier: GPL-2.0
/*
 * filter of a remote's events, and of all of them. Errors, texts and what is left after a mistake
 * are as in an instance: a filter with a mistake in it is none, and the file says what it is.
 *
 * A filter is made into a program here (filter_parse.c), and the remote has that run where the
 * event happens. A remote that cannot is one without filters: they can be cleared and nothing else.
 */
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/trace_seq.h>
#include <linux/uaccess.h>

#include "../trace.h"
#include "filter.h"
#include "internal.h"

static const char * const mistakes[] = {
#define mistake_text(name, text)			\
	[REMOTE_FILTER_##name] = text,
	REMOTE_FILTER_MISTAKES(mistake_text)
#undef mistake_text
};

/**
 * struct new_filter - a filter on its way
 * @program:	what the remote gets, if @ret is 0
 * @error:	what is wrong, if it is not
 * @ret:	0 or a negative error
 * @text:	what the file is to say
 */
struct new_filter {
	struct remote_filter		program;
	struct remote_filter_error	error;
	int				ret;
	char				*text;
};

static void free_filter(struct new_filter *new)
{
	if (new)
		kfree(new->text);
	kfree(new);
}

DEFINE_FREE(filter, struct new_filter *, free_filter(_T))

/*
 * What ftrace says in the file itself, where it counts from 1, but not at the beginning. Where
 * there is no room for a caret there is none, nor anything behind it.
 */
static char *mistake_shown(const char *text, const struct new_filter *new)
{
	unsigned int pos = min_t(unsigned int, new->error.pos, strlen(text));
	struct trace_seq *s __free(kfree) = kmalloc(sizeof(*s), GFP_KERNEL);

	if (!s)
		return NULL;

	trace_seq_init(s);
	trace_seq_puts(s, text);
	if (new->error.mistake == REMOTE_FILTER_ERRNO) {
		trace_seq_puts(s, "\nError: (0)\n");
	} else {
		trace_seq_printf(s, "\n%*s", pos ? pos + 1 : 0, "^");
		trace_seq_printf(s, "\nparse_error: %s\n", mistakes[new->error.mistake]);
	}

	return kmemdup_nul(s->buffer, trace_seq_used(s), GFP_KERNEL);
}

/**
 * remote_trace_filter_read - make a program of a filter, or note what is wrong with it
 * @set:	one event, or all of them
 * @text:	the filter
 * @program:	set on success
 *
 * Context: may sleep.
 * Return: 0 or a negative error.
 */
int remote_trace_filter_read(const struct remote_trace_event_set *set, const char *text,
			     struct remote_filter *program)
{
	struct remote_filter_error error;
	int ret = remote_trace_filter_parse(set->remote->events[set->first].call, text, program,
					    &error);

	if (ret && ret != -ENOMEM)
		remote_trace_log_error(set->remote, "event filter parse error", text,
				       mistakes[error.mistake], error.pos);

	return ret;
}

/* Returns NULL for want of memory; whether the filter is one is in the result */
static struct new_filter *make_filter(const struct remote_trace_event_set *set, const char *text,
				      bool of_system)
{
	struct new_filter *new __free(filter) = kzalloc(sizeof(*new), GFP_KERNEL);

	if (!new)
		return NULL;

	new->ret = remote_trace_filter_parse(set->remote->events[set->first].call, text,
					     &new->program, &new->error);
	if (new->ret == -ENOMEM)
		return NULL;

	/* Of the filter of many, there is no more to be said of one */
	if (new->ret && of_system)
		new->error = (struct remote_filter_error) { REMOTE_FILTER_BAD_SYSTEM, 0 };

	if (new->ret)
		remote_trace_log_error(set->remote, "event filter parse error", text,
				       mistakes[new->error.mistake], new->error.pos);
	new->text = new->ret ? mistake_shown(text, new) : kstrdup(text, GFP_KERNEL);

	return new->text ? no_free_ptr(new) : NULL;
}

/* With @new NULL there is none then. Returns 0, or a negative error and nothing has changed */
static int use_filter(struct remote_trace_event_set *set, struct new_filter *new)
{
	struct remote_trace *remote = set->remote;
	bool filtered = new && !new->ret;
	int ret = 0;

	guard(mutex)(&remote->lock);

	/* A remote may have to be started for that, and many clear what is not there */
	if (filtered || set->filtered)
		ret = remote->ops->set_filter(remote->priv, set->first,
					      filtered ? &new->program : NULL);
	ret = remote_trace_answer(remote, ret);
	if (ret)
		return ret;

	set->filtered = filtered;
	kfree(set->filter_text);
	set->filter_text = new ? no_free_ptr(new->text) : NULL;

	return 0;
}

static int set_filter(struct remote_trace_event_set *set, const char *text, bool of_system)
{
	struct new_filter *new __free(filter) = make_filter(set, text, of_system);
	int ret;

	if (!new)
		return -ENOMEM;

	ret = use_filter(set, new);

	return ret ?: new->ret;
}

/* What is written is @text, to be freed; @clear says that it is ftrace's word for no filter */
static int take_text(const char __user *ubuf, size_t cnt, char **text, bool *clear)
{
	char *taken;

	if (cnt >= PAGE_SIZE)
		return -EINVAL;

	taken = memdup_user_nul(ubuf, cnt);
	if (IS_ERR(taken))
		return PTR_ERR(taken);

	/* White space in front stays there, and in what is shown */
	*clear = !strcmp(strstrip(taken), "0");
	*text = taken;

	return 0;
}

static ssize_t filter_write(struct file *filp, const char __user *ubuf, size_t cnt, loff_t *ppos)
{
	struct remote_trace_event_set *set = file_inode(filp)->i_private;
	char *text __free(kfree) = NULL;
	bool clear;
	int ret;

	ret = take_text(ubuf, cnt, &text, &clear);
	if (ret)
		return ret;

	if (clear)
		ret = use_filter(set, NULL);
	else
		ret = set->remote->ops->set_filter ? set_filter(set, text, false) : -EOPNOTSUPP;
	if (ret)
		return ret;
	*ppos += cnt;

	return cnt;
}

/* As in an instance: each event has it if it can, and no filter otherwise, which is no error */
static ssize_t system_filter_write(struct file *filp, const char __user *ubuf, size_t cnt,
				   loff_t *ppos)
{
	const struct remote_trace_event_set *all = file_inode(filp)->i_private;
	struct remote_trace *remote = all->remote;
	char *text __free(kfree) = NULL;
	unsigned int i;
	bool clear;
	int ret;

	ret = take_text(ubuf, cnt, &text, &clear);
	if (ret)
		return ret;
	if (!clear && !remote->ops->set_filter)
		return -EOPNOTSUPP;

	for (i = 0; i < remote->nr_events; i++) {
		struct remote_trace_event_set *set = &remote->event_sets[i];

		ret = clear ? use_filter(set, NULL) : set_filter(set, text, true);
		if (ret == -ENOMEM || ret == -EIO)
			return ret;
	}
	*ppos += cnt;

	return cnt;
}

static void filter_show(struct trace_seq *s, void *data)
{
	const struct remote_trace_event_set *set = data;

	guard(mutex)(&set->remote->lock);

	trace_seq_printf(s, "%s\n", set->filter_text ?: "none");
}

REMOTE_TRACE_READ_FN(filter)

/* ftrace's own words. A remote without filters has none for others either */
static void system_filter_show(struct trace_seq *s, void *data)
{
	const struct remote_trace_event_set *set = data;

	if (!set->remote->ops->set_filter) {
		trace_seq_puts(s, "none\n");
		return;
	}

	trace_seq_puts(s, "### global filter ###\n");
	trace_seq_puts(s, "# Use this to set filters for multiple events.\n");
	trace_seq_puts(s, "# Only events with the given fields will be affected.\n");
	trace_seq_puts(s, "# If no events are modified, an error message will be displayed here\n");
}

REMOTE_TRACE_READ_FN(system_filter)

const struct file_operations remote_trace_filter_fops = {
	.open		= tracing_open_generic,
	.read		= filter_read,
	.write		= filter_write,
	.llseek		= default_llseek,
};

const struct file_operations remote_trace_system_filter_fops = {
	.open		= tracing_open_generic,
	.read		= system_filter_read,
	.write		= system_filter_write,
	.llseek		= default_llseek,
};
