/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL2_ASM_SECTIONS_H
#define _SHIM_KVM_EL2_ASM_SECTIONS_H

#define SHIM_HYP_TEXT_SIZE	4096

/* The hypervisor's text, by address; what is in it does not matter */
extern char shim_hyp_text[SHIM_HYP_TEXT_SIZE];

#define __hyp_text_start	shim_hyp_text
#define __hyp_text_end		(shim_hyp_text + SHIM_HYP_TEXT_SIZE)

#endif /* _SHIM_KVM_EL2_ASM_SECTIONS_H */
