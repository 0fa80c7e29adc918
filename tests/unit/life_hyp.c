// SPDX-License-Identifier: GPL-2.0
/*
 * Rings at EL2 from their loading to their unloading, with events, swaps and a host that spoils
 * what it shares: every page comes back exactly once, whatever slot it has ended up in.
 *
 * Usage: life_hyp [SEED [ROUNDS]]
 */
#include <sys/wait.h>

#include "el2.h"

#define MAX_SLOTS	6
#define MAX_READERS	5
#define SELFTEST_ID	1234
/* struct trace_entry, and the number that says which event it is */
#define SELFTEST_SIZE	16

static u64 seed;

struct life {
	struct remote_ring_page		*pages[MAX_SLOTS + MAX_READERS];
	u32				ids[MAX_SLOTS + MAX_READERS];
	struct remote_ring_reader	reader;
	struct el2_trace_desc		*desc;
	struct el2_books		before;
	u32				cpu;
	u32				first;
	u32				nr_slots;
	u32				nr_readers;
	bool				overwrite;
	u64				written;
	u64				last_read;
};

static void life_begin(struct life *life, u32 cpu, u32 first)
{
	memset(life, 0, sizeof(*life));
	life->cpu = cpu;
	life->first = first;
	life->nr_slots = 2 + test_below(&seed, MAX_SLOTS - 1);
	life->nr_readers = 1 + test_below(&seed, MAX_READERS);
	life->overwrite = test_below(&seed, 2);
	el2_describe(first, 1, life->nr_slots, life->nr_readers, life->overwrite);
	CHECK_EQ(el2_load(cpu, EL2_PFN + first, 1), 0);
	el2_read(&life->reader, life->pages, life->ids, first, 1, cpu, life->nr_slots,
		 life->nr_readers);
}

static void life_write(struct life *life, u32 nr)
{
	shim_cpu = life->cpu;
	while (nr--) {
		shim_counter += 100;
		CHECK_EQ(el2_call(write_event, ++life->written), 0);
	}
}

/* @gap: some are missing before it, and nobody says how many */
static void life_event(struct life *life, const struct remote_ring_event *event, bool gap)
{
	const u32 *header = event->data;
	u64 id;

	CHECK_EQ(event->len, SELFTEST_SIZE);
	memcpy(&id, event->data + 8, sizeof(id));
	CHECK_EQ(header[0], SELFTEST_ID);
	CHECK_EQ(header[1], 0);
	if (gap)
		CHECK(id > life->last_read + 1);
	else
		CHECK_EQ(id, life->last_read + event->lost + 1);
	life->last_read = id;
}

static void life_read(struct life *life, u32 nr)
{
	const struct remote_ring_event *event;

	while (nr-- && (event = remote_ring_reader_peek(&life->reader))) {
		life_event(life, event, false);
		remote_ring_reader_consume(&life->reader);
	}
}

static u64 taken;

static void life_take(struct life *life)
{
	u32 spares = ((1U << life->nr_readers) - 1) & ~(1U << life->reader.index), i, nr;
	struct remote_ring_page *pages[MAX_READERS];

	if (test_below(&seed, 2))
		remote_ring_reader_peek(&life->reader);
	nr = remote_ring_reader_take_pages(&life->reader, spares, pages, MAX_READERS);
	for (i = 0; i < nr; i++) {
		struct remote_ring_reader walk = {
			.page = pages[i],
			.time = pages[i]->time_stamp,
		};
		/* There is no room on a full page to say how many */
		bool gap = pages[i]->commit & 1U << 31;

		CHECK(!(pages[i]->commit & 1U << 30));
		pages[i]->commit &= ~(1U << 31);
		for (; remote_ring_reader_walk(&walk); gap = false) {
			life_event(life, &walk.next, gap);
			remote_ring_reader_consume(&walk);
		}
		CHECK_EQ(walk.bad_pages, 0);
	}
	taken += nr;
}

/* The host has the right to write to what it shares, and no way to make EL2 care */
static void life_spoil(struct life *life)
{
	u32 page, i;
	u64 *word;

	page = life->first + 1 + test_below(&seed, 1 + life->nr_slots + life->nr_readers);
	word = el2_host_page(page);
	for (i = 0; i < PAGE_SIZE / sizeof(*word); i++)
		word[i] = test_below(&seed, 2) ? test_random(&seed) : ~0ULL;
}

static void check_pinned(const struct life *life, u32 pins)
{
	u32 i, nr_pages = 1 + life->nr_slots + life->nr_readers;

	CHECK_EQ(el2.state[life->first], pins ? EL2_HYP : EL2_HOST);
	for (i = life->first + 1; i < life->first + 1 + nr_pages; i++) {
		CHECK_EQ(el2.state[i], EL2_SHARED);
		CHECK_EQ(el2.pins[i], pins);
	}
}

