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
#define FITTING		((PAGE_SIZE - sizeof(struct el2_trace_desc)) / sizeof(u64) * \
			 REMOTE_RING_PAGE_SLOTS)

/* Where things are: the ring that is tried, another CPU's that is loaded, and pages of all sorts */
#define DESC		0
#define META		(DESC + 1)
#define SLOT(i)		(META + 1 + (i))
#define READER(i)	SLOT(SLOTS + (i))
#define SLOTS_PAGE	READER(READERS)
#define OTHER		64
#define OTHER_META	(OTHER + 1)
#define OTHER_SLOT	(OTHER + 2)
#define OTHER_SLOTS_PAGE	(OTHER_SLOT + SLOTS + READERS)
#define UNSHARED	128
#define DONATED		129
#define PINNED		130
/* A ring that takes several calls, by its descriptor and its slots and by its pages */
#define BIG		512
#define BIG_PAGES	EL2_MAX_DESC_PAGES
#define BIG_SLOTS	(EL2_DONATED_BATCH > BIG_PAGES ? 10 * REMOTE_RING_PAGE_SLOTS : \
			 2 * EL2_RING_BATCH + 1)
#define BIG_CALLS	(DIV_ROUND_UP(BIG_PAGES + el2_slot_pages(BIG_SLOTS + READERS), \
				      EL2_DONATED_BATCH) + \
			 DIV_ROUND_UP(BIG_SLOTS + READERS, EL2_RING_BATCH) - 1)
#define BEYOND		EL2_PAGES
#define NONE		EL2_PAGES

#define PFN(index)	(EL2_PFN + (index))
/* The first bit of a page frame number that does not fit into an address */
#define LOST_BIT	(1ULL << (64 - PAGE_SHIFT))

