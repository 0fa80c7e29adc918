/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The counter is a variable. The instruction that reads it is given through ALTERNATIVE(), so that
 * the hypervisor's own el2_clock_ns() can be built as it stands.
 */
#ifndef _SHIM_KVM_EL2_ASM_ARCH_TIMER_H
#define _SHIM_KVM_EL2_ASM_ARCH_TIMER_H

#include <linux/errno.h>
#include <linux/types.h>

#include <asm/barrier.h>

extern volatile u64 shim_counter;

#if defined(__x86_64__)
#define ALTERNATIVE(args...)	"movq shim_counter(%%rip), %0"
#elif defined(__aarch64__)
#define ALTERNATIVE(args...)	"adrp %0, shim_counter\n ldr %0, [%0, :lo12:shim_counter]"
#else
#error "no instruction to read shim_counter with"
#endif

#endif /* _SHIM_KVM_EL2_ASM_ARCH_TIMER_H */
