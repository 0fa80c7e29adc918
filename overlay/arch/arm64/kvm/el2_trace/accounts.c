// SPDX-License-Identifier: GPL-2.0
/*
 * The hypervisor's accounts of stays as the host gets to see them.
 *
 * The hypervisor keeps those of each CPU for itself and copies them, a part at a time, to a page of
 * ours. Each CPU asks for its own, so it does not write to them meanwhile, and nothing but the
 * asking happens between one part and the next; of a CPU that is offline anybody may ask.
 */
#include <linux/cleanup.h>
#include <linux/cpu.h>
#include <linux/gfp.h>
#include <linux/kvm_host.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/trace_events.h>
#include <linux/vmalloc.h>

#include <asm/kvm_el2_accounts.h>

#include "el2_trace.h"

/* Shared with the hypervisor when accounts are first wanted, and for ever. The remote's lock */
static void *shared_page;

#undef __print_symbolic
#define __print_symbolic(value, symbols...)	symbols
static const struct trace_print_flags reasons[] = { show_hyp_reason() };

static const char * const hcalls[] = {
	[0] = "refused",
#define hcall_name(nr, name)	[nr] = #name,
	HYP_HCALLS(hcall_name)
};

static const char * const exits[] = {
	"IRQ", "SERROR", "IL", "UNKNOWN",
#define exit_name(nr, name)	#name,
	HYP_EXIT_CLASSES(exit_name, EL2_NO_CAUSE)
};

static const char * const psci_calls[] = {
#define psci_name(prefix, name)	#name,
	EL2_PSCI_CAUSES(psci_name)
};

static_assert(ARRAY_SIZE(hcalls) == EL2_CAUSE_REASON);
static_assert(ARRAY_SIZE(reasons) == EL2_CAUSE_FIRST_CALL - EL2_CAUSE_REASON);
static_assert(ARRAY_SIZE(psci_calls) == EL2_NR_PSCI_CAUSES);
static_assert(2 * ARRAY_SIZE(psci_calls) == EL2_CAUSE_EXIT_IRQ - EL2_CAUSE_FIRST_CALL);
static_assert(ARRAY_SIZE(exits) == EL2_NR_CAUSES - EL2_CAUSE_EXIT_IRQ);

static void print_pair(struct seq_file *m, enum el2_reason reason, const char *what)
{
	seq_printf(m, "%s:%s", reasons[reason].name, what);
}

/* By the names that events have for the same */
static void print_cause(struct seq_file *m, unsigned int cause)
{
	unsigned int call = cause - EL2_CAUSE_FIRST_CALL;

	if (cause < EL2_CAUSE_REASON)
		print_pair(m, EL2_REASON_HVC, hcalls[cause]);
	else if (cause < EL2_CAUSE_FIRST_CALL)
		seq_puts(m, reasons[cause - EL2_CAUSE_REASON].name);
	else if (call < EL2_NR_PSCI_CAUSES)
		print_pair(m, EL2_REASON_SMC, psci_calls[call]);
	else if (call < 2 * EL2_NR_PSCI_CAUSES)
		print_pair(m, EL2_REASON_PSCI, psci_calls[call - EL2_NR_PSCI_CAUSES]);
	else
		print_pair(m, EL2_REASON_GUEST_EXIT, exits[cause - EL2_CAUSE_EXIT_IRQ]);
}

/**
 * struct account_call - what a CPU is to do about its accounts
 * @cpu:	whose they are
 * @to:		where to copy them, NULL to reset them
 * @ret:	what came of it
 */
struct account_call {
	int			cpu;
	struct el2_accounts	*to;
	int			ret;
};

static void make_account_call(void *data)
{
	struct account_call *call = data;
	unsigned int part;

	if (!call->to) {
		call->ret = el2_trace_call(__el2_trace_reset_accounts, call->cpu);
		return;
	}

	for (part = 0; part < EL2_ACCOUNTS_PARTS; part++) {
		size_t from = part * PAGE_SIZE;

		call->ret = el2_trace_call(__el2_trace_read_accounts, call->cpu,
					   page_to_pfn(virt_to_page(shared_page)), part);
		if (call->ret)
			return;
		memcpy((void *)call->to + from, shared_page,
		       min(sizeof(*call->to) - from, PAGE_SIZE));
	}
}

static int call_on(int cpu, struct el2_accounts *to)
{
	struct account_call call = { .cpu = cpu, .to = to };

	/* It does not come or go meanwhile */
	guard(cpus_read_lock)();

	if (smp_call_function_single(cpu, make_account_call, &call, true))
		make_account_call(&call);

	return call.ret;
}

static int reset_accounts(void *priv, int cpu)
{
	/* There are none yet */
	return shared_page ? call_on(cpu, NULL) : 0;
}

static int share_one_page(void)
{
	void *page;
	int ret;

	if (shared_page)
		return 0;

	page = (void *)get_zeroed_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM;

	ret = el2_trace_share_page(page);
	if (ret)
		free_page((unsigned long)page);
	else
		shared_page = page;

	return ret;
}

static int start_accounts(void)
{
	int cpu, ret;

	ret = el2_trace_start_hyp() ?: share_one_page();
	if (ret)
		return ret;

	ret = el2_trace_clock_start();
	if (ret)
		return ret;

	/* No stay has one now, so what is left of those before is forgotten */
	for_each_possible_cpu(cpu) {
		ret = reset_accounts(NULL, cpu);
		if (ret)
			goto stop_clock;
	}

	ret = el2_trace_call(__el2_trace_set_accounts, EL2_ACCOUNTS_ON);
	if (!ret)
		return 0;

stop_clock:
	el2_trace_clock_stop();

	return ret;
}

static int stop_accounts(void)
{
	int ret = el2_trace_call(__el2_trace_set_accounts, EL2_ACCOUNTS_ENDING);

	if (!ret) {
		el2_trace_end_stays();
		ret = el2_trace_call(__el2_trace_set_accounts, EL2_ACCOUNTS_OFF);
	}
	el2_trace_clock_stop();

	return ret;
}

static int enable_accounts(void *priv, bool on)
{
	return on ? start_accounts() : stop_accounts();
}

static int read_accounts(void *priv, int cpu, struct remote_account *causes,
			 struct remote_account_vcpu *vcpus)
{
	/* Too large to be counted on in one piece */
	struct el2_accounts *accounts __free(kvfree) = vzalloc(sizeof(*accounts));
	int ret;

	if (!accounts)
		return -ENOMEM;

	/* There are none before they have been on */
	if (shared_page) {
		ret = call_on(cpu, accounts);
		if (ret)
			return ret;
	}

	memcpy(causes, accounts->causes, sizeof(accounts->causes));
	memcpy(vcpus, accounts->vcpus, sizeof(accounts->vcpus));

	return 0;
}

/* Serialised by the remote's lock, as <linux/remote_trace.h> says */
const struct remote_trace_accounts el2_trace_accounts = {
	.nr_causes	= EL2_NR_CAUSES,
	.nr_vcpus	= EL2_NR_VCPU_ACCOUNTS,
	.print_cause	= print_cause,
	.enable		= enable_accounts,
	.reset		= reset_accounts,
	.read		= read_accounts,
};
