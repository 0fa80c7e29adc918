// SPDX-License-Identifier: GPL-2.0
/*
 * What a hostile host does about whose stays are recorded and where: sets of pids that are none,
 * are full, or are sent by several at once, into the one that is in use as well, as nobody waits;
 * and CPUs that are left out and taken in while they are at it, or are none.
 */
#include "hostile.h"

/* One that runs, one that may, or whatever */
static u64 odd_pid(struct rnd_state *rnd)
{
	switch (below(rnd, 4)) {
	case 0:
		return current->pid;
	case 1:
		return odd(rnd);
	default:
		return below(rnd, 1000);
	}
}

/**
 * hostile_add_pid - send a pid that belongs to nothing, into another's set
 * @worker:	who does it
 * @rnd:	what it shall do
 */
void hostile_add_pid(struct hostile_worker *worker, struct rnd_state *rnd)
{
	hostile_call(worker, add_pid, below(rnd, 4) ? below(rnd, EL2_TRACE_MAX_PIDS) : odd(rnd),
		     odd_pid(rnd));
}

/**
 * hostile_set_pids - send a set, and have stays judged by it or try to
 * @worker:	who does it
 * @rnd:	what it shall do
 */
void hostile_set_pids(struct hostile_worker *worker, struct rnd_state *rnd)
{
	/* Calls of which each set that is full takes thousands, and others do not get */
	u32 i, nr = below(rnd, below(rnd, 64) ? 5 : EL2_TRACE_MAX_PIDS + 2);
	/* As many in one place as there can be, for whoever knows where that is */
	u64 step = below(rnd, 2) ? 0 : 1 << below(rnd, 20);

	for (i = 0; i < nr; i++)
		hostile_call(worker, add_pid, i, step ? i * step : odd_pid(rnd));

	hostile_call(worker, set_pids, below(rnd, 8) ? nr : odd(rnd),
		     below(rnd, 8) ? 1 + below(rnd, 2) : odd(rnd));
	/* Or hardly anything would ever be recorded */
	if (below(rnd, 4))
		hostile_call(worker, set_pids, 0, EL2_PIDS_ALL);
}

/**
 * hostile_change_pid - have many pids come into the set in use and leave it, or one
 * @worker:	who does it
 * @rnd:	which
 */
void hostile_change_pid(struct hostile_worker *worker, struct rnd_state *rnd)
{
	u32 i, nr = below(rnd, 64) ? 1 : below(rnd, 1000);
	u64 step = below(rnd, 2) ? 1 : 1 << below(rnd, 20);

	for (i = 0; i < nr; i++)
		hostile_call(worker, change_pid, nr > 1 ? i * step : odd_pid(rnd),
			     below(rnd, 8) ? below(rnd, 2) : odd(rnd));
}

/**
 * hostile_set_cpu - leave a CPU out, or take it in
 * @worker:	who does it
 * @rnd:	decides which, and how
 */
void hostile_set_cpu(struct hostile_worker *worker, struct rnd_state *rnd)
{
	hostile_call(worker, set_cpu, hostile_odd_cpu(rnd), below(rnd, 4) ? 1 : odd(rnd), odd(rnd));
}
