// SPDX-License-Identifier: GPL-2.0
/*
 * Filters at EL2: programs that the host makes, right ones and others, for events that come and go,
 * with stacks and without, in rings that overwrite or drop. What is in the ring is what matches,
 * in order; of what does not match nothing is there or counted; a program that is none changes
 * nothing.
 *
 * Usage: filter_hyp [SEED [ROUNDS]]
 */
#include <linux/remote_filter.h>

#include <nvhe/el2_trace_filter.h>

#include "el2.h"

#include <nvhe/trap_handler.h>

#define CPU		1
#define SLOTS		8
#define SELFTEST_ID	200
#define HCALL_ID	201
#define PRINTK_ID	202
#define STACK_ID	4
#define PID		77

static u64 seed;
static struct remote_ring_page *pages[SLOTS + 1];
static u32 ids[SLOTS + 1];
static struct remote_ring_reader reader;
/* What selftest's filter is, as the host has it; 0 instructions for none */
static struct remote_filter filter;
static u64 taken, refused, matched, missed, lost;

/* The record of a selftest, and where fields are */
struct selftest {
	u32	cpu;
	u32	reserved;
	u32	id;
	u32	pid;
	u64	value;
};

static s64 set_filter(u64 event, const struct remote_filter *from, u64 nr)
{
	u32 i;

	for (i = 0; i < from->nr && i < REMOTE_FILTER_MAX_INSNS; i++)
		CHECK_EQ(el2_call(filter, i, from->insns[i].where, from->insns[i].mask,
				  from->insns[i].first, from->insns[i].span), 0);

	return el2_call(set_filter, event, nr);
}

/* Does it match? In another way than that of <linux/remote_filter.h>: by name of the field */
static bool matches(u64 value)
{
	u32 i = 0, steps = 0;

	while (i < filter.nr) {
		const struct remote_filter_insn *insn = &filter.insns[i];
		u32 offset = (u16)(insn->where >> 8), bits = 64 - (insn->where & 63);
		u64 field;

		CHECK(steps++ < REMOTE_FILTER_MAX_INSNS);
		switch (offset & ~7) {
		case 0:
			/* 4 bytes of it */
			field = CPU;
			break;
		case 8:
			field = SELFTEST_ID | (u64)PID << 32;
			break;
		default:
			field = value;
		}
		field >>= offset % 8 * 8;
		field <<= 64 - bits;
		if ((field & insn->mask) - insn->first <= insn->span)
			i++;
		else
			i = (u8)(insn->where >> 32);
	}

	return i == filter.nr;
}

static u64 small(void)
{
	return test_below(&seed, 3) ? test_below(&seed, 8) : test_random(&seed);
}

static void random_program(struct remote_filter *to)
{
	u32 i;

	to->nr = 1 + test_below(&seed, REMOTE_FILTER_MAX_INSNS);
	for (i = 0; i < to->nr; i++) {
		u32 size = 1 << test_below(&seed, 4);
		u32 offset = test_below(&seed, sizeof(struct selftest) / size) * size;
		u32 target = i + 1 + test_below(&seed, to->nr + 1 - i);

		if (offset < 8) {
			size = size < 4 ? size : 4;
			offset &= 4 - size;
		}
		to->insns[i] = (struct remote_filter_insn) {
			.where = remote_filter_where(offset, size, target),
			.mask = test_below(&seed, 2) ? ~0ULL : test_random(&seed),
			.first = small() << (64 - 8 * size),
			.span = small() << (64 - 8 * size),
		};
	}
}

/* The same with one thing wrong. Anything at all, now and then */
static u64 spoil(struct remote_filter *program)
{
	struct remote_filter_insn *insn = &program->insns[test_below(&seed, program->nr)];
	u32 i = insn - program->insns;

	switch (test_below(&seed, 7)) {
	case 0:
		/* What is between the CPU's number and the record */
		insn->where = remote_filter_where(4 - test_below(&seed, 3), 4, i + 1);
		if (remote_filter_offset(insn->where))
			return program->nr;
		return REMOTE_FILTER_MAX_INSNS + 1;
	case 1:
		insn->where &= ~(0xffULL << REMOTE_FILTER_TARGET_SHIFT);
		insn->where |= (u64)test_below(&seed, i + 1) << REMOTE_FILTER_TARGET_SHIFT;
		return program->nr;
	case 2:
		insn->where |= (u64)(program->nr + 2) << REMOTE_FILTER_TARGET_SHIFT;
		if (remote_filter_target(insn->where) < program->nr + 2)
			return REMOTE_FILTER_MAX_INSNS + 1;
		return program->nr;
	case 3:
		insn->where = remote_filter_where(sizeof(struct selftest) +
						  test_below(&seed, 60000), 1, i + 1);
		return program->nr;
	case 4:
		insn->where = remote_filter_where(sizeof(struct selftest) - 7, 8, i + 1);
		return program->nr;
	case 5:
		insn->where |= 1ULL << (40 + test_below(&seed, 24));
		return program->nr;
	default:
		return REMOTE_FILTER_MAX_INSNS + 1 +
		       (test_random(&seed) >> test_below(&seed, 64)) / 2;
	}
}

