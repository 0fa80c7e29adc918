// SPDX-License-Identifier: GPL-2.0
/*
 * The host's half of loading and unloading: whatever fails, everything is as it was before, and
 * what the hypervisor does not give back is left alone for ever.
 */
#include "host.h"

#define SLOTS	3
#define READERS	2
#define PAGES	(SLOTS + READERS)

/* CPU 2 does not exist and CPU 3 is offline */
#define POSSIBLE	0xb
#define ONLINE		0x3
#define NR_POSSIBLE	3
#define NR_ONLINE	2

/* Calls to EL2 that it takes to hand over a ring, or to get it back */
#define CALLS			((PAGES + HOST_BATCH - 1) / HOST_BATCH)

/*
 * What it takes to load: the clock, and for each CPU a descriptor, a page of slots and a list of
 * such, its pages, and EL2's consent. To be killed is possible before each page is shared and
 * before each call but the first.
 */
#define STEPS(protected)	\
	(1 + NR_POSSIBLE * (3 + 2 * !(protected) + (1 + 2 * PAGES) + (2 * CALLS - 1)))

static void remember(void)
{
	host_before = host;
}

static void check_as_before(void)
{
	CHECK(!memcmp(&host, &host_before, sizeof(host)));
	CHECK_EQ(shim_cpus_locked, 0);
}

static int load(struct remote_trace_ring *rings)
{
	struct remote_trace_layout layout = {
		.nr_slots = SLOTS,
		.nr_readers = READERS,
		.overwrite = true,
	};
	int ret = host_ops->load(NULL, rings, &layout);

	CHECK_EQ(shim_cpus_locked, 0);

	return ret;
}

/* All the way there and back, without a flaw */
static void check_works(void)
{
	struct remote_trace_ring *rings;
	u32 cpu, i, in_use = host_in_use();

	host_fail(0, 0);
	rings = host_rings(PAGES);
	CHECK_EQ(load(rings), 0);
	for_each_possible_cpu(cpu) {
		/* The host could not look at it, if this were the host */
		struct el2_trace_desc *desc = host_hyp_look(cpu);

		CHECK_EQ(desc->nr_slots, SLOTS);
		CHECK_EQ(desc->nr_readers, READERS);
		CHECK_EQ(desc->overwrite, 1);
		CHECK(host_page(desc->meta) == (void *)rings[cpu].meta);
		for (i = 0; i < PAGES; i++)
			CHECK(host_page(host_slot(desc, i)->page) == (void *)rings[cpu].pages[i]);
		host_hyp_looked(cpu);
	}
	CHECK(host.clock_on);
	CHECK_EQ(host_ops->enable(NULL, true), 0);
	CHECK_EQ(host_ops->enable(NULL, false), 0);
	host_ops->unload(NULL);
	CHECK_EQ(shim_cpus_locked, 0);
	CHECK(!host.clock_on);

	CHECK_EQ(host_free_rings(rings, PAGES), 0);
	CHECK_EQ(shim_warnings, 0);
	CHECK_EQ(host_in_use(), in_use);
}

/* The first step fails, the second, and so on until nothing does */
static void loading_fails(bool protected)
{
	struct remote_trace_ring *rings;
	u32 step, cpu, i;
	int ret = -1;

	host_boot(protected, POSSIBLE, ONLINE);
	for (step = 1; ret; step++) {
		snprintf(test_context, sizeof(test_context), "protected %d, step %u fails",
			 protected, step);
		rings = host_rings(PAGES);
		remember();
		host_fail(step, 0);
		ret = load(rings);
		CHECK_EQ(ret, host_error);
		CHECK_EQ(shim_warnings, 0);
		if (ret)
			check_as_before();
		else
			host_ops->unload(NULL);
		for_each_possible_cpu(cpu) {
			CHECK(rings[cpu].meta);
			for (i = 0; i < PAGES; i++)
				CHECK(rings[cpu].pages[i]);
		}
		check_as_before();
		CHECK_EQ(host_free_rings(rings, PAGES), 0);
		CHECK_EQ(host_in_use(), 0);
		check_works();
	}
	/* Every step has been the one to fail, and then none was */
	CHECK_EQ(step - 2, STEPS(protected));
}

/*
 * A step fails and then an undo does too. What the hypervisor keeps is lost, is known to be lost,
 * and there is one warning; all else is back.
 */