struct attempt {
	struct el2_trace_desc	*desc;
	struct remote_ring_slot	*slots;
	u64			cpu;
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
	ATTEMPT(a_page_too_many, EINVAL, nr_pages = EL2_MAX_DESC_PAGES + 1)	\
	ATTEMPT(wrapping_size, EINVAL, nr_pages = LOST_BIT + 1)	\
	ATTEMPT(endless_size, EINVAL, nr_pages = ~0ULL)		\
	ATTEMPT(lost_bit, EINVAL, pfn |= LOST_BIT)		\
	ATTEMPT(lost_top_bit, EINVAL, pfn |= 1ULL << 63)	\
	ATTEMPT(shared_tail, EPERM, nr_pages = 2)		\
	ATTEMPT(no_memory, EPERM, pfn = PFN(BEYOND))		\
	ATTEMPT(end_of_memory, EPERM, nr_pages = 2; try->pfn = PFN(EL2_PAGES - 1))	\
	ATTEMPT(memory_of_ours, EPERM, pfn = PFN(DONATED))	\
	ATTEMPT(shared_desc, EPERM, pfn = PFN(META))		\
	ATTEMPT(loaded_desc, EPERM, pfn = PFN(OTHER))		\
	/* What the ring is to be */				\
	ATTEMPT(cpu_too_large, EINVAL, cpu = NR_CPUS)	\
	ATTEMPT(cpu_largest, EINVAL, cpu = ~0ULL)		\
	ATTEMPT(cpu_without_memory, EINVAL, cpu = EL2_NO_CPU)	\
	ATTEMPT(cpu_loaded, EBUSY, cpu = 0)		\
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
	ATTEMPT(reserved_top, EINVAL, desc->reserved = 1U << 31)	\
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
	ATTEMPT(reader_unshared, EPERM, slots[SLOTS].page = PFN(UNSHARED))	\
	ATTEMPT(reader_donated, EPERM, slots[SLOTS].page = PFN(DONATED))	\
	ATTEMPT(reader_pinned, EPERM, slots[SLOTS].page = PFN(PINNED))	\
	ATTEMPT(reader_lost_bit, EPERM, slots[SLOTS].page |= 1ULL << 63)	\
	ATTEMPT(reader_is_meta, EPERM, slots[SLOTS].page = PFN(META))	\
	ATTEMPT(reader_is_desc, EPERM, slots[SLOTS].page = PFN(DESC))	\
	ATTEMPT(reader_of_other, EPERM, slots[SLOTS].page = PFN(OTHER_SLOT))	\
	ATTEMPT(reader_is_slot, EPERM, slots[SLOTS].page = PFN(SLOT(0)))	\
	ATTEMPT(reader_is_reader, EPERM, slots[SLOTS].page = PFN(READER(1)))	\
	ATTEMPT(last_reader_unshared, EPERM, slots[SLOTS + 1].page = PFN(UNSHARED))	\
	ATTEMPT(last_reader_donated, EPERM, slots[SLOTS + 1].page = PFN(DONATED))	\
	ATTEMPT(last_reader_pinned, EPERM, slots[SLOTS + 1].page = PFN(PINNED))	\
	ATTEMPT(last_reader_lost_bit, EPERM, slots[SLOTS + 1].page |= LOST_BIT)	\
	ATTEMPT(last_reader_is_meta, EPERM, slots[SLOTS + 1].page = PFN(META))	\
	ATTEMPT(last_reader_is_slot, EPERM, slots[SLOTS + 1].page = PFN(SLOT(3)))	\
	ATTEMPT(last_reader_0, EPERM, slots[SLOTS + 1].page = 0)	\
	ATTEMPT(slots_unshared, EPERM, desc->slot_pages[0] = PFN(META))	\
	ATTEMPT(slots_donated, EPERM, desc->slot_pages[0] = PFN(DONATED))	\
	ATTEMPT(slots_are_desc, EPERM, desc->slot_pages[0] = PFN(DESC))	\
	ATTEMPT(slots_are_slot, EPERM, desc->slot_pages[0] = PFN(SLOT(0)))	\
	ATTEMPT(slots_of_other, EPERM, desc->slot_pages[0] = PFN(OTHER_SLOTS_PAGE))	\
	ATTEMPT(slots_lost_bit, EPERM, desc->slot_pages[0] |= LOST_BIT)	\
	ATTEMPT(slots_all_ones, EPERM, desc->slot_pages[0] = ~0ULL)	\
	ATTEMPT(slots_beyond, EPERM, desc->slot_pages[0] = PFN(BEYOND))	\
	ATTEMPT(slots_0, EPERM, desc->slot_pages[0] = 0)	\
	ATTEMPT(slots_twice, EPERM, desc->nr_slots = REMOTE_RING_PAGE_SLOTS;	\
		try->desc->slot_pages[1] = PFN(SLOTS_PAGE))	\
	ATTEMPT(slot_unshared, EPERM, slots[1].page = PFN(UNSHARED))	\
	ATTEMPT(slot_donated, EPERM, slots[1].page = PFN(DONATED))	\
	ATTEMPT(slot_pinned, EPERM, slots[2].page = PFN(PINNED))	\
	ATTEMPT(slot_lost_bit, EPERM, slots[2].page |= LOST_BIT)	\
	ATTEMPT(slot_all_ones, EPERM, slots[2].page = ~0ULL)	\
	ATTEMPT(slot_is_slot, EPERM, slots[3].page = PFN(SLOT(0)))	\
	ATTEMPT(slot_is_meta, EPERM, slots[0].page = PFN(META))	\
	ATTEMPT(slot_is_reader, EPERM, slots[0].page = PFN(READER(0)))	\
	ATTEMPT(slot_is_desc, EPERM, slots[3].page = PFN(DESC))	\
	ATTEMPT(slot_of_other, EPERM, slots[3].page = PFN(OTHER_SLOT))	\
	ATTEMPT(last_slot_0, EPERM, slots[3].page = 0)	\
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

	el2_describe(DESC, desc_pages, nr_slots, nr_readers, true);
	before = el2;
	CHECK_EQ(el2_load(CPU, PFN(DESC), desc_pages), 0);
	CHECK_EQ(el2_unload(CPU), 0);
	CHECK(!memcmp(&el2, &before, sizeof(el2)));
	CHECK_EQ(el2_call(unload, CPU), -ENODEV);
	CHECK(!memcmp(&el2, &before, sizeof(el2)));
}

/* @behind: what is tried is in memory of this page, and in the cache is an honest one; or NONE */
static void hostile(u32 behind)
{
	struct el2_books before;
	struct attempt try;
	int ret;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(attempts); i++) {
		snprintf(test_context, sizeof(test_context), "%s%s", attempts[i].what,
			 behind == DESC ? ", descriptor behind the cache" :
			 behind == SLOTS_PAGE ? ", slots behind the cache" : "");
		try.desc = el2_describe(DESC, 1, SLOTS, READERS, true);
		try.slots = el2_host_page(SLOTS_PAGE);
		try.cpu = CPU;
		try.pfn = PFN(DESC);
		try.nr_pages = 1;
		if (behind != NONE) {
			memcpy(el2_behind.data, el2_host_page(behind), PAGE_SIZE);
			el2_behind.index = behind;
			el2_behind.armed = true;
			if (behind == DESC)
				try.desc = (struct el2_trace_desc *)el2_behind.data;
			else
				try.slots = (struct remote_ring_slot *)el2_behind.data;
		}
		attempts[i].try(&try);

		before = el2;
		ret = el2_call(load, try.cpu, try.pfn, try.nr_pages);
		if (ret == -EAGAIN) {
			ret = el2_load(try.cpu, try.pfn, try.nr_pages);
			CHECK_EQ(el2_unload(try.cpu), 0);
		}
		CHECK_EQ(ret, attempts[i].error);
		CHECK(!memcmp(&el2, &before, sizeof(el2)));
		CHECK(!el2_trace_cpu[CPU].ring.nr_slots);
		CHECK_EQ(el2_call(unload, CPU), -ENODEV);
		el2_behind.armed = false;
		check_honest(1, SLOTS, READERS);
	}
	test_context[0] = '\0';
}

