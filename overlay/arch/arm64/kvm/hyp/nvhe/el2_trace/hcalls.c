// SPDX-License-Identifier: GPL-2.0
/*
 * The hypervisor's end of tracing: takes memory for rings from the host, gives it back, and serves
 * the host's tracing hypercalls.
 *
 * Trust boundary: everything the host passes is checked here, and nowhere else.
 *
 *	descriptor	donated, so the host cannot change it, before its first byte is read; each
 *			field is read once and checked; afterwards it is our private memory until
 *			unload
 *	ring pages	shared by the host and pinned, so the host cannot unshare them while we
 *			write to them; each must be pinned by us alone, which rules out naming one
 *			twice as well as naming what the hypervisor uses for something else
 *	arguments	CPU and event numbers are checked against what there is, and speculation is
 *			kept from going on with those that fail; a swap's bits are only counted off;
 *			clocks, event ids and the name of an address are only ever recorded; of
 *			filters see filter.c, of triggers trigger.c, of functions patch.c, and of
 *			sets of process ids pids.c
 *	accounts	kept in private memory; what is handed over is written to a page that is
 *			shared, and pinned for as long as that takes
 *
 * Where the host is trusted (KVM without pKVM) memory is neither donated nor pinned, and the host
 * vouches for the CPUs that are offline.
 *
 * No CPU waits for another but for a lock, and no call holds one for longer than it takes to handle
 * a batch of pages (memory.c): the host sets the clock with its interrupts off. A ring that its
 * CPU may be writing to cannot be taken away: unload says -EBUSY, and to get the CPU to detach is
 * the host's job.
 *
 * Lock order: trace_lock > the page-table locks taken by donation and pinning > ring->lock
 *
 * An event may be written under any lock of the hypervisor's: it takes no lock but ring->lock, and
 * under that nothing is locked and no event written.
 */
#include <linux/atomic.h>
#include <linux/bitfield.h>
#include <linux/cleanup.h>
#include <linux/nospec.h>

#include <asm/kvm_hyp.h>

#include <nvhe/el2_account.h>
#include <nvhe/el2_clock.h>
#include <nvhe/el2_functions.h>
#include <nvhe/mem_protect.h>
#include <nvhe/el2_trace.h>
#include <nvhe/el2_trace_filter.h>
#include <nvhe/el2_trace_hcalls.h>
#include <nvhe/el2_trace_pids.h>
#include <nvhe/el2_trace_ring.h>
#include <nvhe/el2_trace_stack.h>
#include <nvhe/el2_trace_trigger.h>
#include <nvhe/el2_trace_wake.h>
#include <nvhe/trap_handler.h>

/* In numbers in show_hyp_owner() */
static_assert(PKVM_ID_HOST == 0 && PKVM_ID_HYP == 1 && PKVM_ID_FFA == 2);

/* Serialises all that follows but swap, reset and sync: the ring's own lock is enough for them */
static DEFINE_HYP_SPINLOCK(trace_lock);
DEFINE_LOCK_GUARD_0(trace_lock, hyp_spin_lock(&trace_lock), hyp_spin_unlock(&trace_lock))

/* The id each event has while it is switched on, whether or not tracing is; trace_lock */
static u16 wanted_ids[EL2_NR_EVENTS];

/* The hypervisor has panicked */
static u32 el2_trace_dead;

static void stop_for_good(void)
{
	WRITE_ONCE(el2_trace_on, 0);
	el2_trace_set_ids(NULL);
	el2_functions_record(NULL, 0);
}

/**
 * el2_trace_die - stop for good: every tracing hypercall refuses from here on
 *
 * This CPU's stay may never end, but its graph does. Others' end with the stays that they are in.
 */
void el2_trace_die(void)
{
	WRITE_ONCE(el2_trace_dead, 1);
	/* Pairs with the one in not_dead(): we see what has been switched on, or that sees us */
	smp_mb();
	stop_for_good();
	el2_graph_end(&this_cpu_ptr(&el2_trace_cpu)->graph);
	el2_trace_wake_quiet();
}

/**
 * el2_trace_panic - the hypervisor is about to give the machine to the host, for good
 *
 * Writing stops here too: the ring stays as it was in the last moment.
 */
void el2_trace_panic(void)
{
	el2_trace_die();
	el2_graph_unhook(__builtin_frame_address(0));
}

/*
 * For whoever may have switched something on: the hypervisor may have panicked after that was found
 * to be allowed, and the lock does not hold back a panic. Returns 0, or -EIO and nothing is on.
 */
