/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL2_ASM_KVM_ASM_H
#define _SHIM_KVM_EL2_ASM_KVM_ASM_H

#include <linux/percpu.h>

#define ARM_EXCEPTION_CODE(code)	((code) & ~(1U << 31))
#define ARM_EXCEPTION_IRQ		0
#define ARM_EXCEPTION_EL1_SERROR	1
#define ARM_EXCEPTION_TRAP		2
#define ARM_EXCEPTION_IL		3

/* Of which only the stack matters: the address it ends at */
struct kvm_nvhe_init_params {
	unsigned long	stack_hyp_va;
};

DECLARE_PER_CPU(struct kvm_nvhe_init_params, kvm_init_params);

#endif /* _SHIM_KVM_EL2_ASM_KVM_ASM_H */
