/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of trace_remote*.c share. Remotes see <linux/trace_remote.h> only.
 *
 *	trace_remote.c		registration, and the state: loaded, tracing, events
 *	trace_remote_rings.c	the rings' memory, and their readers' way to the remote
 *	trace_remote_tree.c	the tree: where the files are
 *	trace_remote_files.c	the small files that control the remote
 *	trace_remote_stats.c	counters
 *	trace_remote_events.c	the tree below events/
 *	trace_remote_select.c	events by name
 *	trace_remote_host.c	the events among the host's own
 *	trace_remote_boot.c	what the command line says
 *	trace_remote_dmesg.c	events to the kernel log
 *	trace_remote_dump.c	the newest events when the kernel panics
 *	trace_remote_wait.c	waiting for news
 *	trace_remote_pipe.c	trace_pipe: text
 *	trace_remote_raw.c	trace_pipe_raw: pages
 *	trace_remote_map.c	the same, mapped
 *	trace_remote_trace.c	trace: looking without consuming
 *	trace_remote_heap.h	CPUs in the order of their next events' time
 *	trace_remote_merge.c	all CPUs' events in the order of time
 *	trace_remote_text.c	an event as a line of text
 *	trace_remote_printf.c	the part of it that the remote prints
 *	trace_remote_stack.c	call stacks
 *	trace_remote_bprint.c	likewise, in words that came with the event
 *
 * Lock order, outermost first:
 *
 *	trace_remote_pipe::lock		one open trace_pipe: its text buffer; the same are
 *					trace_remote_raw::lock, and seq_file::lock for a trace;
 *					splice has the lock of the pipe it fills instead, and
 *					mmap has mmap_lock, which is next
 *	event_mutex			ftrace's: switching one of our events there
 *	trace_remote::lock		control: everything that changes what is loaded or traced
 *	trace_remote::merge_lock	one reader of all CPUs at a time; whoever holds it may take
 *					several of the next
 *	trace_remote_cpu::lock		one CPU's ring: its reader, the remote's swap, reset, sync
 *
 * User memory is never touched below the outermost ones. An open file keeps the rings loaded, so
 * that reading needs no trace_remote::lock; only a trace opened while nothing was loaded takes it.
 * The watch timer takes none of them, the dmesg work only the last. A panic is another world:
 * trace_remote_dump.c.
 */
#ifndef _KERNEL_TRACE_REMOTE_INTERNAL_H
#define _KERNEL_TRACE_REMOTE_INTERNAL_H

#include <linux/cpumask.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/remote_ring_reader.h>
#include <linux/seq_file.h>
#include <linux/timer.h>
#include <linux/trace_remote.h>
#include <linux/trace_seq.h>
#include <linux/wait.h>

#define TRACE_REMOTE_ALL_CPUS	(-1)

struct trace_buffer_meta;
struct trace_remote;
struct trace_remote_dmesg;
struct trace_remote_dump;

/**
 * struct trace_remote_scope - the CPUs a file is about, its i_private
 * @remote:	whose
 * @cpu:	one CPU or TRACE_REMOTE_ALL_CPUS
 */
struct trace_remote_scope {
	struct trace_remote	*remote;
	int			cpu;
};

static inline const struct cpumask *trace_remote_scope_mask(const struct trace_remote_scope *scope)
{
	return scope->cpu == TRACE_REMOTE_ALL_CPUS ? cpu_possible_mask : cpumask_of(scope->cpu);
}

/**
 * struct trace_remote_event_set - the events an enable file is about, its i_private
 * @remote:	whose
 * @first:	number of the first of them
 * @nr:		how many
 * @host_users:	of one event: how many of the host's own switches of it are on
 */
struct trace_remote_event_set {
	struct trace_remote	*remote;
	unsigned int		first;
	unsigned int		nr;
	unsigned int		host_users;	/* event_mutex */
};

/**
 * struct trace_remote_counters - what became of events
 * @overrun:	overwritten before they were read
 * @dropped:	never written for want of room
 * @read:	read
 */
