// SPDX-License-Identifier: GPL-2.0
/*
 * Call stacks at EL2: what is told of any stack at all are places in the hypervisor's text, nothing
 * outside of the stack's page is read, and each event has its stack while stacks are wanted.
 *
 * Usage: stack [SEED [ROUNDS]]
 */
#include <linux/minmax.h>

#include "el2.h"

#define CPU		1
#define SLOTS		8
#define STACK_ID	4
#define SELFTEST_ID	100
#define PRINTK_ID	101
/* Where the host sees the hypervisor's text */
#define TEXT		0xffff800080350000ULL
#define STACK_MAX	16
#define WORDS		(PAGE_SIZE / sizeof(unsigned long))

/* As ftrace has it */
struct stack_entry {
	u32		id;
	pid_t		pid;
	int		size;
	unsigned long	caller[];
};

static struct remote_ring_page *pages[SLOTS + 1];
static u32 ids[SLOTS + 1];
static struct remote_ring_reader reader;
static unsigned long *stack;
static unsigned long first_frame, callers[STACK_MAX];

/* A page with nothing around it */
static void make_stack(void)
{
	char *map = mmap(NULL, 3 * PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(map != MAP_FAILED);
	stack = (unsigned long *)(map + PAGE_SIZE);
	CHECK(!mprotect(stack, PAGE_SIZE, PROT_READ | PROT_WRITE));
	kvm_init_params[CPU].stack_hyp_va = (unsigned long)stack + PAGE_SIZE;
}

static unsigned long at(u32 word)
{
	return (unsigned long)&stack[word];
}

static unsigned long text(s64 place)
{
	return (unsigned long)shim_hyp_text + place;
}

static void set_frame(u32 word, unsigned long next, unsigned long caller)
{
	stack[word] = next;
	stack[word + 1] = caller;
}

static void record_stack(struct kvm_cpu_context *ctxt __maybe_unused)
{
	el2_trace_stack_record(this_cpu_ptr(&el2_trace_cpu), first_frame);
}

/* Take a stack from the ring; returns how many callers it has */
static u32 read_stack(void)
{
	const struct remote_ring_event *event = remote_ring_reader_peek(&reader);
	const struct stack_entry *entry;
	u32 i, nr, room;

	CHECK(event);
	entry = event->data;
	CHECK_EQ(entry->id, STACK_ID);
	CHECK_EQ(entry->pid, 0);
	CHECK(entry->size >= 0 && entry->size <= STACK_MAX);
	nr = entry->size;
	room = nr <= STACK_MAX / 2 ? STACK_MAX / 2 : STACK_MAX;
	CHECK_EQ(event->len, offsetof(struct stack_entry, caller[room]));
	for (i = 0; i < room; i++) {
		if (i < nr) {
			callers[i] = entry->caller[i];
			CHECK(callers[i] >= TEXT && callers[i] < TEXT + SHIM_HYP_TEXT_SIZE);
		} else {
			CHECK_EQ(entry->caller[i], ~0UL);
		}
	}
	remote_ring_reader_consume(&reader);

	return nr;
}

static u32 walk(unsigned long frame)
{
	static const u64 no_args[5];
	u32 nr;

	first_frame = frame;
	shim_cpu = CPU;
	el2_hypercall(record_stack, no_args);
	shim_cpu = 0;
	nr = read_stack();
	CHECK(!remote_ring_reader_peek(&reader));

	return nr;
}

static void good(void)
{
	u32 i, nr;

	set_frame(0, at(4), text(0));
	set_frame(4, at(6), text(1));
	/* The address may be signed, in bits that addresses do not use */
	set_frame(6, at(WORDS - 2), text(17) ^ 0xabcd000000000000);
	set_frame(WORDS - 2, 0, text(SHIM_HYP_TEXT_SIZE - 1));
	CHECK_EQ(walk(at(0)), 4);
	CHECK_EQ(callers[0], TEXT);
	CHECK_EQ(callers[1], TEXT + 1);
	CHECK_EQ(callers[2], TEXT + 17);
	CHECK_EQ(callers[3], TEXT + SHIM_HYP_TEXT_SIZE - 1);

	/* Of any length, and no more than that of a deep one */
	for (nr = 0; nr < 40; nr++) {
		for (i = 0; i < nr; i++)
			set_frame(2 * i, i + 1 < nr ? at(2 * i + 2) : 0, text(4 * i));
		CHECK_EQ(walk(nr ? at(0) : 0), min(nr, (u32)STACK_MAX));
		for (i = 0; i < min(nr, (u32)STACK_MAX); i++)
			CHECK_EQ(callers[i], TEXT + 4 * i);
	}
}

static void bad(void)
{
	u32 i;

	for (i = 0; i < WORDS / 2; i++)
		set_frame(2 * i, 0, text(8));
	CHECK_EQ(walk(at(0)), 1);
	for (i = 1; i < sizeof(long); i++) {
		memset(stack, 0, PAGE_SIZE);
		memcpy((char *)at(3) + i, &(unsigned long){ text(8) }, sizeof(long));
		CHECK_EQ(walk(at(2) + i), 0);
	}
	for (i = 0; i < WORDS / 2; i++)
		set_frame(2 * i, 0, text(8));
	CHECK_EQ(walk(0), 0);
	CHECK_EQ(walk(~0UL & ~7UL), 0);
	CHECK_EQ(walk(at(0) - 8), 0);
	CHECK_EQ(walk(at(0) - 16), 0);
	CHECK_EQ(walk(at(WORDS - 2)), 1);
	CHECK_EQ(walk(at(WORDS - 1)), 0);
	CHECK_EQ(walk(at(WORDS)), 0);

	/* It goes up, or not at all */
	set_frame(8, at(8), text(8));
	CHECK_EQ(walk(at(8)), 1);
	set_frame(8, at(9), text(8));
	CHECK_EQ(walk(at(8)), 1);
	set_frame(8, at(4), text(8));
	CHECK_EQ(walk(at(8)), 1);
	set_frame(8, at(10), text(8));
	CHECK_EQ(walk(at(8)), 2);

	/* Not a word of what is not in the text */
	set_frame(10, at(12), text(-1));
	CHECK_EQ(walk(at(8)), 1);
	set_frame(10, at(12), text(SHIM_HYP_TEXT_SIZE));
	CHECK_EQ(walk(at(8)), 1);
	set_frame(10, at(12), (unsigned long)&stack[10]);
	CHECK_EQ(walk(at(8)), 1);
}

static void random_stacks(u64 seed, u64 rounds)
{
	u64 round, deep = 0;
	u32 i;

	for (round = 0; round < rounds; round++) {
		snprintf(test_context, sizeof(test_context), "stack %llu 1", seed + round);
		for (i = 0; i < WORDS; i++) {
			switch (test_below(&seed, 8)) {
			case 0:
				stack[i] = test_random(&seed);
				break;
			case 1:
				stack[i] = at(0) + test_below(&seed, PAGE_SIZE + 16) - 8;
				break;
			case 2 ... 4:
				stack[i] = at(min(i + test_below(&seed, 8), (u32)WORDS));
				break;
			default:
				stack[i] = text((s64)test_below(&seed, SHIM_HYP_TEXT_SIZE + 20) -
						10);
			}
		}
		deep += walk(at(test_below(&seed, WORDS))) > 2;
	}
	test_context[0] = '\0';
	CHECK(deep > rounds / 1000);
}

/* Write @nr events of which each must have a stack if @stacks */
static void write_events(u32 nr, bool stacks)
{
	const struct remote_ring_event *event;
	u64 time;
	u32 id;

	while (nr--) {
		shim_counter += 100;
		shim_cpu = CPU;
		CHECK_EQ(el2_call(write_event, nr), 0);
		shim_cpu = 0;
		event = remote_ring_reader_peek(&reader);
		CHECK(event);
		memcpy(&id, event->data, sizeof(id));
		CHECK_EQ(id, SELFTEST_ID);
		time = event->time;
		remote_ring_reader_consume(&reader);
		if (stacks) {
			/* Another CPU's event cannot come between the two */
			CHECK_EQ(remote_ring_reader_peek(&reader)->time, time);
			read_stack();
		}
		CHECK(!remote_ring_reader_peek(&reader));
	}
}

static void two_events(struct kvm_cpu_context *ctxt __maybe_unused)
{
	el2_trace_selftest(1);
	el2_trace_selftest(2);
}

static void print_and_event(struct kvm_cpu_context *ctxt __maybe_unused)
{
	__trace_hyp_printk0(0, "none", 0, 0, 0, 0, 0, 0);
	el2_trace_selftest(1);
	__trace_hyp_printk6(0, "six", 1, 2, 3, 4, 5, 6);
	el2_trace_selftest(2);
}

/* More than one event in a stay */
static void twice(void)
{
	static const u64 no_args[5];
	u32 i;

	shim_cpu = CPU;
	el2_hypercall(two_events, no_args);
	shim_cpu = 0;
	for (i = 0; i < 2; i++) {
		CHECK_EQ(*(const u32 *)remote_ring_reader_peek(&reader)->data, SELFTEST_ID);
		remote_ring_reader_consume(&reader);
		read_stack();
	}

	/* What is printed is an event like any other, and the one after it has a stack again */
	shim_cpu = CPU;
	el2_hypercall(print_and_event, no_args);
	shim_cpu = 0;
	for (i = 0; i < 4; i++) {
		CHECK_EQ(*(const u32 *)remote_ring_reader_peek(&reader)->data,
			 i % 2 ? SELFTEST_ID : PRINTK_ID);
		remote_ring_reader_consume(&reader);
		read_stack();
	}
	CHECK(!remote_ring_reader_peek(&reader));

	/* Switched off between an event and its stack */
	CHECK_EQ(el2_call(set_stack, 0, TEXT), 0);
	shim_cpu = CPU;
	el2_hypercall(record_stack, no_args);
	shim_cpu = 0;
	CHECK(!remote_ring_reader_peek(&reader));
	CHECK_EQ(el2_call(set_stack, STACK_ID, TEXT), 0);
}

static void each_event(void)
{
	u32 i;

	for (i = 0; i < 4; i++) {
		/* Through many pages */
		write_events(3000, true);
		CHECK_EQ(el2_call(set_stack, 0, TEXT), 0);
		write_events(3000, false);
		CHECK_EQ(el2_call(set_stack, STACK_ID, TEXT), 0);
	}
	CHECK_EQ(reader.lost, 0);
}

/* The ring is full: what is refused has no stack, and each refusal counts as one */
static void full(void)
{
	const struct remote_ring_writer *ring = &el2_trace_cpu[CPU].ring;
	u64 read = reader.read, before = ring->events + ring->entries, stacks = 0, events = 0;
	const struct remote_ring_event *event;
	u32 i, id, last = 0;

	shim_cpu = CPU;
	for (i = 0; i < 100 * SLOTS * (PAGE_SIZE / 4096); i++)
		CHECK_EQ(el2_call(write_event, i), 0);
	shim_cpu = 0;
	CHECK(ring->dropped);
	while ((event = remote_ring_reader_peek(&reader))) {
		memcpy(&id, event->data, sizeof(id));
		CHECK(id == (last == SELFTEST_ID ? STACK_ID : SELFTEST_ID));
		*(id == STACK_ID ? &stacks : &events) += 1;
		last = id;
		remote_ring_reader_consume(&reader);
	}
	CHECK_EQ(reader.read - read, events + stacks);
	CHECK_EQ(events + stacks + ring->dropped, ring->events + ring->entries - before);
	/* All asked for, and a stack for each that was taken, be it that this one was refused */
	CHECK_EQ(i + events, events + stacks + ring->dropped);

	/* And the next has one again: the first that finds room is not forgotten */
	shim_cpu = CPU;
	CHECK_EQ(el2_call(write_event, i), 0);
	shim_cpu = 0;
	CHECK_EQ(remote_ring_reader_peek(&reader)->lost, ring->dropped);
	remote_ring_reader_consume(&reader);
	read_stack();
}

int main(int argc, char **argv)
{
	u64 seed = test_arg(argc, argv, 1, 1), rounds = test_arg(argc, argv, 2, 20000);

	el2_boot(true);
	el2_set_clock();
	make_stack();
	el2_describe(0, 1, SLOTS, 1, false);
	CHECK_EQ(el2_load(CPU, EL2_PFN, 1), 0);
	el2_read(&reader, pages, ids, 0, 1, CPU, SLOTS, 1);
	CHECK_EQ(el2_call(enable, true), 0);

	CHECK_EQ(el2_call(set_stack, 0x10000, TEXT), -EINVAL);
	CHECK_EQ(el2_call(set_stack, ~0ULL, TEXT), -EINVAL);
	CHECK_EQ(el2_trace_stack_id, 0);
	CHECK_EQ(el2_call(set_stack, STACK_ID, TEXT), 0);
	good();
	bad();
	random_stacks(seed, rounds);

	CHECK_EQ(el2_call(set_event, EL2_EVENT_selftest, SELFTEST_ID), 0);
	CHECK_EQ(el2_call(set_event, EL2_EVENT_hyp_printk, PRINTK_ID), 0);
	twice();
	each_event();
	full();
	CHECK_EQ(reader.bad_pages, 0);
	CHECK_EQ(shim_warnings, 0);

	return 0;
}
