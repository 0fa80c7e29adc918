// SPDX-License-Identifier: GPL-2.0
/*
 * Waking at EL2, against a model: a CPU's timer is set off when a stay ends in which something has
 * come about that was asked for, once, if the host listens there, and never else; whatever events
 * are on, and whatever hyp_exit has of filters and triggers. Who asks misses nothing, also if a
 * guest runs or another one has asked before. What is done quietly leaves no trace. What was asked
 * for costs nothing any more when the rings have been unloaded.
 *
 * Usage: wake_hyp [SEED [ROUNDS]]
 */
#include "el2.h"

#include <nvhe/el2_trace_wake.h>

#define SLOTS		8
#define CPUS		2
#define ENTER_ID	100
#define EXIT_ID		101
#define SELFTEST_ID	102
#define VCPU_PID	4321

static u64 seed;
/* The model */
static struct {
	bool	listening;
	bool	raised;
	bool	any;
	u64	seen;
	u64	tail;
} cpus[CPUS];
static bool switch_wanted;
static u64 wakes, pages_told, switches, guest_wakes, quiet_calls;

static u64 written(u32 cpu)
{
	return el2_trace_cpu[cpu].ring.events + el2_trace_cpu[cpu].ring.entries;
}

/* Part of a stay is over on this CPU, for what wakes */
static void expect(u32 cpu)
{
	const struct remote_ring_writer *ring = &el2_trace_cpu[cpu].ring;

	if (!cpus[cpu].listening || cpus[cpu].raised)
		return;

	if (cpus[cpu].any && written(cpu) != cpus[cpu].seen) {
		cpus[cpu].raised = true;
		wakes++;
	} else if (cpus[cpu].tail && ring->tail >= cpus[cpu].tail) {
		cpus[cpu].raised = true;
		pages_told++;
	}
}

static void check(void)
{
	u32 cpu;

	for (cpu = 0; cpu < CPUS; cpu++) {
		CHECK_EQ(shim_cnthp_ctl[cpu], cpus[cpu].raised);
		CHECK(shim_cnthp_cval[cpu] <= shim_counter);
	}
}

static void listen(u32 cpu, bool whether)
{
	u64 before = written(cpu);
	u32 i;

	shim_cpu = cpu;
	el2_immediate = EL2_TRACE_QUIET;
	CHECK_EQ(el2_call(listen, whether), 0);
	el2_immediate = 0;
	shim_cpu = 0;
	CHECK_EQ(written(cpu), before);
	quiet_calls++;

	cpus[cpu].raised = false;
	cpus[cpu].listening = whether;
	for (i = 0; whether && i < CPUS; i++) {
		cpus[i].any = false;
		cpus[i].tail = 0;
	}
	if (whether)
		switch_wanted = false;
}

static void want_event(u32 cpu)
{
	if (cpus[cpu].any)
		return;
	cpus[cpu].any = true;
	cpus[cpu].seen = written(cpu);
}

static void ask(void)
{
	u32 cpu = test_below(&seed, CPUS), i;
	u64 tail;

	el2_immediate = EL2_TRACE_QUIET;
	switch (test_below(&seed, 4)) {
	case 0:
		CHECK_EQ(el2_call(wake, EL2_WAKE_EVENT, EL2_WAKE_ALL_CPUS), 0);
		for (i = 0; i < CPUS; i++)
			want_event(i);
		break;
	case 1:
		CHECK_EQ(el2_call(wake, EL2_WAKE_EVENT, cpu), 0);
		want_event(cpu);
		break;
	case 2:
		tail = el2_trace_cpu[cpu].ring.tail + test_below(&seed, 4);
		CHECK_EQ(el2_call(wake, EL2_WAKE_PAGE, cpu, tail), 0);
		if (!cpus[cpu].tail || tail < cpus[cpu].tail)
			cpus[cpu].tail = tail ?: 1;
		break;
	case 3:
		CHECK_EQ(el2_call(wake, EL2_WAKE_SWITCH, test_random(&seed)), 0);
		switch_wanted = true;
		break;
	}
	el2_immediate = 0;
}

