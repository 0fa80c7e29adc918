/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A remote's state and what changes it: core.c, rings.c and switch.c. These know nothing of files,
 * nor of who reads; what wants to be told of changes is in a table of features that whoever creates
 * the remote passes (register.c).
 *
 * Lock order, outermost first:
 *
 *	remote_trace_pipe::lock		one open trace_pipe: its text buffer; the same are
 *					remote_trace_raw::lock, and seq_file::lock for a trace;
 *					splice has the lock of the pipe it fills instead, and
 *					mmap has mmap_lock, which is next
 *	pids_lock of pids.c		the lists of pids; user memory is touched below it, so
 *					mmap_lock is next here, too
 *	event_mutex			ftrace's: switching one of our events there
 *	switch_lock of dmesg.c		switching that on and off
 *	remote_trace::lock		control: everything that changes what is loaded or traced
 *	remote_trace::busy_lock		who asks whether CPUs are busy; the kernel's lock of CPUs
 *					that come and go may be taken below it, and it below all
 *					of the above
 *	remote_trace::merge_lock	one reader of all CPUs at a time; whoever holds it may take
 *					several of the next
 *	remote_trace_cpu::lock		one CPU's ring: its reader, the remote's swap, reset, sync
 *
 * User memory is never touched below the outermost ones. An open file keeps the rings loaded, so
 * that reading needs no remote_trace::lock; only a trace opened while nothing was loaded takes it.
 * The watch takes none of them, but watch_lock. The dmesg work prints without any, and takes
 * remote_trace::lock when it has come to the end; who waits for the work must not hold it. A panic
 * is another world: dump.c.
 */
#ifndef _KERNEL_REMOTE_TRACE_CORE_H
#define _KERNEL_REMOTE_TRACE_CORE_H

#include <linux/cpumask.h>
#include <linux/irq_work.h>
#include <linux/list.h>
#include <linux/mmzone.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/remote_ring_reader.h>
#include <linux/remote_trace.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#define REMOTE_TRACE_ALL_CPUS	(-1)

/* As many as ftrace keeps */
#define REMOTE_TRACE_MAX_ERRORS	8

struct trace_buffer_meta;
struct remote_trace;
struct trace_pid_list;
struct remote_trace_cpu;
struct remote_trace_dmesg;
struct remote_trace_dump;
struct remote_trace_error;
struct remote_trace_feature;
struct remote_trace_trigger;
struct remote_trace_tracer;

/**
 * struct remote_trace_scope - the CPUs a file is about, its i_private
 * @remote:	whose
 * @cpu:	one CPU or REMOTE_TRACE_ALL_CPUS
 */
struct remote_trace_scope {
	struct remote_trace	*remote;
	int			cpu;
};

/**
 * remote_trace_alloc_array - zeroed memory for as many as there are CPUs, or pages of a ring
 * @nr:		how many
 * @size:	bytes of each
 *
 * However large, it takes no more in one piece than can be counted on.
 *
 * Return: what kvfree() frees, or NULL.
 */
static inline void *remote_trace_alloc_array(size_t nr, size_t size)
{
	return size_mul(nr, size) > PAGE_SIZE << PAGE_ALLOC_COSTLY_ORDER ?
	       vcalloc(nr, size) : kvcalloc(nr, size, GFP_KERNEL);
}

static inline const struct cpumask *remote_trace_scope_mask(const struct remote_trace_scope *scope)
{
	return scope->cpu == REMOTE_TRACE_ALL_CPUS ? cpu_possible_mask : cpumask_of(scope->cpu);
}

/**
 * struct remote_trace_event_set - the events an enable file is about, its i_private
 * @remote:	whose
 * @first:	number of the first of them
 * @nr:		how many
 * @filter_text: of one event, as the others: what its filter file says; NULL for "none". Under the
 *		remote's lock, as the next
 * @filtered:	the remote has a filter for it
 * @triggers:	of one event: its triggers, the newest first, and then NULL
 * @triggered_irq: a trigger has switched one of the host's files of it
 * @triggered_work: ... which the remote is told from where one may sleep
 */
