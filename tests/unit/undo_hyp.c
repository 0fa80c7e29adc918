// SPDX-License-Identifier: GPL-2.0
/*
 * Descriptors that a hostile host may try: each is refused with the right error, no page has
 * changed hands or is pinned once more or less, no lock is held, and an honest one is taken next.
 */
#include "el2.h"

#define SLOTS		4
#define READERS		2
#define CPU		1
/* How many pages of a ring a descriptor of one page has room for */
#define FITTING		((PAGE_SIZE - sizeof(struct el2_trace_desc)) / \
			 sizeof(struct remote_ring_slot))

/* Where things are: the ring that is tried, another CPU's that is loaded, and pages of all sorts */
#define DESC		0
#define META		(DESC + 1)
#define SLOT(i)		(META + 1 + (i))
#define READER(i)	SLOT(SLOTS + (i))
#define OTHER		64
#define OTHER_META	(OTHER + 1)
#define OTHER_SLOT	(OTHER + 2)
#define UNSHARED	128
#define DONATED		129
#define PINNED		130
#define BEYOND		EL2_PAGES

#define PFN(index)	(EL2_PFN + (index))
/* The first bit of a page frame number that does not fit into an address */
#define LOST_BIT	(1ULL << (64 - PAGE_SHIFT))

struct attempt {
	struct el2_trace_desc	*desc;
	u64			pfn;
	u64			nr_pages;
};

#define ATTEMPT(what, error, assignment)			\
	static void try_##what(struct attempt *try)		\
	{							\
		try->assignment;				\
	}