/* Not while it may be written to, and then once */
static void life_end(struct life *life)
{
	struct el2_trace_cpu *cpu = &el2_trace_cpu[life->cpu];
	struct el2_trace_cpu before = *cpu;
	struct el2_books books = el2;

	shim_cpu = 0;
	if (cpu->ring.attached || cpu->ring.accepting) {
		CHECK_EQ(el2_call(unload, life->cpu), -EBUSY);
		CHECK(!memcmp(&books, &el2, sizeof(el2)));
		CHECK(!memcmp(&before, cpu, sizeof(before)));
	}
	CHECK_EQ(el2_call(enable, false), 0);
	if (cpu->ring.attached) {
		CHECK_EQ(el2_call(unload, life->cpu), -EBUSY);
		CHECK(!memcmp(&books, &el2, sizeof(el2)));
		/* To detach is something that nobody else can do */
		CHECK_EQ(el2_call(detach), 0);
		CHECK_EQ(el2_call(unload, life->cpu), -EBUSY);
		shim_cpu = life->cpu;
		if (test_below(&seed, 2)) {
			CHECK_EQ(el2_call(detach), 0);
		} else {
			/* Nor does it take the host: this CPU is switched off */
			el2_trace_to_firmware(EL2_REASON_PSCI);
			shim_cpu = 0;
		}
	}
	check_pinned(life, 1);
	CHECK_EQ(el2_unload(life->cpu), 0);
	check_pinned(life, 0);
	CHECK_EQ(el2_call(unload, life->cpu), -ENODEV);
	CHECK_EQ(el2_call(swap, life->cpu, 1), -ENODEV);
	/* Whatever it does now, it does not touch what it has given back: that would be a crash */
	shim_cpu = life->cpu;
	el2_trace_from_firmware(EL2_REASON_PSCI);
	CHECK_EQ(el2_call(write_event, 1), 0);
	CHECK_EQ(el2_call(detach), 0);
	shim_cpu = 0;
}

/* Two rings, so that one has something to be mistaken for */
static void honest(void)
{
	struct life life[2];
	u32 steps = 1 + test_below(&seed, 60), i;

	life_begin(&life[0], 1, 0);
	life_begin(&life[1], NR_CPUS - 1, 32);
	CHECK_EQ(el2_call(enable, true), 0);
	while (steps--) {
		i = test_below(&seed, 2);
		switch (test_below(&seed, 5)) {
		case 0:
			life_write(&life[i], test_below(&seed, 600));
			break;
		case 1:
			life_write(&life[i], 1);
			break;
		case 2:
			life_read(&life[i], test_below(&seed, 400));
			break;
		case 3:
			CHECK_EQ(el2_call(sync, life[i].cpu, test_below(&seed, 20)), 0);
			break;
		case 4:
			life_take(&life[i]);
			break;
		}
	}
	for (i = 0; i < 2; i++) {
		const struct remote_ring_writer *ring = &el2_trace_cpu[life[i].cpu].ring;

		check_pinned(&life[i], 1);
		life_read(&life[i], ~0);
		CHECK_EQ(life[i].reader.bad_pages, 0);
		/* What was refused after the last that could be written is not a gap yet */
		CHECK(life[i].last_read == life[i].written || !life[i].overwrite);
		CHECK_EQ(ring->events + ring->entries, life[i].written);
	}
	life_end(&life[test_below(&seed, 2)]);
	life_end(&life[!el2_trace_cpu[life[0].cpu].ring.nr_slots]);
}

static void hostile(void)
{
	struct life life;
	u32 steps = 1 + test_below(&seed, 60);

	life_begin(&life, 1, 0);
	CHECK_EQ(el2_call(enable, true), 0);
	while (steps--) {
		switch (test_below(&seed, 8)) {
		case 0:
			life_write(&life, test_below(&seed, 600));
			break;
		case 1:
			life_write(&life, 1);
			break;
		case 2:
			/* Whatever it names: EL2 looks after itself */
			el2_call(swap, life.cpu, test_below(&seed, 2) ? test_random(&seed) :
				 test_below(&seed, 1U << life.nr_readers));
			break;
		case 3:
			CHECK_EQ(el2_call(reset, life.cpu), 0);
			break;
		case 4:
			CHECK_EQ(el2_call(sync, life.cpu, test_random(&seed)), 0);
			break;
		case 5:
			CHECK_EQ(el2_call(enable, test_below(&seed, 2)), 0);
			break;
		case 6:
			/* Time that goes anywhere at all */
			CHECK_EQ(el2_call(set_clock, test_random(&seed), test_random(&seed),
					  (test_random(&seed) >> 1) | 1,
					  1 + test_below(&seed, 63)), 0);
			break;
		case 7:
			shim_counter = test_random(&seed);
			break;
		}
		life_spoil(&life);
	}
	life_end(&life);
	el2_set_clock();
	shim_counter = 0;
}

/* That a CPU is offline which takes no events any more is believed of a host that is trusted */
static void offline(struct life *life, bool believed)
{
	life_write(life, 10);
	shim_cpu = 0;
	CHECK(el2_trace_cpu[1].ring.attached);
	CHECK_EQ(el2_call(set_cpu, 1, false, false), 0);
	CHECK(el2_trace_cpu[1].ring.attached);
	CHECK_EQ(el2_call(set_cpu, 1, false, true), 0);
	CHECK_EQ(el2_trace_cpu[1].ring.attached, !believed);
	CHECK_EQ(el2_call(set_cpu, 1, true, true), 0);
}

