/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trace remotes: something outside the kernel that writes remote rings (<linux/remote_ring.h>) and
 * appears in tracefs as a directory like that of an ftrace instance.
 *
 * The tracefs side (kernel/trace/remote_trace/) knows nothing of what the remote is; the remote
 * knows nothing of files. This header is all they share.
 */
#ifndef _LINUX_REMOTE_TRACE_H
#define _LINUX_REMOTE_TRACE_H

#include <linux/remote_account.h>
#include <linux/remote_ring.h>
#include <linux/remote_trigger.h>

struct remote_filter;
struct remote_trace;
struct seq_file;
struct trace_event_call;
struct trace_seq;

/**
 * struct remote_trace_ring - the memory of one CPU's ring
 * @meta:	the meta page, zeroed
 * @pages:	data pages: those that are in the slots at first, then those that the reader holds
 *
 * Every page is a page of its own from the page allocator. A pointer that the remote sets to NULL
 * is a page it could not get back and that must never be freed.
 */
struct remote_trace_ring {
	struct remote_ring_meta		*meta;
	struct remote_ring_page		**pages;
};

/**
 * struct remote_trace_layout - what all rings of a remote have in common
 * @nr_slots:	slots, REMOTE_RING_MIN_SLOTS at least
 * @nr_readers:	pages that the reader holds, 1 .. REMOTE_RING_MAX_READERS
 * @overwrite:	what to do when a ring is full: give up the oldest page, or the new event
 */
struct remote_trace_layout {
	u32	nr_slots;
	u32	nr_readers;
	bool	overwrite;
};

/* Data pages of a ring */
static inline u32 remote_trace_layout_pages(const struct remote_trace_layout *layout)
{
	return layout->nr_slots + layout->nr_readers;
}

/**
 * struct remote_trace_pids - on whose behalf what is done is recorded
 * @listed:	that of the threads that are listed (true), or of all others, those that the remote
 *		does not know included
 * @nr:		how many are listed
 * @pids:	they, each once, as the kernel numbers them
 */
struct remote_trace_pids {
	bool		listed;
	unsigned int	nr;
	u32		pids[];
};

/**
 * struct remote_trace_accounts - accounts that a remote can keep of what its events tell one by one
 * @nr_causes:	of so many causes
 * @nr_vcpus:	and of so many threads that run virtual CPUs, on each CPU, the last of which is for
 *		those that there is no room for
 * @print_cause: appends the name of a cause, which has no white space, to @m
 * @enable:	Begin to keep accounts anew (true), or keep them no longer (false); what there is
 *		stays. When it returns, all that was under way has ended. Works while the remote is
 *		not loaded.
 * @reset:	Begin anew on @cpu. Of what is under way there, all is counted.
 * @read:	Copy @cpu's accounts: @nr_causes to @causes, @nr_vcpus to @vcpus. What has ended on
 *		@cpu is in them, and nothing is in part.
 *
 * @reset and @read may be told of any possible CPU, offline ones included. All are serialised with
 * those of struct remote_trace_ops, return 0 or a negative error, and -EIO if the remote is dead.
 */
struct remote_trace_accounts {
	unsigned int	nr_causes;
	unsigned int	nr_vcpus;
	void		(*print_cause)(struct seq_file *m, unsigned int cause);
	int		(*enable)(void *priv, bool on);
	int		(*reset)(void *priv, int cpu);
	int		(*read)(void *priv, int cpu, struct remote_account *causes,
				struct remote_account_vcpu *vcpus);
};

/**
 * struct remote_trace_switch - which trigger has switched tracing off
 * @event:	number of its event in the table, or what is none: it is not known
 * @cpu:	where that happened
 */
struct remote_trace_switch {
	unsigned int	event;
	unsigned int	cpu;
};

