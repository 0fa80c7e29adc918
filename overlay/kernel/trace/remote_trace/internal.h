/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of remote_trace/ share. Remotes see <linux/remote_trace.h> only.
 *
 *	core.c		registration, and the state: loaded, tracing, events
 *	rings.c		the rings' memory, and their readers' way to the remote
 *	tree.c		the tree: where the files are
 *	files.c		the small files that control the remote
 *	stats.c		counters
 *	events.c	the tree below events/
 *	select.c	events by name
 *	host.c		the events among the host's own
 *	boot.c		what the command line says
 *	dmesg.c		events to the kernel log
 *	dump.c		the newest events when the kernel panics
 *	wait.c		waiting for news
 *	pipe.c		trace_pipe: text
 *	raw.c		trace_pipe_raw: pages
 *	map.c		the same, mapped
 *	trace.c		trace: looking without consuming
 *	heap.h		CPUs in the order of their next events' time
 *	merge.c		all CPUs' events in the order of time
 *	text.c		an event as a line of text
 *	printf.c	the part of it that the remote prints
 *	stack.c		call stacks
 *	bprint.c	likewise, in words that came with the event
 *
 * Lock order, outermost first:
 *
 *	remote_trace_pipe::lock		one open trace_pipe: its text buffer; the same are
 *					remote_trace_raw::lock, and seq_file::lock for a trace;
 *					splice has the lock of the pipe it fills instead, and
 *					mmap has mmap_lock, which is next
 *	event_mutex			ftrace's: switching one of our events there
 *	remote_trace::lock		control: everything that changes what is loaded or traced
 *	remote_trace::merge_lock	one reader of all CPUs at a time; whoever holds it may take
 *					several of the next
 *	remote_trace_cpu::lock		one CPU's ring: its reader, the remote's swap, reset, sync
 *
 * User memory is never touched below the outermost ones. An open file keeps the rings loaded, so
 * that reading needs no remote_trace::lock; only a trace opened while nothing was loaded takes it.
 * The watch timer takes none of them, the dmesg work only the last. A panic is another world:
 * remote_trace/dump.c.
 */
#ifndef _KERNEL_REMOTE_TRACE_INTERNAL_H
#define _KERNEL_REMOTE_TRACE_INTERNAL_H

#include <linux/cpumask.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/remote_ring_reader.h>
#include <linux/seq_file.h>
#include <linux/timer.h>
#include <linux/remote_trace.h>
#include <linux/trace_seq.h>
#include <linux/wait.h>

#define REMOTE_TRACE_ALL_CPUS	(-1)

struct trace_buffer_meta;
struct remote_trace;
struct remote_trace_dmesg;
struct remote_trace_dump;

/**
 * struct remote_trace_scope - the CPUs a file is about, its i_private
 * @remote:	whose
 * @cpu:	one CPU or REMOTE_TRACE_ALL_CPUS
 */
struct remote_trace_scope {
	struct remote_trace	*remote;
	int			cpu;
};

static inline const struct cpumask *remote_trace_scope_mask(const struct remote_trace_scope *scope)
{
	return scope->cpu == REMOTE_TRACE_ALL_CPUS ? cpu_possible_mask : cpumask_of(scope->cpu);
}

/**
 * struct remote_trace_event_set - the events an enable file is about, its i_private
 * @remote:	whose
 * @first:	number of the first of them
 * @nr:		how many
 * @host_users:	of one event: how many of the host's own switches of it are on
 */
struct remote_trace_event_set {
	struct remote_trace	*remote;
	unsigned int		first;
	unsigned int		nr;
	unsigned int		host_users;	/* event_mutex */
};

/**
 * struct remote_trace_counters - what became of events
 * @overrun:	overwritten before they were read
 * @dropped:	never written for want of room
 * @read:	read
 */
struct remote_trace_counters {
	u64	overrun;
	u64	dropped;
	u64	read;
};

