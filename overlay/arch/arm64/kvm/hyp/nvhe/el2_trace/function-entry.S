/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a function of the hypervisor's calls while it is traced, and where it returns to if its end
 * is traced, too.
 *
 * The function is at its very beginning, so what is live is what the calling convention lets be:
 * x0 to x8, and what is the caller's, x19 to x29 among it; its return address, which is not signed
 * yet, is in x9. x10 to x18 are nobody's. To make a frame record of it is to have it in the call
 * stacks that el2_trace/stack.c walks.
 */
#include <linux/linkage.h>

#include <asm/kvm_el2_functions.h>

	.text

/*
 * One entry of the table: a call of \tracer, with the place in the function, the address that it
 * returns to and the stack pointer. If the tracer \answers, that is where the function returns to.
 */
	.macro	function_entry name, tracer, answers
	.balign	EL2_FUNCTION_ENTRY_SIZE
SYM_CODE_START(\name)
	stp	x29, x9, [sp, #-96]!
	mov	x29, sp
	stp	x0, x1, [sp, #16]
	stp	x2, x3, [sp, #32]
	stp	x4, x5, [sp, #48]
	stp	x6, x7, [sp, #64]
	stp	x8, x30, [sp, #80]

	sub	x0, x30, #4
	mov	x1, x9
	.if	\answers
	add	x2, sp, #96
	.endif
	bl	\tracer
	.if	\answers
	str	x0, [sp, #8]
	.endif

	ldp	x8, x9, [sp, #80]
	ldp	x6, x7, [sp, #64]
	ldp	x4, x5, [sp, #48]
	ldp	x2, x3, [sp, #32]
	ldp	x0, x1, [sp, #16]
	ldp	x29, x30, [sp], #96
	ret	x9
SYM_CODE_END(\name)
	.endm

/* In the order of enum remote_trace_function */
	.balign	EL2_FUNCTION_ENTRY_SIZE
SYM_INNER_LABEL(el2_function_entries, SYM_L_GLOBAL)
	function_entry	el2_function_entry, el2_trace_function, 0
	function_entry	el2_function_entry_inner, el2_graph_inner, 1
	function_entry	el2_function_entry_root, el2_graph_root, 1
	function_entry	el2_function_entry_skip, el2_graph_skip, 1
	/* Fails if one did not fit */
	.org	el2_function_entries + EL2_FUNCTION_ENTRIES * EL2_FUNCTION_ENTRY_SIZE

/*
 * A function has returned. What it returns is in x0 and x1, and nothing else is live but what is
 * the caller's, x29 among it.
 */
SYM_CODE_START(el2_function_return)
	stp	x0, x1, [sp, #-16]!

	add	x0, sp, #16
	bl	el2_graph_exit
	mov	x9, x0

	ldp	x0, x1, [sp], #16
	ret	x9
SYM_CODE_END(el2_function_return)
