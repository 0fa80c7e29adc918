/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a page of report --html is made of: files of ours, and d3, a library for plots, as its
 * package has installed it (D3, D3_LICENCE), byte by byte. SCRIPT is all of page/*.js, HASHES are
 * those of the scripts and the style.
 */
	.macro	page name, file
	.globl	page_\name, page_\name\()_end
	.balign	8
page_\name:
	.incbin	"\file"
page_\name\()_end:
	.byte	0
	.endm

	.section .rodata, "a"
	page	html, "page/report.html"
	page	css, "page/report.css"
	page	js, SCRIPT
	page	d3, D3
	page	licence, D3_LICENCE

	.globl	page_hashes
page_hashes:
	.asciz	HASHES

	.section .note.GNU-stack, "", %progbits
