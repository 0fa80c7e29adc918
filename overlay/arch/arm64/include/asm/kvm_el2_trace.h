/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypervisor tracing: what the host (EL1) and the hypervisor (EL2) say to each other.
 */
#ifndef __ARM64_KVM_EL2_TRACE_H
#define __ARM64_KVM_EL2_TRACE_H

/*
 * The hypercalls. Each expands through @f, once into the enumeration of all hypercalls and once
 * into the hypervisor's table of handlers. Arguments are as the host passes them; each returns 0
 * or a negative error.
 *
 *	__el2_trace_load(cpu, pfn, nr_pages)	struct el2_trace_desc; donates it, pins the ring
 *	__el2_trace_unload(cpu)			gives all of it back
 *	__el2_trace_detach()			this CPU writes no more unless it is asked to
 *	__el2_trace_enable(how)			EL2_ENABLE_...
 *	__el2_trace_swap(cpu, indexes)		a bit for each page that the reader gives; returns
 *						how many were exchanged
 *	__el2_trace_reset(cpu)
 *	__el2_trace_sync(cpu, seq)
 *	__el2_trace_set_event(event, id)	id to record the event with, 0 for not at all
 *	__el2_trace_set_clock(epoch_cyc, epoch_ns, mult, shift)
 *	__el2_trace_write_event(value)		emit selftest
 *	__el2_trace_set_stack(id, text)		id to record call stacks with, 0 for not at all;
 *						where the host sees __hyp_text_start
 *	__el2_trace_set_accounts(how)		keep accounts or not: EL2_ACCOUNTS_...
 *	__el2_trace_reset_accounts(cpu)		begin anew; from @cpu itself, unless it is offline
 *	__el2_trace_read_accounts(cpu, pfn, part) copy a page's worth of them to a page that is
 *						shared; likewise
 *	__el2_trace_filter(index, where, mask, first, span)	an instruction of a filter:
 *						<linux/remote_filter.h>
 *	__el2_trace_set_filter(event, nr)	filter it by the first so many of these, 0 for not
 *						at all. Before another one is set for that event,
 *						each CPU must have been seen outside EL2
 *	__el2_trace_add_pid(index, pid)		a pid of a set
 *	__el2_trace_set_pids(nr, how)		the first so many of these are those of which
 *						something is recorded, or are not: EL2_PIDS_...
 *						Before the next is added, as above
 *	__el2_trace_change_pid(pid, in)		@pid is one of these from now on, or none
 *	__el2_trace_set_cpu(cpu, in, offline)	@cpu takes events while tracing is on, or none:
 *						then it must detach, if it is not offline
 *	__el2_trace_set_trigger(event, action, ids, nr, count)	have it do that (enum
 *						remote_trigger_action) @count times, filtered as
 *						above; ids: its id, and from bit 16 on that of
 *						stacks. With ids 0, no longer; the same holds
 *	__el2_trace_read_trigger(event, action)	how often it has fired, in 64 bits
 *	__el2_trace_settle()			has a trigger switched tracing? Bit 0: it is on.
 *						If not: from bit 1 on, the number of the event
 *						plus one whose trigger that was, from bit 33 on
 *						the CPU's; in 64 bits
 *	__el2_trace_record_functions(ids, depth, text)
 *						ids to record functions with, 0 for not at all,
 *						and how deep; text as above
 *	__el2_trace_patch_functions(nr, bits, bits, bits)
 *						what becomes of the calls of functions, those
 *						from 64 times @nr on: for both,
 *						<asm/kvm_el2_functions.h>
 *	__el2_trace_wake(what, cpu, tail)	interrupt @cpu, once, by EL2's physical timer, when
 *						there is news of that kind there: EL2_WAKE_...
 *	__el2_trace_listen(on)			on this CPU the host takes it, or not; none is
 *						pending any more, and if it does nothing is wanted
 *						yet. The former holds even where calls refuse
 *	__el2_trace_tell_busy(on)		stays that begin tell in their ring's @busy, or need
 *						not
 *
 * No call takes longer than about a millisecond, so a large ring is loaded and unloaded in several:
 * -EAGAIN means that one has done its share and that the same call has to be made again. If the
 * first call to load a ring fails, the hypervisor has taken nothing; if a later one does, what it
 * has taken must be unloaded. A ring that is not loaded whole can do nothing but that.
 */
