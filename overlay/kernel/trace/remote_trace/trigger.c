// SPDX-License-Identifier: GPL-2.0
/*
 * trigger of a remote's events: what is done when one happens. Words, errors and what the file says
 * are ftrace's in an instance: kernel/trace/trace_events_trigger.c. There, too, to truncate the
 * file does nothing, and an event has one trigger at the most that switches tracing, on or off.
 */
#include <linux/cleanup.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kstrtox.h>
#include <linux/remote_filter.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "../trace.h"
#include "internal.h"

/**
 * struct remote_trace_trigger - a trigger that there is, or that is being made
 * @action:	what it does
 * @count:	how often at the most; ~0 without end
 * @fired:	how often it has, when the remote was last asked
 * @filter:	for which records, as it was written; NULL for all
 */
struct remote_trace_trigger {
	enum remote_trigger_action	action;
	unsigned long			count;
	unsigned long			fired;
	char				*filter;
};

static void free_trigger(struct remote_trace_trigger *trigger)
{
	if (trigger)
		kfree(trigger->filter);
	kfree(trigger);
}

DEFINE_FREE(trigger, struct remote_trace_trigger *, free_trigger(_T))

static const char * const actions[] = {
	[REMOTE_TRIGGER_TRACEON] = "traceon",
	[REMOTE_TRIGGER_TRACEOFF] = "traceoff",
	[REMOTE_TRIGGER_STACKTRACE] = "stacktrace",
};

/**
 * remote_trace_has_triggers - has an event any?
 * @remote:	whose, its lock held
 * @event:	number of the event
 */
bool remote_trace_has_triggers(const struct remote_trace *remote, unsigned int event)
{
	lockdep_assert_held(&remote->lock);

	return remote->event_sets[event].triggers[0];
}

static bool exclude_each_other(enum remote_trigger_action a, enum remote_trigger_action b)
{
	return (a == REMOTE_TRIGGER_STACKTRACE) == (b == REMOTE_TRIGGER_STACKTRACE);
}

/* Where the event has one that @action excludes, or has room for one, which is NULL */
static struct remote_trace_trigger **find_place(struct remote_trace_event_set *set,
						enum remote_trigger_action action)
{
	struct remote_trace_trigger **at = set->triggers;

	if (*at && !exclude_each_other((*at)->action, action))
		at++;

	return at;
}

/* It is one more, or one less, that may switch tracing */
static void count_switch(struct remote_trace *remote, enum remote_trigger_action action, int more)
{
	unsigned int *nr = &remote->nr_switches[action == REMOTE_TRIGGER_TRACEON];

	if (action != REMOTE_TRIGGER_STACKTRACE)
		WRITE_ONCE(*nr, *nr + more);
}

static int set_trigger(struct remote_trace_event_set *set, struct remote_trace_trigger *new,
		       const struct remote_filter *program)
{
	struct remote_trigger trigger = {
		.action = new->action,
		.count = new->count == -1UL ? REMOTE_TRIGGER_UNLIMITED : new->count,
		.filter = new->filter ? program : NULL,
		.stack_id = new->action == REMOTE_TRIGGER_STACKTRACE ? TRACE_STACK : 0,
	};
	struct remote_trace *remote = set->remote;
	int ret;

	guard(mutex)(&remote->lock);

	if (*find_place(set, new->action))
		return -EEXIST;

	ret = remote_trace_answer(remote, remote->ops->set_trigger(remote->priv, set->first,
								   &trigger));
	if (ret)
		return ret;

	/* There is room: it excludes none of those that there are */
	set->triggers[1] = set->triggers[0];
	set->triggers[0] = new;
	count_switch(remote, new->action, 1);
	remote_trace_watch_switches(remote);

	return 0;
}

/* Take away the one that @action excludes. Returns that one, NULL if there is none, or an error */
static struct remote_trace_trigger *unset_trigger(struct remote_trace_event_set *set,
						  enum remote_trigger_action action)
{
	struct remote_trace *remote = set->remote;
	struct remote_trace_trigger **at, *old;
	int ret;

	guard(mutex)(&remote->lock);

	at = find_place(set, action);
	old = *at;
	if (!old)
		return NULL;

	ret = remote_trace_answer(remote, remote->ops->unset_trigger(remote->priv, set->first,
								     old->action));
	if (ret)
		return ERR_PTR(ret);

	/* It may have fired */
	remote_trace_settle(remote);
	count_switch(remote, old->action, -1);
	if (at == set->triggers)
		at[0] = at[1];
	set->triggers[1] = NULL;

	return old;
}

/* For tracing to be switched on by a trigger, the rings have to be there */
static int add_trigger(struct remote_trace_event_set *set, struct remote_trace_trigger *new,
		       const struct remote_filter *program)
{
	bool loads = new->action == REMOTE_TRIGGER_TRACEON;
	int ret = 0;

	if (loads)
		ret = remote_trace_get(set->remote);
	if (ret)
		return ret;

	ret = set_trigger(set, new, program);
	if (ret && loads)
		remote_trace_put(set->remote);

	return ret;
}

static int remove_trigger(struct remote_trace_event_set *set, enum remote_trigger_action action)
{
	struct remote_trace_trigger *old = unset_trigger(set, action);

	if (IS_ERR_OR_NULL(old))
		return PTR_ERR_OR_ZERO(old);

	if (old->action == REMOTE_TRIGGER_TRACEON)
		remote_trace_put(set->remote);
	free_trigger(old);

	return 0;
}

