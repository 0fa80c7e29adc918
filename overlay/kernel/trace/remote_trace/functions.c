// SPDX-License-Identifier: GPL-2.0
/*
 * The tracer function of a remote: which of its functions are traced, by ftrace's files and words,
 * and records of ftrace's own event function as text. Tools know it, so they print it without
 * learning anything new.
 *
 * Functions have numbers here, and the names that kallsyms has for them.
 */
#include <linux/bitmap.h>
#include <linux/cleanup.h>
#include <linux/glob.h>
#include <linux/kallsyms.h>
#include <linux/kstrtox.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "../trace.h"
#include "functions.h"
#include "internal.h"

/* The longest word that selects functions, as in ftrace */
#define MAX_WORD	(KSYM_SYMBOL_LEN + 4)

/**
 * struct remote_trace_tracer - which functions of a remote are traced
 * @on:		the tracer function is the current one
 * @filter:	a bit for each function that set_ftrace_filter names; all are meant if it names none
 * @except:	likewise of set_ftrace_notrace; none is meant if it names none
 * @wanted:	what follows for each function, an enum remote_trace_function
 *
 * Under the remote's lock; @on may be read without.
 */
struct remote_trace_tracer {
	bool		on;
	unsigned long	*filter;
	unsigned long	*except;
	u8		*wanted;
};

/**
 * struct functions_file - an open set_ftrace_filter or set_ftrace_notrace
 * @remote:	whose
 * @except:	it is the second of them
 * @parser:	words that come in parts
 * @set:	what it will say when it is closed, NULL if it can only be read
 *
 * seq_file::lock serialises the writes.
 */
struct functions_file {
	struct remote_trace	*remote;
	bool			except;
	struct trace_parser	parser;
	unsigned long		*set;
};

static unsigned int nr_functions(const struct remote_trace *remote)
{
	return remote->ops->functions->nr;
}

static void *function_address(const struct remote_trace *remote, unsigned int nr)
{
	return (void *)remote->ops->functions->address(remote->priv, nr);
}

/**
 * remote_trace_init_functions - have a tracer for a remote, if it has functions
 * @remote:	that is being registered
 *
 * Return: 0 or -ENOMEM.
 */
int __init remote_trace_init_functions(struct remote_trace *remote)
{
	struct remote_trace_tracer *tracer;
	unsigned int longs;

	if (!remote->ops->functions || !nr_functions(remote))
		return 0;

	longs = BITS_TO_LONGS(nr_functions(remote));
	tracer = kzalloc(sizeof(*tracer) + 2 * longs * sizeof(long) + nr_functions(remote),
			 GFP_KERNEL);
	if (!tracer)
		return -ENOMEM;

	tracer->filter = (unsigned long *)(tracer + 1);
	tracer->except = tracer->filter + longs;
	tracer->wanted = (u8 *)(tracer->except + longs);
	remote->tracer = tracer;

	return 0;
}

/* Tell the remote which functions are to be traced now */
static int update(struct remote_trace *remote)
{
	struct remote_trace_tracer *tracer = remote->tracer;
	unsigned int i, nr = nr_functions(remote);
	bool all = bitmap_empty(tracer->filter, nr);

	lockdep_assert_held(&remote->lock);

	for (i = 0; i < nr; i++) {
		bool traced = tracer->on && (all || test_bit(i, tracer->filter)) &&
			      !test_bit(i, tracer->except);

		tracer->wanted[i] = traced ? REMOTE_TRACE_FUNCTION_CALL : REMOTE_TRACE_FUNCTION_OFF;
	}

	return remote_trace_answer(remote, remote->ops->functions->patch(remote->priv,
									 tracer->wanted));
}

static int record(struct remote_trace *remote, bool on)
{
	const struct remote_trace_function_ids ids = { .call = TRACE_FN };

	return remote_trace_answer(remote, remote->ops->functions->record(remote->priv,
									  on ? &ids : NULL));
}

/* What has changed takes effect, for all functions at once */
static int apply(struct remote_trace *remote)
{
	int ret = record(remote, false) ?: update(remote);

	if (!ret && remote->tracer->on)
		ret = record(remote, true);

	return ret;
}

/**
 * remote_trace_tracer - the current tracer
 * @remote:	any remote
 *
 * Return: its name.
 */
const char *remote_trace_tracer(const struct remote_trace *remote)
{
	return remote->tracer && READ_ONCE(remote->tracer->on) ? "function" : "nop";
}

/**
 * remote_trace_set_tracer - have another current tracer
 * @remote:	any remote
 * @name:	of the tracer
 *
 * Return: 0; -EINVAL if there is none of that name; another negative error. After any nothing has
 * changed.
 */