static void scribble(void)
{
	struct el2_trace_desc *desc = (void *)(el2_memory + DESC * PAGE_SIZE);

	memset(desc, 0xff, sizeof(*desc));
}

/* What has been read is not read again: once the first page is pinned the rest does not matter */
static void reads_once(void)
{
	const struct remote_ring_writer *ring = &el2_trace_cpu[CPU].ring;
	struct el2_books before;

	el2_describe(DESC, 1, SLOTS, READERS, false);
	before = el2;
	el2_on_pin = scribble;
	CHECK_EQ(el2_load(CPU, PFN(DESC), 1), 0);
	el2_on_pin = NULL;
	CHECK_EQ(ring->nr_slots, SLOTS);
	CHECK_EQ(ring->nr_readers, READERS);
	CHECK_EQ(ring->overwrite, false);
	CHECK_EQ(el2_index(ring->meta), META);
	CHECK_EQ(el2_unload(CPU), 0);
	CHECK(!memcmp(&el2, &before, sizeof(el2)));
}

/* Whichever page cannot be had, the rest comes back: at once, if that was in the first call */
static void taking_fails(u32 desc_pages, u32 nr_slots)
{
	u32 nr_takes = desc_pages + 1 + el2_slot_pages(nr_slots + READERS) + nr_slots + READERS;
	struct el2_books before;
	int ret = -EPERM;
	u32 calls;

	for (el2_failing_take = 1; ret; el2_failing_take++) {
		snprintf(test_context, sizeof(test_context), "page %u of %u", el2_failing_take,
			 nr_takes);
		el2_describe(BIG, desc_pages, nr_slots, READERS, true);
		before = el2;
		el2_takes = 0;
		for (calls = 1;; calls++) {
			ret = el2_call(load, CPU, PFN(BIG), desc_pages);
			if (ret != -EAGAIN)
				break;
		}
		if (ret && calls == 1) {
			CHECK(!memcmp(&el2, &before, sizeof(el2)));
			CHECK_EQ(el2_call(unload, CPU), -ENODEV);
		} else {
			if (ret)
				CHECK_EQ(el2_call(load, CPU, PFN(BIG), desc_pages), -EBUSY);
			CHECK_EQ(el2_unload(CPU), 0);
			CHECK(!memcmp(&el2, &before, sizeof(el2)));
		}
		CHECK(!ret || ret == -EPERM);
	}
	CHECK_EQ(el2_failing_take - 2, nr_takes);
	CHECK(calls > 1);
	el2_failing_take = 0;
	test_context[0] = '\0';
}

/* A ring of which EL2 has some pages, while @other is another that is loaded: it is of no use */
static void check_in_part(bool other)
{
	const struct remote_ring_writer *ring = &el2_trace_cpu[CPU].ring;

	CHECK_EQ(el2_call(load, CPU, PFN(BIG) + 1, BIG_PAGES), -EBUSY);
	CHECK_EQ(el2_call(load, CPU, PFN(BIG), BIG_PAGES - 1), -EBUSY);
	CHECK_EQ(el2_call(swap, CPU, 1), -ENODEV);
	CHECK_EQ(el2_call(reset, CPU), -ENODEV);
	CHECK_EQ(el2_call(sync, CPU), -ENODEV);
	CHECK_EQ(el2_call(enable, true), other ? 0 : -ENODEV);
	CHECK_EQ(!!el2_trace_on, other);
	shim_cpu = CPU;
	CHECK_EQ(el2_call(write_event, 1), 0);
	CHECK(!ring->attached && !ring->accepting && !ring->nr_slots);
	CHECK_EQ(el2_call(detach), 0);
	shim_cpu = 0;
	CHECK_EQ(el2_call(enable, false), 0);
	CHECK_EQ(el2_call(detach), 0);
}

