// SPDX-License-Identifier: GPL-2.0
/*
 * Trace remotes: the state they go through.
 *
 *	not loaded	no memory; events can be chosen and the size can be set
 *	loaded		memory allocated and handed to the remote; what was written can be read
 *	tracing		loaded, and the remote takes events
 *
 * Tracing and opening a trace_pipe load. What is loaded stays so while it is traced, read, or holds
 * events that nobody has read; whatever ends the last of these unloads.
 *
 * core.h has the lock order.
 */
#include <linux/bitmap.h>
#include <linux/cleanup.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/trace_events.h>

#include "../trace.h"
#include "core.h"

#define DEFAULT_SIZE_KB	7

/* buffer_percent, as in ftrace */
#define DEFAULT_PERCENT	50

static int switch_event(struct remote_trace *remote, unsigned int event, bool on)
{
	/* See announce_events() */
	if (remote->events[event].on && !remote->announced)
		return 0;

	return remote_trace_answer(remote, remote->ops->enable_event(remote->priv, event, on));
}

/*
 * What is on from the start is told to the remote when it is loaded first, lest the remote has to
 * start only for that. One that it refuses is off, and says so.
 */
static void announce_events(struct remote_trace *remote)
{
	unsigned int i;

	if (remote->announced)
		return;
	remote->announced = true;

	for (i = 0; i < remote->nr_events; i++) {
		if (remote->events[i].on && test_bit(i, remote->enabled) &&
		    switch_event(remote, i, true)) {
			clear_bit(i, remote->enabled);
			clear_bit(i, remote->own);
			clear_bit(i, remote->host);
		}
	}
}

static int remote_trace_load(struct remote_trace *remote)
{
	int ret;

	lockdep_assert_held(&remote->lock);

	if (remote_trace_loaded(remote))
		return 0;

	remote->layout = remote_trace_size_layout(remote->size_kb);
	remote->layout.overwrite = remote->overwrite;

	ret = remote_trace_alloc_rings(remote);
	if (ret)
		return ret;

	ret = remote_trace_answer(remote, remote->ops->load(remote->priv, remote->rings,
							    &remote->layout));
	if (ret) {
		remote_trace_free_rings(remote);
		return ret;
	}

	remote_trace_init_readers(remote);
	announce_events(remote);

	remote_trace_tell(remote, loaded, remote);
	/* Pairs with the smp_load_acquire() in dump_remote() */
	smp_store_release(&remote->readable, true);

	return 0;
}

/* Unlike remote_ring_reader_empty(), never says that there is something when there is not */
static bool cpu_has_events(struct remote_trace_cpu *tcpu)
{
	guard(mutex)(&tcpu->lock);

	return remote_ring_reader_peek(&tcpu->reader);
}

/* See core.h */
void remote_trace_try_unload(struct remote_trace *remote)
{
	int cpu;

	lockdep_assert_held(&remote->lock);

	if (!remote_trace_loaded(remote) || remote->tracing_on || remote->nr_users)
		return;

	for_each_possible_cpu(cpu) {
		if (cpu_has_events(&remote->cpus[cpu]))
			return;
	}

	remote_trace_tell(remote, unloading, remote);

	/* A panic from here on finds nothing. Pairs with the smp_load_acquire() in dump_remote() */
	smp_store_mb(remote->readable, false);

	remote->ops->unload(remote->priv);
	remote_trace_free_rings(remote);
}

/**
 * remote_trace_set_tracing - start or stop tracing
 * @remote:	any remote
 * @on:		start (true) or stop (false); doing what is done already is no error
 *
 * Return: 0, or a negative error and nothing has changed.
 */
int remote_trace_set_tracing(struct remote_trace *remote, bool on)
{
	int ret;

	guard(mutex)(&remote->lock);

	remote_trace_settle(remote);
	if (remote->tracing_on == on)
		return 0;

	if (on) {
		ret = remote_trace_load(remote);
		if (ret)
			return ret;
	}

	ret = remote_trace_answer(remote, remote->ops->enable(remote->priv, on));
	if (!ret) {
		WRITE_ONCE(remote->tracing_on, on);
		remote_trace_tell(remote, tracing, remote, on);
	}
	if (!remote->tracing_on)
		remote_trace_try_unload(remote);

	return ret;
}

/**
 * remote_trace_set_size - say how much data a ring shall have room for
 * @remote:	any remote
 * @size_kb:	kilobytes for each CPU
 *
 * What is accepted here can be loaded, as long as there is memory for it.
 *
 * Return: 0; -EINVAL if there would be no room; -E2BIG if the remote takes no ring of that size, or
 * if it is more memory than is sane; -EBUSY while the remote is loaded.
 */
