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
#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/cacheflush.h>
#include <linux/init.h>
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
static int patch_word(unsigned int word, u64 bits)
{
	unsigned int i, first = word * EL2_FUNCTIONS_WORD;
	unsigned int nr = min(el2_trace_functions.nr - first, EL2_FUNCTIONS_WORD);

	for (i = 0; i < nr; i++) {
		unsigned long place = function_place(first + i) + AARCH64_INSN_SIZE;
		u32 insn = EL2_FUNCTION_NOP, old;
		int ret;

		if (bits & BIT(i))
			insn = el2_function_call(place,
						 (unsigned long)kvm_nvhe_sym(el2_function_entry));
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

/* A bitmap's words are the hypercall's */
static_assert(BITS_PER_LONG == EL2_FUNCTIONS_WORD);

static int patch_functions(void *priv, const u8 *wanted)
{
	unsigned int i, word, words = BITS_TO_LONGS(el2_trace_functions.nr);
	int ret = el2_trace_start_hyp() ?: el2_trace_fail(-EINVAL);

	for (word = 0; !ret && word < words; word++) {
		unsigned int first = word * EL2_FUNCTIONS_WORD;
		unsigned int nr = min(el2_trace_functions.nr - first, EL2_FUNCTIONS_WORD);
		u64 bits = 0;

		for (i = 0; i < nr; i++)
			bits |= (u64)(wanted[first + i] == REMOTE_TRACE_FUNCTION_CALL) << i;

		ret = el2_trace_call(__el2_trace_patch_functions, word, bits);
		if (!ret && !is_protected_kvm_enabled())
			ret = patch_word(word, bits);
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
	int ret = el2_trace_start_hyp();

	return ret ?: el2_trace_fail(-EINVAL) ?:
	       el2_trace_call(__el2_trace_record_functions, ids ? ids->call : 0,
			      (unsigned long)__hyp_text_start);
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
