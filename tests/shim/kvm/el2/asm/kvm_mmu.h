/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL2_ASM_KVM_MMU_H
#define _SHIM_KVM_EL2_ASM_KVM_MMU_H

/* kvm_get_kimage_voffset(), which the shim's ALTERNATIVE_CB() does without */

#endif /* _SHIM_KVM_EL2_ASM_KVM_MMU_H */
