// SPDX-License-Identifier: GPL-2.0
/*
 * Pids at EL2, against a model: of each part of a stay all is recorded if its thread is wanted when
 * it begins, and nothing otherwise, which is not lost either. Sets are small and full, of the
 * host's threads and of those of virtual CPUs, and change at any time, in the middle of stays as
 * well; wrong calls change nothing; a host that does not wait does no harm.
 *
 * Usage: pids_hyp [SEED [ROUNDS]]
 */
#include <setjmp.h>

#include "el2.h"

#include <nvhe/el2_trace_pids.h>

#define CPU		1
#define SLOTS		16
#define ENTER_ID	100
#define EXIT_ID		101
#define HCALL_ID	102
#define RUN_ID		103
#define LEFT_ID		104
#define STACK_ID	4
/* So many threads there are, of which sets are made */
#define THREADS		12

static u64 seed;
static struct remote_ring_page *pages[SLOTS + 1];
static u32 ids[SLOTS + 1];
static struct remote_ring_reader reader;
static jmp_buf switched_off;

/* The model: what is set, and what the ring must have */
static u32 set[EL2_TRACE_MAX_PIDS + 1], nr_set;
static u64 how;
static struct record {
	u32	id;
	u32	pid;
} want[64];
static u32 nr_want;
static u64 recorded, left_out, changed_midway, full, by_one;

static u32 thread(u32 i)
{
	static const u32 threads[THREADS] = {
		0, 1, 2, 77, 4096, 99999, 4194303, 4194304, 0x3fffffff, 0x7fffffff, 1000, 3047
	};

	return threads[i];
}

static bool wanted(u32 pid)
{
	u32 i;

	for (i = 0; i < nr_set; i++) {
		if (set[i] == pid)
			return how == EL2_PIDS_LISTED;
	}

	return how != EL2_PIDS_LISTED;
}

static void expect(u32 id, u32 pid)
{
	CHECK(nr_want < ARRAY_SIZE(want));
	want[nr_want++] = (struct record) { id, pid };
}

/* A call that is refused, and changes nothing, whatever it is */
static void wrong_call(void)
{
	switch (test_below(&seed, 6)) {
	case 0:
		CHECK_EQ(el2_call(set_pids, 0, EL2_PIDS_OTHERS + 1 + (test_random(&seed) >> 2)),
			 -EINVAL);
		break;
	case 1:
		CHECK_EQ(el2_call(set_pids, 1 + test_below(&seed, 5), EL2_PIDS_ALL), -EINVAL);
		break;
	case 2:
		/* Not as many as have been added */
		CHECK_EQ(el2_call(add_pid, 0, 5), 0);
		CHECK_EQ(el2_call(set_pids, 2 + (test_random(&seed) >> 1), EL2_PIDS_LISTED),
			 -EINVAL);
		break;
	case 3:
		CHECK_EQ(el2_call(add_pid, 0, 0x80000000ULL + (test_random(&seed) >> 1)), -EINVAL);
		break;
	case 4:
		CHECK_EQ(el2_call(change_pid, 0x80000000ULL + (test_random(&seed) >> 1),
				  test_below(&seed, 2)), -EINVAL);
		break;
	default:
		CHECK_EQ(el2_call(add_pid, 0, 6), 0);
		CHECK_EQ(el2_call(add_pid, 2 + (test_random(&seed) >> 1), 7), -EINVAL);
	}
}

static void send_set(void)
{
	u32 i;

	for (i = 0; i < nr_set; i++)
		CHECK_EQ(el2_call(add_pid, i, set[i]), 0);
	CHECK_EQ(el2_call(set_pids, nr_set, how), 0);
}