int remote_trace_set_size(struct remote_trace *remote, u64 size_kb)
{
	u64 most = remote->ops->max_pages * (u64)REMOTE_RING_DATA_SIZE / SZ_1K;
	struct remote_trace_layout layout;
	u64 nr_pages;

	if (!size_kb)
		return -EINVAL;

	/* The readers' pages make it less; this keeps the sums below from overflowing */
	if (size_kb > most)
		return -E2BIG;

	layout = remote_trace_size_layout(size_kb);
	nr_pages = remote_trace_layout_pages(&layout);

	/* All CPUs together may take half of the memory */
	if (nr_pages > remote->ops->max_pages ||
	    nr_pages * num_possible_cpus() > totalram_pages() / 2)
		return -E2BIG;

	guard(mutex)(&remote->lock);

	if (remote_trace_loaded(remote))
		return -EBUSY;
	remote->size_kb = size_kb;

	return 0;
}

/**
 * remote_trace_set_overwrite - say what a full ring shall do
 * @remote:	any remote
 * @on:		overwrite the oldest events (true) or drop new ones (false)
 *
 * Return: 0, or -EBUSY while the remote is loaded: the rings are made for the one or the other.
 */
int remote_trace_set_overwrite(struct remote_trace *remote, bool on)
{
	guard(mutex)(&remote->lock);

	if (remote->overwrite == on)
		return 0;
	if (remote_trace_loaded(remote))
		return -EBUSY;
	WRITE_ONCE(remote->overwrite, on);

	return 0;
}

/* Each of those who switch has a bitmap of what they want; an event is on while anybody wants it */
static int set_events(const struct remote_trace_event_set *set, unsigned long *wanted,
		      const unsigned long *others, bool on)
{
	struct remote_trace *remote = set->remote;
	unsigned int i, end = set->first + set->nr;
	int ret;

	guard(mutex)(&remote->lock);

	for (i = set->first; i < end; i++) {
		if (test_bit(i, others) || test_bit(i, remote->enabled) == on)
			continue;
		ret = switch_event(remote, i, on);
		if (ret)
			goto undo;
	}

	for (i = set->first; i < end; i++) {
		assign_bit(i, wanted, on);
		assign_bit(i, remote->enabled, on || test_bit(i, others));
	}

	return 0;

undo:
	while (i-- > set->first) {
		if (!test_bit(i, others) && test_bit(i, remote->enabled) != on)
			WARN_ON_ONCE(switch_event(remote, i, !on));
	}

	return ret;
}

/**
 * remote_trace_set_events - switch events on or off, as the remote's own directory wants it
 * @set:	which
 * @on:		on (true), or off (false) unless the host wants them
 *
 * Return: 0, or a negative error and nothing has changed.
 */
int remote_trace_set_events(const struct remote_trace_event_set *set, bool on)
{
	return set_events(set, set->remote->own, set->remote->host, on);
}

/**
 * remote_trace_set_host_events - switch events on or off, as the host wants it
 * @set:	which
 * @on:		on (true), or off (false) unless the remote's own directory wants them
 *
 * Return: 0, or a negative error and nothing has changed.
 */
int remote_trace_set_host_events(const struct remote_trace_event_set *set, bool on)
{
	return set_events(set, set->remote->host, set->remote->own, on);
}

/**
 * remote_trace_write_event - have the remote emit its self-test event
 * @remote:	any remote
 * @value:	what the event carries
 *
 * Return: 0 or a negative error.
 */
int remote_trace_write_event(struct remote_trace *remote, u64 value)
{
	return remote_trace_answer(remote, remote->ops->write_event(remote->priv, value));
}

static int clear_cpu(struct remote_trace_cpu *tcpu)
{
	struct remote_trace *remote = tcpu->scope.remote;
	int ret = 0;

	guard(mutex)(&tcpu->lock);

	/* Not needed for the outcome, but it spares walking page after page only to drop it */
	if (remote_trace_loaded(remote)) {
		ret = remote_trace_answer(remote, remote->ops->reset(remote->priv,
								     tcpu->scope.cpu));
		if (!ret)
			ret = remote_ring_reader_discard(&tcpu->reader, remote_trace_sync);
	}
	if (!ret)
		remote_trace_tell(remote, cleared, tcpu);

	return ret;
}

/**
 * remote_trace_clear - forget what has been traced and not read
 * @scope:	of which CPUs
 *
 * Tracing goes on, if it is on.
 *
 * Return: 0, or the first CPU's error that had one; the others are cleared all the same.
 */
int remote_trace_clear(const struct remote_trace_scope *scope)
{
	struct remote_trace *remote = scope->remote;
	int cpu, err, ret = 0;

	guard(mutex)(&remote->lock);

	for_each_cpu(cpu, remote_trace_scope_mask(scope)) {
		err = clear_cpu(&remote->cpus[cpu]);
		cond_resched();
		if (err && !ret)
			ret = err;
	}

	remote_trace_try_unload(remote);

	return ret;
}

/**
 * remote_trace_get - make sure there is something that can be read
 * @remote:	any remote
 *
 * Until remote_trace_put(), which must follow, the remote stays loaded and the readers of its CPUs
 * can be used.
 *
 * Return: 0 or a negative error.
 */
int remote_trace_get(struct remote_trace *remote)
{
	int ret;

	guard(mutex)(&remote->lock);

	ret = remote_trace_load(remote);
	if (!ret)
		remote->nr_users++;

	return ret;
}

