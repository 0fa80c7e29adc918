/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A CPU at EL2 that calls functions whose ends are traced, and a model of the graph that comes of
 * it: which calls are recorded, how deep, which are made to return elsewhere, and to where.
 */
#ifndef _UNIT_GRAPH_MODEL_H
#define _UNIT_GRAPH_MODEL_H

#include <linux/ftrace.h>
#include <linux/minmax.h>

#include "el2.h"

#include <nvhe/el2_functions.h>

#define CPUS		2
#define SLOTS		32
#define ENTRY_ID	11
#define EXIT_ID		10
#define STACK_ID	4
#define STACK_MAX	16
/* Where the host sees the hypervisor's text */
#define TEXT		0xffff800080350000ULL
#define FRAMES		70
#define RECORDS		4000
#define WORDS		(PAGE_SIZE / sizeof(unsigned long))
/* More than that is not known of who called whom */
#define DEPTH		50

enum how {
	INNER,
	ROOT,
	SKIP,
};

/* As ftrace has them */
struct entry_record {
	u32			id;
	int			pid;
	struct ftrace_graph_ent	ent;
} __packed;

struct exit_record {
	u32			id;
	int			pid;
	struct ftrace_graph_ret	ret;
} __packed;

struct stack_record {
	u32	id;
	int	pid;
	int	size;
	u64	caller[];
};

static u64 seed;

/* The functions that this CPU is in, as it would be without a tracer */
static struct {
	unsigned long	ip;
	unsigned long	parent;
	unsigned long	sp;
	enum how	how;
	bool		hooked;
	u64		max;
	u64		time;
} frames[FRAMES];
static u32 nr_frames;

/* What the graph ought to be */
static struct {
	u64	depth;
	u64	max;
	u64	overrun;
} cpus[CPUS];
/* In stays that begin */
static u64 next_max;

/* What ought to be in the ring */
static struct {
	u32	id;
	u64	func;
	u64	depth;
	u64	overrun;
	u64	calltime;
	u64	time;
} expected[RECORDS];
static u32 nr_expected;
/* And of a stack */
static u64 callers[STACK_MAX];

static struct remote_ring_page *pages[CPUS][SLOTS + 1];
static u32 ids[CPUS][SLOTS + 1];
static struct remote_ring_reader readers[CPUS];
static unsigned long *stacks[CPUS];

/* There is no room in this CPU's ring, and how often there would have had to be */
static bool full;
static u64 refused;

static u64 recorded, too_deep, limited;

/* None is asked for */
int el2_functions_patch(u64 nr, const struct el2_function_word *word)
{
	CHECK(!"functions are patched");
	return -EINVAL;
}

static unsigned long text(u32 place)
{
	return (unsigned long)shim_hyp_text + place;
}

static u64 host(unsigned long address)
{
	return address - (unsigned long)shim_hyp_text + TEXT;
}

