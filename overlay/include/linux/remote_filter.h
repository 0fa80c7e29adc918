/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Filters of remote traces: the program that a remote runs to find out whether an event is wanted.
 *
 * It is made by who parses what the user has written (kernel/trace/remote_trace/filter*.c), and run
 * where the event happens, by one who trusts nobody: a program is checked once, by
 * remote_filter_check(), and is then harmless, whatever it says.
 *
 *	comparison	each instruction is one, and a comparison is a range: a field, shifted to
 *			the upper end of 64 bits, is wanted from @first on and for @span. That is
 *			all there is: ==, <, > are ranges, in that order of numbers or in that of
 *			signed ones, which differ by where they begin; !, != and the like are the
 *			rest of the circle; & has a mask and asks whether what is left is not 0.
 *			No case to distinguish, and little to do for each
 *	jumps		to the next instruction if the field is in the range, otherwise to @target,
 *			which is further down. So a program ends, after one comparison for each
 *			instruction at the most
 *	end		behind the last instruction are two that say whether the event is wanted: it
 *			is if the program comes to the first of them. remote_filter_end() puts them
 *			there
 *
 * Even a program that is changed while it is run (by a remote that does not wait, see its own) can
 * do no more than match or not: whatever is in memory is of some program for the event, what points
 * somewhere is one word and is read once, and the last two instructions end any program.
 */
#ifndef _LINUX_REMOTE_FILTER_H
#define _LINUX_REMOTE_FILTER_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define REMOTE_FILTER_MAX_INSNS	16U

/*
 * What a program is about: 4 bytes with the number of the CPU, 4 of no meaning, and the record of
 * the event. 8 bytes behind the record can be read, too. What is not part of the number or the
 * record makes no difference.
 */
#define REMOTE_FILTER_CPU	0U
#define REMOTE_FILTER_CPU_SIZE	4U
#define REMOTE_FILTER_RECORD	8U
#define REMOTE_FILTER_BEHIND	8U

/* Of remote_filter_insn::where */
#define REMOTE_FILTER_SHIFT_MASK	0x3fULL
#define REMOTE_FILTER_OFFSET_SHIFT	8
#define REMOTE_FILTER_TARGET_SHIFT	32

/**
 * struct remote_filter_insn - one comparison
 * @where:	bits 0 to 5: 64 less the bits of the field; bits 8 to 23: its offset in bytes; bits
 *		32 to 39: number of the instruction to go on with if it is not in the range. The
 *		rest is 0. All of it is 0 at the end
 * @mask:	bits of the shifted field that matter
 * @first:	where the range begins
 * @span:	how many values follow the first one; at the end, whether the event is wanted
 */
struct remote_filter_insn {
	u64	where;
	u64	mask;
	u64	first;
	u64	span;
};

static_assert(sizeof(struct remote_filter_insn) == 32);

/**
 * struct remote_filter - a program
 * @nr:		instructions, 1 .. REMOTE_FILTER_MAX_INSNS
 * @insns:	the instructions, and the end
 */
struct remote_filter {
	u32				nr;
	struct remote_filter_insn	insns[REMOTE_FILTER_MAX_INSNS + 2];
};

/* No field crosses 8 bytes of its own, but 8 bytes from where it begins may */
struct remote_filter_field {
	u64	value;
} __packed;

static inline u32 remote_filter_offset(u64 where)
{
	return (u16)(where >> REMOTE_FILTER_OFFSET_SHIFT);
}

static inline u32 remote_filter_target(u64 where)
{
	return (u8)(where >> REMOTE_FILTER_TARGET_SHIFT);
}

static inline u64 remote_filter_where(u32 offset, u32 size, u32 target)
{
	return (u64)target << REMOTE_FILTER_TARGET_SHIFT |
	       (u64)offset << REMOTE_FILTER_OFFSET_SHIFT | (64 - 8 * size);
}

/**
 * remote_filter_check - may this program be run?
 * @filter:	the program, but for its end; nobody changes it meanwhile
 * @size:	bytes of the record of the event it is for
 *
 * Return: true if it ends, and reads nothing but the CPU's number and the record.
 */
static inline bool remote_filter_check(const struct remote_filter *filter, u32 size)
{
	u32 i;

	if (!filter->nr || filter->nr > REMOTE_FILTER_MAX_INSNS)
		return false;

	for (i = 0; i < filter->nr; i++) {
		u64 where = filter->insns[i].where;
		u32 bytes = (64 - (where & REMOTE_FILTER_SHIFT_MASK)) / 8;
		u32 offset = remote_filter_offset(where), target = remote_filter_target(where);

		/* One of 1, 2, 4, 8, and no bits that mean nothing */
		if (!bytes || bytes & (bytes - 1) ||
		    where != remote_filter_where(offset, bytes, target))
			return false;

		if (offset < REMOTE_FILTER_RECORD ? offset + bytes > REMOTE_FILTER_CPU_SIZE :
						    offset + bytes > REMOTE_FILTER_RECORD + size)
			return false;

		/* nr + 1 is beyond the end */
		if (target <= i || target > filter->nr + 1)
			return false;
	}

	return true;
}

/**
 * remote_filter_end - put the end to a program
 * @filter:	the program, checked
 */
static inline void remote_filter_end(struct remote_filter *filter)
{
	filter->insns[filter->nr] = (struct remote_filter_insn) { .span = true };
	filter->insns[filter->nr + 1] = (struct remote_filter_insn) { .span = false };
}

/**
 * remote_filter_match - run a program that has been checked and has an end
 * @insns:	its instructions
 * @subject:	as above, 8-byte aligned
 *
 * Context: any. Bounded: as many comparisons as there are instructions at the most.
 * Return: whether the event is wanted.
 */
static __always_inline bool remote_filter_match(const struct remote_filter_insn *insns,
						const void *subject)
{
	const struct remote_filter_insn *insn = insns;
	u64 where = insn->where;

	/* There is one at least */
	do {
		const struct remote_filter_field *field;
		u64 value;

		/* It is read once, and with what is next to it, as READ_ONCE() would not have it */
		OPTIMIZER_HIDE_VAR(where);

		field = subject + remote_filter_offset(where);
		value = field->value << (where & REMOTE_FILTER_SHIFT_MASK);
		value = (value & insn->mask) - insn->first;

		if (likely(value <= insn->span)) {
			insn++;
		} else {
			insn = insns + remote_filter_target(where);
			/* A branch: to calculate both ways every time would take longer */
			OPTIMIZER_HIDE_VAR(insn);
		}
		where = insn->where;
	} while (where);

	return insn->span;
}

#endif /* _LINUX_REMOTE_FILTER_H */