#define EL2_TRACE_HCALLS(f)		\
	f(__el2_trace_load),		\
	f(__el2_trace_unload),		\
	f(__el2_trace_detach),		\
	f(__el2_trace_enable),		\
	f(__el2_trace_swap),		\
	f(__el2_trace_reset),		\
	f(__el2_trace_sync),		\
	f(__el2_trace_set_event),	\
	f(__el2_trace_set_clock),	\
	f(__el2_trace_write_event),	\
	f(__el2_trace_set_stack),	\
	f(__el2_trace_set_accounts),	\
	f(__el2_trace_reset_accounts),	\
	f(__el2_trace_read_accounts),	\
	f(__el2_trace_filter),		\
	f(__el2_trace_set_filter),	\
	f(__el2_trace_add_pid),		\
	f(__el2_trace_set_pids),	\
	f(__el2_trace_change_pid),	\
	f(__el2_trace_set_cpu),		\
	f(__el2_trace_set_trigger),	\
	f(__el2_trace_read_trigger),	\
	f(__el2_trace_settle),		\
	f(__el2_trace_record_functions), \
	f(__el2_trace_patch_functions),	\
	f(__el2_trace_wake),		\
	f(__el2_trace_listen),		\
	f(__el2_trace_tell_busy)

/*
 * What __el2_trace_enable() is told: take no events; take those of stays that begin from now on; of
 * those that have begun to their end, but of no other, which is what comes before none.
 */
#define EL2_ENABLE_OFF		0
#define EL2_ENABLE_ON		1
#define EL2_ENABLE_ENDING	2

#ifndef __ASSEMBLY__

#include <linux/remote_ring.h>

/* Why the CPU is in the hypervisor, or what it leaves it for; show_hyp_reason() has the names */
enum el2_reason {
	EL2_REASON_SMC,
	EL2_REASON_HVC,
	EL2_REASON_PSCI,
	EL2_REASON_HOST_ABORT,
	EL2_REASON_GUEST_EXIT,
	EL2_REASON_ERET_HOST,
	EL2_REASON_ERET_GUEST,
	EL2_REASON_UNKNOWN,
};

/* What one owner of pages does to another; show_hyp_page_op() has the names */
enum hyp_page_op {
	HYP_PAGE_SHARE,
	HYP_PAGE_UNSHARE,
	HYP_PAGE_DONATE,
};

/* What happens to a pool of the hypervisor's memory; show_hyp_pool_op() has the names */
enum hyp_pool_op {
	HYP_POOL_ALLOC,
	HYP_POOL_FREE,
	HYP_POOL_FAIL,
};

/* Whose stays are recorded: all, those of the pids that are listed, those of all others */
#define EL2_PIDS_ALL			0
#define EL2_PIDS_LISTED			1
#define EL2_PIDS_OTHERS			2

/* What the host is to be woken for: an event, page @tail or a later one, a trigger's switching */
#define EL2_WAKE_EVENT			0
#define EL2_WAKE_PAGE			1
#define EL2_WAKE_SWITCH			2

/* With EL2_WAKE_EVENT, instead of a CPU */
#define EL2_WAKE_ALL_CPUS		(~0ULL)

/*
 * In the immediate of the HVC, a tracing hypercall that leaves no trace itself: those that are made
 * because there is something to be read, or because there is nothing, would never come to an end
 */
#define EL2_TRACE_QUIET			0x2000

/* So many pids can be listed */
#define EL2_TRACE_MAX_PIDS		1024

/**
 * struct el2_trace_desc - how the host describes one CPU's ring to the hypervisor
 * @nr_slots:	slots of the ring
 * @nr_readers:	pages that the reader holds
 * @overwrite:	0 or 1; what to do when the ring is full
 * @reserved:	0
 * @meta:	page frame number of the meta page
 * @slot_pages:	page frame numbers of the pages that hold its slots, for remote_ring_find_slot():
 *		@nr_slots, then the reader's @nr_readers; @page of each is a page frame number, the
 *		rest is 0
 *
 * Starts a page and is contiguous. The host gives these pages and those of the slots to the
 * hypervisor, which reads each field once, after they are out of the host's reach, and keeps its
 * own state of the ring there. All other page frames named here must be shared with the hypervisor,
 * each named once.
 */
