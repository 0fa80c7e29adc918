/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL2_LINUX_MM_H
#define _SHIM_KVM_EL2_LINUX_MM_H

#include <linux/math.h>
#include <linux/minmax.h>

#include <asm/page.h>

#define PAGE_MASK		(~(PAGE_SIZE - 1))
#define offset_in_page(p)	((unsigned long)(p) & ~PAGE_MASK)

#endif /* _SHIM_KVM_EL2_LINUX_MM_H */