int remote_trace_set_tracer(struct remote_trace *remote, const char *name)
{
	struct remote_trace_tracer *tracer = remote->tracer;
	bool on = tracer && !strcmp(name, "function");
	int ret;

	if (!on && strcmp(name, "nop"))
		return -EINVAL;
	if (!tracer)
		return 0;

	guard(mutex)(&remote->lock);

	if (tracer->on == on)
		return 0;

	WRITE_ONCE(tracer->on, on);
	ret = apply(remote);
	if (ret) {
		WRITE_ONCE(tracer->on, !on);
		apply(remote);
	}

	return ret;
}

/**
 * remote_trace_function_print - append a call of a function to a text, as ftrace prints one
 * @seq:	where to
 * @event:	the event
 * @id:		its id
 *
 * Return: false if it is none, and nothing has been appended.
 */
bool remote_trace_function_print(struct trace_seq *seq, const struct remote_ring_event *event,
				 unsigned int id)
{
	const struct ftrace_entry *entry = event->data;

	if (id != TRACE_FN || event->len < sizeof(*entry))
		return false;

	/* Not READ_ONCE(), for the reason that remote_trace_stack_print() has */
	trace_seq_printf(seq, "%ps <-%ps", (void *)get_unaligned(&entry->ip),
			 (void *)get_unaligned(&entry->parent_ip));

	return true;
}

static int available_tracers_show(struct seq_file *m, void *unused)
{
	seq_puts(m, "function nop\n");

	return 0;
}

REMOTE_TRACE_FILE_RO(available_tracers);

static int available_filter_functions_show(struct seq_file *m, void *unused)
{
	const struct remote_trace_scope *scope = m->private;
	unsigned int i;

	for (i = 0; i < nr_functions(scope->remote); i++)
		seq_printf(m, "%ps\n", function_address(scope->remote, i));

	return 0;
}

REMOTE_TRACE_FILE_RO(available_filter_functions);

/* By a name, with what all names begin with or without */
static bool name_matches(const char *name, const char *prefix, enum regex_type type,
			 const char *search)
{
	size_t len = strlen(search), name_len = strlen(name);
	bool matches;

	switch (type) {
	case MATCH_FULL:
		matches = !strcmp(name, search);
		break;
	case MATCH_FRONT_ONLY:
		matches = !strncmp(name, search, len);
		break;
	case MATCH_MIDDLE_ONLY:
		matches = strstr(name, search);
		break;
	case MATCH_END_ONLY:
		matches = name_len >= len && !strcmp(name + name_len - len, search);
		break;
	case MATCH_GLOB:
		matches = glob_match(search, name);
		break;
	default:
		matches = false;
	}

	return matches || (prefix && str_has_prefix(name, prefix) &&
			   name_matches(name + strlen(prefix), NULL, type, search));
}

/* ftrace's word for a function by its place in available_filter_functions, from 1 */
static bool number_matches(unsigned int nr, const char *search)
{
	long number;

	return !kstrtol(search, 0, &number) && number == nr + 1L;
}

/*
 * A word that is written: which functions it means, and whether they are to be in the set or, with
 * an exclamation mark, no longer. ftrace's commands for functions (after a colon) are for its own.
 */
static int take_word(struct functions_file *file, char *word)
{
	const struct remote_trace *remote = file->remote;
	char name[KSYM_SYMBOL_LEN], *search;
	enum regex_type type;
	bool found = false;
	unsigned int i;
	int not;

	if (strchr(word, ':'))
		return -EINVAL;

	type = filter_parse_regex(word, strlen(word), &search, &not);

	for (i = 0; i < nr_functions(remote); i++) {
		if (type == MATCH_INDEX) {
			if (!number_matches(i, search))
				continue;
		} else {
			sprint_symbol_no_offset(name, (unsigned long)function_address(remote, i));
			if (!name_matches(name, remote->ops->functions->prefix, type, search))
				continue;
		}

		__assign_bit(i, file->set, !not);
		found = true;
	}

	return found ? 0 : -EINVAL;
}

static unsigned long *set_of(const struct functions_file *file)
{
	struct remote_trace_tracer *tracer = file->remote->tracer;

	return file->except ? tracer->except : tracer->filter;
}

static int functions_show(struct seq_file *m, void *unused)
{
	const struct functions_file *file = m->private;
	struct remote_trace *remote = file->remote;
	const unsigned long *set = set_of(file);
	unsigned int i;

	guard(mutex)(&remote->lock);

	if (bitmap_empty(set, nr_functions(remote)))
		seq_puts(m, file->except ? "#### no functions disabled ####\n" :
					    "#### all functions enabled ####\n");

	for_each_set_bit(i, set, nr_functions(remote))
		seq_printf(m, "%ps\n", function_address(remote, i));

	return 0;
}

