/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses as at EL2: a constant apart from physical ones, in both directions and for any value,
 * so that the bits a page frame number loses on its way get lost here too.
 */
#ifndef _SHIM_KVM_EL2_NVHE_MEMORY_H
#define _SHIM_KVM_EL2_NVHE_MEMORY_H

#include <linux/types.h>

#include <asm/page.h>

typedef u64 phys_addr_t;

extern u64 shim_physvirt_offset;

#define hyp_phys_to_virt(phys)	((void *)((phys_addr_t)(phys) - shim_physvirt_offset))
#define hyp_virt_to_phys(addr)	((phys_addr_t)(addr) + shim_physvirt_offset)
#define __hyp_pa(virt)		hyp_virt_to_phys(virt)
#define hyp_phys_to_pfn(phys)	((phys) >> PAGE_SHIFT)
#define hyp_pfn_to_phys(pfn)	((phys_addr_t)((pfn) << PAGE_SHIFT))
#define hyp_virt_to_pfn(virt)	hyp_phys_to_pfn(hyp_virt_to_phys(virt))

int hyp_page_count(void *addr);

#endif /* _SHIM_KVM_EL2_NVHE_MEMORY_H */
