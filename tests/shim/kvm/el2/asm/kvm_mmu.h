/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kvm_get_kimage_voffset() the shim's ALTERNATIVE_CB() does without; what cleaning and invalidating
 * a page brings to light, the test says.
 */
#ifndef _SHIM_KVM_EL2_ASM_KVM_MMU_H
#define _SHIM_KVM_EL2_ASM_KVM_MMU_H

#include <linux/types.h>

void kvm_flush_dcache_to_poc(void *addr, u64 size);
void icache_inval_pou(unsigned long start, unsigned long end);

#endif /* _SHIM_KVM_EL2_ASM_KVM_MMU_H */
