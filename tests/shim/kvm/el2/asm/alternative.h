/* SPDX-License-Identifier: GPL-2.0 */
/* The one there is loads a constant, which is 0 here: the host's image is where ours is. */
#ifndef _SHIM_KVM_EL2_ASM_ALTERNATIVE_H
#define _SHIM_KVM_EL2_ASM_ALTERNATIVE_H

#if defined(__x86_64__)
#define ALTERNATIVE_CB(args...)	"movq $0, %0"
#else
#define ALTERNATIVE_CB(args...)	"mov %0, #0"
#endif

#endif /* _SHIM_KVM_EL2_ASM_ALTERNATIVE_H */
