// SPDX-License-Identifier: GPL-2.0
/*
 * dump_on_panic of a remote: when the kernel panics, because the remote did or for a reason of its
 * own, the newest events of each CPU go to the kernel log.
 *
 * By then the other CPUs have been stopped wherever they were, and the remote may be dead. So
 * nothing is allocated, no lock is taken and the remote is not called: what is read are pages of
 * the kernel's own and its account of them (see remote_ring/dump.c), from when they are ready to
 * when they begin to go (remote_trace::readable).
 *
 * What it needs is allocated when it is first switched on, and stays.
 */
#include <linux/cleanup.h>
#include <linux/kstrtox.h>
#include <linux/nmi.h>
#include <linux/notifier.h>
#include <linux/panic_notifier.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "../trace.h"
#include "functions.h"
#include "internal.h"
#include "merge.h"

/* What a 1 means, and the most that can be asked for */
#define DEFAULT_LINES	32
#define MAX_LINES	10000

/**
 * struct remote_trace_dump - what it takes to dump a remote
 * @remote:	which
 * @next:	in the list of all
 * @lines:	as set; may be read and written at any time
 * @text:	the line that is printed
 * @merge:	where it is
 */
struct remote_trace_dump {
	struct remote_trace		*remote;
	struct remote_trace_dump	*next;
	unsigned int			lines;
	struct remote_trace_text	text;
	struct remote_trace_merge	*merge;
};

/* Only ever grows, at its front; below remote_trace::lock, but nobody needs it to read */
static DEFINE_MUTEX(dumps_lock);
static struct remote_trace_dump *dumps;

static void dump_event(struct remote_trace_dump *dump, const struct remote_trace_cursor *cursor)
{
	struct trace_seq *seq = &dump->text.seq;

	trace_seq_init(seq);
	remote_trace_print(&dump->text, cursor);
	pr_emerg("%s: %.*s", dump->remote->name, (int)trace_seq_used(seq), seq->buffer);
	/* The console may be slow */
	touch_nmi_watchdog();
}

static void dump_remote(struct remote_trace_dump *dump)
{
	struct remote_trace *remote = dump->remote;
	unsigned int lines = READ_ONCE(dump->lines);
	struct remote_trace_merge *merge = dump->merge;
	const struct remote_trace_cursor *cursor;
	u64 nr = 0, bad = 0;
	unsigned int i;

	if (!lines)
		return;
	if (lines == 1)
		lines = DEFAULT_LINES;

	/* Pairs with the smp_store_release() in remote_trace_load() */
	if (!smp_load_acquire(&remote->readable)) {
		pr_emerg("%s: no last words: its rings are not loaded\n", remote->name);
		return;
	}

	pr_emerg("%s: last words: the newest events of each CPU, %u at the most\n", remote->name,
		 lines);
	merge->lines = lines;
	remote_trace_merge_begin(merge, U64_MAX, false);
	for (; (cursor = remote_trace_merge_first(merge)); nr++) {
		dump_event(dump, cursor);
		remote_trace_graph_next(&dump->text, merge);
	}

	for (i = 0; i < merge->nr; i++)
		bad += merge->cursors[i].dump.walk.bad_pages;
	if (bad)
		pr_emerg("%s: %llu pages made no sense\n", remote->name, bad);
	pr_emerg("%s: end of last words, %llu events\n", remote->name, nr);
}

static int dump_panic(struct notifier_block *self, unsigned long unused, void *text)
{
	struct remote_trace_dump *dump;
	static bool begun;

	/* If it is this that panics, once is enough; there is one CPU left */
	if (begun)
		return NOTIFY_DONE;
	begun = true;

	/* Pairs with the smp_store_release() in dump_alloc() */
	for (dump = smp_load_acquire(&dumps); dump; dump = dump->next)
		dump_remote(dump);

	return NOTIFY_DONE;
}

/* Next to the panic's own words, and when ftrace prints its */
static struct notifier_block dump_notifier = {
	.notifier_call	= dump_panic,
	.priority	= INT_MAX - 1,
};

static struct remote_trace_dump *dump_alloc(struct remote_trace *remote)
{
	struct remote_trace_dump *dump = kvzalloc(sizeof(*dump), GFP_KERNEL);

	if (!dump)
		return NULL;

	dump->remote = remote;
	dump->merge = remote_trace_merge_alloc(&remote->scope, &remote_trace_dumping);
	if (!dump->merge || remote_trace_graph_alloc(&dump->text, remote)) {
		remote_trace_merge_free(dump->merge);
		kvfree(dump);
		return NULL;
	}

	guard(mutex)(&dumps_lock);

	if (!dumps)
		atomic_notifier_chain_register(&panic_notifier_list, &dump_notifier);
	dump->next = dumps;
	/* Pairs with the smp_load_acquire() in dump_panic() */
	smp_store_release(&dumps, dump);

	return dump;
}

/**
 * remote_trace_set_dump - say what shall be printed when the kernel panics
 * @remote:	which remote's events
 * @text:	lines a CPU, 0 for nothing and 1 for as many as are usual
 *
 * Return: 0 or a negative error.
 */
int remote_trace_set_dump(struct remote_trace *remote, const char *text)
{
	unsigned int lines;
	int ret;

	ret = kstrtouint(text, 10, &lines);
	if (ret)
		return ret;
	if (lines > MAX_LINES)
		return -EINVAL;

	guard(mutex)(&remote->lock);

	if (lines && !remote->dump)
		remote->dump = dump_alloc(remote);
	if (remote->dump)
		WRITE_ONCE(remote->dump->lines, lines);

	return lines && !remote->dump ? -ENOMEM : 0;
}

static int dump_on_panic_show(struct seq_file *m, void *unused)
{
	const struct remote_trace_scope *scope = m->private;
	struct remote_trace *remote = scope->remote;

	guard(mutex)(&remote->lock);

	seq_printf(m, "%u\n", remote->dump ? remote->dump->lines : 0);

	return 0;
}

static int dump_on_panic_store(void *data, char *text)
{
	struct remote_trace_scope *scope = data;

	return remote_trace_set_dump(scope->remote, text);
}

REMOTE_TRACE_FILE_RW(dump_on_panic);

/* About the remote as a whole */
const struct remote_trace_file remote_trace_dump_files[] = {
	{ "dump_on_panic",	TRACE_MODE_WRITE,	&dump_on_panic_fops },
	{ }
};
