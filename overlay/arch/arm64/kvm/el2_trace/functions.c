// SPDX-License-Identifier: GPL-2.0
/*
 * The hypervisor's functions, as the host has them traced: it prepares them early in boot, and
 * later tells the hypervisor by number which shall call the tracer.
 *
 * Preparing is to make the first of two NOPs in each function a "mov x9, lr", which nobody may
 * execute meanwhile; so it is done before there is another CPU, and before the hypervisor is. From
 * then on only the second changes, to a call and back, see
 * arch/arm64/kvm/hyp/nvhe/el2_trace/patch.c.
 *
 * With pKVM the hypervisor does that. Without, its text is the host's as the kernel's own is, and
 * so is the page table by which the hypervisor executes it read-only; the host patches it as it
 * patches itself, through a mapping that is there for one instruction, and the hypervisor only
 * says whether it would (not after a panic).
 */
#include <linux/bitfield.h>
#include <linux/cacheflush.h>
#include <linux/init.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <asm/insn.h>
#include <asm/kvm_el2_functions.h>
#include <asm/patching.h>
#include <asm/sections.h>
#include <asm/virt.h>

#include "el2_trace.h"
#include "fail.h"

/*
 * Where each function's two instructions begin, as a distance into the hypervisor's text: the table
 * has the hypervisor's addresses soon, and then is out of reach. NULL if none can be traced.
 */
static u32 *places;

static unsigned long function_place(unsigned int nr)
{
	return (unsigned long)__hyp_text_start + places[nr];
}

static unsigned long function_address(void *priv, unsigned int nr)
{
	return function_place(nr);
}

/* Without pKVM, what write_insns() of the hypervisor does with it */
static int patch_functions_here(unsigned int first, unsigned int nr, const u8 *wanted)
{
	unsigned long entries = (unsigned long)kvm_nvhe_sym(el2_function_entries);
	unsigned int i;

	for (i = first; i < first + nr; i++) {
		unsigned long place = function_place(i) + AARCH64_INSN_SIZE;
		u32 insn = el2_function_insn(place, entries, wanted[i]), old;
		int ret;

		if (aarch64_insn_read((void *)place, &old))
			return -EFAULT;
		if (old == insn)
			continue;

		ret = aarch64_insn_patch_text_nosync((void *)place, insn);
		if (ret)
			return ret;
	}

	return 0;
}

/* As the hypercall has it */
static struct el2_function_word word_of(unsigned int nr, const u8 *wanted)
{
	struct el2_function_word word = {};
	unsigned int i, bit;

	for (i = 0; i < nr; i++) {
		for (bit = 0; bit < EL2_FUNCTIONS_BITS; bit++)
			word.bits[bit] |= (u64)(wanted[i] >> bit & 1) << i;
	}

	return word;
}

static int patch_functions(void *priv, const u8 *wanted)
{
	int ret = el2_trace_start_hyp() ?: el2_trace_fail(-EINVAL);
	unsigned int first;

	for (first = 0; !ret && first < el2_trace_functions.nr; first += EL2_FUNCTIONS_WORD) {
		unsigned int nr = min(el2_trace_functions.nr - first, EL2_FUNCTIONS_WORD);
		struct el2_function_word word = word_of(nr, wanted + first);

		ret = el2_trace_call(__el2_trace_patch_functions, first / EL2_FUNCTIONS_WORD,
				     word.bits[0], word.bits[1], word.bits[2]);
		if (!ret && !is_protected_kvm_enabled())
			ret = patch_functions_here(first, nr, wanted);
		cond_resched();
	}

	/*
	 * The hypervisor executes it at another address than the one that it has been invalidated
	 * by, and an instruction cache may go by that.
	 */
	if (!is_protected_kvm_enabled())
		icache_inval_all_pou();

	/* A CPU goes on with what it has fetched until it next enters the hypervisor */
	if (!ret)
		el2_trace_end_stays();

	return ret;
}

static int record_functions(void *priv, const struct remote_trace_function_ids *ids)
{
	int ret = el2_trace_start_hyp() ?: el2_trace_fail(-EINVAL);
	u64 word = 0;

	if (ids)
		word = FIELD_PREP(EL2_FUNCTION_IDS_CALL, ids->call) |
		       FIELD_PREP(EL2_FUNCTION_IDS_ENTRY, ids->entry) |
		       FIELD_PREP(EL2_FUNCTION_IDS_EXIT, ids->exit);

	ret = ret ?: el2_trace_call(__el2_trace_record_functions, word, ids ? ids->max_depth : 0,
				    (unsigned long)__hyp_text_start);

	/* A stay that has a graph has it to its end */
	if (!ret && !ids)
		el2_trace_end_stays();

	return ret;
}

struct remote_trace_functions el2_trace_functions __ro_after_init = {
	.prefix		= "__kvm_nvhe_",
	.address	= function_address,
	.patch		= patch_functions,
	.record		= record_functions,
};

static bool __init prepare(unsigned long place)
{
	u32 first, second;

	if (aarch64_insn_read((void *)place, &first) ||
	    aarch64_insn_read((void *)(place + AARCH64_INSN_SIZE), &second) ||
	    first != EL2_FUNCTION_NOP || second != EL2_FUNCTION_NOP)
		return false;

	return !aarch64_insn_patch_text_nosync((void *)place, EL2_FUNCTION_SAVE);
}

/* Before the other CPUs start, and so before the table is made the hypervisor's */
static int __init el2_functions_init(void)
{
	const unsigned long *table = kvm_nvhe_sym(el2_functions_start);
	unsigned int i, nr = kvm_nvhe_sym(el2_functions_stop) - table;

	/* With VHE, or without EL2, none is ever called */
	if (!is_hyp_mode_available() || is_kernel_in_hyp_mode())
		return 0;

	places = kmalloc_array(nr, sizeof(*places), GFP_KERNEL);
	if (!places)
		return -ENOMEM;

	for (i = 0; i < nr; i++) {
		if (!prepare(table[i])) {
			/* Those that are prepared do no harm */
			pr_err("no two NOPs at %pS: the hypervisor's functions cannot be traced\n",
			       (void *)table[i]);
			kfree(places);
			places = NULL;
			return -EINVAL;
		}
		places[i] = table[i] - (unsigned long)__hyp_text_start;
	}

	el2_trace_functions.nr = nr;

	return 0;
}
early_initcall(el2_functions_init);