/**
 * remote_trace_get_loaded - remote_trace_get() for those who only look at what is there
 * @remote:	any remote
 *
 * Return: false if the remote is not loaded: there is nothing, and nothing to be put.
 */
bool remote_trace_get_loaded(struct remote_trace *remote)
{
	guard(mutex)(&remote->lock);

	if (!remote_trace_loaded(remote))
		return false;
	remote->nr_users++;

	return true;
}

/**
 * remote_trace_put - undo one remote_trace_get() or successful remote_trace_get_loaded()
 * @remote:	its remote
 */
void remote_trace_put(struct remote_trace *remote)
{
	guard(mutex)(&remote->lock);

	remote->nr_users--;
	remote_trace_try_unload(remote);
}

static int remote_trace_init_events(struct remote_trace *remote)
{
	unsigned int i, first = UINT_MAX, last = 0;

	for (i = 0; i < remote->nr_events; i++) {
		unsigned int id = remote->events[i].call->event.type;

		/* Only ftrace knows how to give out ids; 0 means that it has not */
		if (WARN_ON(!id || remote->events[i].size < sizeof(struct trace_entry)))
			return -EINVAL;
		first = min(first, id);
		last = max(last, id);
	}

	remote->first_id = first;
	remote->nr_ids = remote->nr_events ? last - first + 1 : 0;
	remote->event_ids = kvcalloc(remote->nr_ids, sizeof(*remote->event_ids), GFP_KERNEL);
	remote->event_sets = kcalloc(remote->nr_events + 1, sizeof(*remote->event_sets),
				     GFP_KERNEL);
	remote->enabled = bitmap_zalloc(remote->nr_events, GFP_KERNEL);
	remote->own = bitmap_zalloc(remote->nr_events, GFP_KERNEL);
	remote->host = bitmap_zalloc(remote->nr_events, GFP_KERNEL);
	if (!remote->event_ids || !remote->event_sets || !remote->enabled || !remote->own ||
	    !remote->host)
		return -ENOMEM;

	for (i = 0; i < remote->nr_events; i++) {
		remote->event_ids[remote->events[i].call->event.type - first] = &remote->events[i];
		remote->event_sets[i] = (struct remote_trace_event_set) { remote, i, 1 };
		assign_bit(i, remote->enabled, remote->events[i].on);
		assign_bit(i, remote->own, remote->events[i].on);
	}
	remote->event_sets[i] = (struct remote_trace_event_set) { remote, 0, remote->nr_events };

	return 0;
}

static int remote_trace_init_cpus(struct remote_trace *remote)
{
	int cpu;

	remote->scope = (struct remote_trace_scope) { remote, REMOTE_TRACE_ALL_CPUS };
	remote->cpus = remote_trace_alloc_array(nr_cpu_ids, sizeof(*remote->cpus));
	if (!remote->cpus)
		return -ENOMEM;

	for_each_possible_cpu(cpu) {
		struct remote_trace_cpu *tcpu = &remote->cpus[cpu];

		tcpu->scope = (struct remote_trace_scope) { remote, cpu };
		tcpu->tag_len = scnprintf(tcpu->tag, sizeof(tcpu->tag), "[%03d]\t", cpu);
		mutex_init(&tcpu->lock);
	}

	return 0;
}

/**
 * remote_trace_destroy - undo remote_trace_create()
 * @remote:	not loaded, and nobody has got to know it
 */
void remote_trace_destroy(struct remote_trace *remote)
{
	kvfree(remote->cpus);
	bitmap_free(remote->host);
	bitmap_free(remote->own);
	bitmap_free(remote->enabled);
	kfree(remote->tracer);
	kfree(remote->event_sets);
	kvfree(remote->event_ids);
	kfree(remote);
}

/**
 * remote_trace_create - make a remote, not loaded
 * @name:	as remote_trace_register() has it, and the next four
 * @ops:	...
 * @priv:	...
 * @events:	...
 * @nr_events:	...
 * @features:	what is told of its changes of state, in that order; ended by NULL
 *
 * Return: the remote or an error pointer.
 */
struct remote_trace *remote_trace_create(const char *name, const struct remote_trace_ops *ops,
					 void *priv, const struct remote_trace_event *events,
					 unsigned int nr_events,
					 const struct remote_trace_feature *const *features)
{
	struct remote_trace *remote;
	int ret;

	remote = kzalloc(sizeof(*remote), GFP_KERNEL);
	if (!remote)
		return ERR_PTR(-ENOMEM);

	remote->features = features;
	remote->name = name;
	remote->ops = ops;
	remote->priv = priv;
	remote->events = events;
	remote->nr_events = nr_events;
	remote->size_kb = DEFAULT_SIZE_KB;
	remote->overwrite = true;
	remote->buffer_percent = DEFAULT_PERCENT;
	mutex_init(&remote->lock);
	mutex_init(&remote->merge_lock);
	remote_trace_init_busy(remote);

	ret = remote_trace_init_events(remote) ?: remote_trace_init_cpus(remote);
	if (ret) {
		remote_trace_destroy(remote);
		return ERR_PTR(ret);
	}

	return remote;
}
