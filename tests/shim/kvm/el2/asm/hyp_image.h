/* SPDX-License-Identifier: GPL-2.0 */
/* The hypervisor's symbols go by their own names: there is no kernel around it. */
#ifndef _SHIM_KVM_EL2_ASM_HYP_IMAGE_H
#define _SHIM_KVM_EL2_ASM_HYP_IMAGE_H

#define kvm_nvhe_sym(sym)	sym

#endif /* _SHIM_KVM_EL2_ASM_HYP_IMAGE_H */