#define ATTEMPTS						\
	/* The call itself */					\
	ATTEMPT(no_pages, EINVAL, nr_pages = 0)			\
	ATTEMPT(a_page_too_many, EINVAL, nr_pages = EL2_TRACE_DESC_MAX_PAGES + 1)	\
	ATTEMPT(wrapping_size, EINVAL, nr_pages = LOST_BIT + 1)	\
	ATTEMPT(endless_size, EINVAL, nr_pages = ~0ULL)		\
	ATTEMPT(lost_bit, EINVAL, pfn |= LOST_BIT)		\
	ATTEMPT(lost_top_bit, EINVAL, pfn |= 1ULL << 63)	\
	ATTEMPT(shared_tail, EPERM, nr_pages = 2)		\
	ATTEMPT(no_memory, EPERM, pfn = PFN(BEYOND))		\
	ATTEMPT(memory_of_ours, EPERM, pfn = PFN(DONATED))	\
	ATTEMPT(shared_desc, EPERM, pfn = PFN(META))		\
	ATTEMPT(loaded_desc, EPERM, pfn = PFN(OTHER))		\
	/* What the ring is to be */				\
	ATTEMPT(cpu_too_large, EINVAL, desc->cpu = NR_CPUS)	\
	ATTEMPT(cpu_largest, EINVAL, desc->cpu = ~0U)		\
	ATTEMPT(cpu_without_memory, EINVAL, desc->cpu = EL2_NO_CPU)	\
	ATTEMPT(cpu_loaded, EBUSY, desc->cpu = 0)		\
	ATTEMPT(no_slots, EINVAL, desc->nr_slots = 0)		\
	ATTEMPT(one_slot, EINVAL, desc->nr_slots = 1)		\
	ATTEMPT(a_slot_too_many, EINVAL, desc->nr_slots = FITTING - READERS + 1)	\
	ATTEMPT(no_room_for_readers, EINVAL, desc->nr_slots = FITTING)	\
	ATTEMPT(slots_too_many, EINVAL, desc->nr_slots = FITTING + 1)	\
	ATTEMPT(wrapping_slots, EINVAL, desc->nr_slots = 0xaaaaaaab)	\
	ATTEMPT(most_slots, EINVAL, desc->nr_slots = ~0U)	\
	ATTEMPT(slots_sum_0, EINVAL, desc->nr_slots = -READERS)	\
	ATTEMPT(slots_sum_1, EINVAL, desc->nr_slots = 1 - READERS)	\
	ATTEMPT(no_readers, EINVAL, desc->nr_readers = 0)	\
	ATTEMPT(a_reader_too_many, EINVAL, desc->nr_readers = REMOTE_RING_MAX_READERS + 1)	\
	ATTEMPT(readers_sum_0, EINVAL, desc->nr_readers = -SLOTS)	\
	ATTEMPT(readers_sum_1, EINVAL, desc->nr_readers = 1 - SLOTS)	\
	ATTEMPT(most_readers, EINVAL, desc->nr_readers = ~0U)	\
	ATTEMPT(sign_readers, EINVAL, desc->nr_readers = 1U << 31)	\
	ATTEMPT(both_half, EINVAL, desc->nr_slots = try->desc->nr_readers = 1U << 31)	\
	ATTEMPT(overwrite_2, EINVAL, desc->overwrite = 2)	\
	ATTEMPT(reserved, EINVAL, desc->reserved = 1)		\
	ATTEMPT(reserved_top, EINVAL, desc->reserved = 1ULL << 63)	\
	ATTEMPT(overwrite_256, EINVAL, desc->overwrite = 256)	\
	/* Each page in each place */				\
	ATTEMPT(meta_unshared, EPERM, desc->meta = PFN(UNSHARED))	\
	ATTEMPT(meta_donated, EPERM, desc->meta = PFN(DONATED))	\
	ATTEMPT(meta_pinned, EPERM, desc->meta = PFN(PINNED))	\
	ATTEMPT(meta_lost_bit, EPERM, desc->meta |= LOST_BIT)	\
	ATTEMPT(meta_beyond, EPERM, desc->meta = PFN(BEYOND))	\
	ATTEMPT(meta_0, EPERM, desc->meta = 0)			\
	ATTEMPT(meta_is_desc, EPERM, desc->meta = PFN(DESC))	\
	ATTEMPT(meta_of_other, EPERM, desc->meta = PFN(OTHER_META))	\
	ATTEMPT(reader_unshared, EPERM, desc->slots[SLOTS].page = PFN(UNSHARED))	\
	ATTEMPT(reader_donated, EPERM, desc->slots[SLOTS].page = PFN(DONATED))	\
	ATTEMPT(reader_pinned, EPERM, desc->slots[SLOTS].page = PFN(PINNED))	\
	ATTEMPT(reader_lost_bit, EPERM, desc->slots[SLOTS].page |= 1ULL << 63)	\
	ATTEMPT(reader_is_meta, EPERM, desc->slots[SLOTS].page = PFN(META))	\
	ATTEMPT(reader_is_desc, EPERM, desc->slots[SLOTS].page = PFN(DESC))	\
	ATTEMPT(reader_of_other, EPERM, desc->slots[SLOTS].page = PFN(OTHER_SLOT))	\
	ATTEMPT(reader_is_slot, EPERM, desc->slots[SLOTS].page = PFN(SLOT(0)))	\
	ATTEMPT(reader_is_reader, EPERM, desc->slots[SLOTS].page = PFN(READER(1)))	\
	ATTEMPT(last_reader_unshared, EPERM, desc->slots[SLOTS + 1].page = PFN(UNSHARED))	\
	ATTEMPT(last_reader_donated, EPERM, desc->slots[SLOTS + 1].page = PFN(DONATED))	\
	ATTEMPT(last_reader_pinned, EPERM, desc->slots[SLOTS + 1].page = PFN(PINNED))	\
	ATTEMPT(last_reader_lost_bit, EPERM, desc->slots[SLOTS + 1].page |= LOST_BIT)	\
	ATTEMPT(last_reader_is_meta, EPERM, desc->slots[SLOTS + 1].page = PFN(META))	\
	ATTEMPT(last_reader_is_slot, EPERM, desc->slots[SLOTS + 1].page = PFN(SLOT(3)))	\
	ATTEMPT(last_reader_0, EPERM, desc->slots[SLOTS + 1].page = 0)	\
	ATTEMPT(slot_unshared, EPERM, desc->slots[1].page = PFN(UNSHARED))	\
	ATTEMPT(slot_donated, EPERM, desc->slots[1].page = PFN(DONATED))	\
	ATTEMPT(slot_pinned, EPERM, desc->slots[2].page = PFN(PINNED))	\
	ATTEMPT(slot_lost_bit, EPERM, desc->slots[2].page |= LOST_BIT)	\
	ATTEMPT(slot_all_ones, EPERM, desc->slots[2].page = ~0ULL)	\
	ATTEMPT(slot_is_slot, EPERM, desc->slots[3].page = PFN(SLOT(0)))	\
	ATTEMPT(slot_is_meta, EPERM, desc->slots[0].page = PFN(META))	\
	ATTEMPT(slot_is_reader, EPERM, desc->slots[0].page = PFN(READER(0)))	\
	ATTEMPT(slot_is_desc, EPERM, desc->slots[3].page = PFN(DESC))	\
	ATTEMPT(slot_of_other, EPERM, desc->slots[3].page = PFN(OTHER_SLOT))	\
	ATTEMPT(last_slot_0, EPERM, desc->slots[3].page = 0)	\
	/* One that the page has room for, but that the host has not filled in */	\
	ATTEMPT(a_slot_more, EPERM, desc->nr_slots = SLOTS + 1)	\
	ATTEMPT(a_reader_more, EPERM, desc->nr_readers = READERS + 1)	\
	ATTEMPT(all_readers, EPERM, desc->nr_readers = REMOTE_RING_MAX_READERS)	\
	ATTEMPT(all_fitting, EPERM, desc->nr_slots = FITTING - READERS)