/**
 * enum remote_trace_function - what becomes of the calls of a function
 * @REMOTE_TRACE_FUNCTION_OFF:	nothing
 * @REMOTE_TRACE_FUNCTION_CALL:	each is recorded as ftrace's event function
 * @REMOTE_TRACE_FUNCTION_INNER: its begin and its end are, as ftrace's funcgraph_entry and
 *				funcgraph_exit, if it is called in a call of which they are
 * @REMOTE_TRACE_FUNCTION_ROOT:	likewise, wherever it is called
 * @REMOTE_TRACE_FUNCTION_SKIP:	neither its are, nor those of anything that it calls
 */
enum remote_trace_function {
	REMOTE_TRACE_FUNCTION_OFF,
	REMOTE_TRACE_FUNCTION_CALL,
	REMOTE_TRACE_FUNCTION_INNER,
	REMOTE_TRACE_FUNCTION_ROOT,
	REMOTE_TRACE_FUNCTION_SKIP,
};

/**
 * struct remote_trace_function_ids - what calls of functions are recorded with
 * @call:	for struct ftrace_entry of ftrace, or 0
 * @entry:	for struct ftrace_graph_ent_entry, or 0
 * @exit:	for struct ftrace_graph_ret_entry, or 0
 * @max_depth:	of a graph, how many calls within each other are recorded; 0 for as many as the
 *		remote has room for
 */
struct remote_trace_function_ids {
	u32	call;
	u32	entry;
	u32	exit;
	u32	max_depth;
};

/**
 * struct remote_trace_functions - functions of a remote that can be traced
 * @nr:		how many; 0 if there are none after all. Known when the remote is registered
 * @prefix:	what all their names begin with in kallsyms, which users may leave out
 * @address:	Where the kernel has a function: kallsyms has its name for that.
 * @patch:	Have what shall become of each function's calls, an enum remote_trace_function each,
 *		happen once they are recorded. When it returns, no call that has yet to begin does
 *		otherwise. Only while they are not recorded.
 * @record:	Record calls of functions, their addresses those of kallsyms. With NULL, no longer:
 *		when it returns, none that has yet to begin is recorded, and no end of one is
 *		missing.
 *
 * @patch and @record are serialised with those of struct remote_trace_ops, work while the remote
 * is not loaded, and it remembers. They return 0, or a negative error; -EIO if the remote is dead.
 * After an error of @patch some may have been changed.
 */
struct remote_trace_functions {
	unsigned int	nr;
	const char	*prefix;
	unsigned long	(*address)(void *priv, unsigned int nr);
	int		(*patch)(void *priv, const u8 *wanted);
	int		(*record)(void *priv, const struct remote_trace_function_ids *ids);
};

/**
 * enum remote_trace_news - what a remote can be waited for
 * @REMOTE_TRACE_NEWS_EVENT: anything is written
 * @REMOTE_TRACE_NEWS_PAGE: a page is being written, or one after it
 * @REMOTE_TRACE_NEWS_SWITCH: @notice has changed in the meta page of any ring
 */
enum remote_trace_news {
	REMOTE_TRACE_NEWS_EVENT,
	REMOTE_TRACE_NEWS_PAGE,
	REMOTE_TRACE_NEWS_SWITCH,
};