static void free_file(struct functions_file *file)
{
	if (file->set)
		trace_parser_put(&file->parser);
	bitmap_free(file->set);
	kfree(file);
}

/* What is there is what a writer begins from, unless it is to be forgotten */
static int begin_writing(struct functions_file *file, bool truncate)
{
	struct remote_trace *remote = file->remote;

	if (trace_parser_get_init(&file->parser, MAX_WORD))
		return -ENOMEM;

	file->set = bitmap_zalloc(nr_functions(remote), GFP_KERNEL);
	if (!file->set) {
		trace_parser_put(&file->parser);
		return -ENOMEM;
	}

	if (!truncate) {
		guard(mutex)(&remote->lock);
		bitmap_copy(file->set, set_of(file), nr_functions(remote));
	}

	return 0;
}

static int functions_open(struct inode *inode, struct file *filp, bool except)
{
	const struct remote_trace_scope *scope = inode->i_private;
	struct functions_file *file;
	int ret;

	ret = tracing_check_open_get_tr(NULL);
	if (ret)
		return ret;

	file = kzalloc(sizeof(*file), GFP_KERNEL);
	if (!file)
		return -ENOMEM;

	file->remote = scope->remote;
	file->except = except;
	if (filp->f_mode & FMODE_WRITE)
		ret = begin_writing(file, filp->f_flags & O_TRUNC);
	ret = ret ?: single_open(filp, functions_show, file);
	if (ret)
		free_file(file);

	return ret;
}

static int set_ftrace_filter_open(struct inode *inode, struct file *filp)
{
	return functions_open(inode, filp, false);
}

static int set_ftrace_notrace_open(struct inode *inode, struct file *filp)
{
	return functions_open(inode, filp, true);
}

/* As in ftrace, one word of what is written at a time: the caller comes again with the rest */
static ssize_t functions_write(struct file *filp, const char __user *ubuf, size_t cnt, loff_t *ppos)
{
	struct seq_file *m = filp->private_data;
	struct functions_file *file = m->private;
	struct trace_parser *parser = &file->parser;
	ssize_t done;
	int ret = 0;

	if (!cnt)
		return 0;

	guard(mutex)(&m->lock);

	done = trace_get_user(parser, ubuf, cnt, ppos);
	if (done >= 0 && trace_parser_loaded(parser) && !trace_parser_cont(parser)) {
		ret = take_word(file, parser->buffer);
		trace_parser_clear(parser);
	}

	return ret ?: done;
}

/* As in ftrace, what has been written holds when the file is closed, all at once */
static int functions_release(struct inode *inode, struct file *filp)
{
	struct seq_file *m = filp->private_data;
	struct functions_file *file = m->private;
	struct remote_trace *remote = file->remote;

	if (file->set) {
		/* A word with nothing behind it */
		if (trace_parser_loaded(&file->parser)) {
			file->parser.buffer[file->parser.idx] = '\0';
			take_word(file, file->parser.buffer);
		}

		guard(mutex)(&remote->lock);
		bitmap_copy(set_of(file), file->set, nr_functions(remote));
		if (remote->tracer->on)
			apply(remote);
	}

	free_file(file);

	return single_release(inode, filp);
}

static const struct file_operations set_ftrace_filter_fops = {
	.open		= set_ftrace_filter_open,
	.read		= seq_read,
	.write		= functions_write,
	.llseek		= tracing_lseek,
	.release	= functions_release,
};

static const struct file_operations set_ftrace_notrace_fops = {
	.open		= set_ftrace_notrace_open,
	.read		= seq_read,
	.write		= functions_write,
	.llseek		= tracing_lseek,
	.release	= functions_release,
};

static const struct remote_trace_file function_files[] = {
	{ "available_filter_functions",	TRACE_MODE_READ,	&available_filter_functions_fops },
	{ "available_tracers",		TRACE_MODE_READ,	&available_tracers_fops },
	{ "set_ftrace_filter",		TRACE_MODE_WRITE,	&set_ftrace_filter_fops },
	{ "set_ftrace_notrace",		TRACE_MODE_WRITE,	&set_ftrace_notrace_fops },
	{ }
};

/**
 * remote_trace_create_functions - create the files about a remote's functions, if it has any
 * @remote:	which
 * @dir:	where
 *
 * Return: 0, or -ENOMEM and some of the files may be there.
 */
int remote_trace_create_functions(struct remote_trace *remote, struct dentry *dir)
{
	return remote->tracer ? remote_trace_create_files(function_files, dir, &remote->scope) : 0;
}
