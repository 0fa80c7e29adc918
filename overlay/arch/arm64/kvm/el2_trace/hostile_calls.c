// SPDX-License-Identifier: GPL-2.0
/*
 * What a hostile host does: each tracing hypercall, with arguments that are right, wrong or nearly
 * right, and what it does to the memory that it shares meanwhile.
 *
 * It is a host that wants to see the hypervisor fall, not itself. What it must not do is touch a
 * page that it has given away, or give away a page that somebody else in the kernel uses.
 */
#include <linux/bits.h>
#include <linux/kvm_host.h>

#include <asm/arch_timer.h>
#include <asm/kvm_el2_events.h>
#include <asm/kvm_el2_trace.h>

#include "hostile.h"

/*
 * Where each descriptor is and how many pages it has; where the pages of its slots start and how
 * many it names; where those of the ring start and how many it may have at the most
 */
static const struct hostile_desc {
	u32	page;
	u32	nr_pages;
	u32	slots;
	u32	nr_slot_pages;
	u32	data;
	u32	nr_data;
} hostile_descs[] = {
	{ 0, 1, 8, 1, 0, 20 }, { 1, 1, 9, 1, 20, 20 }, { 2, 1, 10, 1, 40, 20 },
	{ 3, 1, 11, 1, 60, 20 }, { 4, 1, 12, 1, 80, 20 }, { 5, 1, 13, 1, 100, 20 },
	{ 6, 1, 14, 1, 120, 20 }, { 7, 1, 15, 1, 140, 20 },
	{ 16, 2, 18, 1, 160, 20 }, { 19, 2, 21, 1, 180, 20 },
	{ 22, 4, 26, 2, 480, 140 },
	/*
	 * These take several calls: for the ring's pages, and for all that is donated. The latter
	 * fails seldom, so it is what others meet half-way, and is not to be rare.
	 */
	{ 22, 2, 24, 3, 200, 300 },
	{ 26, 8, 34, 14, 500, 120 }, { 26, 8, 34, 14, 500, 120 }, { 26, 8, 34, 14, 500, 120 },
};

static const u64 hostile_allowed[HOSTILE_NR_CALLS] = {
	[HOSTILE_load]		= BIT(0) | BIT(EAGAIN) | BIT(EINVAL) | BIT(EPERM) | BIT(EBUSY) |
				  BIT(ERANGE),
	[HOSTILE_unload]	= BIT(0) | BIT(EAGAIN) | BIT(EINVAL) | BIT(ENODEV) | BIT(EBUSY),
	[HOSTILE_detach]	= BIT(0),
	[HOSTILE_enable]	= BIT(0) | BIT(EINVAL) | BIT(ENODEV),
	[HOSTILE_swap]		= BIT(0) | BIT(EAGAIN) | BIT(EINVAL) | BIT(ENODEV),
	[HOSTILE_reset]		= BIT(0) | BIT(EINVAL) | BIT(ENODEV),
	[HOSTILE_sync]		= BIT(0) | BIT(EINVAL) | BIT(ENODEV),
	[HOSTILE_set_event]	= BIT(0) | BIT(EINVAL),
	[HOSTILE_set_clock]	= BIT(0) | BIT(EINVAL),
	[HOSTILE_set_stack]	= BIT(0) | BIT(EINVAL),
	[HOSTILE_set_accounts]	= BIT(0) | BIT(EINVAL),
	[HOSTILE_reset_accounts] = BIT(0) | BIT(EINVAL),
	[HOSTILE_read_accounts]	= BIT(0) | BIT(EINVAL) | BIT(EPERM),
	[HOSTILE_filter]	= BIT(0) | BIT(EINVAL),
	[HOSTILE_set_filter]	= BIT(0) | BIT(EINVAL),
	[HOSTILE_add_pid]	= BIT(0) | BIT(EINVAL),
	[HOSTILE_set_pids]	= BIT(0) | BIT(EINVAL),
	[HOSTILE_change_pid]	= BIT(0) | BIT(EINVAL) | BIT(ENOSPC),
	[HOSTILE_set_cpu]	= BIT(0) | BIT(EINVAL),
	[HOSTILE_wake]		= BIT(0) | BIT(EINVAL),
	[HOSTILE_listen]	= BIT(0),
	[HOSTILE_tell_busy]	= BIT(0),
	[HOSTILE_record_functions] = BIT(0) | BIT(EINVAL),
	[HOSTILE_patch_functions] = BIT(0) | BIT(EINVAL),
	[HOSTILE_set_trigger]	= BIT(0) | BIT(EINVAL) | BIT(ENOENT) | BIT(EEXIST),
	[HOSTILE_read_trigger]	= BIT(0) | BIT(EINVAL) | BIT(ENOENT),
	[HOSTILE_settle]	= BIT(0),
	[HOSTILE_write_event]	= BIT(0) | BIT(ENOENT),
	[HOSTILE_share]		= BIT(0) | BIT(EPERM) | BIT(ERANGE),
	[HOSTILE_unshare]	= BIT(0) | BIT(EPERM) | BIT(EBUSY) | BIT(ERANGE),
};