static void undoing_fails(bool protected)
{
	struct remote_trace_ring *rings;
	u32 step, undo, kept, total = 0;

	for (step = 1; step <= STEPS(protected); step++) {
		for (undo = 1;; undo++) {
			snprintf(test_context, sizeof(test_context),
				 "protected %d, step %u fails, undo %u fails", protected, step,
				 undo);
			host_boot(protected, POSSIBLE, ONLINE);
			rings = host_rings(PAGES);
			host_fail(step, undo);
			CHECK_EQ(load(rings), host_error);
			CHECK(host_error);
			CHECK(!host.clock_on);
			kept = host_kept;
			if (host_undos < undo) {
				CHECK_EQ(shim_warnings, 0);
				CHECK_EQ(kept, 0);
			} else {
				/* Nothing has been traced: no loss if a CPU cannot detach */
				CHECK_EQ(shim_warnings, 1);
				CHECK_EQ(!kept, host_failed_undo == SHIM_HCALL(__el2_trace_detach));
				total += kept;
			}
			host_free_rings(rings, PAGES);
			CHECK_EQ(host_in_use(), kept);
			if (host_undos < undo)
				break;
		}
	}
	CHECK(total);
}

/* Unloading cannot fail as a whole, only lose what the hypervisor does not give back */
static void unloading_fails(bool protected)
{
	struct remote_trace_ring *rings;
	u32 undo, kept, lost, detached = 0, unloaded = 0, unshared = 0;

	for (undo = 1;; undo++) {
		snprintf(test_context, sizeof(test_context), "protected %d, undo %u fails",
			 protected, undo);
		host_boot(protected, POSSIBLE, ONLINE);
		rings = host_rings(PAGES);
		host_fail(0, undo);
		CHECK_EQ(load(rings), 0);
		CHECK_EQ(host_ops->enable(NULL, true), 0);
		CHECK_EQ(host_ops->enable(NULL, false), 0);
		host_ops->unload(NULL);
		CHECK(!host.clock_on);
		CHECK_EQ(shim_cpus_locked, 0);
		kept = host_kept;
		lost = host_free_rings(rings, PAGES);
		CHECK_EQ(host_in_use(), kept);
		if (host_undos < undo)
			break;

		switch (host_failed_undo) {
		case SHIM_HCALL(__el2_trace_detach):
			/* With pKVM, a CPU that may still be writing costs its ring */
			detached++;
			CHECK_EQ(shim_warnings, 1 + protected);
			CHECK_EQ(kept, protected ? PAGES + 3 : 0);
			break;
		case SHIM_HCALL(__el2_trace_unload):
			unloaded++;
			CHECK_EQ(shim_warnings, 1);
			CHECK_EQ(kept, PAGES + 3);
			break;
		default:
			unshared++;
			CHECK_EQ(shim_warnings, 1);
			CHECK_EQ(kept, 1);
		}
		/* Descriptor and slots are lost as well, but they are not among the ring's pages */
		CHECK_EQ(lost, kept > 1 ? kept - 2 : kept);

		/* A CPU whose ring EL2 has kept can have no other */
		if (kept <= 1)
			check_works();
	}
	CHECK_EQ(shim_warnings, 0);
	CHECK_EQ(kept, 0);
	CHECK_EQ(detached, NR_ONLINE);
	CHECK_EQ(unloaded, NR_POSSIBLE * CALLS);
	CHECK_EQ(unshared, protected ? NR_POSSIBLE * (PAGES + 1) : 0);
}

/* No hypervisor is called before there is one, and without need none is asked for */
static void starts_late(void)
{
	struct remote_trace_ring *rings = host_rings(PAGES);

	remember();
	CHECK_EQ(host_ops->write_event(NULL, 6), 0);
	CHECK(!host_virt);
	host_virt_error = -EBUSY;
	CHECK_EQ(load(rings), -EBUSY);
	check_as_before();
	CHECK_EQ(host_ops->enable_event(NULL, 2, true), -EBUSY);
	CHECK_EQ(host_ops->write_event(NULL, 6), 0);
	host_virt_error = 0;
	CHECK_EQ(host_ops->enable_event(NULL, 2, false),
		 100 * SHIM_HCALL(__el2_trace_set_event) + 2);
	CHECK(host_virt);
	CHECK_EQ(host_free_rings(rings, PAGES), 0);
}

