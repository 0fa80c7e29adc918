/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL1_ASM_SECTIONS_H
#define _SHIM_KVM_EL1_ASM_SECTIONS_H

extern char __hyp_text_start[];

#endif /* _SHIM_KVM_EL1_ASM_SECTIONS_H */