/**
 * hostile_answer - take note of what a call has answered
 * @worker:	who made it
 * @call:	which
 * @answer:	what it said
 *
 * Return: @answer.
 */
int hostile_answer(struct hostile_worker *worker, enum hostile_call call, int answer)
{
	int error = answer < 0 ? min(-answer, HOSTILE_NR_ERRORS - 1) : 0;

	worker->calls++;
	worker->answers[call][error]++;

	if (!(hostile_allowed[call] & BIT_ULL(error)) && !worker->unexpected++) {
		worker->bad_call = call;
		worker->bad_answer = answer;
		worker->bad_nr = worker->calls;
	}

	return answer;
}

/**
 * hostile_page_state - whose a page is
 * @pfn:	page frame number
 *
 * Return: EL2_TRACE_PAGE_..., or -ENOENT if there is no such memory.
 */
int hostile_page_state(u64 pfn)
{
	return el2_trace_call(__el2_trace_write_event, EL2_TRACE_PAGE_TEST, pfn);
}

static bool hostile_may_touch(u64 pfn)
{
	int state = hostile_page_state(pfn);

	return state >= 0 && (state & 3) <= EL2_TRACE_PAGE_SHARED;
}

/**
 * hostile_odd_cpu - the number of a CPU, or one that is none
 * @rnd:	decides
 *
 * Return: that number.
 */
u64 hostile_odd_cpu(struct rnd_state *rnd)
{
	u64 cpu = below(rnd, nr_cpu_ids);

	switch (below(rnd, 32)) {
	case 0:
		return nr_cpu_ids;
	case 1:
		return NR_CPUS - 1 + below(rnd, 3);
	case 2:
		return cpu | BIT_ULL(32 + below(rnd, 32));
	case 3:
		return odd(rnd);
	default:
		return cpu;
	}
}

/* What is left of a page frame number in an address */
static u64 real_pfn(u64 pfn)
{
	return pfn << PAGE_SHIFT >> PAGE_SHIFT;
}

/* A number that is that of no page of memory, but behind it or before it: what is there is used */
static u64 odd_pfn(struct hostile_ground *ground, struct rnd_state *rnd)
{
	u64 pfn = odd(rnd);

	return real_pfn(pfn) - ground->mem_start < ground->mem_end - ground->mem_start ?
	       ground->mem_end : pfn;
}