ATTEMPTS

#undef ATTEMPT
#define ATTEMPT(what, error, assignment)	{ #what, -(error), try_##what },

static const struct {
	const char	*what;
	int		error;
	void		(*try)(struct attempt *try);
} attempts[] = { ATTEMPTS };

static void check_honest(u32 desc_pages, u32 nr_slots, u32 nr_readers)
{
	struct el2_books before;

	el2_describe(DESC, desc_pages, CPU, nr_slots, nr_readers, true);
	before = el2;
	CHECK_EQ(el2_call(load, PFN(DESC), desc_pages), 0);
	CHECK_EQ(el2_call(unload, CPU), 0);
	CHECK(!memcmp(&el2, &before, sizeof(el2)));
	CHECK_EQ(el2_call(unload, CPU), -ENODEV);
	CHECK(!memcmp(&el2, &before, sizeof(el2)));
}

static void hostile(void)
{
	struct el2_trace_cpu *cpu = &el2_trace_cpu[CPU];
	struct el2_books before;
	struct attempt try;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(attempts); i++) {
		snprintf(test_context, sizeof(test_context), "%s", attempts[i].what);
		try.desc = el2_describe(DESC, 1, CPU, SLOTS, READERS, true);
		try.pfn = PFN(DESC);
		try.nr_pages = 1;
		attempts[i].try(&try);

		before = el2;
		CHECK_EQ(el2_call(load, try.pfn, try.nr_pages), attempts[i].error);
		CHECK(!memcmp(&el2, &before, sizeof(el2)));
		CHECK(!cpu->desc);
		CHECK_EQ(el2_call(unload, CPU), -ENODEV);
		check_honest(1, SLOTS, READERS);
	}
	test_context[0] = '\0';
}