static int not_dead(void)
{
	/* Pairs with the one in el2_trace_die() */
	smp_mb();
	if (likely(!READ_ONCE(el2_trace_dead)))
		return 0;

	stop_for_good();

	return -EIO;
}

/* Whether there is a CPU of number *@cpu, which is safe to be used as an index afterwards */
static bool trace_cpu_exists(u64 *cpu)
{
	if (*cpu >= NR_CPUS)
		return false;

	*cpu = array_index_nospec(*cpu, NR_CPUS);

	return kvm_arm_hyp_percpu_base[*cpu];
}

/* ... likewise, an event of number *@event */
static bool trace_event_exists(u64 *event)
{
	if (*event >= EL2_NR_EVENTS)
		return false;

	*event = array_index_nospec(*event, EL2_NR_EVENTS);

	return true;
}

static struct remote_ring_writer *trace_ring(u64 cpu)
{
	return trace_cpu_exists(&cpu) ? &per_cpu_ptr(&el2_trace_cpu, cpu)->ring : NULL;
}

static int el2_trace_load(u64 cpu, u64 pfn, u64 nr_pages)
{
	if (!trace_cpu_exists(&cpu))
		return -EINVAL;

	guard(trace_lock)();
	per_cpu_ptr(&el2_trace_cpu, cpu)->number = cpu;
	/* Whoever tracing is switched on for makes the words of events anew */
	el2_trace_wake_done();

	return el2_trace_memory_load(cpu, pfn, nr_pages);
}

static int el2_trace_unload(u64 cpu)
{
	if (!trace_cpu_exists(&cpu))
		return -EINVAL;

	guard(trace_lock)();

	return el2_trace_memory_unload(cpu);
}

/**
 * el2_trace_switch - what stays are to have from now on, and no longer
 * @off:	bits of el2_trace_on to be cleared
 * @on:		bits to be set
 *
 * A stay that is traced finds the events that are on: the cmpxchg is a full barrier, and pairs with
 * the smp_rmb() in el2_trace_start(). Who switches something on calls not_dead()
 * afterwards; but a trigger does not that switches on what leads to nothing in a panic.
 *
 * Context: any; a trigger may switch while somebody who has trace_lock does.
 * Return: what was on before.
 */
unsigned long el2_trace_switch(unsigned long off, unsigned long on)
{
	unsigned long old = READ_ONCE(el2_trace_on);

	/* Who fails has been overtaken by one that has not */
	while (!try_cmpxchg(&el2_trace_on, &old, (old & ~off) | on))
		;

	return old;
}

/* Have the rings accept events, or not. Returns whether there is any */
static bool accept_events(bool accept)
{
	bool any = false;
	u64 i;

	for (i = 0; i < NR_CPUS; i++) {
		struct remote_ring_writer *ring = trace_ring(i);

		if (!ring || !el2_trace_memory_loaded(i))
			continue;
		remote_ring_writer_accept(ring, accept && !per_cpu_ptr(&el2_trace_cpu, i)->out);
		any = true;
	}

	return any;
}

/* Events happen, be it only for what they trigger */
static void begin_events(void)
{
	accept_events(true);
	el2_trace_set_ids(wanted_ids);
	el2_trace_switch(0, EL2_TRACE_RINGS);
}

/* Tracing is off. So are events, unless one of them may switch it on again */
static void end_tracing(void)
{
	if (el2_trace_trigger_armed()) {
		begin_events();
	} else {
		accept_events(false);
		el2_trace_switch(EL2_TRACE_RINGS, 0);
		el2_trace_set_ids(NULL);
	}
}

static int el2_trace_enable(u64 how)
{
	if (how > EL2_ENABLE_ENDING)
		return -EINVAL;

	guard(trace_lock)();

	if (how == EL2_ENABLE_ON && !el2_clock_is_set())
		return -EINVAL;

	if (how == EL2_ENABLE_ON && !accept_events(true))
		return -ENODEV;

	if (how == EL2_ENABLE_ON) {
		el2_trace_set_ids(wanted_ids);
		el2_trace_trigger_restart();
		el2_trace_switch(0, EL2_TRACE_RINGS | EL2_TRACE_OPEN);
	} else {
		el2_trace_switch(EL2_TRACE_OPEN | EL2_TRACE_ENDING,
				 how == EL2_ENABLE_ENDING ? EL2_TRACE_ENDING : 0);
		end_tracing();
	}

	return not_dead();
}