/* Of a page that is no harm to the host if the hypervisor takes it, or that it must not take */
static u64 odd_desc_page(struct hostile_ground *ground, struct rnd_state *rnd)
{
	switch (below(rnd, 8)) {
	case 0:
		return odd_pfn(ground, rnd);
	case 1:
		return ground->mem_end + below(rnd, 3);
	case 2:
		/* Devices, if there is something */
		return below(rnd, ground->mem_start);
	case 3:
		return (ground->pfn + below(rnd, HOSTILE_NR_PAGES)) |
		       BIT_ULL(64 - PAGE_SHIFT + below(rnd, PAGE_SHIFT));
	case 4:
	case 5:
		if (ground->nr_foreign)
			return ground->foreign[below(rnd, ground->nr_foreign)];
		fallthrough;
	default:
		return ground->pfn + below(rnd, HOSTILE_DATA);
	}
}

/* Of a page that must not be of a ring, or, most of them, that can at some times */
static u64 odd_ring_page(struct hostile_ground *ground, struct rnd_state *rnd)
{
	switch (below(rnd, 8)) {
	case 0:
		return odd(rnd);
	case 1:
		/* The first page of memory, the last one, and what is in use by the kernel */
		return below(rnd, 2) ? ground->mem_start : ground->mem_end - 1;
	case 2:
		return page_to_pfn(virt_to_page(ground));
	case 3:
		return odd_desc_page(ground, rnd);
	default:
		return ground->pfn + below(rnd, HOSTILE_NR_PAGES);
	}
}

/* Over pages that the hypervisor may be writing to, most of all where it tells how far it is */
static void scribble_data(struct hostile_ground *ground, struct rnd_state *rnd)
{
	u64 *page = ground->pages + (HOSTILE_DATA + below(rnd, HOSTILE_NR_DATA)) * PAGE_SIZE;
	u32 words = below(rnd, 4);

	while (words--)
		WRITE_ONCE(page[below(rnd, PAGE_SIZE / 8)], odd(rnd));
	WRITE_ONCE(page[below(rnd, 32)], odd(rnd));
}

/*
 * Over a descriptor, or a page of one or of slots that the hypervisor has not taken yet or has
 * given back. It may be told to take what is named there.
 */
static void scribble_desc(struct hostile_ground *ground, struct rnd_state *rnd)
{
	u32 index = HOSTILE_DESC + below(rnd, HOSTILE_NR_DESC), words = 8;
	u64 *page = ground->pages + index * PAGE_SIZE;

	write_lock(&ground->desc_lock);
	if (hostile_may_touch(ground->pfn + index)) {
		while (words--)
			page[below(rnd, PAGE_SIZE / 8)] = odd_pfn(ground, rnd);
	}
	write_unlock(&ground->desc_lock);
}

static struct remote_ring_slot *hostile_slot(struct hostile_ground *ground,
					     const struct hostile_desc *where, u32 i)
{
	struct remote_ring_slot *slots = ground->pages +
		(HOSTILE_DESC + where->slots + i / REMOTE_RING_PAGE_SLOTS) * PAGE_SIZE;

	return &slots[i % REMOTE_RING_PAGE_SLOTS];
}

static void lie(struct hostile_ground *ground, struct rnd_state *rnd,
		const struct hostile_desc *where, struct el2_trace_desc *desc)
{
	u32 i = below(rnd, desc->nr_slots + desc->nr_readers);
	struct remote_ring_slot *slot = hostile_slot(ground, where, i);

	switch (below(rnd, 9)) {
	case 0:
		desc->nr_slots = odd(rnd);
		break;
	case 1:
		desc->nr_readers = odd(rnd);
		break;
	case 2:
		desc->overwrite = odd(rnd);
		break;
	case 3:
		desc->reserved = odd(rnd);
		break;
	case 4:
		desc->meta = odd_ring_page(ground, rnd);
		break;
	case 5:
		/* Named twice */
		slot->page = below(rnd, 2) ? desc->meta : hostile_slot(ground, where, 0)->page;
		break;
	case 6:
		desc->nr_slots = -desc->nr_readers + below(rnd, 3);
		break;
	case 7:
		desc->slot_pages[i / REMOTE_RING_PAGE_SLOTS] = odd_desc_page(ground, rnd);
		break;
	default:
		slot->page = odd_ring_page(ground, rnd);
		break;
	}
}