/**
 * struct remote_trace_ops - what a remote can do
 * @max_pages:	Data pages of the largest ring it takes, those that the reader holds included;
 *		2^31 at the most. No larger one is asked for.
 * @load:	Make the remote's writer use @rings, indexed by CPU for each possible CPU, each as
 *		@layout says. The rings do not take events until @enable. Returns 0, or a negative
 *		error having undone everything: -EINTR if the caller is being killed. May take long,
 *		so it reschedules.
 * @unload:	The exact undo of @load; tracing is off. Reschedules, too.
 * @enable:	Take events (true) or not (false). When it returns after false, no new event is
 *		begun.
 * @swap_pages:	remote_ring_writer_swap() with @indexes on @cpu's ring. May be called on any CPU,
 *		offline ones included. Returns what that returns, or -EIO if the remote is dead.
 * @reset:	remote_ring_writer_reset() on @cpu's ring; the same holds.
 * @sync:	remote_ring_writer_sync() on @cpu's ring; the same holds.
 * @enable_event: Switch the event number @event of the table on or off. Works while the remote is
 *		not loaded; the remote remembers.
 * @write_event: Have the remote emit its self-test event with @value, on this CPU.
 * @record_stacks: Let each event be followed by another one that tells the call stack it was
 *		written from: struct stack_entry of ftrace, recorded with @id, its addresses those
 *		of kallsyms. With 0, no longer. Holds for events begun after it has returned. Works
 *		while the remote is not loaded; the remote remembers.
 * @set_filter:	Record the event number @event of the table only if its record matches @filter
 *		(<linux/remote_filter.h>), or always if that is NULL. The program is the caller's
 *		and may be gone afterwards. Holds for events begun after it has returned; until then
 *		an event is judged by this filter or by the one before. Works while the remote is
 *		not loaded; the remote remembers. May be NULL: the remote has no filters.
 * @max_pids:	How many pids @set_pids takes at the most.
 * @set_pids:	Record events only if they happen on behalf of those that @pids tells of, or all
 *		events if that is NULL. What comes in pairs is recorded as a pair or not at all. The
 *		list is the caller's and may be gone afterwards. Holds for what begins after it has
 *		returned. Works while the remote is not loaded; the remote remembers. May be NULL:
 *		the remote records the events of all.
 * @change_pid:	Have one pid more (true), or less (false), among those that @set_pids was last told
 *		of, which was not NULL. Holds for what begins after it has returned. Called from any
 *		context but NMI, and not serialised with the others. Is there if @set_pids is.
 * @set_cpu:	Take events from @cpu (true, as it is at first), or take none (false). When it
 *		returns after false, no new event is begun there. May be told of any possible CPU,
 *		offline ones included, whether or not the remote is loaded or takes events; the
 *		remote remembers. May be NULL: all CPUs are the same to it.
 * @tell_busy:	Have remote_ring_reader_busy() tell the truth about each CPU from when this has
 *		returned (true), or no longer (false): <linux/remote_ring_writer.h> says how. Works
 *		whether or not the remote takes events. Not serialised with the others, only with
 *		itself. May be NULL: the truth is told always.
 * @set_trigger: Do what @trigger says when the event number @event happens, whether that is on,
 *		and its filter wants it, or not; first recording it, if it is to be. An event that
 *		is not on happens for its triggers and is not recorded. Of the actions that exclude
 *		each other it has none yet. While tracing is off events need not happen, unless for
 *		REMOTE_TRIGGER_TRACEON, which is only set while the remote is loaded. What is
 *		pointed to is the caller's and may be gone afterwards. Works while the remote is not
 *		loaded; the remote remembers. May be NULL: the remote has no triggers; then the next
 *		three are, too.
 * @unset_trigger: Do no longer what @set_trigger has said. When it returns, nobody does.
 * @read_trigger: How often has that trigger fired? 0 if it fires without end.
 * @settle:	Has a trigger switched tracing? Returns 1 if tracing is on, or 0 and fills in @by
 *		if it is off, having done what @enable does. Called when @notice has changed in the
 *		meta page of the ring of some CPU, which it does when a trigger switches there, or
 *		at any time while the remote is loaded.
 * @wake:	Call remote_trace_news() with @remote, once, when there is @news on @cpu: with
 *		REMOTE_TRACE_NEWS_PAGE of the page of sequence @tail; of all CPUs if @cpu is -1.
 *		With that all that was asked for comes to its end, and it may be called without
 *		need. Of what a CPU begins after this has returned, and goes on with that is not
 *		seen to be busy then, which it has been asked to tell before, the remote tells; for
 *		others, somebody has to look. May be called from any context but NMI, while loaded.
 *		May be NULL, or return an error: then somebody has to look again and again.
 * @now:	The writer's clock, nanoseconds.
 * @accounts:	accounts that it can keep, or NULL
 * @functions:	functions that can be traced, or NULL
 *
 * -EIO from any of them means that the remote is dead, and is what all return from then on.
 *
 * @write_event and @now may be called at any time, @wake at any time while loaded, and @change_pid
 * as it says. @swap_pages, @reset and @sync are serialised per CPU and are called only while
 * loaded. The others are serialised.
 */
