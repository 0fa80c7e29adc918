// SPDX-License-Identifier: GPL-2.0
/*
 * What a hostile host does with accounts: switches them at any time and lets nobody come to an end
 * before, has those of another CPU cleared while that one uses them, and has them written to pages
 * that are in use, are not shared, or are none.
 */
#include <asm/kvm_el2_accounts.h>

#include "hostile.h"

/**
 * hostile_set_accounts - switch accounts
 * @worker:	who does it
 * @rnd:	decides how
 */
void hostile_set_accounts(struct hostile_worker *worker, struct rnd_state *rnd)
{
	hostile_call(worker, set_accounts,
		     below(rnd, 8) ? below(rnd, EL2_ACCOUNTS_ENDING + 1) : odd(rnd));
}

/**
 * hostile_reset_accounts - have accounts forgotten, most likely another CPU's
 * @worker:	who does it
 * @rnd:	decides whose
 */
void hostile_reset_accounts(struct hostile_worker *worker, struct rnd_state *rnd)
{
	hostile_call(worker, reset_accounts, hostile_odd_cpu(rnd));
}

/**
 * hostile_read_accounts - have accounts written to a page
 * @worker:	who does it
 * @rnd:	decides whose, and where to: to none that somebody else in the kernel uses
 */
void hostile_read_accounts(struct hostile_worker *worker, struct rnd_state *rnd)
{
	u64 part = below(rnd, 8) ? below(rnd, EL2_ACCOUNTS_PARTS + 1) : odd(rnd);
	u64 pfn = worker->ground->pfn;

	switch (below(rnd, 8)) {
	case 0:
		pfn += HOSTILE_DESC + below(rnd, HOSTILE_NR_DESC);
		break;
	case 1:
		/* Too large to be that of a page, so that bits get lost of it */
		pfn |= BIT_ULL(63 - below(rnd, PAGE_SHIFT));
		break;
	case 2:
		pfn = worker->ground->mem_end + below(rnd, 16);
		break;
	case 3:
	case 4:
		pfn += HOSTILE_WILD + below(rnd, HOSTILE_NR_WILD);
		break;
	default:
		pfn += HOSTILE_DATA + below(rnd, HOSTILE_NR_DATA);
		break;
	}

	hostile_call(worker, read_accounts, hostile_odd_cpu(rnd), pfn, part);
}
