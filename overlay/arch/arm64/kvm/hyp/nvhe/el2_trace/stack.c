// SPDX-License-Identifier: GPL-2.0
/*
 * The hypervisor's call stack as an event of its own, after each event while the host wants it: a
 * record of ftrace's kernel_stack.
 *
 * Nothing outside of this CPU's stack page is read, and nothing is told but places in the
 * hypervisor's text, as their distance from its beginning: not where it is at EL2. A stack that
 * makes no sense ends the record and nothing else.
 */
#include <linux/kvm_host.h>

#include <asm/kvm_asm.h>
#include <asm/kvm_hyp.h>
#include <asm/sections.h>

#include <nvhe/el2_functions.h>
#include <nvhe/el2_trace.h>
#include <nvhe/el2_trace_printk.h>
#include <nvhe/el2_trace_stack.h>

/* No more frames than this are looked at */
#define STACK_MAX	16

u32 el2_trace_stack_id;

/* Where the host sees the hypervisor's text */
static u64 stack_text;

/* struct stack_entry of kernel/trace/trace_entries.h */
struct el2_stack_entry {
	u32		id;
	pid_t		pid;
	int		size;
	unsigned long	caller[];
};

static_assert(offsetof(struct el2_stack_entry, caller) == 16);

/**
 * el2_trace_stack_set - record stacks, or do not
 * @id:		what with; 0 for not at all
 * @text:	what the host calls the beginning of the hypervisor's text
 *
 * Takes effect on a CPU when it enters EL2 next; switching off, at once.
 *
 * Context: serialised by the caller.
 */
void el2_trace_stack_set(u32 id, u64 text)
{
	WRITE_ONCE(stack_text, text);
	/* Pairs with the smp_load_acquire() in el2_trace_stack_record() */
	smp_store_release(&el2_trace_stack_id, id);
	el2_trace_open_more(EL2_OPEN_STACKS, id);
}

/*
 * Follow the frame records from @frame on; returns how many return addresses were found.
 *
 * Stack pages have no memory below, and what is above is somebody else's. Each record must be above
 * the one before it, or there may be no end.
 */
static __always_inline u32 stack_walk(unsigned long frame, u64 text, unsigned long *callers)
{
	unsigned long high = this_cpu_ptr(&kvm_init_params)->stack_hyp_va, low = high - PAGE_SIZE;
	u32 nr, text_size = __hyp_text_end - __hyp_text_start, place, hooks = 0;

	for (nr = 0; nr < STACK_MAX; nr++) {
		const unsigned long *record = (const unsigned long *)frame;

		if (frame % sizeof(*record) || frame < low || frame > high - 2 * sizeof(*record))
			break;

		/* The text is smaller than 4 GB; a signature of the address is in higher bits */
		place = record[1] - (unsigned long)__hyp_text_start;
		if (place >= text_size)
			break;

		callers[nr] = text + el2_graph_place(place, &hooks);
		low = frame + 2 * sizeof(*record);
		frame = record[0];
	}

	return nr;
}

static __always_inline void stack_write(struct el2_trace_cpu *cpu, u32 id, u64 time,
					const unsigned long *callers, u32 nr, const u32 max)
{
	struct remote_ring_record record =
		remote_ring_writer_reserve(&cpu->ring, time,
					   offsetof(struct el2_stack_entry, caller[max]));
	struct el2_stack_entry *entry = record.payload;
	u32 i;

	if (!record.ok)
		return;

	entry->id = id;
	entry->pid = cpu->pid;
	entry->size = nr;
	/* What is not used is marked as ftrace marks it */
	for (i = 0; i < max; i++)
		entry->caller[i] = i < nr ? callers[i] : ~0UL;
	remote_ring_writer_commit(&cpu->ring, record);
}

static __always_inline void stack_record(struct el2_trace_cpu *cpu, unsigned long frame, u32 id,
					 u64 text, u64 time)
{
	unsigned long callers[STACK_MAX];
	u32 nr = stack_walk(frame, text, callers);

	/* The ring takes sizes that the compiler knows */
	if (nr <= STACK_MAX / 2)
		stack_write(cpu, id, time, callers, nr, STACK_MAX / 2);
	else
		stack_write(cpu, id, time, callers, nr, STACK_MAX);
}

/**
 * el2_trace_stack_record - record a stack, and make sure that the next event comes here, too
 * @cpu:	this CPU
 * @frame:	the frame record to begin with: what is first told is where it returns to
 *
 * Context: the ring's owner, between events. Bounded.
 */
void el2_trace_stack_record(struct el2_trace_cpu *cpu, unsigned long frame)
{
	/* Pairs with the smp_store_release() in el2_trace_stack_set() */
	u32 id = smp_load_acquire(&el2_trace_stack_id);

	/* It may have been switched off just now */
	if (!id)
		return;

	/* The time of the event, lest a reader of all CPUs find another one's in between */
	stack_record(cpu, frame, id, READ_ONCE(stack_text), cpu->ring.time);
	remote_ring_writer_divert(&cpu->ring);
}

/**
 * el2_trace_stack_of - record a stack once, whether or not all events have one
 * @cpu:	this CPU
 * @frame:	as above
 * @id:		what with
 * @time:	nanoseconds
 *
 * Context: the ring's owner, between events. Bounded.
 */
void el2_trace_stack_of(struct el2_trace_cpu *cpu, unsigned long frame, u32 id, u64 time)
{
	stack_record(cpu, frame, id, (u64)trace_hyp_printk_sym(__hyp_text_start), time);
	el2_trace_stack_divert(cpu);
}
