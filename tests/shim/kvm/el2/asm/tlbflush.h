/* SPDX-License-Identifier: GPL-2.0 */
/* What becomes of addresses that may be another page's so far, the test says. */
#ifndef _SHIM_KVM_EL2_ASM_TLBFLUSH_H
#define _SHIM_KVM_EL2_ASM_TLBFLUSH_H

void shim_tlbi(void);

#define __tlbi(op)	shim_tlbi()

#endif /* _SHIM_KVM_EL2_ASM_TLBFLUSH_H */
