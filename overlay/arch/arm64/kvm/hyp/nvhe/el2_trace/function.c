// SPDX-License-Identifier: GPL-2.0
/*
 * Records of the hypervisor's functions: ftrace's own event function, written where a function that
 * is traced begins. graph.c has those of both ends.
 *
 * Nothing here, and nothing that is called from here, is traced itself: check-notrace.pl proves it
 * when the hypervisor is linked. Runs anywhere a function of the hypervisor's does, under any lock
 * and outside of stays, where nothing is recorded.
 *
 * Nothing is told but places in the hypervisor's text, as their distance from its beginning: not
 * where it is at EL2. Where a function begins, and where it returns to, is in the text: what runs
 * elsewhere, by physical addresses while a CPU or the hypervisor starts, calls none that is traced.
 */
#include <asm/kvm_asm.h>
#include <asm/kvm_hyp.h>
#include <asm/sections.h>

#include <nvhe/el2_clock.h>
#include <nvhe/el2_functions.h>
#include <nvhe/el2_trace_ring.h>
#include <nvhe/el2_trace_stack.h>

/* What calls are recorded with, 0 if they are not */
static u32 call_id;

/* From one of our addresses to the host's of the same place in the text */
static u64 function_offset;

/* struct ftrace_entry of kernel/trace/trace_entries.h */
struct el2_function_record {
	struct el2_event_header	header;
	u64			ip;
	u64			parent_ip;
};

static_assert(sizeof(struct el2_function_record) == 24);

/**
 * el2_functions_record - record calls of functions, or do not
 * @ids:	what with, and how deep; NULL for not at all
 * @text:	what the host calls the beginning of the hypervisor's text
 *
 * A graph is recorded in stays that begin after that, and of one that has begun to its end.
 * A host that changes @text while functions are recorded gets some records that fit neither.
 *
 * Context: serialised by the caller, or everything is switched off for good.
 */
void el2_functions_record(const struct remote_trace_function_ids *ids, u64 text)
{
	if (ids)
		WRITE_ONCE(function_offset, text - (u64)__hyp_text_start);
	WRITE_ONCE(call_id, ids ? ids->call : 0);
	el2_graph_record(ids, text);
}

/* Both are the same but for @how there is made room */
#define write_function(how)								\
	const u64 offset = READ_ONCE(function_offset);					\
	struct remote_ring_record record =						\
		remote_ring_writer_##how(&cpu->ring, el2_clock_ns(READ_ONCE(cpu->clock)),	\
					 sizeof(struct el2_function_record));		\
											\
	if (likely(record.ok)) {							\
		struct el2_function_record *entry = record.payload;			\
											\
		entry->header.id = id;							\
		entry->header.pid = cpu->pid;						\
		entry->ip = ip + offset;						\
		entry->parent_ip = parent + offset;					\
		remote_ring_writer_commit(&cpu->ring, record);				\
	}

/*
 * As an event's: the function apart saves the other its stack frame. A function has no stack of its
 * own in the trace, but it must leave the next event its.
 */
static noinline void slow_trace_function(unsigned long ip, unsigned long parent)
{
	struct el2_trace_cpu *cpu = this_cpu_ptr(&el2_trace_cpu);
	u32 id = READ_ONCE(call_id);

	/* Outside of a stay. Here, as inside nothing is to be asked */
	if (!cpu->ring.inside)
		return;

	write_function(reserve)
	el2_trace_stack_divert(cpu);
}

/**
 * el2_trace_function - a function that is traced has been called
 * @ip:		where in its beginning, at EL2
 * @parent:	where it will return to; not signed
 *
 * Context: any at EL2; from el2_function_entry.
 */
void el2_trace_function(unsigned long ip, unsigned long parent)
{
	struct el2_trace_cpu *cpu = this_cpu_ptr(&el2_trace_cpu);
	u32 id = READ_ONCE(call_id);

	/* It may be switched off, and yet be called by those who have not noticed */
	if (unlikely(!id))
		return;

	write_function(try_reserve)
	else
		slow_trace_function(ip, parent);
}
