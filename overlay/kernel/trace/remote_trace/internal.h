/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of remote_trace/ share. Remotes see <linux/remote_trace.h> only, and what is above
 * the line sees core.h and merge.h only.
 *
 *	core.c		the state: loaded, tracing, events
 *	rings.c		the rings' memory, and their readers' way to the remote
 *	switch.c	tracing that the remote switches by itself
 *	busy.c		asking the remote whether its CPUs are busy
 *	merge.c		all CPUs' events in the order of time
 *	cursor.c	the ways to go through a CPU's events
 *	----
 *	register.c	what a remote is made of
 *	tree.c		the tree: where the files are
 *	files.c		the small files that control the remote
 *	stats.c		counters
 *	functions.c	which of the remote's functions are traced; functions.h has more of that
 *	tracer.c	the current tracer, and what becomes of each function
 *	graph.c		a graph of functions as text
 *	accounts.c	what the remote counts by itself, and accounts_table.c tables of that
 *	events.c	the tree below events/
 *	filter.c	which of an event's records are wanted; filter.h has more of that
 *	trigger.c	what is done when an event happens
 *	error_log.c	what has been written wrong
 *	select.c	events by name
 *	pids.c		on whose behalf
 *	cpumask.c	on which CPUs
 *	host.c		the events among the host's own
 *	boot.c		what the command line says
 *	dmesg.c		events to the kernel log
 *	dump.c		the newest events when the kernel panics
 *	wait.c		waiting for news
 *	news.c		being told of it
 *	pipe.c		trace_pipe: text
 *	take.c		pages, consumed
 *	raw.c		trace_pipe_raw: pages
 *	map.c		the same, mapped
 *	trace.c		trace: looking without consuming
 *	text.c		an event as a line of text
 *	printf.c	the part of it that the remote prints
 *	stack.c		call stacks
 *	bprint.c	likewise, in words that came with the event
 */
#ifndef _KERNEL_REMOTE_TRACE_INTERNAL_H
#define _KERNEL_REMOTE_TRACE_INTERNAL_H

#include <linux/fs.h>
#include <linux/seq_file.h>
#include <linux/trace_seq.h>

#include <uapi/linux/remote_trace_mmap.h>

#include "core.h"

/**
 * struct remote_trace_file - an entry of a table of files
 * @name:	its name; NULL ends the table
 * @mode:	its permissions
 * @fops:	its operations
 */
struct remote_trace_file {
	const char			*name;
	umode_t				mode;
	const struct file_operations	*fops;
};

/* tree.c */
int remote_trace_create_trees(struct remote_trace *remote);
int remote_trace_create_files(const struct remote_trace_file *files, struct dentry *dir,
			      void *data);
bool remote_trace_below_remotes(const struct file *filp);

/* files.c */
extern const struct remote_trace_file remote_trace_control_files[];
extern const struct remote_trace_file remote_trace_option_files[];
int remote_trace_open_text(struct inode *inode, struct file *filp,
			   int (*show)(struct seq_file *m, void *unused));
ssize_t remote_trace_write_text(struct file *filp, const char __user *ubuf, size_t cnt,
				loff_t *ppos, int (*store)(void *data, char *text));
ssize_t remote_trace_read_value(struct file *filp, char __user *ubuf, size_t cnt, loff_t *ppos,
				void (*show)(struct trace_seq *s, void *data));
ssize_t remote_trace_write_number(struct file *filp, const char __user *ubuf, size_t cnt,
				  loff_t *ppos, int (*store)(void *data, unsigned long value));
int remote_trace_parse_switch(const char *text, bool *on);

/* What is written to a file goes to <name>_store() */
#define REMOTE_TRACE_WRITE_FN(_name)							\
static ssize_t _name ## _write(struct file *filp, const char __user *ubuf, size_t cnt,	\
			       loff_t *ppos)						\
{											\
	return remote_trace_write_text(filp, ubuf, cnt, ppos, _name ## _store);		\
}

/* A file that <name>_show() prints */
#define REMOTE_TRACE_OPEN_FN(_name)							\
static int _name ## _open(struct inode *inode, struct file *filp)			\
{											\
	return remote_trace_open_text(inode, filp, _name ## _show);			\
}

#define REMOTE_TRACE_FILE_RO(_name)							\
REMOTE_TRACE_OPEN_FN(_name)								\
static const struct file_operations _name ## _fops = {					\
	.open		= _name ## _open,						\
	.read		= seq_read,							\
	.llseek		= seq_lseek,							\
	.release	= single_release,						\
}

/* ... and <name>_store() takes */
#define REMOTE_TRACE_FILE_RW(_name)							\
REMOTE_TRACE_OPEN_FN(_name)								\
REMOTE_TRACE_WRITE_FN(_name)								\
static const struct file_operations _name ## _fops = {					\
	.open		= _name ## _open,						\
	.read		= seq_read,							\
	.write		= _name ## _write,						\
	.llseek		= seq_lseek,							\
	.release	= single_release,						\
}