/* The largest ring there is fits a descriptor, and none that is larger does; one of many pages */
static void large(void)
{
	u32 most = host_ops->max_pages, nr = HOST_PAGES * 98ULL / 100;
	u32 nr_slot_pages = DIV_ROUND_UP(nr, REMOTE_RING_PAGE_SLOTS);
	struct remote_trace_layout layout = { .nr_readers = REMOTE_RING_MAX_READERS };
	struct remote_trace_ring *rings;

	test_context[0] = '\0';
	CHECK_EQ(sizeof(struct el2_trace_desc) + most / REMOTE_RING_PAGE_SLOTS * sizeof(u64),
		 EL2_TRACE_DESC_MAX_SIZE);
	CHECK_EQ(most % REMOTE_RING_PAGE_SLOTS, 0);
	host_boot(true, 1, 1);
	host_batch = 256;
	rings = host_rings(nr);
	remember();
	layout.nr_slots = nr - layout.nr_readers;
	CHECK_EQ(host_ops->load(NULL, rings, &layout), 0);
	CHECK_EQ(host.desc_pages[0],
		 DIV_ROUND_UP(sizeof(struct el2_trace_desc) + nr_slot_pages * sizeof(u64),
			      PAGE_SIZE));
	CHECK(host.desc_pages[0] > 1);
	CHECK_EQ(host.nr_slots[0] + host.nr_readers[0], nr);
	host_ops->unload(NULL);
	check_as_before();
	CHECK_EQ(host_free_rings(rings, nr), 0);
	CHECK_EQ(host_in_use(), 0);
	CHECK_EQ(shim_warnings, 0);
}

/* What only passes its arguments on, passes them on */
static void the_rest(void)
{
	CHECK_EQ(host_ops->swap_pages(NULL, 3, 7), 100 * SHIM_HCALL(__el2_trace_swap) + 3 + 70);
	CHECK_EQ(host_ops->reset(NULL, 4), 100 * SHIM_HCALL(__el2_trace_reset) + 4);
	CHECK_EQ(host_ops->sync(NULL, 5, 7), 100 * SHIM_HCALL(__el2_trace_sync) + 5 + 70);
	CHECK_EQ(host_ops->write_event(NULL, 6), 100 * SHIM_HCALL(__el2_trace_write_event) + 6);
	CHECK_EQ(host_ops->enable_event(NULL, 2, true),
		 100 * SHIM_HCALL(__el2_trace_set_event) + 2 + 10 * 1002);
	CHECK_EQ(host_ops->enable_event(NULL, 2, false),
		 100 * SHIM_HCALL(__el2_trace_set_event) + 2);
	CHECK_EQ(host_ops->record_stacks(NULL, 8),
		 (int)(100 * SHIM_HCALL(__el2_trace_set_stack) + 8 + 10 * (u64)__hyp_text_start));
	CHECK_EQ(host_ops->now(NULL), 4711);
}

/* The machine goes down: the hypervisor is called no more, whatever is wanted, and nobody warns */
static void goes_down(void)
{
	struct remote_trace_ring *rings;

	host_boot(false, POSSIBLE, ONLINE);
	rings = host_rings(PAGES);
	CHECK_EQ(load(rings), 0);
	CHECK_EQ(host_ops->enable(NULL, true), 0);
	host_reboot_nb->notifier_call(host_reboot_nb, 0, NULL);
	host_virt = false;
	CHECK_EQ(host_ops->swap_pages(NULL, 0, 1), -EIO);
	CHECK_EQ(host_ops->reset(NULL, 0), -EIO);
	CHECK_EQ(host_ops->sync(NULL, 0, 1), -EIO);
	CHECK_EQ(host_ops->write_event(NULL, 6), -EIO);
	CHECK_EQ(host_ops->enable_event(NULL, 2, true), -EIO);
	CHECK_EQ(host_ops->record_stacks(NULL, 8), -EIO);
	CHECK_EQ(host_ops->enable(NULL, false), -EIO);
	host_ops->unload(NULL);
	/* None of it came back */
	CHECK_EQ(host_free_rings(rings, PAGES), NR_POSSIBLE * (PAGES + 1));
	rings = host_rings(PAGES);
	CHECK_EQ(load(rings), -EIO);
	CHECK_EQ(host_free_rings(rings, PAGES), 0);
	CHECK_EQ(shim_warnings, 0);
}

int main(void)
{
	u32 protected;

	for (protected = 0; protected < 2; protected++) {
		host_boot(protected, POSSIBLE, ONLINE);
		if (!protected)
			starts_late();
		check_works();
		loading_fails(protected);
		undoing_fails(protected);
		unloading_fails(protected);
	}
	large();
	the_rest();
	goes_down();

	return 0;
}