/**
 * struct remote_trace_cpu - one possible CPU's ring
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
struct remote_trace_cpu {
	struct remote_trace_scope	scope;
	char				tag[16];
	unsigned int			tag_len;
	struct mutex			lock;	/* innermost */
	struct remote_ring_reader	reader;
	u32				*ids;
	struct remote_trace_counters	start;
	u64				start_event;
	struct remote_trace_counters	kept;
	struct trace_buffer_meta	*map;
	bool				settled;

	wait_queue_head_t		waiters;
	wait_queue_head_t		full_waiters;
	u64				seen_tail;
	unsigned long			seen_empty;
};

/**
 * struct remote_trace - a registered remote
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
struct remote_trace {
	const char				*name;
	const struct remote_trace_ops		*ops;
	void					*priv;
	const struct remote_trace_event		*events;
	unsigned int				nr_events;
	struct list_head			list;

	struct remote_trace_event_set		*event_sets;
	const struct remote_trace_event		**event_ids;
	unsigned int				first_id;
	unsigned int				nr_ids;

	struct remote_trace_scope		scope;
	struct remote_trace_cpu			*cpus;

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
	struct remote_trace_dmesg		*dmesg;
	struct remote_trace_dump		*dump;
	struct remote_trace_ring		*rings;
	struct remote_trace_layout		layout;
};

static inline bool remote_trace_loaded(const struct remote_trace *remote)
{
	lockdep_assert_held(&remote->lock);

	return remote->rings;
}

static inline const struct remote_trace_event *
remote_trace_find_event(const struct remote_trace *remote, unsigned int id)
{
	/* An id below the first wraps around and is too large */
	return id - remote->first_id < remote->nr_ids ? remote->event_ids[id - remote->first_id] :
							NULL;
}

/* core.c */
int remote_trace_set_tracing(struct remote_trace *remote, bool on);
int remote_trace_set_size(struct remote_trace *remote, u64 size_kb);
int remote_trace_set_overwrite(struct remote_trace *remote, bool on);
int remote_trace_set_events(const struct remote_trace_event_set *set, bool on);
int remote_trace_write_event(struct remote_trace *remote, u64 value);
int remote_trace_clear(const struct remote_trace_scope *scope);
int remote_trace_get(struct remote_trace *remote);
bool remote_trace_get_loaded(struct remote_trace *remote);
void remote_trace_put(struct remote_trace *remote);

/* rings.c */
int remote_trace_alloc_rings(struct remote_trace *remote);
void remote_trace_free_rings(struct remote_trace *remote);
int remote_trace_answer(struct remote_trace *remote, int ret);
int remote_trace_sync(void *priv, int cpu, u64 seq);
void remote_trace_init_readers(struct remote_trace *remote);

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

/* files.c */
extern const struct remote_trace_file remote_trace_control_files[];
extern const struct remote_trace_file remote_trace_option_files[];
int remote_trace_open_text(struct inode *inode, struct file *filp,
			   int (*show)(struct seq_file *m, void *unused));
ssize_t remote_trace_write_text(struct file *filp, const char __user *ubuf, size_t cnt,
				loff_t *ppos, int (*store)(void *data, char *text));
int remote_trace_parse_switch(const char *text, bool *on);