/* What the other calls make of numbers that the host should not pass */
static void arguments(void)
{
	static const u64 bad_cpus[] = { NR_CPUS, EL2_NO_CPU, 1ULL << 32, 1ULL << 63, ~0ULL };
	struct el2_books before = el2;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(bad_cpus); i++) {
		CHECK_EQ(el2_call(unload, bad_cpus[i]), -EINVAL);
		CHECK_EQ(el2_call(swap, bad_cpus[i], 1), -EINVAL);
		CHECK_EQ(el2_call(reset, bad_cpus[i]), -EINVAL);
		CHECK_EQ(el2_call(sync, bad_cpus[i]), -EINVAL);
	}
	CHECK_EQ(el2_call(swap, CPU, 1), -ENODEV);
	CHECK_EQ(el2_call(reset, CPU), -ENODEV);
	CHECK_EQ(el2_call(sync, CPU), -ENODEV);
	CHECK_EQ(el2_call(detach), 0);

	CHECK_EQ(el2_call(set_event, EL2_NR_EVENTS, 1), -EINVAL);
	CHECK_EQ(el2_call(set_event, ~0ULL, 1), -EINVAL);
	CHECK_EQ(el2_call(set_event, 1ULL << 32, 1), -EINVAL);
	CHECK_EQ(el2_call(set_event, 0, U16_MAX + 1), -EINVAL);
	CHECK_EQ(el2_call(set_event, 0, 1ULL << 32), -EINVAL);
	CHECK_EQ(el2_call(set_event, EL2_NR_EVENTS - 1, U16_MAX), 0);
	CHECK_EQ(el2_call(set_event, EL2_NR_EVENTS - 1, 0), 0);

	/* A CPU may see that an event is on, and nothing else of what was done before */
	__el2_trace_selftest(1, 1);
	__trace_hyp_printk0(0, "", 0, 0, 0, 0, 0, 0);

	/* Nothing that could be multiplied with has been set so far */
	CHECK_EQ(el2_call(enable, true), -EINVAL);
	CHECK_EQ(el2_call(set_clock, 0, 0, 0, 1), -EINVAL);
	CHECK_EQ(el2_call(set_clock, 0, 0, 1ULL << 63, 1), -EINVAL);
	CHECK_EQ(el2_call(set_clock, 0, 0, ~0ULL, 1), -EINVAL);
	CHECK_EQ(el2_call(set_clock, 0, 0, 1, 0), -EINVAL);
	CHECK_EQ(el2_call(set_clock, 0, 0, 1, 64), -EINVAL);
	CHECK_EQ(el2_call(set_clock, 0, 0, 1, ~0ULL), -EINVAL);
	CHECK(!el2_clock_is_set());
	CHECK_EQ(el2_call(enable, true), -EINVAL);
	CHECK_EQ(el2_call(set_clock, ~0ULL, ~0ULL, (1ULL << 63) - 1, 63), 0);
	CHECK(el2_clock_is_set());
	for (i = 0; i < NR_CPUS; i++)
		if (i != EL2_NO_CPU)
			CHECK_EQ(el2_trace_cpu[i].clock->mult, (1ULL << 63) - 1);

	CHECK(!memcmp(&el2, &before, sizeof(el2)));
	CHECK_EQ(el2_trace_on, 0);
}

int main(void)
{
	el2_boot(true);
	check_honest(1, SLOTS, READERS);
	check_honest(1, REMOTE_RING_MIN_SLOTS, 1);
	check_honest(1, REMOTE_RING_MIN_SLOTS, REMOTE_RING_MAX_READERS);
	check_honest(1, FITTING - 1, 1);
	check_honest(1, FITTING - REMOTE_RING_MAX_READERS, REMOTE_RING_MAX_READERS);
	el2_boot(true);
	check_honest(2, FITTING, 1);
	el2_boot(true);
	check_honest(EL2_TRACE_DESC_MAX_PAGES, FITTING, READERS);

	el2_boot(true);
	el2_set(DONATED, 1, EL2_HYP);
	/* Shared, and in use for something else: a vCPU, say */
	el2_set(PINNED, 1, EL2_SHARED);
	el2.pins[PINNED] = 1;
	el2_describe(OTHER, 1, 0, SLOTS, READERS, true);
	CHECK_EQ(el2_call(load, PFN(OTHER), 1), 0);
	hostile();
	arguments();
	CHECK_EQ(el2_call(unload, 0), 0);
	CHECK_EQ(el2.pins[PINNED], 1);
	CHECK_EQ(shim_warnings, 0);

	/* No ring, so nothing to switch on */
	CHECK_EQ(el2_call(enable, true), -ENODEV);
	CHECK_EQ(el2_trace_on, 0);

	return 0;
}