static void change_set(void)
{
	u32 i;

	how = test_below(&seed, EL2_PIDS_OTHERS + 1);
	nr_set = how == EL2_PIDS_ALL ? 0 : test_below(&seed, 5);
	for (i = 0; i < nr_set; i++)
		set[i] = thread(test_below(&seed, THREADS));
	if (how != EL2_PIDS_ALL && !test_below(&seed, 50)) {
		/* As many as there may be, in a row or anyhow */
		u32 first = test_below(&seed, 2) ? test_below(&seed, 5000) : 0;

		for (nr_set = 0; nr_set < EL2_TRACE_MAX_PIDS; nr_set++)
			set[nr_set] = first ? first + nr_set : test_random(&seed) >> 33;
		full++;
	}
	send_set();
}

/* One thread more or less in the set: it may be there already, more than once, or not */
static void change_pid(void)
{
	bool in = test_below(&seed, 2);
	u32 pid = thread(test_below(&seed, THREADS)), i, nr = 0;

	if (how == EL2_PIDS_ALL) {
		CHECK_EQ(el2_call(change_pid, pid, in), -EINVAL);
		return;
	}

	for (i = 0; i < nr_set; i++) {
		if (set[i] != pid)
			set[nr++] = set[i];
	}
	if (in && nr == EL2_TRACE_MAX_PIDS) {
		CHECK_EQ(el2_call(change_pid, pid, true), -ENOSPC);
		return;
	}
	if (in)
		set[nr++] = pid;
	nr_set = nr;
	CHECK_EQ(el2_call(change_pid, pid, in), 0);
	by_one++;
}

/* What another CPU may do at any time */
static bool meanwhile(void)
{
	u32 this = shim_cpu;
	bool changed = false;

	shim_cpu = 0;
	while (!test_below(&seed, 4)) {
		if (test_below(&seed, 2)) {
			change_pid();
			changed = true;
		} else if (test_below(&seed, 3)) {
			change_set();
			changed = true;
		} else {
			wrong_call();
		}
	}
	shim_cpu = this;

	return changed;
}

/* A part of a stay begins on behalf of @pid: what becomes of it */
static bool begin(u32 pid)
{
	bool in = wanted(pid);

	if (in)
		expect(ENTER_ID, pid);

	return in;
}

static void end(bool in, u32 pid)
{
	if (in)
		expect(EXIT_ID, pid);
}

static void one_stay(void)
{
	u32 host = thread(test_below(&seed, THREADS)), pid = host;
	struct kvm kvm = { .arch = { .pkvm = { .handle = 0x1000 } } };
	struct kvm_vcpu vcpu = {
		.kvm = &kvm,
		.arch = { .pid = thread(test_below(&seed, THREADS)) },
	};
	struct el2_trace_stay stay;
	enum el2_reason reason = test_below(&seed, 2) ? EL2_REASON_PSCI : EL2_REASON_SMC;
	u32 parts = test_below(&seed, 4);
	bool in, changed = false;

	shim_cpu = CPU;
	shim_contextidr = host;
	shim_counter += 100;
	in = begin(pid);
	stay = el2_trace_begin((u64)ESR_ELx_EC_HVC64 << 26);
	changed |= meanwhile();
	el2_trace_hcall(stay, 12, false);
	if (in)
		expect(HCALL_ID, pid);

	switch (test_below(&seed, 3)) {
	case 0:
		while (parts--) {
			changed |= meanwhile();
			/* vcpu_run is still of the part before it, on behalf of the one after it */
			pid = vcpu.arch.pid;
			if (in)
				expect(RUN_ID, pid);
			end(in, pid);
			el2_trace_to_guest(&vcpu);
			/* The guest's own */
			shim_contextidr = thread(test_below(&seed, THREADS));
			meanwhile();
			shim_esr = (u64)ESR_ELx_EC_DABT_LOW << 26;
			in = begin(pid);
			el2_trace_from_guest(&vcpu, ARM_EXCEPTION_TRAP);
			if (in)
				expect(LEFT_ID, pid);
		}
		break;
	case 1:
		while (parts--) {
			changed |= meanwhile();
			end(in, pid);
			el2_trace_to_firmware(reason);
			CHECK(!el2_trace_cpu[CPU].ring.attached);
			meanwhile();
			if (!test_below(&seed, 20))
				longjmp(switched_off, 1);
			in = begin(pid);
			el2_trace_from_firmware(reason);
		}
		break;
	}
	changed |= meanwhile();
	end(in, pid);
	el2_trace_end(stay);
	CHECK(!el2_trace_cpu[CPU].ring.inside && !el2_trace_cpu[CPU].away);
	changed_midway += changed;
}

