// SPDX-License-Identifier: GPL-2.0
/*
 * hyp_enter and hyp_exit pair up and everything else is between them, while tracing and the events
 * are switched on and off, and the ring is taken away and given back, at any time. A CPU that is
 * not at EL2 is not said to be.
 *
 * Usage: stays [SEED [ROUNDS]]
 */
#include <setjmp.h>

#include <asm/kvm_asm.h>

#include "el2.h"

#define CPU		1
#define SLOTS		32
#define ENTER_ID	100
#define EXIT_ID		101
#define HCALL_ID	102
#define STACK_ID	4
#define RUN_ID		103
#define LEFT_ID		104
#define VCPU_PID	4321
#define GUESTS_OWN	99
#define VCPU_IDX	7
#define VM		0x1003

static u64 seed;
static struct remote_ring_page *pages[SLOTS + 1];
static u32 ids[SLOTS + 1];
static struct remote_ring_reader reader;
static bool loaded, on, in_stay, guest_stay, may_have_stack;
/* Stays that begin say that they have; the last one that began was to */
static bool telling, told;
/* The CPU is not to take events, and has been asked to leave its ring */
static bool out, left;
/* The thread that the host runs; 0 while the CPU is started, and it has none */
static u32 host_pid;
static u64 pairs, guests, reloads, runs, stacks, leaves, tells, silent;
static jmp_buf switched_off;

static void load(void)
{
	el2_describe(0, 1, SLOTS, 1, true);
	CHECK_EQ(el2_load(CPU, EL2_PFN, 1), 0);
	el2_read(&reader, pages, ids, 0, 1, CPU, SLOTS, 1);
	loaded = true;
	/* An exit that was not read is gone with the ring it was in */
	in_stay = false;
	may_have_stack = false;
}

/* vcpu_run and vcpu_exit begin with the same fields */
static void check_vcpu(u32 pid, const u8 *record)
{
	u32 fields[2];

	memcpy(fields, record + 8, sizeof(fields));
	CHECK_EQ(pid, VCPU_PID);
	CHECK_EQ(fields[0], VM);
	CHECK_EQ(fields[1], VCPU_IDX);
}

/* An interrupt leaves an exception class of the past in ESR_EL2, which is not told */
static void check_exit(const u8 *record)
{
	u32 code;

	memcpy(&code, record + 16, sizeof(code));
	CHECK(code == ARM_EXCEPTION_IRQ || code == ARM_EXCEPTION_TRAP);
	CHECK_EQ(record[20], code == ARM_EXCEPTION_IRQ ? 0 : ESR_ELx_EC_DABT_LOW);
}

static void check_event(u32 id, u32 pid, const u8 *record)
{
	static u32 stay_pid;
	pid_t vcpu;

	switch (id) {
	case ENTER_ID:
		CHECK(!in_stay);
		in_stay = true;
		memcpy(&vcpu, record + 12, sizeof(vcpu));
		CHECK_EQ(vcpu, record[8] == EL2_REASON_GUEST_EXIT ? VCPU_PID : 0);
		stay_pid = vcpu ?: host_pid;
		break;
	case EXIT_ID:
		CHECK(in_stay);
		in_stay = false;
		pairs++;
		memcpy(&vcpu, record + 12, sizeof(vcpu));
		guest_stay = record[8] == EL2_REASON_ERET_GUEST;
		CHECK_EQ(vcpu, guest_stay ? VCPU_PID : 0);
		if (guest_stay)
			stay_pid = VCPU_PID;
		guests += guest_stay;
		break;
	case HCALL_ID:
		break;
	case STACK_ID:
		/* Of the event before it */
		CHECK(may_have_stack);
		stacks++;
		break;
	case RUN_ID:
		check_vcpu(pid, record);
		stay_pid = VCPU_PID;
		runs++;
		break;
	case LEFT_ID:
		check_vcpu(pid, record);
		check_exit(record);
		break;
	default:
		CHECK(!"an id that was given out");
	}
	/* Of a stay whose enter was not recorded, because that was off, it is not known */
	if (in_stay || id == EXIT_ID)
		CHECK_EQ(pid, stay_pid);
}

static void read_all(void)
{
	const struct remote_ring_event *event;
	u32 header[2];

	while (loaded && (event = remote_ring_reader_peek(&reader))) {
		CHECK_EQ(event->lost, 0);
		CHECK(!left);
		memcpy(header, event->data, sizeof(header));
		check_event(header[0], header[1], event->data);
		may_have_stack = header[0] != STACK_ID;
		remote_ring_reader_consume(&reader);
	}
	CHECK_EQ(reader.bad_pages, 0);
}