struct el2_trace_desc {
	u32				nr_slots;
	u32				nr_readers;
	u32				overwrite;
	u32				reserved;
	u64				meta;
	u64				slot_pages[];
};

static_assert(sizeof(struct el2_trace_desc) == 24);
static_assert(offsetof(struct el2_trace_desc, meta) == 16);

/*
 * What can be counted on in one piece: an allocation of order 3. It names the slots of 523904
 * pages, 2 GiB of 4K pages
 */
#define EL2_TRACE_DESC_MAX_SIZE		(PAGE_SIZE << 3)

/*
 * What __el2_trace_write_event() takes for orders with CONFIG_KVM_EL2_TRACE_PANIC_TEST: panic in
 * the middle of an event; do only what tracing does in a panic
 */
#define EL2_TRACE_PANIC_TEST		0x70616e696321ULL
#define EL2_TRACE_DEATH_TEST		0x6465617468ULL

/*
 * Likewise with CONFIG_KVM_EL2_TRACE_HOSTILE_TEST, and with one more argument: tell the state of
 * the page of this number; print this number with trace_hyp_printk()
 */
#define EL2_TRACE_PAGE_TEST		0x70616765ULL
#define EL2_TRACE_PRINT_TEST		0x7072696e74ULL

/*
 * Likewise: emit selftest with a checksum of the hypervisor's text; with how often its text is
 * mapped to be executed, and once more with how often to be written to
 */
#define EL2_TRACE_TEXT_TEST		0x74657874ULL
#define EL2_TRACE_ALIAS_TEST		0x616c696173ULL

/* The state of a page: what it is to the host, to the hypervisor, and how often it is pinned */
#define EL2_TRACE_PAGE_OWNED		0
#define EL2_TRACE_PAGE_SHARED		1
#define EL2_TRACE_PAGE_BORROWED		2
#define EL2_TRACE_PAGE_NONE		3
#define EL2_TRACE_PAGE_HYP_SHIFT	2
#define EL2_TRACE_PAGE_PINS_SHIFT	4
#define EL2_TRACE_PAGE_PINS_MAX		255

/**
 * struct el2_trace_clock - from counter to nanoseconds
 * @epoch_cyc:	counter value (CNTPCT_EL0) at the epoch
 * @shift:	1 .. 63
 * @mult:	nanoseconds a count, as a fraction of 2^(64 - @shift); below 2^63
 * @epoch_ns:	nanoseconds at the epoch
 */
struct el2_trace_clock {
	u64	epoch_cyc;
	u64	shift;
	u64	mult;
	u64	epoch_ns;
};

/**
 * el2_trace_clock_delta_ns - how long a number of counts takes
 * @clock:	the clock
 * @cycles:	counts, below 2^(63 - @clock->shift) to either side
 *
 * A product of 128 bits of which the upper half is wanted: one smulh, no overflow to look out for.
 * Signed, so that a counter value read just before an epoch came into force is not 584 years later.
 *
 * Return: nanoseconds.
 */
static __always_inline u64 el2_trace_clock_delta_ns(const struct el2_trace_clock *clock, u64 cycles)
{
	u64 mult = clock->mult, shift = clock->shift;

	return ((__int128)(s64)(cycles << shift) * (s64)mult) >> 64;
}

/**
 * el2_trace_clock_ns - the time of a counter value
 * @clock:	the clock
 * @cyc:	counter value, less than 2^(63 - @clock->shift) from the epoch to either side; the
 *		host chooses the shift such that this is 36 years at least
 *
 * Return: nanoseconds.
 */
static __always_inline u64 el2_trace_clock_ns(const struct el2_trace_clock *clock, u64 cyc)
{
	return clock->epoch_ns + el2_trace_clock_delta_ns(clock, cyc - clock->epoch_cyc);
}

#endif /* __ASSEMBLY__ */

#endif /* __ARM64_KVM_EL2_TRACE_H */
