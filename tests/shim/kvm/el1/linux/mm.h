/* SPDX-License-Identifier: GPL-2.0 */
/* An address becomes a page frame number by way of the test, which refuses what is no page. */
#ifndef _SHIM_KVM_EL1_LINUX_MM_H
#define _SHIM_KVM_EL1_LINUX_MM_H

#include <linux/types.h>

#include <asm/page.h>

#define PAGE_ALIGN(size)	(((size) + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1))

struct page;

struct page *virt_to_page(const void *addr);
u64 page_to_pfn(const struct page *page);

#endif /* _SHIM_KVM_EL1_LINUX_MM_H */