struct remote_trace_event_set {
	struct remote_trace	*remote;
	unsigned int		first;
	unsigned int		nr;
	char			*filter_text;
	bool			filtered;
	struct remote_trace_trigger *triggers[2];
	struct irq_work		triggered_irq;
	struct work_struct	triggered_work;
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
 * struct remote_trace_queue - those who wait for something
 * @head:	who they are; its lock serialises the rest
 * @asked:	they want to be told of it; may be read without the lock
 * @more:	not of what was there when they asked
 * @written:	if @more: where the rings were then
 * @listens:	the round in which the remote was asked for it; without the lock
 */
struct remote_trace_queue {
	wait_queue_head_t	head;
	bool			asked;
	bool			more;
	u64			written;
	u64			listens;
};

/**
 * struct remote_trace_cpu - one possible CPU's ring
 * @scope:	this CPU
 * @tag:	how this CPU's lines begin: "[007]\t"
 * @tag_len:	characters in @tag
 * @lock:	serialises all that follows down to @map_held, and the remote's swap, reset, sync
 * @reader:	valid while the remote is loaded, as the next two
 * @ids:	what @reader keeps account in
 * @start:	counters when they were last said to be 0
 * @start_event: number of the event that was next then
 * @kept:	counters as they were when the remote was unloaded; serialised by the remote's
 *		lock
 * @map:	what those see who map the ring, NULL if nobody ever has
 * @nr_maps:	how many have it mapped now
 * @map_held:	a bit for each of the reader's pages that one of them has been given; @reader does
 *		not go on with these
 * @waiters:	readers and pollers of this CPU's files
 * @full_waiters: those of trace_pipe_raw that want much
 * @wakes:	how often those who wait for mapped pages have been told not to
 * @seen_tail:	the last page that the watch saw being written
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
	unsigned int			nr_maps;
	u32				map_held;

	struct remote_trace_queue	waiters;
	struct remote_trace_queue	full_waiters;
	atomic_t			wakes;
	u64				seen_tail;
};

/**
 * struct remote_trace_pid_list - what set_event_pid or set_event_notrace_pid says
 * @list:	who is listed, NULL if nobody
 * @nr:		how many
 */
struct remote_trace_pid_list {
	struct trace_pid_list	*list;
	atomic_t		nr;
};

/**
 * struct remote_trace - a registered remote
 * @features:	what is told of its changes of state, ended by NULL
 * @name:	as registered, and the next four
 * @ops:	...
 * @priv:	...
 * @events:	...
 * @nr_events:	...
 * @list:	in the list of all remotes, the tree's
 * @event_sets:	one for each event, then one for all of them
 * @event_ids:	@events by event id, starting from @first_id; NULL where the id is not ours
 * @first_id:	lowest id of @events
 * @nr_ids:	entries in @event_ids
 * @scope:	all CPUs
 * @cpus:	by CPU, valid for possible CPUs
 * @busy_lock:	see the lock order above; serialises the next two
 * @nr_busy_users: those who ask whether CPUs are busy
 * @tells_busy:	the remote tells; may be read without the lock
 * @merge_lock:	see the lock order above
 * @waiters:	readers and pollers of all CPUs
 * @followers:	the log, if it follows: struct remote_trace_dmesg
 * @watch:	looks for news in the rings while waiters want to be told
 * @news:	likewise, when the remote has told that there is some
 * @watch_lock:	one of these looks at a time
 * @tells:	the remote has once promised to tell
 * @round:	how often it may have told, plus one: what was asked for before is to be asked again
 * @last_news:	jiffies when somebody, or the remote, last told that there was something
 * @last_page:	jiffies when it last found that a page had been begun
 * @last_look:	jiffies when it last looked
 * @ends:	how often tracing has gone off; written under @lock, read without
 * @buffer_percent: how much of a ring is much; may be set at any time
 * @pids:	what set_event_pid says; pids.c has the lock of it, and of the next
 * @no_pids:	likewise set_event_notrace_pid
 * @pids_change: that lock is held, and nobody changes either by what threads do
 * @follow_forks: both have who is started by whom they have; may be read without that lock
 * @errors:	what has been written wrong, the oldest first; error_log.c has the lock of it
 * @dead:	the remote has answered -EIO, and will for ever
 * @readable:	the readers of the CPUs are valid; true only while the remote is loaded. For those
 *		who can take no lock, because the kernel panics
 * @lock:	serialises all that follows
 * @enabled:	events that are on, because one of the next two says so
 * @own:	events that are on in the remote's own directory
 * @host:	events that are on in one of the host's
 * @announced:	the remote has been told of those that are on from the start
 * @overwrite:	a full ring overwrites the oldest events; may be read without @lock
 * @stacktrace:	events are followed by the call stack they come from; may be read without @lock
 * @size_kb:	data each ring has room for
 * @nr_users:	open files that need what is loaded
 * @tracing_on:	the remote takes events; may be read without @lock
 * @dmesg:	sends events to the kernel log, NULL if that is off; whether it is may be read
 *		without @lock
 * @dump:	prints the newest events on a panic, NULL if that has never been on
 * @cpumask:	what tracing_cpumask says, NULL for all CPUs
 * @nr_switches: triggers that switch tracing off, and on, in this order; whether there are any may
 *		be read without @lock
 * @seen_switches: what the rings' notices were in all when they were last looked at
 * @switch_work: looks at them while tracing may be switched: when the remote tells, or all the time
 * @tracer:	which of its functions are traced, NULL if none can be; fixed, but not what is in it
 * @accounts_on: the remote keeps accounts; may be read without @lock
 * @rings:	the memory, NULL while the remote is not loaded
 * @layout:	of each of @rings
 */
struct remote_trace {
	const struct remote_trace_feature	*const *features;
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