/* Do what a trigger that has switched tracing could not do, and tell what is */
static s64 el2_trace_settle(void)
{
	s64 ret = 1;

	guard(trace_lock)();
	if (!(READ_ONCE(el2_trace_on) & EL2_TRACE_OPEN)) {
		end_tracing();
		/* Its upper half is the number of a CPU: there is room, and it is not negative */
		ret = el2_trace_trigger_switched() << 1;
	} else if (!(READ_ONCE(el2_trace_on) & EL2_TRACE_RINGS)) {
		/* A traceon fired while it was taken away, and end_tracing() did not see that */
		begin_events();
	}

	return not_dead() ?: ret;
}

static int el2_trace_set_event(u64 event, u64 id)
{
	if (!trace_event_exists(&event) || id > U16_MAX)
		return -EINVAL;

	guard(trace_lock)();
	wanted_ids[event] = id;
	if (READ_ONCE(el2_trace_on) & EL2_TRACE_RINGS)
		el2_trace_set_ids(wanted_ids);

	return not_dead();
}

static int el2_trace_filter(u64 index, u64 where, u64 mask, u64 first, u64 span)
{
	struct remote_filter_insn insn = { where, mask, first, span };

	guard(trace_lock)();

	return el2_trace_filter_insn(index, &insn);
}

static int el2_trace_set_filter(u64 event, u64 nr)
{
	int ret;

	if (!trace_event_exists(&event))
		return -EINVAL;

	guard(trace_lock)();
	ret = el2_trace_filter_set(event, nr, el2_trace_record_size(event));
	if (!ret && READ_ONCE(el2_trace_on) & EL2_TRACE_RINGS)
		el2_trace_set_ids(wanted_ids);

	return not_dead() ?: ret;
}

static int el2_trace_add_pid(u64 index, u64 pid)
{
	guard(trace_lock)();

	return el2_trace_pids_add(index, pid);
}

static int el2_trace_set_pids(u64 nr, u64 how)
{
	guard(trace_lock)();

	return el2_trace_pids_set(nr, how);
}

static int el2_trace_change_pid(u64 pid, bool in)
{
	guard(trace_lock)();

	return el2_trace_pids_change(pid, in);
}

static int el2_trace_set_cpu(u64 cpu, bool in, bool offline)
{
	struct el2_trace_cpu *tcpu;

	if (!trace_cpu_exists(&cpu))
		return -EINVAL;

	tcpu = per_cpu_ptr(&el2_trace_cpu, cpu);

	guard(trace_lock)();
	tcpu->out = !in;
	if (READ_ONCE(el2_trace_on) & EL2_TRACE_RINGS)
		remote_ring_writer_accept(&tcpu->ring, in && el2_trace_memory_loaded(cpu));
	/* Where the host is trusted, it knows that nobody is there to do it */
	if (!in && offline && !is_protected_kvm_enabled())
		remote_ring_writer_detach(&tcpu->ring);

	return 0;
}

static int el2_trace_set_trigger(u64 event, u64 action, u64 ids, u64 nr, u64 count)
{
	int ret;

	if (!trace_event_exists(&event))
		return -EINVAL;

	guard(trace_lock)();
	ret = el2_trace_trigger_set(event, action, ids, nr, count, el2_trace_record_size(event));
	if (!ret && READ_ONCE(el2_trace_on) & EL2_TRACE_OPEN)
		el2_trace_set_ids(wanted_ids);
	else if (!ret)
		end_tracing();

	return not_dead() ?: ret;
}

static s64 el2_trace_read_trigger(u64 event, u64 action)
{
	if (!trace_event_exists(&event))
		return -EINVAL;

	guard(trace_lock)();

	return el2_trace_trigger_fired(event, action);
}

static int el2_trace_set_clock(u64 epoch_cyc, u64 epoch_ns, u64 mult, u64 shift)
{
	guard(trace_lock)();

	return el2_clock_set(epoch_cyc, epoch_ns, mult, shift);
}

static int el2_trace_set_stack(u64 id, u64 text)
{
	if (id > U16_MAX)
		return -EINVAL;

	guard(trace_lock)();
	el2_trace_stack_set(id, text);

	return 0;
}

static int el2_trace_set_accounts(u64 how)
{
	guard(trace_lock)();
	if (how > EL2_ACCOUNTS_ENDING || (how && !el2_clock_is_set()))
		return -EINVAL;

	el2_trace_switch(EL2_TRACE_ACCOUNTS | EL2_TRACE_ENDING,
			 how == EL2_ACCOUNTS_ON ? EL2_TRACE_ACCOUNTS :
			 how == EL2_ACCOUNTS_ENDING ? EL2_TRACE_ENDING : 0);

	return not_dead();
}

