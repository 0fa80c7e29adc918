/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The timer of EL2, each CPU's own.
 */
#ifndef _SHIM_KVM_EL2_ASM_SYSREG_H
#define _SHIM_KVM_EL2_ASM_SYSREG_H

#include <linux/percpu.h>
#include <linux/types.h>

DECLARE_PER_CPU(u64, shim_cnthp_ctl);
DECLARE_PER_CPU(u64, shim_cnthp_cval);

#define SYS_CNTHP_CTL_EL2	(*this_cpu_ptr(&shim_cnthp_ctl))
#define SYS_CNTHP_CVAL_EL2	(*this_cpu_ptr(&shim_cnthp_cval))

#define write_sysreg_s(value, reg)	((reg) = (value))

#endif /* _SHIM_KVM_EL2_ASM_SYSREG_H */
