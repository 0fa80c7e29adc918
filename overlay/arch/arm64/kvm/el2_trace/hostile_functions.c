// SPDX-License-Identifier: GPL-2.0
/*
 * What a hostile host does with functions: it has any of them traced and not, while all CPUs run
 * them, and recorded with any id, as if the text were anywhere; and functions that there are not.
 */
#include <asm/kvm_el2_functions.h>

#include "hostile.h"

/**
 * hostile_record_functions - have functions recorded, or not
 * @worker:	who does it
 * @rnd:	what it shall do
 */
void hostile_record_functions(struct hostile_worker *worker, struct rnd_state *rnd)
{
	/* Of calls, of both their ends, or of neither */
	u64 ids = below(rnd, 2) ? below(rnd, 1024) : any(rnd) & ~EL2_FUNCTION_IDS_RES0;

	hostile_call(worker, record_functions, below(rnd, 4) ? ids : odd(rnd),
		     below(rnd, 2) ? below(rnd, 60) : odd(rnd), odd(rnd));
}

/**
 * hostile_patch_functions - have functions traced, and others not
 * @worker:	who does it
 * @rnd:	what it shall do
 */
void hostile_patch_functions(struct hostile_worker *worker, struct rnd_state *rnd)
{
	/* Two hundred and some there are, or none */
	u64 word = below(rnd, 4) ? below(rnd, 5) : odd(rnd);
	/* There are as many in all words but the last */
	u64 all = word < 3 ? ~0ULL : 0xffff, most = any(rnd) & all;

	switch (below(rnd, 6)) {
	case 0:
		hostile_call(worker, patch_functions, word, 0, 0, 0);
		break;
	case 1:
		/* Refused of the last, which has not as many */
		hostile_call(worker, patch_functions, word, ~0ULL, 0, 0);
		break;
	case 2:
		/* Each of what there is, side by side: 3 of them are graph's */
		hostile_call(worker, patch_functions, word, most, ~most & all, 0);
		break;
	case 3:
		hostile_call(worker, patch_functions, word, most, all, 0);
		break;
	case 4:
		hostile_call(worker, patch_functions, word, 0, 0, most);
		break;
	default:
		/* Mostly what there is not */
		hostile_call(worker, patch_functions, word, odd(rnd), odd(rnd), odd(rnd));
	}
}

/**
 * hostile_end_functions - none is traced any more
 */
void hostile_end_functions(void)
{
	u64 word = 0;

	el2_trace_call(__el2_trace_record_functions, 0, 0, 0);
	while (!el2_trace_call(__el2_trace_patch_functions, word, 0, 0, 0))
		word++;
}