struct trace_remote_counters {
	u64	overrun;
	u64	dropped;
	u64	read;
};

/**
 * struct trace_remote_cpu - one possible CPU's ring
 * @scope:	this CPU
 * @tag:	how this CPU's lines begin: "[007]\t"
 * @tag_len:	characters in @tag
 * @lock:	serialises all that follows down to @settled, and the remote's swap, reset, sync
 * @reader:	valid while the remote is loaded, as the next two
 * @ids:	what @reader keeps account in
 * @start:	counters when they were last said to be 0
 * @start_event: number of the event that was next then
 * @kept:	counters as they were when the remote was unloaded; serialised by the remote's
 *		lock
 * @map:	what those see who map the ring, NULL if nobody has
 * @settled:	in a merge: nothing older than the horizon is still to be published
 * @waiters:	readers and pollers of this CPU's files
 * @full_waiters: readers that wait for much
 * @seen_tail:	the last page that the watch saw being written
 * @seen_empty:	jiffies when there was nothing to read
 */
struct trace_remote_cpu {
	struct trace_remote_scope	scope;
	char				tag[16];
	unsigned int			tag_len;
	struct mutex			lock;	/* innermost */
	struct remote_ring_reader	reader;
	u32				*ids;
	struct trace_remote_counters	start;
	u64				start_event;
	struct trace_remote_counters	kept;
	struct trace_buffer_meta	*map;
	bool				settled;

	wait_queue_head_t		waiters;
	wait_queue_head_t		full_waiters;
	u64				seen_tail;
	unsigned long			seen_empty;
};

/**
 * struct trace_remote - a registered remote
 * @name:	as registered, and the next four
 * @ops:	...
 * @priv:	...
 * @events:	...
 * @nr_events:	...
 * @list:	in the list of all remotes
 * @event_sets:	one for each event, then one for all of them
 * @event_ids:	@events by event id, starting from @first_id; NULL where the id is not ours
 * @first_id:	lowest id of @events
 * @nr_ids:	entries in @event_ids
 * @scope:	all CPUs
 * @cpus:	by CPU, valid for possible CPUs
 * @merge_lock:	see the lock order above
 * @waiters:	readers and pollers of all CPUs
 * @watch:	looks for news in the rings while there are waiters
 * @last_page:	jiffies when it last found that a page had been begun
 * @last_look:	jiffies when it last looked
 * @buffer_percent: how much of a ring is much; may be set at any time
 * @dead:	the remote has answered -EIO, and will for ever
 * @readable:	the readers of the CPUs are valid; true only while the remote is loaded. For those
 *		who can take no lock, because the kernel panics
 * @lock:	serialises all that follows
 * @enabled:	events that are on
 * @announced:	the remote has been told of those that are on from the start
 * @overwrite:	a full ring overwrites the oldest events; may be read without @lock
 * @stacktrace:	events are followed by the call stack they come from; may be read without @lock
 * @size_kb:	data each ring has room for
 * @nr_users:	open files that need what is loaded
 * @tracing_on:	the remote takes events; may be read without @lock
 * @dmesg:	sends events to the kernel log, NULL if that is off; whether it is may be read
 *		without @lock
 * @dump:	prints the newest events on a panic, NULL if that has never been on
 * @rings:	the memory, NULL while the remote is not loaded
 * @layout:	of each of @rings
 */
struct trace_remote {
	const char				*name;
	const struct trace_remote_ops		*ops;
	void					*priv;
	const struct trace_remote_event		*events;
	unsigned int				nr_events;
	struct list_head			list;

	struct trace_remote_event_set		*event_sets;
	const struct trace_remote_event		**event_ids;
	unsigned int				first_id;
	unsigned int				nr_ids;

	struct trace_remote_scope		scope;
	struct trace_remote_cpu			*cpus;

	struct mutex				merge_lock;	/* below @lock */
	wait_queue_head_t			waiters;
	struct timer_list			watch;
	unsigned long				last_page;
	unsigned long				last_look;
	unsigned int				buffer_percent;
	bool					dead;
	bool					readable;

