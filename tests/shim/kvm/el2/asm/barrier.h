/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL2_ASM_BARRIER_H
#define _SHIM_KVM_EL2_ASM_BARRIER_H

#include_next <asm/barrier.h>

#define dsb(which)	smp_mb()
#define isb()

#endif /* _SHIM_KVM_EL2_ASM_BARRIER_H */
