/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL1_ASM_ARCH_TIMER_H
#define _SHIM_KVM_EL1_ASM_ARCH_TIMER_H

#include <linux/types.h>

u32 arch_timer_get_cntfrq(void);
u64 __arch_counter_get_cntpct(void);

#endif /* _SHIM_KVM_EL1_ASM_ARCH_TIMER_H */
