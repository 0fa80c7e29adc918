// SPDX-License-Identifier: GPL-2.0
/*
 * What a hostile host does with filters: programs that jump back or too far, look beside the
 * record, or have more instructions than there can be; and right ones, for events that are recorded
 * all the while, one after the other without waiting for anybody. And with triggers, which have
 * programs, too, and switch tracing under whoever switches it.
 */
#include <linux/remote_filter.h>

#include "hostile.h"

/* An instruction that may pass for one of a program of @nr, if its event has such a record */
static struct remote_filter_insn likely_insn(struct rnd_state *rnd, u32 i, u32 nr)
{
	u32 size = 1 << below(rnd, 4);
	u32 offset = below(rnd, 4) ? below(rnd, 32) : below(rnd, 80);
	u32 target = i + 1 + below(rnd, nr + 1 - i);

	return (struct remote_filter_insn) {
		.where = remote_filter_where(offset, size, target),
		.mask = below(rnd, 2) ? ~0ULL : odd(rnd),
		.first = odd(rnd),
		.span = odd(rnd),
	};
}

/* ... and may no longer */
static void spoil_insn(struct rnd_state *rnd, struct remote_filter_insn *insn)
{
	switch (below(rnd, 6)) {
	case 0:
		insn->where = odd(rnd);
		break;
	case 1:
		/* Back, to itself, or far away */
		insn->where &= ~(0xffULL << REMOTE_FILTER_TARGET_SHIFT);
		insn->where |= (u64)(below(rnd, 2) ? below(rnd, 20) : below(rnd, 256)) <<
			       REMOTE_FILTER_TARGET_SHIFT;
		break;
	case 2:
		/* Anywhere */
		insn->where &= ~(0xffffULL << REMOTE_FILTER_OFFSET_SHIFT);
		insn->where |= (odd(rnd) & 0xffff) << REMOTE_FILTER_OFFSET_SHIFT;
		break;
	case 3:
		/* Fields of no size, or of odd ones */
		insn->where ^= below(rnd, 256);
		break;
	case 4:
		insn->where ^= BIT_ULL(below(rnd, 64));
		break;
	default:
		insn->where = 0;
	}
}

static int send_insn(struct hostile_worker *worker, u64 i, const struct remote_filter_insn *insn)
{
	return hostile_call(worker, filter, i, insn->where, insn->mask, insn->first, insn->span);
}

/**
 * hostile_filter - send an instruction that belongs to nothing, into another's program
 * @worker:	who does it
 * @rnd:	what it shall do
 */
void hostile_filter(struct hostile_worker *worker, struct rnd_state *rnd)
{
	struct remote_filter_insn insn = likely_insn(rnd, 0, REMOTE_FILTER_MAX_INSNS);

	if (below(rnd, 2))
		spoil_insn(rnd, &insn);
	send_insn(worker, below(rnd, 4) ? below(rnd, REMOTE_FILTER_MAX_INSNS) : odd(rnd), &insn);
}

/* Send a program that may be one; returns how many instructions it is to be said to have */
static u64 send_program(struct hostile_worker *worker, struct rnd_state *rnd)
{
	u32 i, nr = 1 + below(rnd, below(rnd, 4) ? 3 : REMOTE_FILTER_MAX_INSNS);
	u32 spoilt = below(rnd, 3) ? ~0U : below(rnd, nr);

	for (i = 0; i < nr; i++) {
		struct remote_filter_insn insn = likely_insn(rnd, i, nr);

		if (i == spoilt)
			spoil_insn(rnd, &insn);
		send_insn(worker, i, &insn);
	}

	return below(rnd, 8) ? nr : odd(rnd);
}

static u64 some_event(struct rnd_state *rnd)
{
	return below(rnd, 8) ? below(rnd, EL2_NR_EVENTS + 1) : odd(rnd);
}

/**
 * hostile_set_filter - send a program, and have it run or try to
 * @worker:	who does it
 * @rnd:	what it shall do
 */
void hostile_set_filter(struct hostile_worker *worker, struct rnd_state *rnd)
{
	u64 event = some_event(rnd), nr = send_program(worker, rnd);

	hostile_call(worker, set_filter, event, nr);
	if (!below(rnd, 4))
		hostile_call(worker, set_filter, event, 0);
}

static u64 some_action(struct rnd_state *rnd)
{
	return below(rnd, 8) ? 1 + below(rnd, REMOTE_TRIGGER_STACKTRACE) : odd(rnd);
}

/**
 * hostile_set_trigger - set a trigger or try to, or take one away and put another in its place
 * @worker:	who does it
 * @rnd:	what it shall do
 */
void hostile_set_trigger(struct hostile_worker *worker, struct rnd_state *rnd)
{
	u64 event = some_event(rnd), action = some_action(rnd);
	u64 nr = below(rnd, 2) ? send_program(worker, rnd) : 0;
	u64 count = below(rnd, 2) ? below(rnd, 100) : odd(rnd);
	u64 ids = 1 + below(rnd, U16_MAX);

	if (action == REMOTE_TRIGGER_STACKTRACE)
		ids |= (1 + below(rnd, U16_MAX)) << 16;
	if (!below(rnd, 8))
		ids = odd(rnd);

	if (below(rnd, 2))
		hostile_call(worker, set_trigger, event, action, 0, 0, 0);
	hostile_call(worker, set_trigger, event, action, ids, nr, count);

	/* As long as there is one no ring can be unloaded, and others are to have their turn */
	if (action == REMOTE_TRIGGER_TRACEON) {
		hostile_call(worker, write_event, 1, 0);
		hostile_call(worker, set_trigger, event, action, 0, 0, 0);
	}
}

/**
 * hostile_read_trigger - ask how often a trigger has fired
 * @worker:	who does it
 * @rnd:	what it shall do
 */
void hostile_read_trigger(struct hostile_worker *worker, struct rnd_state *rnd)
{
	s64 ret = el2_trace_call(__el2_trace_read_trigger, some_event(rnd), some_action(rnd));

	/* How often is of no interest, and may be more than an int */
	hostile_answer(worker, HOSTILE_read_trigger, min(ret, 0LL));
}

/**
 * hostile_settle - ask whether a trigger has switched tracing
 * @worker:	who does it
 * @rnd:	what it shall do
 */
void hostile_settle(struct hostile_worker *worker, struct rnd_state *rnd)
{
	s64 ret = el2_trace_call(__el2_trace_settle);

	hostile_answer(worker, HOSTILE_settle, min(ret, 0LL));
}
