// SPDX-License-Identifier: GPL-2.0
/*
 * Having functions traced, and no longer: one instruction in each, which is a NOP or calls one of
 * the tracers.
 *
 * Trust boundary: the host names functions by number, in a table that is the hypervisor's read-only
 * data; a number is a place, and what is written there is one of few instructions that follow from
 * the place. So the host chooses which functions are traced, by which of our tracers, and nothing
 * else.
 *
 * The text stays read-only and executable where it is executed. It is written through another
 * address of the same page, this CPU's own (hyp_fixmap_map()), which can be written, cannot be
 * executed, and is there for as long as the instructions of one page take.
 *
 * Other CPUs may execute the instruction meanwhile. NOP and BL are among those that the
 * architecture lets be exchanged then, for each other and for themselves, without stopping anybody:
 * whoever executes it gets the whole of one or the other. It is an aligned word, so the store is
 * one. Then, for each:
 *
 *	dc civac	out of the data caches, which the instruction caches are filled from.
 *			Further than dc cvau would, but that is what CPUs with the erratum that
 *			ARM64_WORKAROUND_CLEAN_CACHE is about need
 *	dsb sy		before
 *	ic ivau		the old one is in no instruction cache of any CPU any more, if those do not
 *			see to it by themselves. By the address that is executed: one may go by that
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

/* What is there to have that become of the function's calls */
static u32 wanted_insn(const u32 *place, unsigned int how)
{
	return el2_function_insn((unsigned long)place, (unsigned long)el2_function_entries, how);
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
	kvm_flush_dcache_to_poc(alias, sizeof(*alias));
	icache_inval_pou((unsigned long)place, (unsigned long)(place + 1));
}

/*
 * Write the instructions that are wanted at up to a word's number of places. Those of one page are
 * next to each other but for few, as functions are numbered the way that they are linked.
 */
static void write_insns(u64 first, u64 nr, const struct el2_function_word *word)
{
	unsigned long page = 0;
	void *alias = NULL;
	u64 i;

	for (i = 0; i < nr; i++) {
		u32 *place = function_place(first + i), *to;
		u32 insn = wanted_insn(place, el2_function_word_get(word, i));

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

/* Is it one that is put there? Nothing else is ever overwritten */
static bool insn_is_ours(const u32 *place)
{
	unsigned int how;

	for (how = 0; how <= EL2_FUNCTION_ENTRIES; how++) {
		if (*place == wanted_insn(place, how))
			return place[-1] == EL2_FUNCTION_SAVE;
	}

	return false;
}

/* Can all of these be done? */
static bool word_is_valid(u64 first, u64 nr, const struct el2_function_word *word)
{
	u64 i;

	for (i = 0; i < EL2_FUNCTIONS_WORD; i++) {
		unsigned int how = el2_function_word_get(word, i);

		if (how > (i < nr ? EL2_FUNCTION_ENTRIES : 0))
			return false;
		if (i < nr && !insn_is_ours(function_place(first + i)))
			return false;
	}

	return true;
}

/**
 * el2_functions_patch - what shall become of the calls of some functions
 * @nr:		which: those from EL2_FUNCTIONS_WORD times this on
 * @word:	what
 *
 * Context: serialised by the caller. Bounded.
 * Return: 0; -EINVAL if there are no such functions, or nothing of the kind can become of their
 * calls, or if these cannot be traced because the host has not prepared them; -EPERM before the
 * hypervisor is protected. Unless 0, nothing has changed. Without pKVM to check is all that it
 * does.
 */
int el2_functions_patch(u64 nr, const struct el2_function_word *word)
{
	u64 all = el2_functions_stop - el2_functions_start;
	u64 words = DIV_ROUND_UP(all, EL2_FUNCTIONS_WORD), first;

	if (nr >= words)
		return -EINVAL;

	first = array_index_nospec(nr, words) * EL2_FUNCTIONS_WORD;
	nr = min_t(u64, all - first, EL2_FUNCTIONS_WORD);
	if (!word_is_valid(first, nr, word))
		return -EINVAL;

	if (!is_protected_kvm_enabled())
		return 0;
	/* Until then the host is trusted, and there may be no page to write through */
	if (!static_branch_likely(&kvm_protected_mode_initialized))
		return -EPERM;

	write_insns(first, nr, word);

	return 0;
}
