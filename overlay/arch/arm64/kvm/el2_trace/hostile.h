/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A hostile host, for a test of the hypervisor. hostile.c runs it and says what became of it,
 * hostile_calls.c has what it does, hostile_accounts.c what it does with accounts,
 * hostile_filter.c with filters and triggers, hostile_pids.c with pids and with CPUs, and
 * hostile_functions.c with functions.
 */
#ifndef __ARM64_KVM_EL2_TRACE_HOSTILE_H
#define __ARM64_KVM_EL2_TRACE_HOSTILE_H

#include <linux/bits.h>
#include <linux/prandom.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "el2_trace.h"

/* What is called, and how much of it, of 100. The last two are not the hypervisor's tracing. */
#define HOSTILE_CALLS(f)	\
	f(load, 14)		\
	f(unload, 8)		\
	f(detach, 2)		\
	f(enable, 6)		\
	f(swap, 7)		\
	f(reset, 3)		\
	f(sync, 3)		\
	f(set_event, 6)		\
	f(set_accounts, 3)	\
	f(reset_accounts, 2)	\
	f(read_accounts, 3)	\
	f(set_clock, 3)		\
	f(set_stack, 3)		\
	f(filter, 1)		\
	f(set_filter, 3)	\
	f(set_trigger, 2)	\
	f(read_trigger, 1)	\
	f(settle, 1)		\
	f(add_pid, 1)		\
	f(set_pids, 2)		\
	f(change_pid, 2)	\
	f(set_cpu, 2)		\
	f(wake, 3)		\
	f(listen, 1)		\
	f(tell_busy, 1)		\
	f(record_functions, 1)	\
	f(patch_functions, 2)	\
	f(write_event, 6)	\
	f(share, 4)		\
	f(unshare, 4)

enum hostile_call {
#define hostile_enum(name, weight)	HOSTILE_##name,
	HOSTILE_CALLS(hostile_enum)
#undef hostile_enum
	HOSTILE_NR_CALLS,
};

/* An answer is counted by its error, and those beyond as one */
#define HOSTILE_NR_ERRORS	42

/*
 * The pages that are at stake, one after the other. What is offered as a descriptor is never among
 * the @data, whose pages the host can therefore write to at any time, and no range that starts
 * before it gets there: the guards are shared as long as the test runs, so they cannot be donated.
 *
 *	wild	donated, shared, pinned: whatever comes; the host does not touch them
 *	desc	descriptors and slots; the host touches what is its own while nobody can offer it
 *	data	rings, if they are shared
 */
#define HOSTILE_WILD		0
#define HOSTILE_NR_WILD		32
#define HOSTILE_GUARD		(HOSTILE_WILD + HOSTILE_NR_WILD)
#define HOSTILE_DESC		(HOSTILE_GUARD + 1)
#define HOSTILE_NR_DESC		48
#define HOSTILE_GUARD_2		(HOSTILE_DESC + HOSTILE_NR_DESC)
#define HOSTILE_DATA		(HOSTILE_GUARD_2 + 1)
#define HOSTILE_NR_DATA		640
#define HOSTILE_NR_PAGES	(HOSTILE_DATA + HOSTILE_NR_DATA)

#define HOSTILE_MAX_FOREIGN	256

/**
 * struct hostile_ground - what is fought with
 * @pages:	HOSTILE_NR_PAGES of them
 * @pfn:	page frame number of the first
 * @mem_start:	of the first page of memory
 * @mem_end:	of the first behind the last one
 * @foreign:	of pages that the host may not give away, whose owner does not change meanwhile
 * @nr_foreign:	how many
 * @desc_lock:	held for writing by whoever touches a descriptor, so nobody can give it away, which
 *		takes it for reading
 */
struct hostile_ground {
	void		*pages;
	u64		pfn;
	u64		mem_start;
	u64		mem_end;
	u64		foreign[HOSTILE_MAX_FOREIGN];
	u32		nr_foreign;
	rwlock_t	desc_lock;
};

/**
 * struct hostile_worker - who fights, on one CPU
 * @task:	the thread
 * @ground:	shared by all
 * @rnd:	of which each turn takes a seed for itself, so that what it does depends on no other
 * @cpu:	where it runs, if that is online
 * @quota:	how many calls it is to make
 * @calls:	how many it has made
 * @answers:	they gave, by call and error
 * @unexpected:	answers that a call must not give
 * @bad_call:	the first of them
 * @bad_answer:	likewise
 * @bad_nr:	likewise, which of the worker's calls it was
 */
struct hostile_worker {
	struct task_struct		*task;
	struct hostile_ground		*ground;
	struct rnd_state		rnd;
	int				cpu;
	u64				quota;
	u64				calls;
	u32				answers[HOSTILE_NR_CALLS][HOSTILE_NR_ERRORS];
	u32				unexpected;
	enum hostile_call		bad_call;
	int				bad_answer;
	u64				bad_nr;
};

#define hostile_call(worker, name, args...)						\
	hostile_answer(worker, HOSTILE_##name, el2_trace_call(__el2_trace_##name, ##args))

static inline u32 below(struct rnd_state *rnd, u32 limit)
{
	return prandom_u32_state(rnd) % limit;
}

static inline u64 any(struct rnd_state *rnd)
{
	u64 high = prandom_u32_state(rnd);

	return high << 32 | prandom_u32_state(rnd);
}

/* A number that somebody may not have thought of */
static inline u64 odd(struct rnd_state *rnd)
{
	switch (below(rnd, 8)) {
	case 0:
		return 0;
	case 1:
		return ~0ULL >> below(rnd, 64);
	case 2:
		return BIT_ULL(below(rnd, 64));
	case 3:
		return -BIT_ULL(below(rnd, 64));
	case 4:
		return BIT_ULL(below(rnd, 64)) + below(rnd, 64);
	case 5:
		return below(rnd, 4096);
	default:
		return any(rnd);
	}
}

int hostile_page_state(u64 pfn);
u64 hostile_odd_cpu(struct rnd_state *rnd);
void hostile_turn(struct hostile_worker *worker);
int hostile_answer(struct hostile_worker *worker, enum hostile_call call, int answer);
void hostile_set_accounts(struct hostile_worker *worker, struct rnd_state *rnd);
void hostile_reset_accounts(struct hostile_worker *worker, struct rnd_state *rnd);
void hostile_read_accounts(struct hostile_worker *worker, struct rnd_state *rnd);
void hostile_filter(struct hostile_worker *worker, struct rnd_state *rnd);
void hostile_set_filter(struct hostile_worker *worker, struct rnd_state *rnd);
void hostile_add_pid(struct hostile_worker *worker, struct rnd_state *rnd);
void hostile_set_pids(struct hostile_worker *worker, struct rnd_state *rnd);
void hostile_change_pid(struct hostile_worker *worker, struct rnd_state *rnd);
void hostile_set_cpu(struct hostile_worker *worker, struct rnd_state *rnd);
void hostile_record_functions(struct hostile_worker *worker, struct rnd_state *rnd);
void hostile_patch_functions(struct hostile_worker *worker, struct rnd_state *rnd);
void hostile_end_functions(void);
void hostile_set_trigger(struct hostile_worker *worker, struct rnd_state *rnd);
void hostile_read_trigger(struct hostile_worker *worker, struct rnd_state *rnd);
void hostile_settle(struct hostile_worker *worker, struct rnd_state *rnd);

#endif /* __ARM64_KVM_EL2_TRACE_HOSTILE_H */
