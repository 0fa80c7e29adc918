/* SPDX-License-Identifier: GPL-2.0 */
/* Memory comes from the test, which keeps the books. */
#ifndef _SHIM_KVM_EL1_LINUX_GFP_H
#define _SHIM_KVM_EL1_LINUX_GFP_H

#include <linux/types.h>

typedef u32 gfp_t;

#define GFP_KERNEL	0x1u
#define __GFP_ZERO	0x2u
#define __GFP_NOWARN	0x4u
#define __GFP_RETRY_MAYFAIL	0x8u

void *alloc_pages_exact(size_t size, gfp_t gfp);
void free_pages_exact(void *addr, size_t size);
unsigned long __get_free_page(gfp_t gfp);
void free_page(unsigned long addr);

#endif /* _SHIM_KVM_EL1_LINUX_GFP_H */
