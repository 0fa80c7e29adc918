// SPDX-License-Identifier: GPL-2.0
/*
 * Having functions traced, and no longer: one instruction in each, which is a NOP or calls the
 * tracer.
 *
 * Trust boundary: the host names functions by number, in a table that is the hypervisor's read-only
 * data; a number is a place, and what is written there is one of two instructions that follow from
 * the place. So the host chooses which functions are traced and nothing else.
 *
 * The text stays read-only and executable where it is executed. It is written through another
 * address of the same page, this CPU's own (hyp_fixmap_map()), which can be written, cannot be
 * executed, and is there for as long as the instructions of one page take.
 *
 * Other CPUs may execute the instruction meanwhile. NOP and BL are among those that the
 * architecture lets be exchanged then, without stopping anybody: whoever executes it gets the
 * whole of one or the other. It is an aligned word, so the store is one. Then, for each:
 *
 *	dc civac	out of the data caches, which the instruction caches are filled from.
 *			Further than dc cvau would, but that is what CPUs with the erratum that
 *			ARM64_WORKAROUND_CLEAN_CACHE is about need
 *	dsb ish		before
 *	ic ivau		the old one is in no instruction cache of any CPU any more. By the address
 *			that is executed: an instruction cache may go by that
 *	dsb ish		... when this is over
 *
 * What a CPU has fetched already it executes until it is synchronised: by the exception that begins
 * its next stay, or leads back from a guest. The host waits for one on each CPU before it says that
 * functions are traced or no longer are; nothing here depends on it, as the tracer is always there.
 * The isb of hyp_fixmap_unmap() does it for this CPU.
 *
 * Without pKVM the text is the host's, the hypervisor's page tables are, and there is no page to
 * write through: the host patches it as it does its own.
 */
#include <linux/mm.h>
#include <linux/nospec.h>

#include <asm/barrier.h>
#include <asm/kvm_el2_functions.h>
#include <asm/kvm_hyp.h>
#include <asm/kvm_mmu.h>
#include <asm/tlbflush.h>

#include <nvhe/el2_functions.h>
#include <nvhe/memory.h>
#include <nvhe/mm.h>

/* The instruction that can be changed */
static u32 *function_place(u64 nr)
{
	return (u32 *)el2_functions_start[nr] + 1;
}

/* What is there while the function is traced */
static u32 call_insn(const u32 *place)
{
	return el2_function_call((unsigned long)place, (unsigned long)el2_function_entry);
}

/*
 * Another address of a page of the text, to write to.
 *
 * hyp_fixmap_unmap() has invalidated what this address meant before, on all CPUs, so that ought to
 * be all; the page table's entry has been stored and completed, and the isb has it seen. But QEMU
 * before 8.1 takes TLBI VALE2IS for the other of EL2's two ways to translate when HCR_EL2.E2H is
 * set, as in hVHE, and the stores would be to the page before: so invalidate once more, by what it
 * understands. Only here, where nobody else uses the address, and seldom enough.
 */
static void *map_alias(unsigned long page)
{
	void *alias = hyp_fixmap_map(__hyp_pa(page));

	__tlbi(alle2);
	dsb(nsh);
	isb();

	return alias;
}

/* Makes the CPUs execute what has been written to it */
static void publish_insn(u32 *place, u32 *alias)
{
	asm volatile("dc civac, %0\n"
		     "dsb ish\n"
		     "ic ivau, %1\n"
		     "dsb ish\n"
		     : : "r" (alias), "r" (place) : "memory");
}

/*
 * Write the instructions that are wanted at up to a word's number of places. Those of one page are
 * next to each other but for few, as functions are numbered the way that they are linked.
 */
static void write_insns(u64 first, u64 nr, u64 bits)
{
	unsigned long page = 0;
	void *alias = NULL;
	u64 i;

	for (i = 0; i < nr; i++) {
		u32 *place = function_place(first + i), *to;
		u32 insn = bits & BIT(i) ? call_insn(place) : EL2_FUNCTION_NOP;

		if (*place == insn)
			continue;

		if (((unsigned long)place & PAGE_MASK) != page) {
			if (alias)
				hyp_fixmap_unmap();
			page = (unsigned long)place & PAGE_MASK;
			alias = map_alias(page);
		}

		to = alias + offset_in_page(place);
		WRITE_ONCE(*to, insn);
		publish_insn(place, to);
	}

	if (alias)
		hyp_fixmap_unmap();
}

/* Is all of it as it can be? Nothing else is ever overwritten */
static bool insns_are_ours(u64 first, u64 nr)
{
	u64 i;

	for (i = 0; i < nr; i++) {
		u32 *place = function_place(first + i);

		if (place[-1] != EL2_FUNCTION_SAVE ||
		    (*place != EL2_FUNCTION_NOP && *place != call_insn(place)))
			return false;
	}

	return true;
}

/**
 * el2_functions_patch - have some functions traced, and others not
 * @word:	which: those from EL2_FUNCTIONS_WORD times this on
 * @bits:	one for each, 1 for a function that is to be traced
 *
 * Context: serialised by the caller. Bounded.
 * Return: 0; -EINVAL if there are no such functions, or if these cannot be traced because the host
 * has not prepared them; -EPERM before the hypervisor is protected. Unless 0, nothing has changed.
 * Without pKVM to check is all that it does.
 */
int el2_functions_patch(u64 word, u64 bits)
{
	u64 all = el2_functions_stop - el2_functions_start;
	u64 words = DIV_ROUND_UP(all, EL2_FUNCTIONS_WORD), first, nr;

	if (word >= words)
		return -EINVAL;

	first = array_index_nospec(word, words) * EL2_FUNCTIONS_WORD;
	nr = min_t(u64, all - first, EL2_FUNCTIONS_WORD);
	if (nr < EL2_FUNCTIONS_WORD && bits >> nr)
		return -EINVAL;

	if (!insns_are_ours(first, nr))
		return -EINVAL;

	if (!is_protected_kvm_enabled())
		return 0;
	/* Until then the host is trusted, and there may be no page to write through */
	if (!static_branch_likely(&kvm_protected_mode_initialized))
		return -EPERM;

	write_insns(first, nr, bits);

	return 0;
}