static void not_trusted(void)
{
	struct life life;

	life_begin(&life, 1, 0);
	CHECK_EQ(el2_call(enable, true), 0);
	offline(&life, false);
	life_end(&life);
}

/* Without pKVM no page changes hands, and the host answers for the CPUs that are offline */
static void trusted(void)
{
	struct life life;

	el2_boot(false);
	life_begin(&life, 1, 0);
	CHECK_EQ(el2_call(enable, true), 0);
	offline(&life, true);
	life_write(&life, 500);
	life_read(&life, 300);
	shim_cpu = 0;
	CHECK_EQ(el2_call(enable, false), 0);
	CHECK(el2_trace_cpu[1].ring.attached);
	CHECK_EQ(el2_unload(1), 0);
	CHECK_EQ(el2_call(unload, 1), -ENODEV);
	CHECK_EQ(el2_transitions, 0);

	/* It is the host's again, and written to no more */
	CHECK(!mprotect(el2_memory, EL2_PAGES * PAGE_SIZE, PROT_NONE));
	shim_cpu = 1;
	CHECK_EQ(el2_call(write_event, 1), 0);
	el2_boot(true);
}

static u32 panic_at;

static void panic_meanwhile(void)
{
	if (panic_at && !--panic_at)
		el2_trace_panic();
}

/*
 * Another CPU panics while this one switches something on: nothing is on afterwards, wherever that
 * was. One process for each place: a dead hypervisor stays dead.
 */
static void dies(bool enable)
{
	struct life life;
	u32 place = 0;
	int status;
	pid_t pid;

	life_begin(&life, 1, 0);
	CHECK_EQ(el2_call(enable, !enable), 0);
	do {
		panic_at = ++place;
		pid = fork();
		CHECK(pid >= 0);
		if (!pid) {
			shim_meanwhile = panic_meanwhile;
			if (enable)
				el2_call(enable, true);
			else
				el2_call(set_event, EL2_EVENT_host_hcall, 1);
			shim_meanwhile = NULL;
			if (panic_at)
				/* There are no more places */
				_exit(2);
			CHECK_EQ(el2_trace_on, 0);
			CHECK_EQ(el2_event_id_selftest | el2_event_id_host_hcall |
				 el2_event_id_hyp_enter | el2_event_id_hyp_exit, 0);
			_exit(0);
		}
		CHECK_EQ(waitpid(pid, &status, 0), pid);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) != 1);
	} while (!WEXITSTATUS(status));
	CHECK_EQ(WEXITSTATUS(status), 2);
	/* Around the lock of all, that of the ring, and the switch */
	CHECK(place > (enable ? 6 : 2));
	life_end(&life);
}

/* What a dead hypervisor does: nothing, whatever it is called for */
static void dead(void)
{
#define HANDLER(name)	handle_##name
	static void (* const calls[])(struct kvm_cpu_context *) = { EL2_TRACE_HCALLS(HANDLER) };
	/* A live one would grant nearly all of them, or find that something is wrong */
	static const u64 args[5] = { 1, 1, 1, 1, 1 };
	struct el2_books before;
	struct life life;
	u32 i;

	life_begin(&life, 1, 0);
	el2_describe(64, 1, 2, 1, true);
	CHECK_EQ(el2_call(enable, true), 0);
	life_write(&life, 10);
	before = el2;

	el2_trace_panic();
	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		snprintf(test_context, sizeof(test_context), "call %u of a dead hypervisor", i);
		CHECK_EQ(el2_hypercall(calls[i], args), -EIO);
	}
	test_context[0] = '\0';
	CHECK_EQ(el2_call(load, 0, EL2_PFN + 64, 1), -EIO);
	CHECK_EQ(el2_call(enable, false), -EIO);
	CHECK_EQ(el2_trace_on, 0);
	el2_trace_selftest(11);
	CHECK_EQ(el2_trace_cpu[1].ring.entries, 10);
	CHECK(!memcmp(&before, &el2, sizeof(el2)));
}

int main(int argc, char **argv)
{
	u64 start = test_arg(argc, argv, 1, 1), rounds = test_arg(argc, argv, 2, 1000), round;

	el2_boot(true);
	el2_set_clock();
	CHECK_EQ(el2_call(set_event, EL2_EVENT_selftest, SELFTEST_ID), 0);

	for (round = 0; round < rounds; round++) {
		seed = start + round;
		snprintf(test_context, sizeof(test_context), "life_hyp %llu 1", seed);
		honest();
		hostile();
	}
	test_context[0] = '\0';
	printf("%llu pages taken\n", taken);
	CHECK(el2_transitions > rounds);
	/* A page of 64 KB takes more events than most rounds have */
	CHECK(taken > rounds / 10 || PAGE_SIZE > 4096);
	not_trusted();
	trusted();
	dies(true);
	dies(false);
	dead();
	CHECK_EQ(shim_warnings, 0);

	return 0;
}
