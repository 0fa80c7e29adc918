/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_BOTH_ASM_VIRT_H
#define _SHIM_KVM_BOTH_ASM_VIRT_H

#include <linux/types.h>

bool is_protected_kvm_enabled(void);

extern bool shim_protected_initialized;

#define kvm_protected_mode_initialized	shim_protected_initialized
#define static_branch_likely(key)	(*(key))

#endif /* _SHIM_KVM_BOTH_ASM_VIRT_H */