/* What another CPU may do at any time */
static void meanwhile(void)
{
	static bool events_on, stacks_on;
	u32 this = shim_cpu;

	shim_cpu = 0;
	while (test_below(&seed, 3)) {
		switch (test_below(&seed, 8)) {
		case 0:
			/* One after the other, but nothing happens in between */
			events_on = !events_on;
			CHECK_EQ(el2_call(set_event, EL2_EVENT_hyp_enter, events_on * ENTER_ID), 0);
			CHECK_EQ(el2_call(set_event, EL2_EVENT_hyp_exit, events_on * EXIT_ID), 0);
			break;
		case 1:
		case 2:
			if (loaded) {
				on = !on;
				CHECK_EQ(el2_call(enable, on), 0);
			}
			break;
		case 3:
			if (loaded) {
				read_all();
				if (!el2_unload(CPU)) {
					loaded = false;
					reloads++;
				}
			} else {
				load();
			}
			break;
		case 4:
			stacks_on = !stacks_on;
			CHECK_EQ(el2_call(set_stack, stacks_on * STACK_ID, 0), 0);
			break;
		case 5:
			out = !out && !test_below(&seed, 3);
			if (!out)
				left = false;
			CHECK_EQ(el2_call(set_cpu, CPU, !out, false), 0);
			break;
		case 6:
			/* Whether somebody waits is all the same */
			if (test_below(&seed, 2))
				CHECK_EQ(el2_call(wake, EL2_WAKE_EVENT, EL2_WAKE_ALL_CPUS), 0);
			else
				CHECK_EQ(el2_call(listen, true), 0);
			break;
		case 7:
			telling = !telling;
			CHECK_EQ(el2_call(tell_busy, telling), 0);
			break;
		}
	}
	shim_cpu = this;
}

/* For a reader of the ring the CPU is busy if it was to say so when this part of a stay began */
static void check_busy(void)
{
	if (!loaded || !el2_trace_cpu[CPU].ring.inside)
		return;
	CHECK_EQ(remote_ring_reader_busy(&reader), told);
	tells += told;
	silent += !told;
}

static void hypercall(struct kvm_cpu_context *ctxt)
{
	check_busy();
	el2_trace_host_hcall(ctxt->regs.regs[0], 0);
	meanwhile();
}

static void vcpu_run(struct kvm_cpu_context *ctxt __maybe_unused)
{
	struct kvm kvm = { .arch = { .pkvm = { .handle = VM } } };
	struct kvm_vcpu vcpu = { .kvm = &kvm, .vcpu_idx = VCPU_IDX, .arch = { .pid = VCPU_PID } };

	do {
		meanwhile();
		el2_trace_to_guest(&vcpu);
		shim_contextidr = GUESTS_OWN;
		meanwhile();
		shim_esr = (u64)ESR_ELx_EC_DABT_LOW << 26;
		/* Unless tracing was off when it left: then the part goes on that had begun */
		told = el2_trace_cpu[CPU].ring.inside ? told : telling;
		el2_trace_from_guest(&vcpu, test_below(&seed, 2) ? ARM_EXCEPTION_TRAP :
						ARM_EXCEPTION_IRQ);
		check_busy();
		meanwhile();
	} while (test_below(&seed, 2));
	shim_contextidr = host_pid;
}

static void firmware(enum el2_reason reason)
{
	meanwhile();
	el2_trace_to_firmware(reason);
	CHECK(!el2_trace_cpu[CPU].ring.attached);
	/* For a reader there is nothing to wait for */
	if (loaded)
		CHECK(!remote_ring_reader_busy(&reader));
	meanwhile();
	el2_trace_from_firmware(reason);
	meanwhile();
}

static void cpu_suspend(struct kvm_cpu_context *ctxt __maybe_unused)
{
	firmware(EL2_REASON_PSCI);
}

/* As patched into default_host_smc_handler() */
static void forwarded_smc(struct kvm_cpu_context *ctxt __maybe_unused)
{
	firmware(EL2_REASON_SMC);
}

static void cpu_off(struct kvm_cpu_context *ctxt __maybe_unused)
{
	meanwhile();
	el2_trace_to_firmware(EL2_REASON_PSCI);
	CHECK(!el2_trace_cpu[CPU].ring.attached);
	meanwhile();
	longjmp(switched_off, 1);
}