static bool hostile_may_touch_all(u64 pfn, u32 nr)
{
	while (nr) {
		if (!hostile_may_touch(pfn + --nr))
			return false;
	}

	return true;
}

/* Write a descriptor that is right, more or less, if it is the host's to write to */
static void describe(struct hostile_ground *ground, struct rnd_state *rnd,
		     const struct hostile_desc *where)
{
	u64 pfn = ground->pfn + HOSTILE_DESC + where->page;
	struct el2_trace_desc *desc = ground->pages + (HOSTILE_DESC + where->page) * PAGE_SIZE;
	u32 i, lies = below(rnd, 2) ? 0 : below(rnd, 3), pages = where->nr_data - 1;
	u32 filled = DIV_ROUND_UP(pages, REMOTE_RING_PAGE_SLOTS);
	u64 slots = ground->pfn + HOSTILE_DESC + where->slots;
	u64 data = ground->pfn + HOSTILE_DATA + where->data;

	write_lock(&ground->desc_lock);

	if (!hostile_may_touch_all(pfn, where->nr_pages) ||
	    !hostile_may_touch_all(slots, filled))
		goto unlock;

	desc->nr_readers = 1 + below(rnd, min(pages / 2, REMOTE_RING_MAX_READERS));
	/* Now all that there is, now more than there is, now as few as can be */
	switch (below(rnd, 4)) {
	case 0:
		desc->nr_slots = pages - desc->nr_readers;
		break;
	case 1:
	case 2:
		desc->nr_slots = where->nr_slot_pages * REMOTE_RING_PAGE_SLOTS - desc->nr_readers;
		break;
	default:
		desc->nr_slots = REMOTE_RING_MIN_SLOTS;
		break;
	}
	desc->overwrite = below(rnd, 2);
	desc->reserved = 0;
	desc->meta = data + pages;
	for (i = 0; i < where->nr_slot_pages; i++)
		desc->slot_pages[i] = slots + i;
	for (i = 0; i < min(desc->nr_slots + desc->nr_readers, pages); i++) {
		hostile_slot(ground, where, i)->page = data + i;
		/* Nobody is to believe these */
		hostile_slot(ground, where, i)->id = below(rnd, 2) ? 0 : any(rnd);
	}
	while (lies--) {
		/* One that was told already makes others impossible */
		if (!desc->nr_readers || desc->nr_readers > pages || !desc->nr_slots ||
		    desc->nr_slots > pages - desc->nr_readers)
			break;
		lie(ground, rnd, where, desc);
	}

unlock:
	write_unlock(&ground->desc_lock);
}

static int offer(struct hostile_worker *worker, u64 cpu, u64 pfn, u64 nr_pages)
{
	int ret;

	read_lock(&worker->ground->desc_lock);
	ret = hostile_call(worker, load, cpu, pfn, nr_pages);
	read_unlock(&worker->ground->desc_lock);

	return ret;
}

static void hostile_load(struct hostile_worker *worker, struct rnd_state *rnd)
{
	const struct hostile_desc *desc = &hostile_descs[below(rnd, ARRAY_SIZE(hostile_descs))];
	struct hostile_ground *ground = worker->ground;
	u64 cpu = hostile_odd_cpu(rnd), pfn = ground->pfn + HOSTILE_DESC + desc->page;
	u64 nr_pages = desc->nr_pages;
	u32 patience = below(rnd, 16);
	int ret;

	switch (below(rnd, 8)) {
	case 0:
		pfn = odd_desc_page(ground, rnd);
		nr_pages = below(rnd, 2) ? odd(rnd) : below(rnd, 64);
		break;
	case 1:
		pfn = ground->pfn + HOSTILE_WILD + below(rnd, HOSTILE_NR_WILD);
		nr_pages = 1 + below(rnd, HOSTILE_NR_WILD + 1);
		break;
	case 2:
		nr_pages = below(rnd, 2) ? odd(rnd) : below(rnd, HOSTILE_NR_DESC + 2);
		break;
	default:
		describe(ground, rnd, desc);
		break;
	}

	do {
		ret = offer(worker, cpu, pfn, nr_pages);
		if (ret == -EAGAIN && !below(rnd, 4))
			scribble_desc(ground, rnd);
		scribble_data(ground, rnd);
	} while (ret == -EAGAIN && patience--);
}