static void wrong_ask(void)
{
	CHECK_EQ(el2_call(wake, EL2_WAKE_SWITCH + 1 + (test_random(&seed) >> 2), 0), -EINVAL);
	CHECK_EQ(el2_call(wake, EL2_WAKE_EVENT, EL2_NO_CPU), -EINVAL);
	CHECK_EQ(el2_call(wake, EL2_WAKE_PAGE, NR_CPUS + (test_random(&seed) >> 2), 1), -EINVAL);
}

static void nothing(struct kvm_cpu_context *ctxt __maybe_unused)
{
}

/* While a guest runs somebody asks */
static void vcpu_run(struct kvm_cpu_context *ctxt __maybe_unused)
{
	struct kvm kvm = { .arch = { .pkvm = { .handle = 0x1000 } } };
	struct kvm_vcpu vcpu = { .kvm = &kvm, .arch = { .pid = VCPU_PID } };
	u32 this = shim_cpu;
	u64 before = wakes;

	el2_trace_to_guest(&vcpu);
	expect(this);
	guest_wakes += wakes != before;
	check();
	shim_cpu = !this;
	ask();
	shim_cpu = this;
	check();
	shim_esr = (u64)ESR_ELx_EC_DABT_LOW << 26;
	el2_trace_from_guest(&vcpu, ARM_EXCEPTION_IRQ);
}

/* Not on its way to the firmware, but when it is back */
static void cpu_suspend(struct kvm_cpu_context *ctxt __maybe_unused)
{
	el2_trace_to_firmware(EL2_REASON_PSCI);
	check();
	el2_trace_from_firmware(EL2_REASON_PSCI);
}

static void stay(void)
{
	static void (*const handlers[])(struct kvm_cpu_context *) = {
		nothing, nothing, vcpu_run, cpu_suspend
	};
	static const u64 no_args[5];
	u32 cpu = test_below(&seed, CPUS);

	shim_counter += 100;
	shim_cpu = cpu;
	el2_hypercall(handlers[test_below(&seed, ARRAY_SIZE(handlers))], no_args);
	expect(cpu);
	shim_cpu = 0;
}

static void write_some(void)
{
	u32 cpu = test_below(&seed, CPUS), i = test_below(&seed, 40);

	shim_cpu = cpu;
	while (i--) {
		CHECK_EQ(el2_call(write_event, i), 0);
		expect(cpu);
		check();
	}
	shim_cpu = 0;
}

static void switch_event(u32 event, u32 id)
{
	CHECK_EQ(el2_call(set_event, event, test_below(&seed, 2) * id), 0);
	expect(0);
}

/* hyp_exit has a word of its own for each */
static void dress_exit(void)
{
	static bool filtered, triggered;

	if (test_below(&seed, 2)) {
		filtered = !filtered;
		/* common_pid, whatever it is */
		CHECK_EQ(el2_call(filter, 0, 32 | 12 << REMOTE_FILTER_OFFSET_SHIFT |
				  2ULL << REMOTE_FILTER_TARGET_SHIFT, ~0ULL, 0, ~0ULL), 0);
		expect(0);
		CHECK_EQ(el2_call(set_filter, EL2_EVENT_hyp_exit, filtered), 0);
	} else {
		triggered = !triggered;
		CHECK_EQ(el2_call(set_trigger, EL2_EVENT_hyp_exit, REMOTE_TRIGGER_STACKTRACE,
				  triggered ? EXIT_ID | 4 << 16 : 0, 0, REMOTE_TRIGGER_UNLIMITED),
			 0);
	}
	expect(0);
}

/* One that switches tracing off, and on by the host again */
static void trigger(void)
{
	CHECK_EQ(el2_call(set_trigger, EL2_EVENT_selftest, REMOTE_TRIGGER_TRACEOFF, SELFTEST_ID, 0,
			  REMOTE_TRIGGER_UNLIMITED), 0);
	expect(0);
	CHECK_EQ(el2_call(write_event, 1), 0);
	if (switch_wanted && cpus[0].listening && !cpus[0].raised) {
		cpus[0].raised = true;
		switches++;
	} else {
		/* What is off ends no stay */
		cpus[0].raised = shim_cnthp_ctl[0];
	}
	CHECK_EQ(el2_call(settle) & 1, 0);
	CHECK_EQ(el2_call(set_trigger, EL2_EVENT_selftest, REMOTE_TRIGGER_TRACEOFF, 0, 0, 0), 0);
	CHECK_EQ(el2_call(enable, true), 0);
}