/*
 * A file that <name>_show() prints into a struct trace_seq whenever it is read. It seeks by
 * _llseek, as ftrace's file of that name does.
 */
#define REMOTE_TRACE_READ_FN(_name)							\
static ssize_t _name ## _read(struct file *filp, char __user *ubuf, size_t cnt,		\
			      loff_t *ppos)						\
{											\
	return remote_trace_read_value(filp, ubuf, cnt, ppos, _name ## _show);		\
}

#define REMOTE_TRACE_VALUE_RO(_name, _llseek)						\
REMOTE_TRACE_READ_FN(_name)								\
static const struct file_operations _name ## _fops = {					\
	.open		= tracing_open_generic,						\
	.read		= _name ## _read,						\
	.llseek		= _llseek,							\
}

/* ... and where _write, one of the functions above, gives what is written to <name>_store() */
#define REMOTE_TRACE_VALUE_RW(_name, _llseek, _write)					\
REMOTE_TRACE_READ_FN(_name)								\
static ssize_t _name ## _write(struct file *filp, const char __user *ubuf, size_t cnt,	\
			       loff_t *ppos)						\
{											\
	return _write(filp, ubuf, cnt, ppos, _name ## _store);				\
}											\
static const struct file_operations _name ## _fops = {					\
	.open		= tracing_open_generic,						\
	.read		= _name ## _read,						\
	.write		= _name ## _write,						\
	.llseek		= _llseek,							\
}

/* stats.c */
extern const struct remote_trace_feature remote_trace_stats_feature;
extern const struct file_operations remote_trace_stats_fops;
void remote_trace_stats(struct remote_trace_cpu *tcpu, struct remote_ring_stats *ring,
			struct remote_trace_counters *counters);

/* accounts.c */
int remote_trace_create_accounts(struct remote_trace *remote, struct dentry *parent);

/* events.c */
int remote_trace_create_events(struct remote_trace *remote, struct dentry *parent);

/* filter.c */
extern const struct file_operations remote_trace_filter_fops;
extern const struct file_operations remote_trace_system_filter_fops;

int remote_trace_filter_read(const struct remote_trace_event_set *set, const char *text,
			     struct remote_filter *program);

/* trigger.c */
extern const struct file_operations remote_trace_trigger_fops;
bool remote_trace_has_triggers(const struct remote_trace *remote, unsigned int event);

/* switch.c */
extern const struct remote_trace_feature remote_trace_switch_feature;
void remote_trace_init_switches(struct remote_trace *remote);
void remote_trace_watch_switches(struct remote_trace *remote);
void remote_trace_hear_switches(struct remote_trace *remote);

/* error_log.c */
extern const struct remote_trace_file remote_trace_error_files[];
void remote_trace_log_error(struct remote_trace *remote, const char *where, const char *command,
			    const char *what, u16 pos);

/* select.c */
extern const struct remote_trace_file remote_trace_select_files[];
int remote_trace_select_word(struct remote_trace *remote, char *word);

/* pids.c */
extern const struct file_operations remote_trace_pids_fops;
extern const struct file_operations remote_trace_no_pids_fops;
int remote_trace_pids_follow(struct remote_trace *remote, bool on);

/* cpumask.c */
int remote_trace_create_cpumask(struct remote_trace *remote, struct dentry *dir);

/* boot.c */
void remote_trace_boot(struct remote_trace *remote);

/* dmesg.c */
extern const struct remote_trace_feature remote_trace_dmesg_feature;
extern const struct remote_trace_file remote_trace_dmesg_files[];
int remote_trace_set_dmesg(struct remote_trace *remote, const char *text);