static void change_filter(void)
{
	struct remote_filter_insn insns[REMOTE_FILTER_MAX_INSNS + 2];
	const struct remote_filter_insn *old;
	struct remote_filter program = {};

	switch (test_below(&seed, 4)) {
	case 0:
		CHECK_EQ(el2_call(set_filter, EL2_EVENT_selftest, 0), 0);
		filter.nr = 0;
		break;
	case 1:
		/* It matters to nobody that others fail, nor that they have one */
		random_program(&program);
		CHECK_EQ(set_filter(EL2_NR_EVENTS + (test_random(&seed) >> 8), &program,
				    program.nr), -EINVAL);
		CHECK_EQ(el2_call(filter, REMOTE_FILTER_MAX_INSNS + (test_random(&seed) >> 8), 0),
			 -EINVAL);
		CHECK_EQ(set_filter(EL2_EVENT_selftest, &program, spoil(&program)), -EINVAL);
		refused++;
		break;
	default:
		random_program(&program);
		/* Another CPU may be in the middle of the old one, which so stays as it is */
		old = el2_trace_filters[EL2_EVENT_selftest];
		if (old)
			memcpy(insns, old, sizeof(insns));
		CHECK_EQ(set_filter(EL2_EVENT_selftest, &program, program.nr), 0);
		CHECK(!old || !memcmp(old, insns, sizeof(insns)));
		filter = program;
		taken++;
	}
}

/*
 * All that is in the ring, in order: @want, of which some may be gone, the oldest or the newest. Of
 * the newest it is not told before there is one after them, the next time.
 */
static void read_all(const u64 *want, s64 nr, bool overwrite)
{
	static s64 untold;
	const struct remote_ring_event *event;
	s64 at = -untold, gone = 0;

	while ((event = remote_ring_reader_peek(&reader))) {
		u32 header[2];
		u64 value;

		memcpy(header, event->data, sizeof(header));
		memcpy(&value, event->data + 8, sizeof(value));
		CHECK_EQ(header[1], PID);
		at += event->lost;
		gone += event->lost;
		if (header[0] == SELFTEST_ID) {
			CHECK(at >= 0 && at < nr);
			CHECK_EQ(value, want[at]);
			at++;
		} else {
			CHECK(header[0] == HCALL_ID || header[0] == STACK_ID);
		}
		remote_ring_reader_consume(&reader);
	}
	CHECK_EQ(reader.bad_pages, 0);
	if (overwrite)
		CHECK_EQ(at, nr);
	untold = nr - at;
	lost += gone;
}

static void write_values(u32 nr, bool overwrite)
{
	static u64 want[4096];
	u32 nr_want = 0;

	while (nr--) {
		u64 value = small();

		shim_counter += test_below(&seed, 100);
		CHECK_EQ(el2_call(write_event, value), 0);
		if (matches(value))
			want[nr_want++] = value;
		else
			missed++;
	}
	matched += nr_want;
	read_all(want, nr_want, overwrite);
}

static void check_selftest(bool protected, bool overwrite)
{
	u32 rounds = 200;

	el2_boot(protected);
	shim_cpu = CPU;
	shim_contextidr = PID;
	el2_set_clock();
	el2_describe(0, 1, SLOTS, 1, overwrite);
	CHECK_EQ(el2_load(CPU, EL2_PFN, 1), 0);
	el2_read(&reader, pages, ids, 0, 1, CPU, SLOTS, 1);
	CHECK_EQ(el2_call(set_event, EL2_EVENT_selftest, SELFTEST_ID), 0);
	CHECK_EQ(el2_call(enable, 1), 0);

	while (rounds--) {
		change_filter();
		/* As many as fit, so that none may be missing, or more */
		write_values(test_below(&seed, 5) ? 100 : 3000, overwrite);
		if (!test_below(&seed, 10)) {
			CHECK_EQ(el2_call(enable, 0), 0);
			CHECK_EQ(el2_call(enable, 1), 0);
		}
	}

	CHECK_EQ(el2_call(set_filter, EL2_EVENT_selftest, 0), 0);
	filter.nr = 0;
	/* There is room now, so nothing is left to be told */
	write_values(10, overwrite);
	read_all(NULL, 0, true);
	CHECK_EQ(el2_call(enable, 0), 0);
	CHECK_EQ(el2_call(set_event, EL2_EVENT_selftest, 0), 0);
	CHECK_EQ(el2_call(detach), 0);
	CHECK_EQ(el2_unload(CPU), 0);
}

/* A filter on one event is none on the other, and stacks follow what is recorded */
static void count_events(u32 *selftests, u32 *hcalls, u32 *stacks, u32 *printks)
{
	const struct remote_ring_event *event;
	u32 id;

	*selftests = *hcalls = *stacks = *printks = 0;
	while ((event = remote_ring_reader_peek(&reader))) {
		CHECK_EQ(event->lost, 0);
		memcpy(&id, event->data, sizeof(id));
		*selftests += id == SELFTEST_ID;
		*hcalls += id == HCALL_ID;
		*stacks += id == STACK_ID;
		*printks += id == PRINTK_ID;
		remote_ring_reader_consume(&reader);
	}
}