/* Loading stops after the first call, the second, and so on until it is done */
static void in_part(bool other)
{
	struct el2_books before;
	u32 stop, calls, unloads;
	int ret = -EAGAIN;

	for (stop = 1; ret; stop++) {
		snprintf(test_context, sizeof(test_context), "stops after %u calls", stop);
		el2_describe(BIG, BIG_PAGES, BIG_SLOTS, READERS, true);
		before = el2;
		for (calls = 0; calls < stop; calls++)
			ret = el2_call(load, CPU, PFN(BIG), BIG_PAGES);
		CHECK(!ret || ret == -EAGAIN);
		if (ret)
			check_in_part(other);
		for (unloads = 1; el2_call(unload, CPU) == -EAGAIN; unloads++) {
			check_in_part(other);
			CHECK_EQ(el2_call(load, CPU, PFN(BIG), BIG_PAGES), -EBUSY);
		}
		CHECK_EQ(el2_call(unload, CPU), -ENODEV);
		CHECK(!memcmp(&el2, &before, sizeof(el2)));
	}
	/* Batches of what is donated, of what is pinned; one has the rest of the former and more */
	CHECK_EQ(calls, BIG_CALLS);
	CHECK_EQ(unloads, BIG_CALLS);
	test_context[0] = '\0';
}

/* Nothing that the host counts with becomes an index before speculation has been reined in */
static void speculation(void)
{
#define CHECK_NOSPEC(nr, name, args...)				\
	do {							\
		u32 before = shim_nospecs;			\
								\
		el2_call(name, args);				\
		CHECK_EQ(shim_nospecs, before + (nr));		\
	} while (0)

	CHECK_NOSPEC(1, load, CPU, PFN(BEYOND), 1);
	CHECK_NOSPEC(1, unload, CPU);
	CHECK_NOSPEC(1, swap, CPU, 1);
	CHECK_NOSPEC(1, reset, CPU);
	CHECK_NOSPEC(1, sync, CPU, 1);
	CHECK_NOSPEC(1, set_event, 0, 0);
	CHECK_NOSPEC(1, filter, 0);
	CHECK_NOSPEC(1, set_filter, 0, 0);
	CHECK_NOSPEC(1, set_cpu, CPU, true);
	CHECK_NOSPEC(1, set_trigger, 0, 0);
	CHECK_NOSPEC(1, read_trigger, 0, 0);
	CHECK_NOSPEC(1, wake, EL2_WAKE_EVENT, CPU);
	CHECK_NOSPEC(1, reset_accounts, CPU);
	/* Which part of them, too */
	CHECK_NOSPEC(2, read_accounts, CPU, PFN(BEYOND), 0);

	/* ... and which of the reader's pages */
	CHECK_EQ(el2_call(set_event, EL2_EVENT_selftest, 1), 0);
	CHECK_EQ(el2_call(enable, true), 0);
	CHECK_EQ(el2_call(write_event, 1), 0);
	CHECK_NOSPEC(2, swap, 0, 1);
	CHECK_EQ(el2_call(enable, false), 0);
	CHECK_EQ(el2_call(detach), 0);
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
	check_honest(1, REMOTE_RING_PAGE_SLOTS - 1, 1);
	el2_boot(true);
	check_honest(1, REMOTE_RING_PAGE_SLOTS, 1);
	el2_boot(true);
	check_honest(2, REMOTE_RING_PAGE_SLOTS - 1, REMOTE_RING_MAX_READERS);
	el2_boot(true);
	check_honest(EL2_MAX_DESC_PAGES, SLOTS, READERS);

	el2_boot(true);
	taking_fails(2, EL2_RING_BATCH + 1);
	el2_boot(true);
	taking_fails(EL2_MAX_DESC_PAGES,
		     EL2_DONATED_BATCH > EL2_MAX_DESC_PAGES ?
		     (EL2_DONATED_BATCH - EL2_MAX_DESC_PAGES) * REMOTE_RING_PAGE_SLOTS + 1 : SLOTS);

	el2_boot(true);
	el2_set(DONATED, 1, EL2_HYP);
	/* Shared, and in use for something else: a vCPU, say */
	el2_set(PINNED, 1, EL2_SHARED);
	el2.pins[PINNED] = 1;
	el2_describe(OTHER, 1, SLOTS, READERS, true);
	CHECK_EQ(el2_load(0, PFN(OTHER), 1), 0);
	hostile(NONE);
	hostile(DESC);
	hostile(SLOTS_PAGE);
	reads_once();
	arguments();
	speculation();
	in_part(true);
	CHECK_EQ(el2_unload(0), 0);
	CHECK_EQ(el2.pins[PINNED], 1);
	CHECK_EQ(shim_warnings, 0);

	in_part(false);

	/* No ring, so nothing to switch on */
	CHECK_EQ(el2_call(enable, true), -ENODEV);
	CHECK_EQ(el2_trace_on, 0);

	return 0;
}
