/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hypervisor's call stack after each event, if the host wants it.
 */
#ifndef __ARM64_KVM_HYP_NVHE_EL2_TRACE_STACK_H
#define __ARM64_KVM_HYP_NVHE_EL2_TRACE_STACK_H

#include <linux/compiler.h>

#include <nvhe/el2_trace_ring.h>

/* What stacks are recorded with, 0 if they are not */
extern u32 el2_trace_stack_id;

void el2_trace_stack_set(u32 id, u64 text);
void el2_trace_stack_record(struct el2_trace_cpu *cpu, unsigned long frame);
void el2_trace_stack_of(struct el2_trace_cpu *cpu, unsigned long frame, u32 id, u64 time);

/**
 * el2_trace_stack_divert - have the next event followed by its stack, if stacks are wanted
 * @cpu:	this CPU
 *
 * The path of an event that fits does not ask whether they are: where they are, no event takes it.
 */
static __always_inline void el2_trace_stack_divert(struct el2_trace_cpu *cpu)
{
	if (unlikely(READ_ONCE(el2_trace_stack_id)))
		remote_ring_writer_divert(&cpu->ring);
}

/**
 * el2_trace_stack - in the slow path, an event has been recorded
 * @cpu:	this CPU
 * @frame:	the slow path's own frame record, which leads to that of __el2_trace_<event>()
 * @between:	there is one in between
 *
 * Not for one that was refused. If that was for want of room, the next one comes here by itself.
 */
static __always_inline void el2_trace_stack(struct el2_trace_cpu *cpu, const unsigned long *frame,
					    bool between)
{
	if (unlikely(READ_ONCE(el2_trace_stack_id))) {
		/* Nothing is to be done for it before it is known to be wanted */
		OPTIMIZER_HIDE_VAR(frame);
		if (between)
			frame = (const unsigned long *)frame[0];
		el2_trace_stack_record(cpu, frame[0]);
	}
}

#endif /* __ARM64_KVM_HYP_NVHE_EL2_TRACE_STACK_H */