struct remote_trace_ops {
	u32	max_pages;
	int	(*load)(void *priv, struct remote_trace_ring *rings,
			const struct remote_trace_layout *layout);
	void	(*unload)(void *priv);
	int	(*enable)(void *priv, bool on);
	int	(*swap_pages)(void *priv, int cpu, u32 indexes);
	int	(*reset)(void *priv, int cpu);
	int	(*sync)(void *priv, int cpu, u64 seq);
	int	(*enable_event)(void *priv, unsigned int event, bool on);
	int	(*write_event)(void *priv, u64 value);
	int	(*record_stacks)(void *priv, u32 id);
	int	(*set_filter)(void *priv, unsigned int event, const struct remote_filter *filter);
	u32	max_pids;
	int	(*set_pids)(void *priv, const struct remote_trace_pids *pids);
	int	(*change_pid)(void *priv, u32 pid, bool in);
	int	(*set_cpu)(void *priv, int cpu, bool in);
	int	(*tell_busy)(void *priv, bool on);
	int	(*set_trigger)(void *priv, unsigned int event,
			       const struct remote_trigger *trigger);
	int	(*unset_trigger)(void *priv, unsigned int event, enum remote_trigger_action action);
	s64	(*read_trigger)(void *priv, unsigned int event, enum remote_trigger_action action);
	int	(*settle)(void *priv, struct remote_trace_switch *by);
	int	(*wake)(void *priv, struct remote_trace *remote, enum remote_trace_news news,
			int cpu, u64 tail);
	u64	(*now)(void *priv);
	const struct remote_trace_accounts *accounts;
	const struct remote_trace_functions *functions;
};

/**
 * struct remote_trace_event - an event a remote can write
 * @call:	the event as TRACE_EVENT() declares it to ftrace: name, id, fields, print format
 * @print:	appends "name args" without a newline to @seq; @tmp is for __print_symbolic() and
 *		its like and must be initialised. @entry is the record, struct trace_entry first,
 *		of @len bytes, which are @size at least.
 * @size:	bytes of the record, the smallest that @print can take
 * @on:		the event is on from the start
 */
struct remote_trace_event {
	struct trace_event_call	*call;
	void			(*print)(struct trace_seq *seq, struct trace_seq *tmp,
					 const void *entry, u32 len);
	u32			size;
	bool			on;
};

/**
 * remote_trace_register - make a remote appear in tracefs
 * @name:	name of its directory and of its event system
 * @ops:	what it can do
 * @priv:	passed to each of @ops
 * @events:	its events, in the order it numbers them from 0
 * @nr_events:	how many
 *
 * All arguments must stay valid for ever: there is no unregistering. Call from an initcall after
 * ftrace has initialised its events (fs_initcall) and no later than late_initcall.
 *
 * Return: 0; -EEXIST if there is a directory of that name; -ENOMEM; -ENODEV without tracefs.
 */
int remote_trace_register(const char *name, const struct remote_trace_ops *ops, void *priv,
			  const struct remote_trace_event *events, unsigned int nr_events);

void remote_trace_news(struct remote_trace *remote);

__printf(2, 3) void remote_trace_printf(struct trace_seq *seq, const char *fmt, ...);

u32 remote_trace_init_bprint(struct trace_event_call *call);
void remote_trace_bprint(struct trace_seq *seq, struct trace_seq *tmp, const void *record, u32 len);

#endif /* _LINUX_REMOTE_TRACE_H */
