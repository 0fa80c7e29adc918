// SPDX-License-Identifier: GPL-2.0
/*
 * Filters at EL2: for each event a program that says which of its records are wanted.
 *
 * The host hands a program over in registers, an instruction a call, and then says which event it
 * is for. So there is no memory that it could change meanwhile: instructions are gathered in
 * private memory (@gathered), and what is there when the event is named is checked as a whole,
 * under the lock, and copied. A host that mixes the calls of two CPUs gets a mixture, if that is a
 * program at all.
 *
 * Programs are run without a lock, on all CPUs. Each event has two, one in use and one that is not,
 * and changing the filter is to fill in the one that is not and to publish a pointer to it. Who has
 * begun to run the other one comes to its end before the host's CPU that asked comes to the end of
 * waiting for an interrupt on each CPU, as a CPU at EL2 takes none; and before that the host sets
 * no other filter. So an event is judged by the whole of one program, and one that both programs
 * want is recorded.
 *
 * A host that does not wait has the program changed that a CPU runs. That is its own trace spoilt
 * and nothing else: each instruction that is in there has been checked for that event, and
 * <linux/remote_filter.h> says why a mixture of them is still a program.
 *
 * Nothing of the stack is told: a record is cleared before it is filled in, for a program may look
 * at what is between fields.
 */
#include <linux/nospec.h>

#include <asm/kvm_hyp.h>

#include <nvhe/el2_trace_filter.h>

#include <asm/kvm_el2_events.h>

/* All under trace_lock, but that programs are found and read without */
static struct remote_filter programs[EL2_NR_EVENTS][2];
const struct remote_filter_insn *el2_trace_filters[EL2_NR_EVENTS];
static struct remote_filter gathered;

/**
 * el2_trace_filter_exists - does an event have a filter?
 * @event:	its number, below EL2_NR_EVENTS
 *
 * Context: trace_lock is held.
 */
bool el2_trace_filter_exists(u32 event)
{
	return el2_trace_filters[event];
}

/**
 * el2_trace_filter_insn - take an instruction of a program to come
 * @index:	the how-many-th, from 0
 * @insn:	as the host has it
 *
 * Context: trace_lock is held.
 * Return: 0; -EINVAL if there can be no such instruction.
 */
int el2_trace_filter_insn(u64 index, const struct remote_filter_insn *insn)
{
	if (index >= REMOTE_FILTER_MAX_INSNS)
		return -EINVAL;

	gathered.insns[array_index_nospec(index, REMOTE_FILTER_MAX_INSNS)] = *insn;

	return 0;
}

/* Words that another CPU may be reading, if the host does not wait */
static void copy_program(struct remote_filter *to, const struct remote_filter *from)
{
	u32 i;

	for (i = 0; i < from->nr + 2; i++) {
		WRITE_ONCE(to->insns[i].where, from->insns[i].where);
		WRITE_ONCE(to->insns[i].mask, from->insns[i].mask);
		WRITE_ONCE(to->insns[i].first, from->insns[i].first);
		WRITE_ONCE(to->insns[i].span, from->insns[i].span);
	}
}

/**
 * el2_trace_filter_take - make a program of the instructions taken
 * @program:	the program; another CPU may be running what it was before
 * @nr:		of how many; 0 for none, and then there is nothing to be made
 * @size:	bytes of the record of the event it is for
 *
 * Context: trace_lock is held.
 * Return: false if that is no program, and nothing has changed.
 */
bool el2_trace_filter_take(struct remote_filter *program, u64 nr, u32 size)
{
	if (!nr)
		return true;
	if (nr > REMOTE_FILTER_MAX_INSNS)
		return false;

	gathered.nr = nr;
	if (!remote_filter_check(&gathered, size))
		return false;

	remote_filter_end(&gathered);
	copy_program(program, &gathered);

	return true;
}

/**
 * el2_trace_filter_set - give an event a filter, or none
 * @event:	its number, below EL2_NR_EVENTS
 * @nr:		of how many of the instructions taken; 0 for none
 * @size:	bytes of the event's record
 *
 * Context: trace_lock is held; the event's word has yet to be made anew.
 * Return: 0; -EINVAL if that is no program, and nothing has changed.
 */
int el2_trace_filter_set(u32 event, u64 nr, u32 size)
{
	struct remote_filter *program = programs[event];

	if (el2_trace_filters[event] == program->insns)
		program++;
	if (!el2_trace_filter_take(program, nr, size))
		return -EINVAL;

	/* Pairs with the dependency in el2_trace_filter_match() */
	smp_store_release(&el2_trace_filters[event], nr ? program->insns : NULL);

	return 0;
}