	struct mutex				busy_lock;	/* below @lock */
	unsigned int				nr_busy_users;
	bool					tells_busy;
	struct mutex				merge_lock;	/* likewise */
	struct remote_trace_queue		waiters;
	struct remote_trace_queue		followers;
	struct timer_list			watch;
	struct work_struct			news;
	spinlock_t				watch_lock;	/* innermost, too */
	bool					tells;
	u64					round;
	unsigned long				last_news;
	unsigned long				last_page;
	unsigned long				last_look;
	unsigned int				ends;
	unsigned int				buffer_percent;
	struct remote_trace_pid_list		pids;
	struct remote_trace_pid_list		no_pids;
	bool					pids_change;
	bool					follow_forks;
	struct remote_trace_error		*errors[REMOTE_TRACE_MAX_ERRORS];
	bool					dead;
	bool					readable;

	struct mutex				lock;	/* of all that follows */
	unsigned long				*enabled;
	unsigned long				*own;
	unsigned long				*host;
	bool					announced;
	bool					overwrite;
	bool					stacktrace;
	u64					size_kb;
	unsigned int				nr_users;
	bool					tracing_on;
	struct remote_trace_dmesg		*dmesg;
	struct remote_trace_dump		*dump;
	struct cpumask				*cpumask;
	unsigned int				nr_switches[2];
	u64					seen_switches;
	struct delayed_work			switch_work;
	struct remote_trace_tracer		*tracer;
	bool					accounts_on;
	struct remote_trace_ring		*rings;
	struct remote_trace_layout		layout;
};

/* May a CPU be about to publish something? Who wants to know has called remote_trace_ask_busy() */
static inline bool remote_trace_busy(const struct remote_trace_cpu *tcpu)
{
	return !READ_ONCE(tcpu->scope.remote->tells_busy) || remote_ring_reader_busy(&tcpu->reader);
}

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

/**
 * struct remote_trace_feature - what wants to know how a remote's state changes
 * @loaded:	the rings are there and can be read; nothing is written or read yet
 * @unloading:	they are about to go; nothing is written or read any more
 * @tracing:	the remote takes events (true), or no longer (false)
 * @cleared:	a CPU's events have been forgotten, if it had any; its lock is held
 * @dead:	the remote has answered -EIO. In any context that its functions are called in
 *
 * Each may be NULL. All but @dead are called with remote_trace::lock held.
 */
struct remote_trace_feature {
	void	(*loaded)(struct remote_trace *remote);
	void	(*unloading)(struct remote_trace *remote);
	void	(*tracing)(struct remote_trace *remote, bool on);
	void	(*cleared)(struct remote_trace_cpu *tcpu);
	void	(*dead)(struct remote_trace *remote);
};

/* Tell all features, in the order of the table */
#define remote_trace_tell(_remote, _what, ...)						\
do {											\
	const struct remote_trace_feature *const *_feature;				\
											\
	for (_feature = (_remote)->features; *_feature; _feature++) {			\
		if ((*_feature)->_what)							\
			(*_feature)->_what(__VA_ARGS__);				\
	}										\
} while (0)

/* core.c */
struct remote_trace *remote_trace_create(const char *name, const struct remote_trace_ops *ops,
					 void *priv, const struct remote_trace_event *events,
					 unsigned int nr_events,
					 const struct remote_trace_feature *const *features);
void remote_trace_destroy(struct remote_trace *remote);
int remote_trace_set_tracing(struct remote_trace *remote, bool on);
int remote_trace_set_size(struct remote_trace *remote, u64 size_kb);
int remote_trace_set_overwrite(struct remote_trace *remote, bool on);
int remote_trace_set_events(const struct remote_trace_event_set *set, bool on);
int remote_trace_set_host_events(const struct remote_trace_event_set *set, bool on);
int remote_trace_write_event(struct remote_trace *remote, u64 value);
int remote_trace_clear(const struct remote_trace_scope *scope);
int remote_trace_get(struct remote_trace *remote);
bool remote_trace_get_loaded(struct remote_trace *remote);
void remote_trace_put(struct remote_trace *remote);
/* Unload if nobody needs what is loaded any more; the remote's lock is held */
void remote_trace_try_unload(struct remote_trace *remote);

/* busy.c */
void remote_trace_init_busy(struct remote_trace *remote);
void remote_trace_ask_busy(struct remote_trace *remote);
void remote_trace_unask_busy(struct remote_trace *remote);

/* switch.c */
void remote_trace_settle(struct remote_trace *remote);
bool remote_trace_is_tracing(struct remote_trace *remote);

/* rings.c */
struct remote_trace_layout remote_trace_size_layout(u64 size_kb);
int remote_trace_alloc_rings(struct remote_trace *remote);
void remote_trace_free_rings(struct remote_trace *remote);
int remote_trace_answer(struct remote_trace *remote, int ret);
int remote_trace_sync(void *priv, int cpu, u64 seq);
void remote_trace_init_readers(struct remote_trace *remote);

#endif /* _KERNEL_REMOTE_TRACE_CORE_H */
