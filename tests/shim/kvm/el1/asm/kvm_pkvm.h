/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL1_ASM_KVM_PKVM_H
#define _SHIM_KVM_EL1_ASM_KVM_PKVM_H

#include <asm/virt.h>

#endif /* _SHIM_KVM_EL1_ASM_KVM_PKVM_H */
