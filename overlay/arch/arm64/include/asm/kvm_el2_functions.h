/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hypervisor's functions that can be traced: the table of them, which host and hypervisor
 * number them by.
 *
 * With CONFIG_KVM_EL2_FUNCTION_TRACE the compiler begins each function of the hypervisor with two
 * NOPs, after the landing pad for BTI and before the return address is signed, and puts the address
 * of the first into a section of its own. That becomes part of the hypervisor's read-only data, so
 * that its addresses are made the hypervisor's as all others are, and so that the host's own ftrace
 * does not take them for the kernel's.
 *
 * What the two can be:
 *
 *	at first		nop		nop
 *	from early in boot on	mov x9, lr	nop
 *	while it is traced	mov x9, lr	bl to one of el2_function_entries
 *
 * The first changes while no CPU can be there, and once. The second changes at any time, as the
 * architecture lets a NOP and a BL be exchanged while others execute them: they see either.
 */
#ifndef __ARM64_KVM_EL2_FUNCTIONS_H
#define __ARM64_KVM_EL2_FUNCTIONS_H

/* How far the entries are from each other, in bytes, and how many there are: function-entry.S */
#define EL2_FUNCTION_ENTRY_SIZE		128
#define EL2_FUNCTION_ENTRIES		4

#ifdef LINKER_SCRIPT

/*
 * In the hypervisor's linker script: a section of its own, for the compiler's has an order that no
 * other can be mixed with before the kernel is linked
 */
#ifdef CONFIG_KVM_EL2_FUNCTION_TRACE
#define EL2_FUNCTION_TABLE				\
	BEGIN_HYP_SECTION(.functions)			\
		el2_functions_start = .;		\
		*(__patchable_function_entries)		\
		el2_functions_stop = .;			\
	END_HYP_SECTION
#else
#define EL2_FUNCTION_TABLE
#endif

#elif !defined(__ASSEMBLY__)

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/remote_trace.h>
#include <linux/types.h>

#include <asm/hyp_image.h>

/* The table; the addresses are the host's until they are made the hypervisor's, early in boot */
extern const unsigned long kvm_nvhe_sym(el2_functions_start)[], kvm_nvhe_sym(el2_functions_stop)[];

/* function-entry.S of EL2 */
extern const char kvm_nvhe_sym(el2_function_entries)[];

/* Functions that a hypercall switches, a bit for each in each of so many arguments */
#define EL2_FUNCTIONS_WORD	64
#define EL2_FUNCTIONS_BITS	3

#define EL2_FUNCTION_NOP	0xd503201fU	/* nop */
#define EL2_FUNCTION_SAVE	0xaa1e03e9U	/* mov x9, lr */

/* What functions are recorded with, as an argument: struct remote_trace_function_ids */
#define EL2_FUNCTION_IDS_CALL	GENMASK_ULL(15, 0)
#define EL2_FUNCTION_IDS_ENTRY	GENMASK_ULL(31, 16)
#define EL2_FUNCTION_IDS_EXIT	GENMASK_ULL(47, 32)
#define EL2_FUNCTION_IDS_RES0	GENMASK_ULL(63, 48)

static_assert(REMOTE_TRACE_FUNCTION_CALL == 1);
static_assert(REMOTE_TRACE_FUNCTION_SKIP == EL2_FUNCTION_ENTRIES);
static_assert(EL2_FUNCTION_ENTRIES < BIT(EL2_FUNCTIONS_BITS));

/**
 * el2_function_insn - the instruction that makes of a function's calls what shall become of them
 * @place:	where it is going to be
 * @entries:	el2_function_entries, at the same distance from it on both sides
 * @how:	what shall, an enum remote_trace_function
 *
 * Return: a NOP, or a BL. The hypervisor's text is far smaller than what that spans.
 */
static inline u32 el2_function_insn(unsigned long place, unsigned long entries, unsigned int how)
{
	if (how == REMOTE_TRACE_FUNCTION_OFF)
		return EL2_FUNCTION_NOP;

	entries += (how - REMOTE_TRACE_FUNCTION_CALL) * EL2_FUNCTION_ENTRY_SIZE;

	return 0x94000000U | (((entries - place) >> 2) & GENMASK(25, 0));
}

/**
 * struct el2_function_word - what becomes of the calls of EL2_FUNCTIONS_WORD functions
 * @bits:	a bit each, of which the first of the numbers has the lowest
 */
struct el2_function_word {
	u64	bits[EL2_FUNCTIONS_BITS];
};

/* Of one of these functions, an enum remote_trace_function; or what is none */
static inline unsigned int el2_function_word_get(const struct el2_function_word *word,
						 unsigned int nr)
{
	unsigned int bit, how = 0;

	for (bit = 0; bit < EL2_FUNCTIONS_BITS; bit++)
		how |= (word->bits[bit] >> nr & 1) << bit;

	return how;
}

#endif /* !__ASSEMBLY__ */

#endif /* __ARM64_KVM_EL2_FUNCTIONS_H */