	struct mutex				lock;	/* of all that follows */
	unsigned long				*enabled;
	bool					announced;
	bool					overwrite;
	bool					stacktrace;
	u64					size_kb;
	unsigned int				nr_users;
	bool					tracing_on;
	struct trace_remote_dmesg		*dmesg;
	struct trace_remote_dump		*dump;
	struct trace_remote_ring		*rings;
	struct trace_remote_layout		layout;
};

static inline bool trace_remote_loaded(const struct trace_remote *remote)
{
	lockdep_assert_held(&remote->lock);

	return remote->rings;
}

static inline const struct trace_remote_event *
trace_remote_find_event(const struct trace_remote *remote, unsigned int id)
{
	/* An id below the first wraps around and is too large */
	return id - remote->first_id < remote->nr_ids ? remote->event_ids[id - remote->first_id] :
							NULL;
}

/* trace_remote.c */
int trace_remote_set_tracing(struct trace_remote *remote, bool on);
int trace_remote_set_size(struct trace_remote *remote, u64 size_kb);
int trace_remote_set_overwrite(struct trace_remote *remote, bool on);
int trace_remote_set_events(const struct trace_remote_event_set *set, bool on);
int trace_remote_write_event(struct trace_remote *remote, u64 value);
int trace_remote_clear(const struct trace_remote_scope *scope);
int trace_remote_get(struct trace_remote *remote);
bool trace_remote_get_loaded(struct trace_remote *remote);
void trace_remote_put(struct trace_remote *remote);

/* trace_remote_rings.c */
int trace_remote_alloc_rings(struct trace_remote *remote);
void trace_remote_free_rings(struct trace_remote *remote);
int trace_remote_answer(struct trace_remote *remote, int ret);
int trace_remote_sync(void *priv, int cpu, u64 seq);
void trace_remote_init_readers(struct trace_remote *remote);

/**
 * struct trace_remote_file - an entry of a table of files
 * @name:	its name; NULL ends the table
 * @mode:	its permissions
 * @fops:	its operations
 */
struct trace_remote_file {
	const char			*name;
	umode_t				mode;
	const struct file_operations	*fops;
};

/* trace_remote_tree.c */
int trace_remote_create_trees(struct trace_remote *remote);
int trace_remote_create_files(const struct trace_remote_file *files, struct dentry *dir,
			      void *data);

/* trace_remote_files.c */
extern const struct trace_remote_file trace_remote_control_files[];
extern const struct trace_remote_file trace_remote_option_files[];
int trace_remote_open_text(struct inode *inode, struct file *filp,
			   int (*show)(struct seq_file *m, void *unused));
ssize_t trace_remote_write_text(struct file *filp, const char __user *ubuf, size_t cnt,
				loff_t *ppos, int (*store)(void *data, char *text));
int trace_remote_parse_switch(const char *text, bool *on);