static int el2_trace_reset_accounts(u64 cpu)
{
	if (!trace_cpu_exists(&cpu))
		return -EINVAL;

	guard(trace_lock)();
	el2_account_reset(cpu);

	return 0;
}

static int el2_trace_read_accounts(u64 cpu, u64 pfn, u64 part)
{
	void *page;

	if (!trace_cpu_exists(&cpu) || part >= EL2_ACCOUNTS_PARTS)
		return -EINVAL;

	part = array_index_nospec(part, EL2_ACCOUNTS_PARTS);

	guard(trace_lock)();
	page = el2_trace_memory_pin(pfn);
	if (!page)
		return -EPERM;

	el2_account_copy(cpu, page, part);
	el2_trace_memory_unpin(page);

	return 0;
}

/* Who wants to be woken, or does not any more, changes the word of hyp_exit */
static void end_of_stays(void)
{
	if (READ_ONCE(el2_trace_on) & EL2_TRACE_RINGS)
		el2_trace_set_ids(wanted_ids);
}

/* What is wanted is there before the word that has stays look for it */
static int el2_trace_wake(u64 what, u64 cpu, u64 tail)
{
	bool wanted;
	u64 i;

	if (what > EL2_WAKE_SWITCH || (what < EL2_WAKE_SWITCH && cpu != EL2_WAKE_ALL_CPUS &&
				       !trace_cpu_exists(&cpu)))
		return -EINVAL;

	guard(trace_lock)();
	wanted = el2_trace_wake_wanted;
	if (what == EL2_WAKE_SWITCH) {
		el2_trace_wake_arm_switch();
	} else if (cpu == EL2_WAKE_ALL_CPUS) {
		for (i = 0; i < NR_CPUS; i++) {
			if (trace_ring(i))
				el2_trace_wake_arm(i);
		}
	} else if (what == EL2_WAKE_PAGE) {
		el2_trace_wake_arm_page(cpu, tail);
	} else {
		el2_trace_wake_arm(cpu);
	}
	/* Pairs with the smp_load_acquire() in el2_trace_start() */
	smp_wmb();
	if (wanted != el2_trace_wake_wanted)
		end_of_stays();

	return not_dead();
}

static int el2_trace_listen(bool on)
{
	guard(trace_lock)();
	el2_trace_wake_listen(on);
	if (on) {
		el2_trace_wake_done();
		end_of_stays();
	}

	return not_dead();
}

/* Stays that have begun do as they did: when it is true is for the host to know */
static int el2_trace_tell_busy(bool on)
{
	guard(trace_lock)();
	el2_trace_open_more(EL2_OPEN_BUSY, on);

	return 0;
}

/* @ids has 16 bits each of call, entry and exit; none of them is for what is not recorded */
static int el2_trace_record_functions(u64 ids, u64 max_depth, u64 text)
{
	const struct remote_trace_function_ids function_ids = {
		.call		= FIELD_GET(EL2_FUNCTION_IDS_CALL, ids),
		.entry		= FIELD_GET(EL2_FUNCTION_IDS_ENTRY, ids),
		.exit		= FIELD_GET(EL2_FUNCTION_IDS_EXIT, ids),
		.max_depth	= max_depth,
	};

	if (ids & EL2_FUNCTION_IDS_RES0 || max_depth > U32_MAX)
		return -EINVAL;

	guard(trace_lock)();
	el2_functions_record(ids ? &function_ids : NULL, text);

	return not_dead();
}

static int el2_trace_patch_functions(u64 nr, struct el2_function_word word)
{
	guard(trace_lock)();

	return not_dead() ?: el2_functions_patch(nr, &word);
}

static int el2_trace_detach(void)
{
	el2_trace_close();
	remote_ring_writer_detach(&this_cpu_ptr(&el2_trace_cpu)->ring);

	return 0;
}

/* Only an order of a test has an @arg */
static int el2_trace_write_event(u64 value, u64 arg)
{
	int ret = 0;

	el2_trace_panic_test(value);
	if (!el2_trace_hostile_test(value, arg, &ret))
		el2_trace_selftest(value);

	return ret;
}