static void stay(void)
{
	if (!setjmp(switched_off)) {
		one_stay();
		return;
	}

	/* It comes back, without a thread */
	shim_contextidr = 77;
	end(begin(0), 0);
	el2_trace_cpu_entry();
}

/* What is in the ring is what is expected, with stacks or without, and nothing is lost */
static void check_ring(bool stacks)
{
	const struct remote_ring_event *event;
	struct record got;
	u32 i = 0;

	while ((event = remote_ring_reader_peek(&reader))) {
		CHECK_EQ(event->lost, 0);
		memcpy(&got, event->data, sizeof(got));
		if (stacks && got.id == STACK_ID) {
			CHECK(i && got.pid == want[i - 1].pid);
		} else {
			CHECK(i < nr_want);
			CHECK_EQ(got.id, want[i].id);
			CHECK_EQ(got.pid, want[i].pid);
			i++;
		}
		remote_ring_reader_consume(&reader);
	}
	CHECK_EQ(i, nr_want);
	recorded += nr_want;
	left_out += !nr_want;
	nr_want = 0;
}

static void load(void)
{
	el2_describe(0, 1, SLOTS, 1, false);
	CHECK_EQ(el2_load(CPU, EL2_PFN, 1), 0);
	el2_read(&reader, pages, ids, 0, 1, CPU, SLOTS, 1);
	CHECK_EQ(el2_call(enable, 1), 0);
}

static void unload(void)
{
	u32 dropped = ((struct remote_ring_meta *)reader.meta)->dropped;

	CHECK_EQ(dropped, 0);
	CHECK_EQ(el2_call(enable, 0), 0);
	shim_cpu = CPU;
	CHECK_EQ(el2_call(detach), 0);
	shim_cpu = 0;
	CHECK_EQ(el2_unload(CPU), 0);
}

/* One more than there is room for; the largest set is as good as any */
static void check_room(void)
{
	u32 i;

	how = EL2_PIDS_LISTED;
	/* All in one place, for whoever can tell that from here */
	for (nr_set = 0; nr_set < EL2_TRACE_MAX_PIDS; nr_set++)
		set[nr_set] = nr_set << 20 | nr_set << 10;
	send_set();
	CHECK_EQ(el2_call(add_pid, 0, 1), 0);
	for (i = 1; i < EL2_TRACE_MAX_PIDS; i++)
		CHECK_EQ(el2_call(add_pid, i, i), 0);
	CHECK_EQ(el2_call(add_pid, i, i), -EINVAL);
	for (i = 0; i < nr_set; i++)
		CHECK(el2_trace_pids_want(set[i]));
	CHECK(!el2_trace_pids_want(1));
	/* What no pid is, which the host may have there all the same */
	CHECK(!el2_trace_pids_want(-1));
	how = EL2_PIDS_OTHERS;
	nr_set = 0;
	send_set();
	CHECK(el2_trace_pids_want(-1) && el2_trace_pids_want(set[5]));
}

/*
 * Threads come and go for as long as a machine runs, half a set of them at a time: whoever is there
 * is found, and whoever is not is not.
 */