/* What is written to a file goes to <name>_store() */
#define TRACE_REMOTE_WRITE_FN(_name)							\
static ssize_t _name ## _write(struct file *filp, const char __user *ubuf, size_t cnt,	\
			       loff_t *ppos)						\
{											\
	return trace_remote_write_text(filp, ubuf, cnt, ppos, _name ## _store);		\
}

/* A file that <name>_show() prints */
#define TRACE_REMOTE_FILE_RO(_name)							\
static int _name ## _open(struct inode *inode, struct file *filp)			\
{											\
	return trace_remote_open_text(inode, filp, _name ## _show);			\
}											\
static const struct file_operations _name ## _fops = {					\
	.open		= _name ## _open,						\
	.read		= seq_read,							\
	.llseek		= seq_lseek,							\
	.release	= single_release,						\
}

/* ... and <name>_store() takes */
#define TRACE_REMOTE_FILE_RW(_name)							\
TRACE_REMOTE_WRITE_FN(_name)								\
static int _name ## _open(struct inode *inode, struct file *filp)			\
{											\
	return trace_remote_open_text(inode, filp, _name ## _show);			\
}											\
static const struct file_operations _name ## _fops = {					\
	.open		= _name ## _open,						\
	.read		= seq_read,							\
	.write		= _name ## _write,						\
	.llseek		= seq_lseek,							\
	.release	= single_release,						\
}

/* trace_remote_stats.c */
extern const struct file_operations trace_remote_stats_fops;
void trace_remote_stats_start(struct trace_remote_cpu *tcpu);
void trace_remote_stats(struct trace_remote_cpu *tcpu, struct remote_ring_stats *ring,
			struct trace_remote_counters *counters);
void trace_remote_stats_keep(struct trace_remote_cpu *tcpu);

/* trace_remote_events.c */
int trace_remote_create_events(struct trace_remote *remote, struct dentry *parent);

/* trace_remote_select.c */
extern const struct trace_remote_file trace_remote_select_files[];
int trace_remote_select_word(struct trace_remote *remote, char *word);

/* trace_remote_boot.c */
void trace_remote_boot(struct trace_remote *remote);

/* trace_remote_dmesg.c */
extern const struct trace_remote_file trace_remote_dmesg_files[];
int trace_remote_set_dmesg(struct trace_remote *remote, const char *text);
void trace_remote_dmesg_start(struct trace_remote *remote, bool loaded);
void trace_remote_dmesg_stop(struct trace_remote *remote);

/* trace_remote_dump.c */
extern const struct trace_remote_file trace_remote_dump_files[];
int trace_remote_set_dump(struct trace_remote *remote, const char *text);

/* trace_remote_host.c */
void trace_remote_init_host(struct trace_remote *remote);

/* trace_remote_pipe.c */
extern const struct file_operations trace_remote_pipe_fops;

/* trace_remote_raw.c */
extern const struct file_operations trace_remote_raw_fops;

/* trace_remote_map.c */
int trace_remote_map(struct trace_remote_cpu *tcpu, struct vm_area_struct *vma);
int trace_remote_map_next(struct trace_remote_cpu *tcpu);
void trace_remote_map_free(struct trace_remote_cpu *tcpu);

/* trace_remote_wait.c */
void trace_remote_init_waiters(struct trace_remote *remote);
void trace_remote_wake_waiters(struct trace_remote *remote);
bool trace_remote_empty(const struct trace_remote_scope *scope);
int trace_remote_sleep(const struct trace_remote_scope *scope, bool much,
		       bool (*stop)(const void *data), const void *data);
int trace_remote_pause(unsigned int us);
__poll_t trace_remote_poll(struct file *filp, struct poll_table_struct *table,
			   const struct trace_remote_scope *scope);

/**
 * struct trace_remote_text - lines on their way to the user
 * @seq:	the lines
 * @tmp:	scratch space of the events' print functions
 * @secs:	the second that @secs_text is about
 * @secs_len:	characters in @secs_text, 0 at first
 * @secs_text:	that second as a line shows it: successive lines mostly share it
 */
struct trace_remote_text {
	struct trace_seq	seq;
	struct trace_seq	tmp;
	u64			secs;
	unsigned int		secs_len;
	char			secs_text[24];
};

/* trace_remote_stack.c */
int trace_remote_stack_set(struct trace_remote *remote, bool on);
bool trace_remote_stack_print(struct trace_seq *seq, const struct remote_ring_event *event,
			      unsigned int id);

/* trace_remote_trace.c */
extern const struct file_operations trace_remote_trace_fops;

/* trace_remote_merge.c */
struct trace_remote_merge;
struct trace_remote_merge *trace_remote_merge_alloc(const struct trace_remote_scope *scope);
void trace_remote_merge_free(struct trace_remote_merge *merge);
void trace_remote_merge_round(struct trace_remote_merge *merge, struct trace_remote_text *text,
			      size_t want, bool strict);

/* trace_remote_text.c */
bool trace_remote_print(struct trace_remote_text *text, const struct trace_remote_cpu *tcpu,
			const struct remote_ring_event *event);

#endif /* _KERNEL_TRACE_REMOTE_INTERNAL_H */