/* What follows the name: a number, up to the next colon, and what begins with if; or either */
static int parse_rest(struct remote_trace_trigger *new, char *rest, char **filter)
{
	char *number, *word;
	int ret;

	*filter = rest;
	if (rest && isdigit(*rest)) {
		number = strsep(&rest, " \t");
		*filter = rest ? skip_spaces(rest) : NULL;
		ret = kstrtoul(strsep(&number, ":"), 0, &new->count);
		if (ret)
			return ret;
	}

	if (!*filter || !**filter) {
		*filter = NULL;
		return 0;
	}

	word = strsep(filter, " \t");

	return strcmp(word, "if") || !*filter ? -EINVAL : 0;
}

static int make_trigger(struct remote_trace_event_set *set, enum remote_trigger_action action,
			char *rest)
{
	struct remote_trace_trigger *new __free(trigger) = kzalloc(sizeof(*new), GFP_KERNEL);
	struct remote_filter *program __free(kfree) = kmalloc(sizeof(*program), GFP_KERNEL);
	char *filter;
	int ret;

	if (!new || !program)
		return -ENOMEM;

	new->action = action;
	new->count = -1UL;

	ret = parse_rest(new, rest, &filter);
	if (ret)
		return ret;

	if (filter) {
		ret = remote_trace_filter_read(set, filter, program);
		if (ret)
			return ret;
		new->filter = kstrdup(filter, GFP_KERNEL);
		if (!new->filter)
			return -ENOMEM;
	}

	ret = add_trigger(set, new, program);
	/* It is the event's */
	if (!ret)
		new = NULL;

	return ret;
}

static int take_text(struct remote_trace_event_set *set, char *text)
{
	bool remove = *text == '!';
	char *name = strsep(&text, ": \t");
	int action;

	if (text)
		text = skip_spaces(text);
	if (text && !*text)
		text = NULL;

	action = match_string(actions + 1, ARRAY_SIZE(actions) - 1, name + remove) + 1;
	if (action < REMOTE_TRIGGER_TRACEON)
		return -EINVAL;

	return remove ? remove_trigger(set, action) : make_trigger(set, action, text);
}

static ssize_t trigger_write(struct file *filp, const char __user *ubuf, size_t cnt, loff_t *ppos)
{
	struct remote_trace_event_set *set = file_inode(filp)->i_private;
	char *text;
	int ret;

	if (!cnt)
		return 0;
	if (cnt >= PAGE_SIZE)
		return -EINVAL;

	text = memdup_user_nul(ubuf, cnt);
	if (IS_ERR(text))
		return PTR_ERR(text);

	ret = set->remote->ops->set_trigger ? take_text(set, strim(text)) : -EOPNOTSUPP;
	kfree(text);
	if (ret < 0)
		return ret;
	*ppos += cnt;

	return cnt;
}

static void show_actions(struct seq_file *m)
{
	int i;

	seq_puts(m, "# Available triggers:\n#");
	for (i = REMOTE_TRIGGER_TRACEON; i < ARRAY_SIZE(actions); i++)
		seq_printf(m, " %s", actions[i]);
	seq_putc(m, '\n');
}

/* What is shown one after the other: the triggers, or how one that has none may come by any */
static void *trigger_at(const struct remote_trace_event_set *set, loff_t pos)
{
	if (!pos && !set->triggers[0])
		return (void *)set;

	return pos < ARRAY_SIZE(set->triggers) ? set->triggers[pos] : NULL;
}

static void *trigger_start(struct seq_file *m, loff_t *pos)
{
	const struct remote_trace_event_set *set = m->private;

	mutex_lock(&set->remote->lock);

	return trigger_at(set, *pos);
}

static void *trigger_next(struct seq_file *m, void *v, loff_t *pos)
{
	return trigger_at(m->private, ++*pos);
}

static void trigger_stop(struct seq_file *m, void *v)
{
	const struct remote_trace_event_set *set = m->private;

	mutex_unlock(&set->remote->lock);
}

static int trigger_show(struct seq_file *m, void *v)
{
	const struct remote_trace_event_set *set = m->private;
	struct remote_trace *remote = set->remote;
	struct remote_trace_trigger *trigger = v;
	s64 fired;

	if (v == set) {
		show_actions(m);
		return 0;
	}

	seq_puts(m, actions[trigger->action]);
	if (trigger->count == -1UL) {
		seq_puts(m, ":unlimited");
	} else {
		fired = remote->ops->read_trigger(remote->priv, set->first, trigger->action);
		/* After the remote's death it stays as it was */
		if (fired >= 0)
			trigger->fired = fired;
		seq_printf(m, ":count=%ld", (long)(trigger->count - trigger->fired));
	}
	if (trigger->filter)
		seq_printf(m, " if %s", trigger->filter);
	seq_putc(m, '\n');

	return 0;
}

static const struct seq_operations trigger_seq_ops = {
	.start	= trigger_start,
	.next	= trigger_next,
	.stop	= trigger_stop,
	.show	= trigger_show,
};

static int trigger_open(struct inode *inode, struct file *filp)
{
	int ret = tracing_check_open_get_tr(NULL);

	if (ret || !(filp->f_mode & FMODE_READ))
		return ret;

	ret = seq_open(filp, &trigger_seq_ops);
	if (!ret)
		((struct seq_file *)filp->private_data)->private = inode->i_private;

	return ret;
}

static int trigger_release(struct inode *inode, struct file *filp)
{
	return filp->f_mode & FMODE_READ ? seq_release(inode, filp) : 0;
}

const struct file_operations remote_trace_trigger_fops = {
	.open		= trigger_open,
	.read		= seq_read,
	.write		= trigger_write,
	.llseek		= tracing_lseek,
	.release	= trigger_release,
};