/* At EL1, where the CPU spends most of its time */
static void check_host(void)
{
	CHECK(!el2_trace_cpu[CPU].ring.inside);
	if (loaded)
		CHECK(!remote_ring_reader_busy(&reader));
	read_all();
	CHECK(!in_stay);
	meanwhile();
	if ((!on || out) && test_below(&seed, 2)) {
		/* Asked to, by an interrupt, before the ring is unloaded or when it is left out */
		shim_contextidr = host_pid;
		shim_cpu = CPU;
		CHECK_EQ(el2_call(detach), 0);
		shim_cpu = 0;
		read_all();
		CHECK(!in_stay);
		left = out;
		leaves += out && on;
		meanwhile();
	}
}

static void stay(void)
{
	static void (*const handlers[])(struct kvm_cpu_context *) = {
		hypercall, vcpu_run, cpu_suspend, forwarded_smc, cpu_off
	};
	static const u64 no_args[5];

	shim_counter += 100;
	host_pid = 1000 + shim_counter % 977;
	shim_contextidr = host_pid;
	shim_cpu = CPU;
	told = telling;
	if (!setjmp(switched_off)) {
		el2_hypercall(handlers[test_below(&seed, ARRAY_SIZE(handlers))], no_args);
	} else {
		shim_cpu = 0;
		read_all();
		meanwhile();
		host_pid = 0;
		shim_cpu = CPU;
		el2_trace_cpu_entry();
	}
	shim_cpu = 0;
}

static void host_hcall(struct kvm_cpu_context *ctxt __maybe_unused)
{
	el2_trace_host_hcall(1, 0);
}

static void switch_off(struct kvm_cpu_context *ctxt __maybe_unused)
{
	shim_cpu = 0;
	CHECK_EQ(el2_call(enable, false), 0);
	shim_cpu = CPU;
}

/* Tracing goes off in a stay whose hyp_enter was the last event that the page had room for, too */
static void off_at_the_edge(void)
{
	static void (*const handlers[])(struct kvm_cpu_context *) = { host_hcall, switch_off };
	static const u64 no_args[5];
	u32 stays, i;

	load();
	CHECK_EQ(el2_call(set_event, EL2_EVENT_hyp_enter, ENTER_ID), 0);
	CHECK_EQ(el2_call(set_event, EL2_EVENT_hyp_exit, EXIT_ID), 0);
	for (stays = 0; stays < 300; stays++) {
		snprintf(test_context, sizeof(test_context), "%u stays", stays);
		CHECK_EQ(el2_call(enable, true), 0);
		shim_cpu = CPU;
		/* Two events a stay would meet the edge at even numbers only, so one has three */
		for (i = 0; i <= stays; i++) {
			CHECK_EQ(el2_call(set_event, EL2_EVENT_host_hcall, !i * HCALL_ID), 0);
			el2_hypercall(handlers[i == stays], no_args);
		}
		CHECK_EQ(el2_call(detach), 0);
		shim_cpu = 0;
		read_all();
		CHECK(!in_stay);
	}
	CHECK_EQ(el2_unload(CPU), 0);
	loaded = false;
	CHECK_EQ(el2_call(set_event, EL2_EVENT_hyp_enter, 0), 0);
	CHECK_EQ(el2_call(set_event, EL2_EVENT_hyp_exit, 0), 0);
	CHECK_EQ(el2_call(set_event, EL2_EVENT_host_hcall, HCALL_ID), 0);
}

int main(int argc, char **argv)
{
	u64 start = test_arg(argc, argv, 1, 1), rounds = test_arg(argc, argv, 2, 2000), round;
	u32 i;

	el2_boot(true);
	el2_set_clock();
	off_at_the_edge();
	CHECK_EQ(el2_call(set_event, EL2_EVENT_vcpu_run, RUN_ID), 0);
	CHECK_EQ(el2_call(set_event, EL2_EVENT_vcpu_exit, LEFT_ID), 0);
	for (round = 0; round < rounds; round++) {
		seed = start + round;
		snprintf(test_context, sizeof(test_context), "round %llu", seed);
		for (i = 0; i < 50; i++) {
			stay();
			check_host();
		}
	}
	printf("%llu pairs, %llu of them to the guest, %llu runs, %llu reloads, %llu stacks, ",
	       pairs, guests, runs, reloads, stacks);
	printf("%llu leaves, %llu parts told and %llu not\n", leaves, tells, silent);
	CHECK(pairs > rounds && guests > rounds / 10 && reloads > rounds / 10);
	CHECK(leaves > rounds / 10);
	CHECK(runs > rounds / 10 && stacks > rounds);
	CHECK(tells > rounds / 10 && silent > rounds / 10);
	CHECK_EQ(shim_warnings, 0);

	return 0;
}