static void hostile_unload(struct hostile_worker *worker, struct rnd_state *rnd)
{
	u64 cpu = hostile_odd_cpu(rnd);
	u32 patience = below(rnd, 8);
	int ret;

	do {
		ret = hostile_call(worker, unload, cpu);
	} while (ret == -EAGAIN && patience--);
}

static void hostile_detach(struct hostile_worker *worker, struct rnd_state *rnd)
{
	hostile_call(worker, detach);
}

static void hostile_enable(struct hostile_worker *worker, struct rnd_state *rnd)
{
	hostile_call(worker, enable,
		     below(rnd, 4) ? below(rnd, EL2_ENABLE_ENDING + 1) : odd(rnd));
}

static void hostile_swap(struct hostile_worker *worker, struct rnd_state *rnd)
{
	u64 indexes = odd(rnd);

	/* Most have few readers */
	if (below(rnd, 4))
		indexes = 1 + below(rnd, 15);
	hostile_call(worker, swap, hostile_odd_cpu(rnd), indexes);
}

static void hostile_reset(struct hostile_worker *worker, struct rnd_state *rnd)
{
	hostile_call(worker, reset, hostile_odd_cpu(rnd));
}

static void hostile_sync(struct hostile_worker *worker, struct rnd_state *rnd)
{
	hostile_call(worker, sync, hostile_odd_cpu(rnd), odd(rnd));
}

static void hostile_set_event(struct hostile_worker *worker, struct rnd_state *rnd)
{
	u64 event = below(rnd, 8) ? below(rnd, EL2_NR_EVENTS + 1) : odd(rnd);
	u64 id = below(rnd, 4) ? 1 + below(rnd, U16_MAX) : odd(rnd);

	hostile_call(worker, set_event, event, id);
}

static void hostile_set_clock(struct hostile_worker *worker, struct rnd_state *rnd)
{
	/* One that goes, at some speed, and one that does what it likes */
	if (below(rnd, 2))
		hostile_call(worker, set_clock, __arch_counter_get_cntpct(), any(rnd) >> 8,
			     BIT_ULL(32 + below(rnd, 24)), 8);
	else
		hostile_call(worker, set_clock, odd(rnd), odd(rnd), odd(rnd),
			     below(rnd, 2) ? below(rnd, 66) : odd(rnd));
}

static void hostile_set_stack(struct hostile_worker *worker, struct rnd_state *rnd)
{
	hostile_call(worker, set_stack, below(rnd, 4) ? below(rnd, 1024) : odd(rnd), odd(rnd));
}

static void hostile_wake(struct hostile_worker *worker, struct rnd_state *rnd)
{
	hostile_call(worker, wake, below(rnd, 8) ? below(rnd, EL2_WAKE_SWITCH + 1) : odd(rnd),
		     below(rnd, 2) ? EL2_WAKE_ALL_CPUS : hostile_odd_cpu(rnd), odd(rnd));
}

/* Whether it takes the interrupt or not, there may be one */
static void hostile_listen(struct hostile_worker *worker, struct rnd_state *rnd)
{
	hostile_call(worker, listen, below(rnd, 4) ? 1 : odd(rnd));
}

/* And does not wait for anybody */
static void hostile_tell_busy(struct hostile_worker *worker, struct rnd_state *rnd)
{
	hostile_call(worker, tell_busy, below(rnd, 4) ? below(rnd, 2) : odd(rnd));
}