static int el2_trace_swap(u64 cpu, u64 indexes)
{
	struct remote_ring_writer *ring = trace_ring(cpu);

	return ring ? remote_ring_writer_swap(ring, indexes) : -EINVAL;
}

static int el2_trace_reset(u64 cpu)
{
	struct remote_ring_writer *ring = trace_ring(cpu);

	return ring ? remote_ring_writer_reset(ring) : -EINVAL;
}

static int el2_trace_sync(u64 cpu, u64 seq)
{
	struct remote_ring_writer *ring = trace_ring(cpu);

	return ring ? remote_ring_writer_sync(ring, seq) : -EINVAL;
}

/*
 * What the host calls. After a panic the locks may be held by those who will never release them, so
 * nothing is done any more.
 */
#define EL2_TRACE_HANDLER(name, call)						\
	void handle___el2_trace_##name(struct kvm_cpu_context *host_ctxt)	\
	{									\
		cpu_reg(host_ctxt, 1) = READ_ONCE(el2_trace_dead) ? -EIO : call;\
	}
#define ARG(n)	cpu_reg(host_ctxt, n)

EL2_TRACE_HANDLER(load, el2_trace_load(ARG(1), ARG(2), ARG(3)))
EL2_TRACE_HANDLER(unload, el2_trace_unload(ARG(1)))
EL2_TRACE_HANDLER(detach, el2_trace_detach())
EL2_TRACE_HANDLER(enable, el2_trace_enable(ARG(1)))
EL2_TRACE_HANDLER(swap, el2_trace_swap(ARG(1), ARG(2)))
EL2_TRACE_HANDLER(reset, el2_trace_reset(ARG(1)))
EL2_TRACE_HANDLER(sync, el2_trace_sync(ARG(1), ARG(2)))
EL2_TRACE_HANDLER(set_event, el2_trace_set_event(ARG(1), ARG(2)))
EL2_TRACE_HANDLER(set_clock, el2_trace_set_clock(ARG(1), ARG(2), ARG(3), ARG(4)))
EL2_TRACE_HANDLER(write_event, el2_trace_write_event(ARG(1), ARG(2)))
EL2_TRACE_HANDLER(set_stack, el2_trace_set_stack(ARG(1), ARG(2)))
EL2_TRACE_HANDLER(set_accounts, el2_trace_set_accounts(ARG(1)))
EL2_TRACE_HANDLER(reset_accounts, el2_trace_reset_accounts(ARG(1)))
EL2_TRACE_HANDLER(read_accounts, el2_trace_read_accounts(ARG(1), ARG(2), ARG(3)))
EL2_TRACE_HANDLER(filter, el2_trace_filter(ARG(1), ARG(2), ARG(3), ARG(4), ARG(5)))
EL2_TRACE_HANDLER(set_filter, el2_trace_set_filter(ARG(1), ARG(2)))
EL2_TRACE_HANDLER(add_pid, el2_trace_add_pid(ARG(1), ARG(2)))
EL2_TRACE_HANDLER(set_pids, el2_trace_set_pids(ARG(1), ARG(2)))
EL2_TRACE_HANDLER(change_pid, el2_trace_change_pid(ARG(1), ARG(2)))
EL2_TRACE_HANDLER(set_cpu, el2_trace_set_cpu(ARG(1), ARG(2), ARG(3)))
EL2_TRACE_HANDLER(set_trigger, el2_trace_set_trigger(ARG(1), ARG(2), ARG(3), ARG(4), ARG(5)))
EL2_TRACE_HANDLER(read_trigger, el2_trace_read_trigger(ARG(1), ARG(2)))
EL2_TRACE_HANDLER(settle, el2_trace_settle())
EL2_TRACE_HANDLER(wake, el2_trace_wake(ARG(1), ARG(2), ARG(3)))
EL2_TRACE_HANDLER(tell_busy, el2_trace_tell_busy(ARG(1)))
EL2_TRACE_HANDLER(record_functions, el2_trace_record_functions(ARG(1), ARG(2), ARG(3)))
EL2_TRACE_HANDLER(patch_functions,
		  el2_trace_patch_functions(ARG(1), (struct el2_function_word) {
			{ ARG(2), ARG(3), ARG(4) } }))

/* The interrupt goes in any case: after a panic, too, somebody may have to answer one */
void handle___el2_trace_listen(struct kvm_cpu_context *host_ctxt)
{
	el2_trace_wake_quiet();
	cpu_reg(host_ctxt, 1) = READ_ONCE(el2_trace_dead) ? -EIO : el2_trace_listen(ARG(1));
}