static void check_churn(void)
{
	enum { LIVE = EL2_TRACE_MAX_PIDS / 2, ALL = 200 * EL2_TRACE_MAX_PIDS };
	static u32 pids[ALL];
	u32 i, j, pid, tail = BIT(30) - 1;

	CHECK_EQ(el2_call(set_pids, 0, EL2_PIDS_LISTED), 0);
	for (i = 0; i < ALL; i++) {
		/* In a row, or anyhow; none twice */
		pids[i] = i / 4096 % 2 ? BIT(30) | (i * 0x2545f491 & tail) : i;
		CHECK_EQ(el2_call(change_pid, pids[i], true), 0);
		if (i < LIVE)
			continue;
		/* The oldest of some, so that they do not end in the order they have begun */
		j = i - LIVE + test_below(&seed, LIVE);
		pid = pids[j];
		pids[j] = pids[i - LIVE];
		pids[i - LIVE] = pid;
		CHECK_EQ(el2_call(change_pid, pids[i - LIVE], false), 0);
		CHECK(!el2_trace_pids_want(pids[i - LIVE]));
		/* What looks like a place that somebody has left */
		CHECK(!el2_trace_pids_want(-2));
		CHECK(el2_trace_pids_want(pids[test_below(&seed, LIVE) + i - LIVE + 1]));
	}
}

/* A host that fills the set that is in use: nobody looks for ever, or elsewhere */
static void check_hasty(void)
{
	u32 i, rounds = 20000;

	for (i = 0; i < rounds; i++) {
		if (test_below(&seed, 3))
			el2_call(add_pid, test_below(&seed, 2) ? i % EL2_TRACE_MAX_PIDS : 0,
				 test_random(&seed) >> 33);
		else
			el2_call(set_pids, test_below(&seed, 4), test_below(&seed, 4));
		if (!test_below(&seed, 3))
			el2_call(change_pid, test_random(&seed) >> 33, test_below(&seed, 2));
		el2_trace_pids_want(test_random(&seed));
	}
}

int main(int argc, char **argv)
{
	u64 start = test_arg(argc, argv, 1, 1), rounds = test_arg(argc, argv, 2, 400), round;
	bool stacks;
	u32 i;

	el2_boot(true);
	el2_set_clock();
	check_room();
	CHECK_EQ(el2_call(set_event, EL2_EVENT_hyp_enter, ENTER_ID), 0);
	CHECK_EQ(el2_call(set_event, EL2_EVENT_hyp_exit, EXIT_ID), 0);
	CHECK_EQ(el2_call(set_event, EL2_EVENT_host_hcall, HCALL_ID), 0);
	CHECK_EQ(el2_call(set_event, EL2_EVENT_vcpu_run, RUN_ID), 0);
	CHECK_EQ(el2_call(set_event, EL2_EVENT_vcpu_exit, LEFT_ID), 0);

	for (round = 0; round < rounds; round++) {
		seed = start + round;
		snprintf(test_context, sizeof(test_context), "pids_hyp %llu 1", seed);
		stacks = test_below(&seed, 2);
		shim_cpu = 0;
		CHECK_EQ(el2_call(set_stack, stacks * STACK_ID, 0), 0);
		/* A set outlives the ring */
		load();
		for (i = 0; i < 30; i++) {
			stay();
			shim_cpu = 0;
			check_ring(stacks);
			meanwhile();
		}
		unload();
	}

	printf("%llu records, %llu stays left out, %llu with another set midway, %llu full sets, "
	       "%llu changed by one\n", recorded, left_out, changed_midway, full, by_one);
	CHECK(recorded > rounds && left_out > rounds && changed_midway > rounds && full && by_one);
	check_churn();
	check_hasty();
	CHECK_EQ(shim_warnings, 0);

	el2_trace_panic();
	CHECK_EQ(el2_call(add_pid, 0, 1), -EIO);
	CHECK_EQ(el2_call(set_pids, 0, EL2_PIDS_ALL), -EIO);
	CHECK_EQ(el2_call(change_pid, 1, true), -EIO);

	return 0;
}
