/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL1_ASM_KVM_MMU_H
#define _SHIM_KVM_EL1_ASM_KVM_MMU_H

enum kvm_pgtable_prot {
	PAGE_HYP = 3,
};

int create_hyp_mappings(void *from, void *to, enum kvm_pgtable_prot prot);

#endif /* _SHIM_KVM_EL1_ASM_KVM_MMU_H */
