// SPDX-License-Identifier: GPL-2.0
/*
 * Pids at EL2: whose stays are recorded.
 *
 * The host hands a set over in registers, a pid a call, and then says what it is about. There are
 * two sets in private memory: the one in use, which is published by a pointer to it, and the one
 * that the calls fill. The one that was in use before is filled next, and the host does not begin
 * with that before it has waited for an interrupt on each CPU, as a CPU at EL2 takes none. So each
 * part of a stay is judged by the whole of one set.
 *
 * A host that does not wait, or mixes the calls of two CPUs, gets some mixture of sets. It is its
 * own trace that is spoilt: what is in a set is compared with and nothing else, and nobody looks at
 * more places of it than there are. Pids are the host's word on both sides of the comparison.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/string.h>

#include <asm/kvm_el2_trace.h>

#include <nvhe/el2_trace.h>
#include <nvhe/el2_trace_pids.h>

/* Here, and not where it is read: there its address would be kept for others that are near it */
u32 el2_trace_opening;

/* Twice as many as there may be pids, so that a place that is free is never far */
#define SLOTS_SHIFT	11
#define NR_SLOTS	BIT(SLOTS_SHIFT)

static_assert(NR_SLOTS == 2 * EL2_TRACE_MAX_PIDS);

/**
 * struct pid_set - some pids
 * @listed:	they are wanted; or else all others are
 * @slots:	each pid and 1, in the first place free from where its hash is; 0 is free
 */
struct pid_set {
	bool	listed;
	u32	slots[NR_SLOTS];
};

/* All under trace_lock, but that a set is found and read without */
static struct pid_set sets[2];
static u32 gathered;
static const struct pid_set *pids_in_use;

static struct pid_set *spare_set(void)
{
	return pids_in_use == &sets[0] ? &sets[1] : &sets[0];
}

/* Threads that are started together have pids that follow each other, and so do their places */
static u32 pid_slot(u32 pid, u32 i)
{
	return ((pid * 0x9e3779b1U >> (32 - SLOTS_SHIFT)) + i) % NR_SLOTS;
}

static bool pid_is_in(const struct pid_set *set, u32 pid)
{
	u32 i, slot;

	for (i = 0; i < NR_SLOTS; i++) {
		slot = READ_ONCE(set->slots[pid_slot(pid, i)]);
		if (!slot)
			return false;
		if (slot == pid + 1)
			return true;
	}

	return false;
}

/**
 * el2_trace_pids_add - take a pid of a set to come
 * @index:	the how-many-th, from 0, which begins a set
 * @pid:	below 2^31
 *
 * Context: trace_lock is held.
 * Return: 0; -EINVAL if it is not the next, is more than there is room for, or can be no pid.
 */
int el2_trace_pids_add(u64 index, u64 pid)
{
	struct pid_set *set = spare_set();
	u32 i = 0;

	if (pid >> 31 || index >= EL2_TRACE_MAX_PIDS || (index && index != gathered))
		return -EINVAL;

	if (!index) {
		gathered = 0;
		memset(set->slots, 0, sizeof(set->slots));
	}
	gathered++;

	if (!pid_is_in(set, pid)) {
		/* Half of them are free */
		while (set->slots[pid_slot(pid, i)])
			i++;
		WRITE_ONCE(set->slots[pid_slot(pid, i)], pid + 1);
	}

	return 0;
}

/**
 * el2_trace_pids_set - say whose stays are recorded
 * @nr:		how many pids have been added
 * @how:	EL2_PIDS_ALL, and then none; EL2_PIDS_LISTED, EL2_PIDS_OTHERS
 *
 * Holds for each part of a stay that begins afterwards.
 *
 * Context: trace_lock is held.
 * Return: 0; -EINVAL if that makes no sense, and nothing has changed.
 */
int el2_trace_pids_set(u64 nr, u64 how)
{
	struct pid_set *set = spare_set();

	if (how > EL2_PIDS_OTHERS || (nr && (nr != gathered || how == EL2_PIDS_ALL)))
		return -EINVAL;

	if (how == EL2_PIDS_ALL) {
		el2_trace_open_more(EL2_OPEN_PIDS, false);
		WRITE_ONCE(pids_in_use, NULL);
		return 0;
	}

	if (!nr)
		memset(set->slots, 0, sizeof(set->slots));
	set->listed = how == EL2_PIDS_LISTED;
	gathered = 0;
	/* Pairs with the dependency in el2_trace_pids_want() */
	smp_store_release(&pids_in_use, set);
	el2_trace_open_more(EL2_OPEN_PIDS, true);

	return 0;
}

/**
 * el2_trace_pids_want - is what is done on behalf of a thread recorded?
 * @pid:	of the thread, as the host has it, which may be anything; 0 if it is not known
 *
 * Context: EL2, where no CPU is preempted. Bounded: NR_SLOTS words are looked at, if the host has
 * chosen its pids so, and one or two otherwise.
 */
bool el2_trace_pids_want(pid_t pid)
{
	/* What it points to is read by its address; pairs with the smp_store_release() above */
	const struct pid_set *set = READ_ONCE(pids_in_use);

	return !set || READ_ONCE(set->listed) == pid_is_in(set, pid);
}