static void one(void)
{
	switch (test_below(&seed, 16)) {
	case 0:
		listen(test_below(&seed, CPUS), test_below(&seed, 4));
		break;
	case 1:
	case 2:
	case 3:
		ask();
		break;
	case 4:
		wrong_ask();
		expect(0);
		break;
	case 5:
		switch_event(EL2_EVENT_hyp_enter, ENTER_ID);
		break;
	case 6:
		switch_event(EL2_EVENT_hyp_exit, EXIT_ID);
		break;
	case 7:
		switch_event(EL2_EVENT_selftest, SELFTEST_ID);
		break;
	case 8:
		dress_exit();
		break;
	case 9:
		CHECK_EQ(el2_call(set_event, EL2_EVENT_selftest, SELFTEST_ID), 0);
		expect(0);
		trigger();
		break;
	case 10:
	case 11:
		write_some();
		break;
	default:
		stay();
		break;
	}
	check();
}

static void load_rings(void)
{
	u32 i;

	for (i = 0; i < CPUS; i++) {
		el2_describe(i * 64, 1, SLOTS, 1, true);
		CHECK_EQ(el2_load(i, EL2_PFN + i * 64, 1), 0);
	}
}

/* Who waited was killed, and nothing came: the next ones' stays are not looked at */
static void reload(void)
{
	u32 i;

	/* Whatever has been asked for, once more at the least */
	CHECK_EQ(el2_call(wake, EL2_WAKE_EVENT, EL2_WAKE_ALL_CPUS), 0);
	CHECK_EQ(el2_call(wake, EL2_WAKE_PAGE, 0, 1), 0);
	CHECK(el2_event_id_hyp_exit & EL2_EVENT_WAKE);
	CHECK_EQ(el2_call(enable, EL2_ENABLE_OFF), 0);
	for (shim_cpu = 0; shim_cpu < CPUS; shim_cpu++) {
		CHECK_EQ(el2_call(detach), 0);
		CHECK_EQ(el2_unload(shim_cpu), 0);
	}
	for (shim_cpu = 0; shim_cpu < CPUS; shim_cpu++) {
		el2_trace_wake_quiet();
		cpus[shim_cpu].raised = false;
		cpus[shim_cpu].any = false;
		cpus[shim_cpu].tail = 0;
	}
	shim_cpu = 0;
	switch_wanted = false;
	load_rings();
	CHECK_EQ(el2_call(enable, EL2_ENABLE_ON), 0);
	CHECK(!(el2_event_id_hyp_exit & EL2_EVENT_WAKE));
	for (i = 0; i < 100; i++) {
		write_some();
		stay();
		check();
	}
}

int main(int argc, char **argv)
{
	u64 rounds = argc > 2 ? strtoull(argv[2], NULL, 0) : 200000, i;

	seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	el2_boot(true);
	el2_set_clock();
	load_rings();
	CHECK_EQ(el2_call(enable, true), 0);

	for (i = 0; i < rounds; i++) {
		snprintf(test_context, sizeof(test_context), "seed %llu, round %llu",
			 (unsigned long long)seed, (unsigned long long)i);
		one();
	}
	for (i = 0; i < 10; i++)
		reload();

	/* The hypervisor has panicked: the interrupt goes all the same */
	listen(0, true);
	ask();
	el2_trace_panic();
	CHECK_EQ(shim_cnthp_ctl[0], 0);
	shim_cnthp_ctl[0] = 1;
	CHECK_EQ(el2_call(listen, true), -EIO);
	CHECK_EQ(shim_cnthp_ctl[0], 0);
	CHECK_EQ(el2_call(wake, EL2_WAKE_EVENT, 0), -EIO);

	CHECK(wakes && pages_told && switches && guest_wakes && quiet_calls);
	printf("%llu wakes for events, %llu of them a guest's, %llu for pages, %llu switches\n",
	       (unsigned long long)wakes, (unsigned long long)guest_wakes,
	       (unsigned long long)pages_told, (unsigned long long)switches);

	return 0;
}
