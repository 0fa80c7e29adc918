/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL2_ASM_KVM_HYP_H
#define _SHIM_KVM_EL2_ASM_KVM_HYP_H

#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include <asm/arch_timer.h>
#include <asm/kvm_el2_trace.h>
#include <asm/page.h>
#include <asm/virt.h>

#include <sys/types.h>

#define U8_MAX			((u8)~0)
#define U16_MAX			((u16)~0)
#define U32_MAX		((u32)~0U)
#define S64_MAX			((s64)(~0ULL >> 1))
#define noinline		__attribute__((__noinline__))

/* The only register of EL2 that is read: why the host, or a guest, came */
extern u64 shim_esr;

#define read_sysreg_el2(reg)	shim_esr

/* And of EL1: whom the host, or a guest, says that it runs */
extern u64 shim_contextidr;

#define read_sysreg_el1(reg)	shim_contextidr

/* The counter, where nothing has to be waited for before it is read */
#define read_sysreg(reg)	shim_counter

#define IS_ENABLED(option)	option
#define CONFIG_PID_IN_CONTEXTIDR	1

extern unsigned long kvm_arm_hyp_percpu_base[];

#endif /* _SHIM_KVM_EL2_ASM_KVM_HYP_H */