/* dump.c */
extern const struct remote_trace_file remote_trace_dump_files[];
int remote_trace_set_dump(struct remote_trace *remote, const char *text);

/* host.c */
void remote_trace_init_host(struct remote_trace *remote);

/* pipe.c */
extern const struct file_operations remote_trace_pipe_fops;

/* take.c */
bool remote_trace_take_has_whole(struct remote_trace_cpu *tcpu);
u32 remote_trace_take_spares(const struct remote_trace_cpu *tcpu, u32 max, bool mapped);
u32 remote_trace_take_pages(struct remote_trace_cpu *tcpu, struct page **pages, u32 max,
			    bool whole);
bool remote_trace_take_copy(struct remote_trace_cpu *tcpu, struct page *copy, bool whole);

/* raw.c */
extern const struct file_operations remote_trace_raw_fops;

/**
 * struct remote_trace_mapped - an open file's pages of a ring that is mapped
 * @held:	those it has, of the reader's, a bit for each: in remote_trace_cpu::map_held, too
 * @nr:		those that it is still to be told of; may be compared with 0 without a lock
 * @next:	where these begin in @pages
 * @pages:	what it is told
 */
struct remote_trace_mapped {
	u32				held;
	u32				nr;
	u32				next;
	struct remote_trace_mapped_page	pages[REMOTE_RING_MAX_READERS];
};

/* map.c */
extern const struct remote_trace_feature remote_trace_map_feature;
int remote_trace_map(struct remote_trace_cpu *tcpu, struct vm_area_struct *vma);
int remote_trace_map_next(struct remote_trace_cpu *tcpu);
int remote_trace_map_pages(struct remote_trace_cpu *tcpu, struct remote_trace_mapped *mapped,
			   u32 max, struct remote_trace_get_pages __user *user);
void remote_trace_map_release(struct remote_trace_cpu *tcpu, struct remote_trace_mapped *mapped);

/* wait.c */
extern const struct remote_trace_feature remote_trace_wait_feature;
void remote_trace_init_waiters(struct remote_trace *remote);
void remote_trace_wake_waiters(struct remote_trace *remote);
bool remote_trace_empty(const struct remote_trace_scope *scope);
int remote_trace_wait(const struct remote_trace_scope *scope, bool much,
		      bool (*stop)(const void *data), const void *data);
int remote_trace_pause(unsigned int us);
__poll_t remote_trace_poll(struct file *filp, struct poll_table_struct *table,
			   const struct remote_trace_scope *scope, bool much);
u64 remote_trace_written(struct remote_trace *remote);
void remote_trace_follow(struct remote_trace *remote, u64 written);

/* Does anybody in the queue want to be told? */
static inline bool remote_trace_queue_asks(struct remote_trace_queue *queue)
{
	/* See anybody_asks() of wait.c for the barrier */
	return READ_ONCE(queue->asked) && waitqueue_active(&queue->head);
}

/* news.c */
int remote_trace_listen(const struct remote_trace_scope *scope, struct remote_trace_queue *queue);
int remote_trace_listen_all(struct remote_trace *remote);
int remote_trace_listen_switch(struct remote_trace *remote);

struct remote_trace_cursor;
struct remote_trace_graph;

/**
 * struct remote_trace_text - lines on their way to the user
 * @seq:	the lines
 * @tmp:	scratch space of the events' print functions
 * @secs_start:	microseconds, when the second that @secs_text is about begins
 * @secs_len:	characters in @secs_text, 0 at first
 * @secs_text:	that second as a line shows it: successive lines mostly share it
 * @graph:	what it takes to print graphs, NULL if there are none
 */
struct remote_trace_text {
	struct trace_seq	seq;
	struct trace_seq	tmp;
	u64			secs_start;
	unsigned int		secs_len;
	char			secs_text[24];
	struct remote_trace_graph *graph;
};

/* stack.c */
int remote_trace_stack_set(struct remote_trace *remote, bool on);
bool remote_trace_stack_print(struct trace_seq *seq, const struct remote_ring_event *event,
			      unsigned int id);

/* trace.c */
extern const struct file_operations remote_trace_trace_fops;

/* text.c */
bool remote_trace_print(struct remote_trace_text *text, const struct remote_trace_cursor *cursor);

#endif /* _KERNEL_REMOTE_TRACE_INTERNAL_H */
