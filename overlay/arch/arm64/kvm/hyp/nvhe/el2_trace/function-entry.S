/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a function of the hypervisor's calls while it is traced.
 *
 * The function is at its very beginning, so what is live is what the calling convention lets be:
 * x0 to x8, and what is the caller's, x19 to x29 among it; its return address, which is not signed
 * yet, is in x9. x10 to x18 are nobody's. To make a frame record of it is to have it in the call
 * stacks that el2_trace/stack.c walks.
 */
#include <linux/linkage.h>

	.text

SYM_CODE_START(el2_function_entry)
	stp	x29, x9, [sp, #-96]!
	mov	x29, sp
	stp	x0, x1, [sp, #16]
	stp	x2, x3, [sp, #32]
	stp	x4, x5, [sp, #48]
	stp	x6, x7, [sp, #64]
	stp	x8, x30, [sp, #80]

	sub	x0, x30, #4
	mov	x1, x9
	bl	el2_trace_function

	ldp	x8, x9, [sp, #80]
	ldp	x6, x7, [sp, #64]
	ldp	x4, x5, [sp, #48]
	ldp	x2, x3, [sp, #32]
	ldp	x0, x1, [sp, #16]
	ldp	x29, x30, [sp], #96
	ret	x9
SYM_CODE_END(el2_function_entry)
