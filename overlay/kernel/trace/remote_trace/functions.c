// SPDX-License-Identifier: GPL-2.0
/*
 * Which of a remote's functions are traced: sets of them, which are files that take ftrace's words.
 *
 * Functions have numbers here, and the names that kallsyms has for them.
 */
#include <linux/bitmap.h>
#include <linux/cleanup.h>
#include <linux/glob.h>
#include <linux/kallsyms.h>
#include <linux/kstrtox.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/tracefs.h>

#include "../trace.h"
#include "functions.h"
#include "internal.h"

/* The longest word that selects functions, as in ftrace */
#define MAX_WORD	(KSYM_SYMBOL_LEN + 4)

/**
 * struct set_file - the file of a set
 * @name:	its name
 * @empty:	what it says if there is nothing in the set
 * @graph:	it is about graphs: there ftrace takes no numbers, and no word that takes out
 *		nothing
 */
struct set_file {
	const char	*name;
	const char	*empty;
	bool		graph;
};

#define ALL_ENABLED	"#### all functions enabled ####\n"
#define NONE_DISABLED	"#### no functions disabled ####\n"

static const struct set_file set_files[] = {
	[REMOTE_TRACE_SET_FILTER]		= { "set_ftrace_filter", ALL_ENABLED },
	[REMOTE_TRACE_SET_NOTRACE]		= { "set_ftrace_notrace", NONE_DISABLED },
	[REMOTE_TRACE_SET_GRAPH]		= { "set_graph_function", ALL_ENABLED, true },
	[REMOTE_TRACE_SET_GRAPH_NOTRACE]	= { "set_graph_notrace", NONE_DISABLED, true },
};

/**
 * struct functions_file - an open file of a set
 * @set:	which
 * @parser:	words that come in parts
 * @bits:	what the set will be when the file is closed, NULL if it can only be read
 *
 * seq_file::lock serialises the writes.
 */
struct functions_file {
	struct remote_trace_function_set	*set;
	struct trace_parser			parser;
	unsigned long				*bits;
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
	unsigned int i, longs;
	unsigned long *bits;

	if (!remote->ops->functions || !nr_functions(remote))
		return 0;

	longs = BITS_TO_LONGS(nr_functions(remote));
	tracer = kzalloc(sizeof(*tracer) + REMOTE_TRACE_NR_SETS * longs * sizeof(long) +
			 nr_functions(remote), GFP_KERNEL);
	if (!tracer)
		return -ENOMEM;

	bits = (unsigned long *)(tracer + 1);
	for (i = 0; i < REMOTE_TRACE_NR_SETS; i++, bits += longs)
		tracer->sets[i] = (struct remote_trace_function_set) { remote, bits };
	tracer->wanted = (u8 *)bits;
	remote_trace_graph_init(tracer);
	remote->tracer = tracer;

	return 0;
}

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

static const struct set_file *file_of(const struct remote_trace_function_set *set)
{
	return &set_files[set - set->remote->tracer->sets];
}

/*
 * A word that is written: which functions it means, and whether they are to be in @bits or, with an
 * exclamation mark, no longer. ftrace's commands for functions (after a colon) are for its own.
 */
static int take_word(const struct remote_trace_function_set *set, unsigned long *bits, char *word)
{
	const struct remote_trace *remote = set->remote;
	bool graph = file_of(set)->graph, found = false;
	char name[KSYM_SYMBOL_LEN], *search;
	enum regex_type type;
	unsigned int i;
	int not;

	if (strchr(word, ':'))
		return -EINVAL;

	type = filter_parse_regex(word, strlen(word), &search, &not);

	for (i = 0; i < nr_functions(remote); i++) {
		if (type == MATCH_INDEX) {
			if (graph || !number_matches(i, search))
				continue;
		} else {
			sprint_symbol_no_offset(name, (unsigned long)function_address(remote, i));
			if (!name_matches(name, remote->ops->functions->prefix, type, search))
				continue;
		}

		found |= !graph || !not || test_bit(i, bits);
		__assign_bit(i, bits, !not);
	}

	return found ? 0 : -EINVAL;
}

static void exchange(const struct remote_trace_function_set *set, unsigned long *bits)
{
	unsigned int i;

	for (i = 0; i < BITS_TO_LONGS(nr_functions(set->remote)); i++)
		swap(set->bits[i], bits[i]);
}

/* What is in a set becomes @bits, and with it what is traced. After an error nothing has changed */
static int replace_set(const struct remote_trace_function_set *set, unsigned long *bits)
{
	struct remote_trace *remote = set->remote;
	int ret;

	lockdep_assert_held(&remote->lock);

	exchange(set, bits);
	ret = remote_trace_tracer_apply(remote);
	if (ret) {
		exchange(set, bits);
		remote_trace_tracer_apply(remote);
	}

	return ret;
}

