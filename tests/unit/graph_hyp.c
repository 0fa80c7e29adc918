// SPDX-License-Identifier: GPL-2.0
/*
 * The graph of EL2's functions, against a model: which calls are recorded, how deep, and that what
 * is too deep is counted; that each returns to where it would have, whatever is recorded of it;
 * that a stay has a graph or has none, whoever switches meanwhile; that nothing is left of a
 * function that never returned; that one which would return in another's place does not; and that
 * after a panic nothing is recorded but what others' stays have that go on.
 *
 * Usage: graph_hyp [SEED [ROUNDS]]
 */
#include <setjmp.h>

#include "graph_model.h"

#define SELFTEST_ID	100

static jmp_buf somewhere;

static u64 quiet_stays, left;

static void calls(struct kvm_cpu_context *ctxt __maybe_unused)
{
	stay_begins();
	some_calls(test_below(&seed, 600));
	while (nr_frames)
		ret();
	CHECK_EQ(cpus[shim_cpu].depth, 0);
}

/* Nothing of it is recorded */
static void quiet_calls(struct kvm_cpu_context *ctxt __maybe_unused)
{
	cpus[shim_cpu].max = 0;
	nr_frames = 0;
	some_calls(test_below(&seed, 100));
	while (nr_frames)
		ret();
}

/* The CPU goes off, and none of the functions that it was in returns */
static void never_return(struct kvm_cpu_context *ctxt __maybe_unused)
{
	stay_begins();
	some_calls(test_below(&seed, 200));
	/* Outside of what is recorded they would count */
	while (cpus[shim_cpu].depth == DEPTH)
		ret();
	left += cpus[shim_cpu].depth;
	el2_trace_to_firmware(EL2_REASON_PSCI);
	longjmp(somewhere, 1);
}

static void expected_bug(void)
{
	longjmp(somewhere, 1);
}

static void must_be_bug(unsigned long sp)
{
	el2_on_bug = expected_bug;
	if (!setjmp(somewhere)) {
		el2_graph_exit(sp);
		CHECK(!"somebody else's frame is returned from");
	}
	el2_on_bug = NULL;
}

/* A function returns that is not the one which would have to */
static void wrong_return(struct kvm_cpu_context *ctxt __maybe_unused)
{
	stay_begins();
	if (!cpus[shim_cpu].max)
		return;
	do
		call();
	while (!frames[nr_frames - 1].hooked);
	must_be_bug(frames[nr_frames - 1].sp + 16);
	must_be_bug(frames[nr_frames - 1].sp - 16);
	while (nr_frames)
		ret();
	must_be_bug(frames[0].sp);
	/* Nor what happens to be in front of those that it knows */
	must_be_bug(this_cpu_ptr(&el2_trace_cpu)->graph.overrun);
}

/* What there is no room for is left alone: each function returns to where it would have */
static void full_ring(u32 cpu)
{
	struct remote_ring_writer *ring = &el2_trace_cpu[cpu].ring;
	u64 before;
	u32 i;

	CHECK_EQ(el2_call(set_event, EL2_EVENT_selftest, SELFTEST_ID), 0);
	shim_cpu = cpu;
	for (i = 0; !ring->dropped; i++)
		CHECK_EQ(el2_call(write_event, i), 0);
	shim_cpu = 0;
	CHECK_EQ(el2_call(set_event, EL2_EVENT_selftest, 0), 0);

	full = true;
	next_max = DEPTH;
	CHECK_EQ(el2_call(record_functions, (u64)ENTRY_ID << 16 | (u64)EXIT_ID << 32, 0, TEXT), 0);
	before = ring->dropped;
	shim_cpu = cpu;
	for (i = 0; i < 100; i++) {
		el2_hypercall(calls, (const u64 [5]) {});
		CHECK_EQ(ring->dropped - before, refused);
	}
	shim_cpu = 0;
	CHECK_EQ(nr_expected, 0);
	CHECK(refused);
	full = false;
	while (remote_ring_reader_peek(&readers[cpu]))
		remote_ring_reader_consume(&readers[cpu]);
}

static u64 written(u32 cpu)
{
	return el2_trace_cpu[cpu].ring.events + el2_trace_cpu[cpu].ring.entries;
}

/* In the middle of its calls */
static void panics(struct kvm_cpu_context *ctxt __maybe_unused)
{
	u64 before = written(shim_cpu);

	stay_begins();
	some_calls(test_below(&seed, 200));
	CHECK_EQ(written(shim_cpu) - before, nr_expected);
	el2_trace_panic();
	longjmp(somewhere, 1);
}

/* The host goes on, and has exceptions taken to EL2 */
static void check_quiet(u32 cpu)
{
	u64 before = written(cpu);

	shim_cpu = cpu;
	cpus[cpu].max = 0;
	nr_frames = 0;
	nr_expected = 0;
	some_calls(200);
	CHECK_EQ(written(cpu), before);
	CHECK_EQ(nr_expected, 0);
}

/* In a stay of CPU 1's CPU 0 panics; it comes to its end as it would have */
static void other_panics(struct kvm_cpu_context *ctxt __maybe_unused)
{
	static const u64 no_args[5];
	u64 before = written(1);

	shim_cpu = 0;
	if (!setjmp(somewhere))
		el2_hypercall(panics, no_args);
	check_quiet(0);

	shim_cpu = 1;
	stay_begins();
	cpus[1].max = DEPTH;
	some_calls(200);
	while (nr_frames)
		ret();
	CHECK(nr_expected);
	CHECK_EQ(written(1) - before, nr_expected);
}

static void panic(void)
{
	static const u64 no_args[5];

	next_max = DEPTH;
	CHECK_EQ(el2_call(record_functions, (u64)ENTRY_ID << 16 | (u64)EXIT_ID << 32, 0, TEXT), 0);
	shim_cpu = 1;
	el2_hypercall(other_panics, no_args);
	check_quiet(1);
	shim_cpu = 0;
}

static void one(void)
{
	u32 cpu = test_below(&seed, CPUS);

	switch (test_below(&seed, 12)) {
	case 0:
	case 1:
		record(true);
		break;
	case 2:
		el2_immediate = EL2_TRACE_QUIET;
		stay(cpu, quiet_calls);
		el2_immediate = 0;
		quiet_stays++;
		break;
	case 3:
		shim_cpu = cpu;
		if (!setjmp(somewhere))
			stay(cpu, never_return);
		el2_trace_cpu_entry();
		cpus[cpu].max = 0;
		shim_cpu = 0;
		read_all(cpu);
		break;
	case 4:
		stay(cpu, wrong_return);
		break;
	default:
		stay(cpu, calls);
		break;
	}
}

int main(int argc, char **argv)
{
	u64 first_seed = test_arg(argc, argv, 1, 1), rounds = test_arg(argc, argv, 2, 4000), i;

	graph_model_boot(first_seed);
	for (i = 0; i < rounds; i++) {
		snprintf(test_context, sizeof(test_context), "seed %llu, round %llu",
			 (unsigned long long)first_seed, (unsigned long long)i);
		one();
	}
	for (i = 0; i < CPUS; i++) {
		refused = 0;
		full_ring(i);
	}
	panic();
	CHECK(recorded && too_deep && limited && quiet_stays && left);
	CHECK_EQ(shim_warnings, 0);

	printf("%llu records, %llu calls too deep, %llu deeper than asked for, %llu left\n",
	       (unsigned long long)recorded, (unsigned long long)too_deep,
	       (unsigned long long)limited, (unsigned long long)left);

	return 0;
}
