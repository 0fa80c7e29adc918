/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL2_ASM_ESR_H
#define _SHIM_KVM_EL2_ASM_ESR_H

#define ESR_ELx_EC(esr)		((esr) >> 26 & 0x3f)

#define ESR_ELx_EC_HVC64	0x16
#define ESR_ELx_EC_SMC64	0x17
#define ESR_ELx_EC_IABT_LOW	0x20
#define ESR_ELx_EC_DABT_LOW	0x24
#define ESR_ELx_EC_MAX		0x3f

#endif /* _SHIM_KVM_EL2_ASM_ESR_H */
