/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL2_NVHE_MM_H
#define _SHIM_KVM_EL2_NVHE_MM_H

#include <nvhe/memory.h>

void *hyp_fixmap_map(phys_addr_t phys);
void hyp_fixmap_unmap(void);

#endif /* _SHIM_KVM_EL2_NVHE_MM_H */
