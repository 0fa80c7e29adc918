// SPDX-License-Identifier: GPL-2.0
/*
 * Who called whom at EL2, while functions are made to return elsewhere: a stack tells the callers
 * that there are; after a panic they are there again for whoever looks, and nothing else has
 * changed, whatever is on the stacks.
 *
 * Usage: unhook_hyp [SEED [ROUNDS]]
 */
#include "graph_model.h"

#define OVERFLOW_WORDS	(OVERFLOW_STACK_SIZE / sizeof(unsigned long))

static u64 walked, unhooked, garbled;

/* The @nr of @frames from the outermost on, as their frame records on the stacks */
static unsigned long *build_records(u32 nr, u32 on_overflow)
{
	unsigned long *next = NULL, *overflow = overflow_stack[shim_cpu], *records;
	u32 i;

	memset(stacks[shim_cpu], 0x5a, PAGE_SIZE);
	memset(overflow, 0x5a, OVERFLOW_STACK_SIZE);
	for (i = 0; i < nr; i++) {
		if (nr - i <= on_overflow)
			records = &overflow[OVERFLOW_WORDS - 2 * (i + 1)];
		else
			records = (unsigned long *)frames[i].sp - 2;
		records[0] = (unsigned long)next;
		records[1] = frames[i].hooked ? (unsigned long)el2_function_return :
						frames[i].parent;
		/* Signed, in bits that an address does not use */
		if (test_below(&seed, 2))
			records[1] ^= 0xabcd000000000000;
		next = records;
	}

	return next;
}

/* A stack has the callers that there are, whatever is in its frame records */
static void walk(struct kvm_cpu_context *ctxt __maybe_unused)
{
	struct el2_trace_cpu *cpu = this_cpu_ptr(&el2_trace_cpu);
	u32 i, nr;

	stay_begins();
	some_calls(test_below(&seed, 100));
	nr = min_t(u32, nr_frames, STACK_MAX);
	expect(STACK_ID, 0, nr, 0);
	for (i = 0; i < nr; i++)
		callers[i] = frames[nr_frames - 1 - i].parent - text(0) +
			     (u64)trace_hyp_printk_sym(shim_hyp_text);
	el2_trace_stack_of(cpu, (unsigned long)build_records(nr_frames, 0), STACK_ID, shim_counter);
	while (nr_frames)
		ret();
	walked += nr;
}

/* After a panic functions return to where they would have, and nothing else has changed */
static void unhook(struct kvm_cpu_context *ctxt __maybe_unused)
{
	static unsigned long before[WORDS + OVERFLOW_WORDS], after[WORDS + OVERFLOW_WORDS];
	unsigned long *record;
	u32 nr, i, without;

	stay_begins();
	some_calls(test_below(&seed, 200));
	/* The last may have no frame record yet, or none any more */
	without = test_below(&seed, 3);
	nr = nr_frames - min(nr_frames, without);
	record = build_records(nr, test_below(&seed, 3) ? 0 : test_below(&seed, nr + 1));
	memcpy(before, stacks[shim_cpu], PAGE_SIZE);
	memcpy(before + WORDS, overflow_stack[shim_cpu], OVERFLOW_STACK_SIZE);
	el2_graph_unhook(record);
	for (i = nr; i--; record = (unsigned long *)record[0]) {
		CHECK(record);
		if (frames[i].hooked) {
			CHECK_EQ(record[1], frames[i].parent);
			record[1] = (unsigned long)el2_function_return;
			unhooked++;
		} else {
			CHECK_EQ(record[1] << 16, frames[i].parent << 16);
		}
	}
	CHECK(!record);
	memcpy(after, stacks[shim_cpu], PAGE_SIZE);
	memcpy(after + WORDS, overflow_stack[shim_cpu], OVERFLOW_STACK_SIZE);
	for (i = 0; i < WORDS + OVERFLOW_WORDS; i++) {
		/* But for signatures */
		CHECK_EQ(after[i] << 16, before[i] << 16);
	}
	while (nr_frames)
		ret();
}

static void garbage(unsigned long *stack, unsigned long *overflow)
{
	unsigned long *to;
	u32 i;

	for (i = 0; i < WORDS; i++) {
		to = test_below(&seed, 16) ? stack : overflow;
		switch (test_below(&seed, 8)) {
		case 0:
			stack[i] = test_random(&seed);
			break;
		case 1:
		case 2:
			stack[i] = (unsigned long)el2_function_return;
			break;
		case 3:
			stack[i] = (unsigned long)to + test_below(&seed, PAGE_SIZE + 16) - 8;
			break;
		default:
			stack[i] = (unsigned long)&to[test_below(&seed, WORDS)];
			break;
		}
		overflow[i % OVERFLOW_WORDS] = stack[i];
	}
}

/* Whatever is on the stacks, it stays on them, and puts nothing where it has found nothing */
static void unhook_garbage(struct kvm_cpu_context *ctxt __maybe_unused)
{
	unsigned long *stack = stacks[shim_cpu];
	static unsigned long before[WORDS];
	u32 i, first = 2 * test_below(&seed, WORDS / 2), calls;

	stay_begins();
	garbage(stack, overflow_stack[shim_cpu]);
	/* Or more functions that return elsewhere than can be known */
	calls = test_below(&seed, 4) ? 0 : test_below(&seed, WORDS / 2);
	if (calls)
		first = 0;
	for (i = 0; i < calls; i++) {
		stack[2 * i] = (unsigned long)&stack[2 * i + 2];
		stack[2 * i + 1] = (unsigned long)el2_function_return;
	}
	memcpy(before, stack, PAGE_SIZE);
	el2_graph_unhook(&stack[first]);
	CHECK(calls <= DEPTH || !memcmp(stack, before, PAGE_SIZE));
	for (i = 0; i < WORDS; i++) {
		if (stack[i] == before[i])
			continue;
		CHECK_EQ((u32)before[i], (u32)(unsigned long)el2_function_return);
		garbled++;
	}
}

int main(int argc, char **argv)
{
	static void (*const handlers[])(struct kvm_cpu_context *) = {
		walk, unhook, unhook_garbage
	};
	u64 first_seed = test_arg(argc, argv, 1, 1), rounds = test_arg(argc, argv, 2, 4000), i;

	graph_model_boot(first_seed);
	for (i = 0; i < rounds; i++) {
		snprintf(test_context, sizeof(test_context), "seed %llu, round %llu",
			 (unsigned long long)first_seed, (unsigned long long)i);
		if (!(i % 4))
			record(true);
		stay(test_below(&seed, CPUS), handlers[test_below(&seed, ARRAY_SIZE(handlers))]);
	}
	CHECK(recorded && too_deep && limited && walked && unhooked && garbled);
	CHECK_EQ(shim_warnings, 0);

	printf("%llu callers told, %llu put back; %llu words of garbage were places of theirs\n",
	       (unsigned long long)walked, (unsigned long long)unhooked,
	       (unsigned long long)garbled);

	return 0;
}
