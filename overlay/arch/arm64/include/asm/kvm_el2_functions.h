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
 *	while it is traced	mov x9, lr	bl el2_function_entry
 *
 * The first changes while no CPU can be there, and once. The second changes at any time, as the
 * architecture lets a NOP and a BL be exchanged while others execute them: they see either.
 */
#ifndef __ARM64_KVM_EL2_FUNCTIONS_H
#define __ARM64_KVM_EL2_FUNCTIONS_H

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

#else /* !LINKER_SCRIPT */

#include <linux/bits.h>
#include <linux/types.h>

#include <asm/hyp_image.h>

/* The table; the addresses are the host's until they are made the hypervisor's, early in boot */
extern const unsigned long kvm_nvhe_sym(el2_functions_start)[], kvm_nvhe_sym(el2_functions_stop)[];

/* function-entry.S of EL2 */
extern const char kvm_nvhe_sym(el2_function_entry)[];

/* Functions that a hypercall switches, a bit for each */
#define EL2_FUNCTIONS_WORD	64

#define EL2_FUNCTION_NOP	0xd503201fU	/* nop */
#define EL2_FUNCTION_SAVE	0xaa1e03e9U	/* mov x9, lr */

/**
 * el2_function_call - the instruction that has a function traced
 * @place:	where it is going to be
 * @entry:	el2_function_entry, at the same distance from it on both sides
 *
 * Return: a BL. The hypervisor's text is far smaller than what that spans.
 */
static inline u32 el2_function_call(unsigned long place, unsigned long entry)
{
	return 0x94000000U | (((entry - place) >> 2) & GENMASK(25, 0));
}

#endif /* LINKER_SCRIPT */

#endif /* __ARM64_KVM_EL2_FUNCTIONS_H */
