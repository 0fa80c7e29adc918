/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL2_ASM_KVM_ASM_H
#define _SHIM_KVM_EL2_ASM_KVM_ASM_H

#include <linux/percpu.h>

/* Of which only the stack matters: the address it ends at */
struct kvm_nvhe_init_params {
	unsigned long	stack_hyp_va;
};

DECLARE_PER_CPU(struct kvm_nvhe_init_params, kvm_init_params);

#endif /* _SHIM_KVM_EL2_ASM_KVM_ASM_H */
