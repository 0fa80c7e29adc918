/* SPDX-License-Identifier: GPL-2.0 */
/* Pages of 4 KB, or of what the Makefile asks for; the host's own page size does not matter. */
#ifndef _SHIM_ASM_PAGE_H
#define _SHIM_ASM_PAGE_H

#ifndef SHIM_PAGE_SHIFT
#define SHIM_PAGE_SHIFT		12
#endif

#define PAGE_SHIFT		SHIM_PAGE_SHIFT
#define PAGE_SIZE		(1UL << PAGE_SHIFT)

#endif /* _SHIM_ASM_PAGE_H */