/* What is written to a file goes to <name>_store() */
#define REMOTE_TRACE_WRITE_FN(_name)							\
static ssize_t _name ## _write(struct file *filp, const char __user *ubuf, size_t cnt,	\
			       loff_t *ppos)						\
{											\
	return remote_trace_write_text(filp, ubuf, cnt, ppos, _name ## _store);		\
}

/* A file that <name>_show() prints */
#define REMOTE_TRACE_FILE_RO(_name)							\
static int _name ## _open(struct inode *inode, struct file *filp)			\
{											\
	return remote_trace_open_text(inode, filp, _name ## _show);			\
}											\
static const struct file_operations _name ## _fops = {					\
	.open		= _name ## _open,						\
	.read		= seq_read,							\
	.llseek		= seq_lseek,							\
	.release	= single_release,						\
}

/* ... and <name>_store() takes */
#define REMOTE_TRACE_FILE_RW(_name)							\
REMOTE_TRACE_WRITE_FN(_name)								\
static int _name ## _open(struct inode *inode, struct file *filp)			\
{											\
	return remote_trace_open_text(inode, filp, _name ## _show);			\
}											\
static const struct file_operations _name ## _fops = {					\
	.open		= _name ## _open,						\
	.read		= seq_read,							\
	.write		= _name ## _write,						\
	.llseek		= seq_lseek,							\
	.release	= single_release,						\
}

/* stats.c */
extern const struct file_operations remote_trace_stats_fops;
void remote_trace_stats_start(struct remote_trace_cpu *tcpu);
void remote_trace_stats(struct remote_trace_cpu *tcpu, struct remote_ring_stats *ring,
			struct remote_trace_counters *counters);
void remote_trace_stats_keep(struct remote_trace_cpu *tcpu);

/* events.c */
int remote_trace_create_events(struct remote_trace *remote, struct dentry *parent);

/* select.c */
extern const struct remote_trace_file remote_trace_select_files[];
int remote_trace_select_word(struct remote_trace *remote, char *word);

/* boot.c */
void remote_trace_boot(struct remote_trace *remote);

/* dmesg.c */
extern const struct remote_trace_file remote_trace_dmesg_files[];
int remote_trace_set_dmesg(struct remote_trace *remote, const char *text);
void remote_trace_dmesg_start(struct remote_trace *remote, bool loaded);
void remote_trace_dmesg_stop(struct remote_trace *remote);

/* dump.c */
extern const struct remote_trace_file remote_trace_dump_files[];
int remote_trace_set_dump(struct remote_trace *remote, const char *text);

/* host.c */
void remote_trace_init_host(struct remote_trace *remote);

/* pipe.c */
extern const struct file_operations remote_trace_pipe_fops;

/* raw.c */
extern const struct file_operations remote_trace_raw_fops;

/* map.c */
int remote_trace_map(struct remote_trace_cpu *tcpu, struct vm_area_struct *vma);
int remote_trace_map_next(struct remote_trace_cpu *tcpu);
void remote_trace_map_free(struct remote_trace_cpu *tcpu);

/* wait.c */
void remote_trace_init_waiters(struct remote_trace *remote);
void remote_trace_wake_waiters(struct remote_trace *remote);
bool remote_trace_empty(const struct remote_trace_scope *scope);
int remote_trace_sleep(const struct remote_trace_scope *scope, bool much,
		       bool (*stop)(const void *data), const void *data);
int remote_trace_pause(unsigned int us);
__poll_t remote_trace_poll(struct file *filp, struct poll_table_struct *table,
			   const struct remote_trace_scope *scope);

/**
 * struct remote_trace_text - lines on their way to the user
 * @seq:	the lines
 * @tmp:	scratch space of the events' print functions
 * @secs:	the second that @secs_text is about
 * @secs_len:	characters in @secs_text, 0 at first
 * @secs_text:	that second as a line shows it: successive lines mostly share it
 */
struct remote_trace_text {
	struct trace_seq	seq;
	struct trace_seq	tmp;
	u64			secs;
	unsigned int		secs_len;
	char			secs_text[24];
};

/* stack.c */
int remote_trace_stack_set(struct remote_trace *remote, bool on);
bool remote_trace_stack_print(struct trace_seq *seq, const struct remote_ring_event *event,
			      unsigned int id);

/* trace.c */
extern const struct file_operations remote_trace_trace_fops;

/* merge.c */
struct remote_trace_merge;
struct remote_trace_merge *remote_trace_merge_alloc(const struct remote_trace_scope *scope);
void remote_trace_merge_free(struct remote_trace_merge *merge);
void remote_trace_merge_round(struct remote_trace_merge *merge, struct remote_trace_text *text,
			      size_t want, bool strict);

/* text.c */
bool remote_trace_print(struct remote_trace_text *text, const struct remote_trace_cpu *tcpu,
			const struct remote_ring_event *event);

#endif /* _KERNEL_REMOTE_TRACE_INTERNAL_H */