/**
 * remote_trace_add_functions - add to a set of functions
 * @remote:	any remote
 * @which:	the set
 * @word:	as the set's file takes it
 *
 * Return: 0; -EINVAL if it means no function, or @remote has none; another negative error.
 */
int remote_trace_add_functions(struct remote_trace *remote, enum remote_trace_set which,
			       const char *word)
{
	struct remote_trace_tracer *tracer = remote->tracer;
	unsigned long *bits;
	char *copy;
	int ret;

	if (!tracer || !*word || strlen(word) >= MAX_WORD)
		return -EINVAL;

	copy = kstrdup(word, GFP_KERNEL);
	bits = bitmap_alloc(nr_functions(remote), GFP_KERNEL);
	ret = copy && bits ? 0 : -ENOMEM;
	if (!ret) {
		guard(mutex)(&remote->lock);
		bitmap_copy(bits, tracer->sets[which].bits, nr_functions(remote));
		ret = take_word(&tracer->sets[which], bits, copy) ?:
		      replace_set(&tracer->sets[which], bits);
	}
	bitmap_free(bits);
	kfree(copy);

	return ret;
}

static int set_show(struct seq_file *m, void *unused)
{
	const struct functions_file *file = m->private;
	const struct remote_trace_function_set *set = file->set;
	struct remote_trace *remote = set->remote;
	unsigned int i;

	guard(mutex)(&remote->lock);

	if (bitmap_empty(set->bits, nr_functions(remote)))
		seq_puts(m, file_of(set)->empty);

	for_each_set_bit(i, set->bits, nr_functions(remote))
		seq_printf(m, "%ps\n", function_address(remote, i));

	return 0;
}

static void free_file(struct functions_file *file)
{
	if (file->bits)
		trace_parser_put(&file->parser);
	bitmap_free(file->bits);
	kfree(file);
}

/* What is there is what a writer begins from, unless it is to be forgotten */
static int begin_writing(struct functions_file *file, bool truncate)
{
	struct remote_trace *remote = file->set->remote;

	if (trace_parser_get_init(&file->parser, MAX_WORD))
		return -ENOMEM;

	file->bits = bitmap_zalloc(nr_functions(remote), GFP_KERNEL);
	if (!file->bits) {
		trace_parser_put(&file->parser);
		return -ENOMEM;
	}

	if (!truncate) {
		guard(mutex)(&remote->lock);
		bitmap_copy(file->bits, file->set->bits, nr_functions(remote));
	}

	return 0;
}

static int set_open(struct inode *inode, struct file *filp)
{
	struct functions_file *file;
	int ret;

	ret = tracing_check_open_get_tr(NULL);
	if (ret)
		return ret;

	file = kzalloc(sizeof(*file), GFP_KERNEL);
	if (!file)
		return -ENOMEM;

	file->set = inode->i_private;
	if (filp->f_mode & FMODE_WRITE)
		ret = begin_writing(file, filp->f_flags & O_TRUNC);
	ret = ret ?: single_open(filp, set_show, file);
	if (ret)
		free_file(file);

	return ret;
}

/* As in ftrace, one word of what is written at a time: the caller comes again with the rest */
static ssize_t set_write(struct file *filp, const char __user *ubuf, size_t cnt, loff_t *ppos)
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
		ret = take_word(file->set, file->bits, parser->buffer);
		trace_parser_clear(parser);
	}

	return ret ?: done;
}

/* As in ftrace, what has been written holds when the file is closed, all at once */
static int set_release(struct inode *inode, struct file *filp)
{
	struct seq_file *m = filp->private_data;
	struct functions_file *file = m->private;

	if (file->bits) {
		/* A word with nothing behind it */
		if (trace_parser_loaded(&file->parser)) {
			file->parser.buffer[file->parser.idx] = '\0';
			take_word(file->set, file->bits, file->parser.buffer);
		}

		guard(mutex)(&file->set->remote->lock);
		replace_set(file->set, file->bits);
	}

	free_file(file);

	return single_release(inode, filp);
}

static const struct file_operations set_fops = {
	.open		= set_open,
	.read		= seq_read,
	.write		= set_write,
	.llseek		= tracing_lseek,
	.release	= set_release,
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
	unsigned int i;

	if (!remote->tracer)
		return 0;

	for (i = 0; i < REMOTE_TRACE_NR_SETS; i++) {
		if (!tracefs_create_file(set_files[i].name, TRACE_MODE_WRITE, dir,
					 &remote->tracer->sets[i], &set_fops))
			return -ENOMEM;
	}

	if (!tracefs_create_file("available_filter_functions", TRACE_MODE_READ, dir,
				 &remote->scope, &available_filter_functions_fops))
		return -ENOMEM;

	return remote_trace_create_files(remote_trace_tracer_files, dir, &remote->scope);
}
