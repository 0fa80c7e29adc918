// SPDX-License-Identifier: GPL-2.0
/*
 * A remote's events/ directory: switches, ids and formats, for people and for tools.
 */
#include <linux/array_size.h>
#include <linux/bitops.h>
#include <linux/cleanup.h>
#include <linux/fs.h>
#include <linux/ring_buffer.h>
#include <linux/string.h>
#include <linux/trace_events.h>
#include <linux/tracefs.h>

#include "../trace.h"
#include "internal.h"

/*
 * 0 or 1, or X if some are on and some are off. As in an instance one that has triggers is marked,
 * and is among others as one that is on.
 */
static void enable_show(struct trace_seq *s, void *data)
{
	const struct remote_trace_event_set *set = data;
	struct remote_trace *remote = set->remote;
	unsigned int i, end = set->first + set->nr;
	bool triggers = false, on = false, off = false;

	guard(mutex)(&remote->lock);

	for (i = set->first; i < end; i++) {
		triggers = remote_trace_has_triggers(remote, i);
		if (test_bit(i, remote->enabled) || (triggers && set->nr > 1))
			on = true;
		else
			off = true;
	}

	trace_seq_printf(s, "%c%s\n", on && off ? 'X' : on ? '1' : '0',
			 triggers && set->nr == 1 ? "*" : "");
}

static int enable_store(void *data, unsigned long value)
{
	return value > 1 ? -EINVAL : remote_trace_set_events(data, value);
}

REMOTE_TRACE_VALUE_RW(enable, default_llseek, remote_trace_write_number);

/* The call of the event that an event's own file is about */
static struct trace_event_call *set_call(const struct remote_trace_event_set *set)
{
	return set->remote->events[set->first].call;
}

static void id_show(struct trace_seq *s, void *data)
{
	trace_seq_printf(s, "%d\n", set_call(data)->event.type);
}

REMOTE_TRACE_VALUE_RO(id, default_llseek);

static void print_field(struct seq_file *m, const struct ftrace_event_field *field)
{
	int type_len = strlen(field->type);
	const char *bracket = strchr(field->type, '[');

	/* An array's brackets follow its name, as C has it, unless it only refers to the array */
	if (bracket && !str_has_prefix(field->type, "__data_loc"))
		type_len = bracket - field->type;
	else
		bracket = NULL;

	seq_printf(m, "\tfield:%.*s %s", type_len, field->type, field->name);
	if (bracket && field->len)
		seq_printf(m, "[%d]", field->len);
	else if (bracket)
		seq_puts(m, "[]");
	seq_printf(m, ";\toffset:%u;\tsize:%u;\tsigned:%d;\n", field->offset, field->size,
		   field->is_signed);
}

/* The members of struct trace_entry: every event's first fields, but on no event's list */
static const char * const common_fields[] = {
	"common_type", "common_flags", "common_preempt_count", "common_pid",
};

static int format_show(struct seq_file *m, void *unused)
{
	struct trace_event_call *call = set_call(m->private);
	struct ftrace_event_field *field;
	int i;

	seq_printf(m, "name: %s\nID: %d\nformat:\n", trace_event_name(call), call->event.type);

	for (i = 0; i < ARRAY_SIZE(common_fields); i++) {
		field = trace_find_event_field(call, (char *)common_fields[i]);
		if (WARN_ON_ONCE(!field))
			return -ENOENT;
		print_field(m, field);
	}
	seq_putc(m, '\n');

	/* Each field was put before those that were there */
	list_for_each_entry_reverse(field, trace_get_fields(call), link)
		print_field(m, field);

	seq_printf(m, "\nprint fmt: %s\n", call->print_fmt);

	return 0;
}

REMOTE_TRACE_FILE_RO(format);

/* The header of a page, struct remote_ring_page, as ftrace describes its own */
static void header_page_show(struct trace_seq *s, void *data)
{
	trace_seq_puts(s, "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n");
	trace_seq_puts(s, "\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n");
	trace_seq_puts(s, "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n");
	trace_seq_printf(s, "\tfield: char data;\toffset:%zu;\tsize:%u;\tsigned:%u;\n",
			 sizeof(struct remote_ring_page), REMOTE_RING_DATA_SIZE,
			 is_signed_type(char));
}

REMOTE_TRACE_VALUE_RO(header_page, default_llseek);

/* The header of a record, which is ftrace's own */
static void header_event_show(struct trace_seq *s, void *data)
{
	ring_buffer_print_entry_header(s);
}

REMOTE_TRACE_VALUE_RO(header_event, default_llseek);

/* About records */
static const struct remote_trace_file header_files[] = {
	{ "header_event",	TRACE_MODE_READ,	&header_event_fops },
	{ "header_page",	TRACE_MODE_READ,	&header_page_fops },
	{ }
};

/* About a set of events: all that there are, a system, or just one */
static const struct remote_trace_file set_files[] = {
	{ "enable",	TRACE_MODE_WRITE,	&enable_fops },
	{ }
};

/* About a system, but not about all there are */
static const struct remote_trace_file system_files[] = {
	{ "filter",	TRACE_MODE_WRITE,	&remote_trace_system_filter_fops },
	{ }
};

/* About one event */
static const struct remote_trace_file event_files[] = {
	{ "filter",	TRACE_MODE_WRITE,	&remote_trace_filter_fops },
	{ "format",	TRACE_MODE_READ,	&format_fops },
	{ "id",		TRACE_MODE_READ,	&id_fops },
	{ "trigger",	TRACE_MODE_WRITE,	&remote_trace_trigger_fops },
	{ }
};

static struct dentry *create_set(const char *name, struct dentry *parent,
				 struct remote_trace_event_set *set)
{
	struct dentry *dir = tracefs_create_dir(name, parent);

	if (!dir || remote_trace_create_files(set_files, dir, set))
		return NULL;

	return dir;
}

/**
 * remote_trace_create_events - create a remote's events/ directory and all that is in it
 * @remote:	which
 * @parent:	the remote's directory
 *
 * Return: 0, or -ENOMEM and some of it may be there.
 */
int remote_trace_create_events(struct remote_trace *remote, struct dentry *parent)
{
	struct remote_trace_event_set *all = &remote->event_sets[remote->nr_events];
	struct dentry *events, *system, *event;
	unsigned int i;
	int ret;

	events = create_set("events", parent, all);
	if (!events)
		return -ENOMEM;

	ret = remote_trace_create_files(header_files, events, all);
	if (ret)
		return ret;

	/* All events of a remote are of one system */
	system = create_set(remote->name, events, all);
	if (!system)
		return -ENOMEM;

	ret = remote_trace_create_files(system_files, system, all);
	if (ret)
		return ret;

	for (i = 0; i < remote->nr_events; i++) {
		struct remote_trace_event_set *set = &remote->event_sets[i];

		event = create_set(trace_event_name(remote->events[i].call), system, set);
		if (!event)
			return -ENOMEM;

		ret = remote_trace_create_files(event_files, event, set);
		if (ret)
			return ret;
	}

	return 0;
}