static void hostile_write_event(struct hostile_worker *worker, struct rnd_state *rnd)
{
	u64 value = odd(rnd);
	/* The last fills a page, or some */
	u32 times = below(rnd, 4) ? 1 : below(rnd, below(rnd, 4) ? 32 : 512);

	switch (below(rnd, 8)) {
	case 0:
		hostile_call(worker, write_event, EL2_TRACE_PRINT_TEST, value);
		return;
	case 1:
		hostile_call(worker, write_event, EL2_TRACE_PAGE_TEST, value);
		return;
	}

	/* It would do as it is told */
	if (value == EL2_TRACE_PANIC_TEST || value == EL2_TRACE_DEATH_TEST)
		value = 0;
	while (times--)
		hostile_call(worker, write_event, value, 0);
}

/*
 * Of a page that may be shared or not without anybody else being the worse for it. Of rings those
 * that are shared should be many, of descriptors few, or hardly a ring would ever be loaded.
 */
static u64 share_page(struct hostile_ground *ground, struct rnd_state *rnd, bool share)
{
	switch (below(rnd, 16)) {
	case 0:
		return ground->pfn + HOSTILE_DATA + below(rnd, HOSTILE_NR_DATA);
	case 1:
	case 2:
		return odd_desc_page(ground, rnd);
	case 3:
	case 4:
	case 5:
	case 6:
		return ground->pfn + HOSTILE_WILD + below(rnd, HOSTILE_NR_WILD);
	case 7:
		/* One of the 22 of a large ring is enough */
		if (!below(rnd, 8))
			return ground->pfn + HOSTILE_DESC + below(rnd, HOSTILE_NR_DESC);
		fallthrough;
	default:
		if (share)
			return ground->pfn + HOSTILE_DATA + below(rnd, HOSTILE_NR_DATA);
		return ground->pfn + HOSTILE_DESC + below(rnd, HOSTILE_NR_DESC);
	}
}

static void hostile_share(struct hostile_worker *worker, struct rnd_state *rnd)
{
	u64 pfn = share_page(worker->ground, rnd, true);

	hostile_answer(worker, HOSTILE_share, kvm_call_hyp_nvhe(__pkvm_host_share_hyp, pfn));
}

static void hostile_unshare(struct hostile_worker *worker, struct rnd_state *rnd)
{
	struct hostile_ground *ground = worker->ground;
	u64 pfn = share_page(ground, rnd, false);

	if (real_pfn(pfn) == ground->pfn + HOSTILE_GUARD ||
	    real_pfn(pfn) == ground->pfn + HOSTILE_GUARD_2)
		pfn = ground->pfn;
	hostile_answer(worker, HOSTILE_unshare, kvm_call_hyp_nvhe(__pkvm_host_unshare_hyp, pfn));
}

static const struct hostile_turn {
	u32	weight;
	void	(*take)(struct hostile_worker *worker, struct rnd_state *rnd);
} hostile_turns[] = {
#define hostile_entry(name, weight)	{ weight, hostile_##name },
	HOSTILE_CALLS(hostile_entry)
#undef hostile_entry
};

#define hostile_plus(name, weight)	+ (weight)
static_assert(HOSTILE_CALLS(hostile_plus) == 100);

/**
 * hostile_turn - do one hostile thing, which makes at least one call
 * @worker:	who does it; this is its thread
 *
 * What it does depends on the worker's seed and how many turns it has taken, and on nothing else.
 */
void hostile_turn(struct hostile_worker *worker)
{
	const struct hostile_turn *turn;
	struct rnd_state rnd;
	u32 what;

	prandom_seed_state(&rnd, any(&worker->rnd));
	/* The first numbers show too much of the seed */
	for (what = 0; what < 4; what++)
		prandom_u32_state(&rnd);

	scribble_data(worker->ground, &rnd);

	what = below(&rnd, 100);
	for (turn = hostile_turns; what >= turn->weight; turn++)
		what -= turn->weight;
	turn->take(worker, &rnd);
}