/* A page with nothing around it, which the CPU's stack is */
static void make_stack(u32 cpu)
{
	char *map = mmap(NULL, 3 * PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(map != MAP_FAILED);
	stacks[cpu] = (unsigned long *)(map + PAGE_SIZE);
	CHECK(!mprotect(stacks[cpu], PAGE_SIZE, PROT_READ | PROT_WRITE));
	kvm_init_params[cpu].stack_hyp_va = (unsigned long)stacks[cpu] + PAGE_SIZE;
}

static void expect(u32 id, u64 func, u64 depth, u64 calltime)
{
	CHECK(nr_expected < RECORDS);
	expected[nr_expected].id = id;
	expected[nr_expected].func = func;
	expected[nr_expected].depth = depth;
	expected[nr_expected].overrun = cpus[shim_cpu].overrun;
	expected[nr_expected].calltime = calltime;
	expected[nr_expected].time = shim_counter;
	nr_expected++;
}

/* Of a call that @frames has a place for: is it made to return elsewhere? */
static bool call_is_hooked(u32 nr)
{
	u64 max = cpus[shim_cpu].max, depth = cpus[shim_cpu].depth;

	if (frames[nr].how == SKIP) {
		if (depth >= max)
			return false;
		frames[nr].max = max;
		cpus[shim_cpu].max = ++cpus[shim_cpu].depth;
		return true;
	}

	if (frames[nr].how == INNER && !depth)
		return false;
	if (depth < max && full) {
		refused++;
		return false;
	}
	if (depth < max) {
		frames[nr].time = shim_counter;
		expect(ENTRY_ID, host(frames[nr].ip), depth, 0);
		cpus[shim_cpu].depth++;
		return true;
	}
	if (depth == DEPTH) {
		cpus[shim_cpu].overrun++;
		too_deep++;
	} else if (depth) {
		limited++;
	}

	return false;
}

/* A function is called, and begins as function-entry.S has it */
static void call(void)
{
	static unsigned long (*const tracers[])(unsigned long, unsigned long, unsigned long) = {
		el2_graph_inner, el2_graph_root, el2_graph_skip
	};
	u32 nr = nr_frames++, what = test_below(&seed, 16);
	unsigned long to;

	CHECK(nr < FRAMES);
	shim_counter += 1 + test_below(&seed, 100);
	frames[nr].ip = text(4 * test_below(&seed, SHIM_HYP_TEXT_SIZE / 4));
	/* Anywhere but where it is made to return to */
	frames[nr].parent = text(4 + 4 * test_below(&seed, 0x700 / 4));
	frames[nr].sp = (unsigned long)&stacks[shim_cpu][WORDS - 4 * (nr + 1)];
	frames[nr].how = what ? (what < 6 ? INNER : ROOT) : SKIP;
	frames[nr].hooked = call_is_hooked(nr);
	to = tracers[frames[nr].how](frames[nr].ip, frames[nr].parent, frames[nr].sp);
	CHECK_EQ(to, frames[nr].hooked ? (unsigned long)el2_function_return : frames[nr].parent);
}

/* The last one that was called returns */
static void ret(void)
{
	u32 nr = --nr_frames;
	u64 depth;

	shim_counter += 1 + test_below(&seed, 100);
	if (!frames[nr].hooked)
		return;

	depth = --cpus[shim_cpu].depth;
	if (frames[nr].how == SKIP)
		cpus[shim_cpu].max = frames[nr].max;
	else
		expect(EXIT_ID, host(frames[nr].ip), depth, frames[nr].time);
	CHECK_EQ(el2_graph_exit(frames[nr].sp), frames[nr].parent);
}

/* Whether graphs are recorded, and how deep: by another CPU, or by this one's host */
static void record(bool by_call)
{
	struct remote_trace_function_ids what = { .entry = ENTRY_ID, .exit = EXIT_ID };
	u64 id_word = (u64)ENTRY_ID << 16 | (u64)EXIT_ID << 32;

	switch (test_below(&seed, 4)) {
	case 0:
		/* Calls only, or one end only, is no graph */
		what.entry = test_below(&seed, 2) * ENTRY_ID;
		what.exit = !what.entry * EXIT_ID;
		id_word = (u64)what.entry << 16 | (u64)what.exit << 32;
		next_max = 0;
		break;
	case 1:
		what.max_depth = 1 + test_below(&seed, 60);
		next_max = min_t(u32, what.max_depth, DEPTH);
		break;
	default:
		next_max = DEPTH;
		break;
	}

	if (by_call)
		CHECK_EQ(el2_call(record_functions, id_word, what.max_depth, TEXT), 0);
	else
		el2_functions_record(&what, TEXT);
}

static void stay_begins(void)
{
	cpus[shim_cpu].depth = 0;
	cpus[shim_cpu].max = next_max;
	nr_frames = 0;
}

/* Calls and returns, such that it gets as deep as there is room on a stack */
static void some_calls(u32 steps)
{
	bool deeper = test_below(&seed, 4);

	while (steps--) {
		if (!nr_frames || (nr_frames < FRAMES && test_below(&seed, 8) < 4 + deeper))
			call();
		else
			ret();
		if (!test_below(&seed, 64))
			record(false);
	}
}

static void check_record(u32 cpu, u32 i)
{
	const struct remote_ring_event *event = remote_ring_reader_peek(&readers[cpu]);
	const struct entry_record *entry;
	const struct stack_record *stack;
	const struct exit_record *exit;
	u32 id, n;

	CHECK(event);
	memcpy(&id, event->data, sizeof(id));
	CHECK_EQ(id, expected[i].id);
	CHECK_EQ(event->time, expected[i].time);
	if (id == ENTRY_ID) {
		entry = event->data;
		CHECK_EQ(event->len, sizeof(*entry));
		CHECK_EQ(entry->ent.func, expected[i].func);
		CHECK_EQ(entry->ent.depth, expected[i].depth);
	} else if (id == STACK_ID) {
		stack = event->data;
		CHECK_EQ(stack->size, expected[i].depth);
		for (n = 0; n < stack->size; n++)
			CHECK_EQ(stack->caller[n], callers[n]);
	} else {
		exit = event->data;
		CHECK_EQ(event->len, sizeof(*exit));
		CHECK_EQ(exit->ret.func, expected[i].func);
		CHECK_EQ(exit->ret.depth, expected[i].depth);
		CHECK_EQ(exit->ret.overrun, (u32)expected[i].overrun);
		CHECK_EQ(exit->ret.calltime, expected[i].calltime);
		CHECK_EQ(exit->ret.rettime, expected[i].time);
	}
	remote_ring_reader_consume(&readers[cpu]);
	recorded++;
}

static void read_all(u32 cpu)
{
	u32 i;

	for (i = 0; i < nr_expected; i++)
		check_record(cpu, i);
	CHECK(!remote_ring_reader_peek(&readers[cpu]));
	CHECK_EQ(readers[cpu].lost, 0);
	nr_expected = 0;
}

static void stay(u32 cpu, void (*handler)(struct kvm_cpu_context *))
{
	static const u64 no_args[5];

	shim_cpu = cpu;
	el2_hypercall(handler, no_args);
	shim_cpu = 0;
	cpus[cpu].max = 0;
	read_all(cpu);
}

/* Rings for all CPUs, tracing on; what is wrong with what functions are recorded with is refused */
static void graph_model_boot(u64 first_seed)
{
	u32 i;

	seed = first_seed;
	el2_boot(true);
	el2_set_clock();
	for (i = 0; i < CPUS; i++) {
		make_stack(i);
		el2_describe(i * 64, 1, SLOTS, 1, false);
		CHECK_EQ(el2_load(i, EL2_PFN + i * 64, 1), 0);
		el2_read(&readers[i], pages[i], ids[i], i * 64, 1, i, SLOTS, 1);
	}
	CHECK_EQ(el2_call(enable, true), 0);
	CHECK_EQ(el2_call(record_functions, 1ULL << 48, 0, TEXT), -EINVAL);
	CHECK_EQ(el2_call(record_functions, (u64)ENTRY_ID << 16, 1ULL << 32, TEXT), -EINVAL);
	CHECK_EQ(el2_graph_max, 0);
}

#endif /* _UNIT_GRAPH_MODEL_H */
