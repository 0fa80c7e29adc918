/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracing the hypervisor's functions, at EL2. <asm/kvm_el2_functions.h> says what is traced;
 * function.c writes the records of calls, graph.c those of both their ends; patch.c has functions
 * traced.
 */
#ifndef __ARM64_KVM_HYP_NVHE_EL2_FUNCTIONS_H
#define __ARM64_KVM_HYP_NVHE_EL2_FUNCTIONS_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include <asm/barrier.h>
#include <asm/kvm_asm.h>
#include <asm/kvm_el2_functions.h>
#include <asm/sections.h>

#ifdef CONFIG_KVM_EL2_FUNCTION_TRACE

/*
 * Not traced, though the files they are in are: what begins where the firmware starts a CPU, and
 * what has no way back.
 */
asmlinkage notrace void __noreturn __kvm_host_psci_cpu_entry(bool is_cpu_on);
asmlinkage notrace void __noreturn hyp_panic(void);
asmlinkage notrace void __noreturn hyp_panic_bad_stack(void);
asmlinkage notrace void kvm_unexpected_el2_exception(void);

void el2_trace_function(unsigned long ip, unsigned long parent);
void el2_functions_record(const struct remote_trace_function_ids *ids, u64 text);
int el2_functions_patch(u64 nr, const struct el2_function_word *word);

/* More than a stack of one page has of all but the smallest frames; as many as ftrace has */
#define EL2_GRAPH_DEPTH		50

/**
 * struct el2_graph_call - a call that has begun, and whose end will be recorded
 * @parent:	where the function returns to, if it is not signed
 * @sp:		the stack pointer where it began, and where it will be when it returns
 * @func:	the function, as the host calls it; 0 if neither end is recorded
 * @time:	nanoseconds, when it began; @func is 0: what @max was before
 */
struct el2_graph_call {
	unsigned long	parent;
	unsigned long	sp;
	u64		func;
	u64		time;
};

/**
 * struct el2_graph_what - what both ends of calls are recorded with
 * @entry_id:	the begin
 * @exit_id:	the end
 * @offset:	from one of our addresses to the host's of the same place in the text
 */
struct el2_graph_what {
	u32	entry_id;
	u32	exit_id;
	u64	offset;
};

/**
 * struct el2_graph - the calls of a stay that have begun, of one CPU
 * @depth:	how many there are
 * @max:	how many there may be for another one to be recorded; 0 outside of a stay, or if
 *		calls are not recorded in this one
 * @overrun:	calls that were not recorded because there were EL2_GRAPH_DEPTH
 * @what:	what they are recorded with in this stay
 * @calls:	the outermost is the first
 */
struct el2_graph {
	unsigned long		depth;
	unsigned long		max;
	unsigned long		overrun;
	struct el2_graph_what	what;
	struct el2_graph_call	calls[EL2_GRAPH_DEPTH];
};

/* How deep calls are recorded in stays that begin, 0: they are not; and what with */
extern u32 el2_graph_max;
extern struct el2_graph_what el2_graph_what;

/**
 * el2_graph_begin - a stay begins of which something may be recorded
 * @graph:	this CPU's
 *
 * Whether its calls are is decided here, so that a stay has a graph or has none.
 */
static __always_inline void el2_graph_begin(struct el2_graph *graph)
{
	graph->depth = 0;
	/* Pairs with the smp_store_release() in el2_graph_record() */
	graph->max = smp_load_acquire(&el2_graph_max);
	/* A host that changes it meanwhile gets some of both */
	if (unlikely(graph->max))
		graph->what = el2_graph_what;
}

/**
 * el2_graph_end - a stay is over, or was never ended; what calls it had nobody returns from
 * @graph:	this CPU's
 */
static __always_inline void el2_graph_end(struct el2_graph *graph)
{
	graph->max = 0;
}

unsigned long el2_graph_inner(unsigned long ip, unsigned long parent, unsigned long sp);
unsigned long el2_graph_root(unsigned long ip, unsigned long parent, unsigned long sp);
unsigned long el2_graph_skip(unsigned long ip, unsigned long parent, unsigned long sp);
unsigned long el2_graph_exit(unsigned long sp);
void el2_graph_record(const struct remote_trace_function_ids *ids, u64 text);
u32 el2_graph_hooked_place(u32 place, u32 *hooks);
void el2_graph_unhook(unsigned long *frame);

/* function-entry.S */
extern const char el2_function_return[];

/* In the text, which is smaller than 4 GB; the address may have been signed, in higher bits */
static __always_inline bool el2_graph_is_hook(u32 place)
{
	return place == (u32)(el2_function_return - __hyp_text_start);
}

/**
 * el2_graph_place - where a function really returns to
 * @place:	where it does by its frame record, as a distance into the hypervisor's text
 * @hooks:	how many there were so far, in the order of the callers, that el2_graph_exit() knows
 *		better; 0 at first
 *
 * Context: this CPU, in a function called by all those.
 * Return: the place.
 */
static __always_inline u32 el2_graph_place(u32 place, u32 *hooks)
{
	return likely(!el2_graph_is_hook(place)) ? place : el2_graph_hooked_place(place, hooks);
}

#else

static inline void el2_functions_record(const struct remote_trace_function_ids *ids, u64 text) { }

/* There are no such functions */
static inline int el2_functions_patch(u64 nr, const struct el2_function_word *word)
{
	return -EINVAL;
}

/* None of its calls is recorded */
struct el2_graph { };

static inline void el2_graph_begin(struct el2_graph *graph) { }
static inline void el2_graph_end(struct el2_graph *graph) { }
static inline void el2_graph_unhook(unsigned long *frame) { }

static inline u32 el2_graph_place(u32 place, u32 *hooks)
{
	return place;
}

#endif /* CONFIG_KVM_EL2_FUNCTION_TRACE */

#endif /* __ARM64_KVM_HYP_NVHE_EL2_FUNCTIONS_H */
