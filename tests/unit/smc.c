// SPDX-License-Identifier: GPL-2.0
/*
 * What is recorded of the host's SMCs: host_smc of each, host_ffa_call of those of FF-A, with what
 * the host gets to see of the hypervisor's answer. Without a secure world in QEMU this is where
 * FF-A's event is seen.
 */
#include <linux/arm_ffa.h>

#include "el2.h"

#define CPU		1
#define SLOTS		4
#define SMC_ID		100
#define FFA_ID		101

#define FFA_MEM_SHARE	0x84000073U
#define FFA_LAST	0x840000ffU
#define PSCI_LAST	0x8400001fU
#define TRNG		0x84000050U
#define SIP		0x82003d06U
#define FFA_BELOW	0x8400005fU

/* As TRACE_EVENT() lays them out */
struct smc_record {
	u32	id;
	u32	pid;
	u64	func_id;
	u8	forwarded;
};

struct ffa_record {
	u32	id;
	u32	pid;
	u64	func_id;
	u64	res[4];
	int	handled;
	int	err;
} __attribute__((packed));

static struct remote_ring_page *pages[SLOTS + 1];
static u32 ids[SLOTS + 1];
static struct remote_ring_reader reader;

static u64 call_func, call_res[4];
static bool call_handled;

/* As patched into handle_host_smc(), after the handlers */
static void handle_smc(struct kvm_cpu_context *ctxt)
{
	memcpy(ctxt->regs.regs, call_res, sizeof(call_res));
	el2_trace_smc(ctxt, call_func, call_handled);
}

static void smc(u64 func, bool handled, u64 a0, u64 a1, u64 a2, u64 a3)
{
	static const u64 no_args[5];

	snprintf(test_context, sizeof(test_context), "SMC %#llx", func);
	call_func = func;
	call_handled = handled;
	call_res[0] = a0;
	call_res[1] = a1;
	call_res[2] = a2;
	call_res[3] = a3;
	shim_counter += 100;
	shim_cpu = CPU;
	el2_hypercall(handle_smc, no_args);
	shim_cpu = 0;
}

static const void *next(u32 id, size_t size)
{
	static u8 record[128];
	const struct remote_ring_event *event = remote_ring_reader_peek(&reader);

	CHECK(event && event->len >= size && event->len <= sizeof(record));
	memcpy(record, event->data, event->len);
	CHECK_EQ(*(u32 *)record, id);
	remote_ring_reader_consume(&reader);

	return record;
}

static void check_smc(bool forwarded)
{
	const struct smc_record *record = next(SMC_ID, sizeof(u64) * 2 + 1);

	CHECK_EQ(record->func_id, call_func);
	CHECK_EQ(record->forwarded, forwarded);
}

static void check_ffa(bool handled, int err)
{
	const struct ffa_record *record = next(FFA_ID, sizeof(*record));
	u32 i;

	CHECK_EQ(record->func_id, call_func);
	for (i = 0; i < 3; i++)
		CHECK_EQ(record->res[i], handled ? call_res[i + 1] : 0);
	/* 6.12 has no fourth */
	CHECK_EQ(record->res[3], 0);
	CHECK_EQ(record->handled, handled);
	CHECK_EQ(record->err, err);
}

static void set_events(u32 smc_id, u32 ffa_id)
{
	CHECK_EQ(el2_call(set_event, EL2_EVENT_host_smc, smc_id), 0);
	CHECK_EQ(el2_call(set_event, EL2_EVENT_host_ffa_call, ffa_id), 0);
}

int main(void)
{
	static const u64 others[] = { 0x84000000U, PSCI_LAST, TRNG, SIP, FFA_BELOW, FFA_LAST + 1,
				      0x04000063U /* yielding */ };
	u32 i;

	el2_boot(true);
	el2_set_clock();
	el2_describe(0, 1, SLOTS, 1, true);
	CHECK_EQ(el2_load(CPU, EL2_PFN, 1), 0);
	el2_read(&reader, pages, ids, 0, 1, CPU, SLOTS, 1);
	set_events(SMC_ID, FFA_ID);
	CHECK_EQ(el2_call(enable, true), 0);

	for (i = 0; i < ARRAY_SIZE(others); i++) {
		smc(others[i], i % 2, 1, 2, 3, 4);
		check_smc(!(i % 2));
	}
	CHECK(!remote_ring_reader_peek(&reader));

	/* Answered, refused, and passed on, where the registers hold but arguments */
	smc(FFA_MEM_SHARE, true, FFA_SUCCESS, 0x11, 0x2200000000, 0x33);
	check_smc(false);
	check_ffa(true, 0);
	smc(FFA_LAST, true, FFA_ERROR, 0, (u64)FFA_RET_INVALID_PARAMETERS, 0);
	check_smc(false);
	check_ffa(true, FFA_RET_INVALID_PARAMETERS);
	smc(0xc4000073U, false, 0xc4000073U, 0x11, 0x22, 0x33);
	check_smc(true);
	check_ffa(false, 0);

	/* FFA_VERSION answers with a version or with an error, in the first register */
	smc(FFA_VERSION, true, 0x10001, 0, 0, 0);
	check_smc(false);
	check_ffa(true, 0);
	smc(FFA_VERSION, true, (u64)FFA_RET_NOT_SUPPORTED, 0, 0, 0);
	check_smc(false);
	check_ffa(true, FFA_RET_NOT_SUPPORTED);

	/* Each by itself, and none */
	set_events(0, FFA_ID);
	smc(FFA_VERSION, true, 0x10001, 0, 0, 0);
	check_ffa(true, 0);
	set_events(SMC_ID, 0);
	smc(FFA_VERSION, true, 0x10001, 0, 0, 0);
	check_smc(false);
	set_events(0, 0);
	smc(FFA_VERSION, true, 0x10001, 0, 0, 0);
	CHECK(!remote_ring_reader_peek(&reader));
	CHECK_EQ(reader.bad_pages, 0);
	CHECK_EQ(shim_warnings, 0);

	return 0;
}
