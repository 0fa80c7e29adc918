/* SPDX-License-Identifier: GPL-2.0 */
/* How the number of a call is made up. */
#ifndef _SHIM_KVM_EL2_LINUX_ARM_SMCCC_H
#define _SHIM_KVM_EL2_LINUX_ARM_SMCCC_H

#define ARM_SMCCC_OWNER_STANDARD	4

#define ARM_SMCCC_IS_FAST_CALL(func)	((func) & 1U << 31)
#define ARM_SMCCC_OWNER_NUM(func)	((func) >> 24 & 0x3f)
#define ARM_SMCCC_FUNC_NUM(func)	((func) & 0xffff)

#endif /* _SHIM_KVM_EL2_LINUX_ARM_SMCCC_H */
