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
 * The set that is in use changes as well, by a pid at a time, as the threads it is about start
 * others and end. Who looks for a pid goes on until a place that was never taken, so none is moved:
 * one that leaves keeps its place closed to those who look, and the next that comes may have it.
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

/*
 * Four times as many as there may be pids, so that a place that is free is never far: with a full
 * set in which pids come and go, two or three places are looked at, and with half of one hardly
 * more than one. Where there is no more than twice the room, none stays free.
 */
#define SLOTS_SHIFT	12
#define NR_SLOTS	BIT(SLOTS_SHIFT)

static_assert(NR_SLOTS == 4 * EL2_TRACE_MAX_PIDS);

/* In the place of a pid that has left: no pid and 1 is that */
#define SLOT_LEFT	(~0U)

/**
 * struct pid_set - some pids
 * @listed:	they are wanted; or else all others are
 * @nr:		how many they are
 * @slots:	each pid and 1, in the first place free from where its hash is; 0 is free
 */
struct pid_set {
	bool	listed;
	u32	nr;
	u32	slots[NR_SLOTS];
};

/* All under trace_lock, but that a set is found and read without */
static struct pid_set sets[2];
static u32 gathered;
static struct pid_set *pids_in_use;

static struct pid_set *spare_set(void)
{
	return pids_in_use == &sets[0] ? &sets[1] : &sets[0];
}

/* Threads that are started together have pids that follow each other, and so do their places */
static u32 pid_slot(u32 pid, u32 i)
{
	return ((pid * 0x9e3779b1U >> (32 - SLOTS_SHIFT)) + i) % NR_SLOTS;
}

/* Where a pid is; NR_SLOTS if it is not there, as nothing is that is no pid */
static u32 find_pid(const struct pid_set *set, u32 pid)
{
	u32 i, slot, content;

	if (pid >> 31)
		return NR_SLOTS;

	for (i = 0; i < NR_SLOTS; i++) {
		slot = pid_slot(pid, i);
		content = READ_ONCE(set->slots[slot]);
		if (!content)
			break;
		if (content == pid + 1)
			return slot;
	}

	return NR_SLOTS;
}

static bool pid_is_in(const struct pid_set *set, u32 pid)
{
	return find_pid(set, pid) != NR_SLOTS;
}

static void empty_set(struct pid_set *set)
{
	memset(set->slots, 0, sizeof(set->slots));
	set->nr = 0;
}

static int insert_pid(struct pid_set *set, u32 pid)
{
	u32 i = 0, *slot;

	if (pid_is_in(set, pid))
		return 0;
	if (set->nr == EL2_TRACE_MAX_PIDS)
		return -ENOSPC;

	/* Most of them are nobody's */
	do {
		slot = &set->slots[pid_slot(pid, i++)];
	} while (*slot && *slot != SLOT_LEFT);

	WRITE_ONCE(*slot, pid + 1);
	set->nr++;

	return 0;
}

static void remove_pid(struct pid_set *set, u32 pid)
{
	u32 slot = find_pid(set, pid);

	if (slot == NR_SLOTS)
		return;

	WRITE_ONCE(set->slots[slot], SLOT_LEFT);
	set->nr--;

	/* What nobody is behind of those who look for somebody is free */
	if (set->slots[(slot + 1) % NR_SLOTS])
		return;
	while (set->slots[slot] == SLOT_LEFT) {
		WRITE_ONCE(set->slots[slot], 0);
		slot = (slot - 1) % NR_SLOTS;
	}
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

	if (pid >> 31 || index >= EL2_TRACE_MAX_PIDS || (index && index != gathered))
		return -EINVAL;

	if (!index) {
		gathered = 0;
		empty_set(set);
	}
	gathered++;

	return insert_pid(set, pid);
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
		empty_set(set);
	set->listed = how == EL2_PIDS_LISTED;
	gathered = 0;
	/* Pairs with the dependency in el2_trace_pids_want() */
	smp_store_release(&pids_in_use, set);
	el2_trace_open_more(EL2_OPEN_PIDS, true);

	return 0;
}

/**
 * el2_trace_pids_change - have one pid more or less in the set that is in use
 * @pid:	below 2^31
 * @in:		more (true) or less (false); it may be so already
 *
 * Holds for each part of a stay that begins afterwards.
 *
 * Context: trace_lock is held.
 * Return: 0; -EINVAL if that can be no pid, or no set is in use; -ENOSPC if there is no room.
 */
int el2_trace_pids_change(u64 pid, bool in)
{
	if (pid >> 31 || !pids_in_use)
		return -EINVAL;
	if (in)
		return insert_pid(pids_in_use, pid);

	remove_pid(pids_in_use, pid);

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