#define IP	0x1234

static void print_handler(struct kvm_cpu_context *ctxt)
{
	el2_trace_host_hcall(1, 0);
	el2_trace_host_hcall(2, 1);
	__trace_hyp_printk1(IP + cpu_reg(ctxt, 1), "%d", 1, 0, 0, 0, 0, 0);
}

static void check_others(void)
{
	u32 selftests, hcalls, stacks, printks;
	/* host_hcall has id in 4 bytes, hyp_printk has ip in 8 */
	struct remote_filter hcall = { .nr = 1, .insns[0] = {
		.where = remote_filter_where(REMOTE_FILTER_RECORD + 8, 4, 2),
		.mask = ~0ULL, .first = 2ULL << 32, .span = 0 } };
	struct remote_filter none = { .nr = 1, .insns[0] = {
		.where = remote_filter_where(REMOTE_FILTER_CPU, 4, 2), .first = 1 } };
	struct remote_filter printk = { .nr = 1, .insns[0] = {
		.where = remote_filter_where(REMOTE_FILTER_RECORD + 8, 8, 2), .mask = ~0ULL } };
	u64 last = REMOTE_FILTER_RECORD + sizeof(struct el2_printk_record);

	el2_boot(true);
	shim_cpu = CPU;
	el2_set_clock();
	el2_describe(0, 1, SLOTS, 1, true);
	CHECK_EQ(el2_load(CPU, EL2_PFN, 1), 0);
	el2_read(&reader, pages, ids, 0, 1, CPU, SLOTS, 1);
	CHECK_EQ(el2_call(set_event, EL2_EVENT_host_hcall, HCALL_ID), 0);
	CHECK_EQ(el2_call(set_event, EL2_EVENT_hyp_printk, PRINTK_ID), 0);
	CHECK_EQ(el2_call(enable, 1), 0);

	/* No filter, then one on the other, then on itself */
	el2_hypercall(print_handler, (const u64 [5]) { });
	count_events(&selftests, &hcalls, &stacks, &printks);
	CHECK_EQ(hcalls, 2);
	CHECK_EQ(printks, 1);

	CHECK_EQ(set_filter(EL2_EVENT_host_hcall, &hcall, 1), 0);
	el2_hypercall(print_handler, (const u64 [5]) { });
	count_events(&selftests, &hcalls, &stacks, &printks);
	CHECK_EQ(hcalls, 1);
	CHECK_EQ(printks, 1);

	/* As kimg_va() would have it */
	printk.insns[0].first = hyp_virt_to_phys((void *)(IP + 1UL));
	printk.insns[0].span = 0;
	CHECK_EQ(set_filter(EL2_EVENT_hyp_printk, &printk, 1), 0);
	el2_hypercall(print_handler, (const u64 [5]) { 0 });
	el2_hypercall(print_handler, (const u64 [5]) { 1 });
	count_events(&selftests, &hcalls, &stacks, &printks);
	CHECK_EQ(hcalls, 2);
	CHECK_EQ(printks, 1);

	/* Its arguments are no field */
	printk.insns[0].where = remote_filter_where(last, 1, 2);
	CHECK_EQ(set_filter(EL2_EVENT_hyp_printk, &printk, 1), -EINVAL);

	CHECK_EQ(el2_call(set_stack, STACK_ID, 0), 0);
	CHECK_EQ(set_filter(EL2_EVENT_hyp_printk, &none, 1), 0);
	el2_hypercall(print_handler, (const u64 [5]) { });
	count_events(&selftests, &hcalls, &stacks, &printks);
	CHECK_EQ(hcalls, 1);
	CHECK_EQ(stacks, 1);
	CHECK_EQ(printks, 0);

	CHECK_EQ(el2_call(set_stack, 0, 0), 0);
	CHECK_EQ(el2_call(enable, 0), 0);
	CHECK_EQ(el2_call(set_filter, EL2_EVENT_host_hcall, 0), 0);
	CHECK_EQ(el2_call(set_filter, EL2_EVENT_hyp_printk, 0), 0);
	CHECK_EQ(el2_call(detach), 0);
	CHECK_EQ(el2_unload(CPU), 0);
}

int main(int argc, char **argv)
{
	u32 rounds = test_arg(argc, argv, 2, 3);

	seed = test_arg(argc, argv, 1, 1);
	check_others();
	while (rounds--) {
		snprintf(test_context, sizeof(test_context), "filter_hyp %llu 1", seed);
		check_selftest(test_below(&seed, 2), test_below(&seed, 2));
	}

	printf("%llu filters taken, %llu refused; of %llu events %llu matched, %llu of them lost\n",
	       taken, refused, matched + missed, matched, lost);
	CHECK(taken && refused && lost && matched && missed);

	/* The last thing that EL2 does */
	el2_boot(true);
	el2_trace_panic();
	CHECK_EQ(el2_call(filter, 0), -EIO);
	CHECK_EQ(el2_call(set_filter, EL2_EVENT_selftest, 0), -EIO);

	return 0;
}
