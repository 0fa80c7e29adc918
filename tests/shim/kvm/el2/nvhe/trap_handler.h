/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL2_NVHE_TRAP_HANDLER_H
#define _SHIM_KVM_EL2_NVHE_TRAP_HANDLER_H

#define cpu_reg(ctxt, r)	((ctxt)->regs.regs[r])

#endif /* _SHIM_KVM_EL2_NVHE_TRAP_HANDLER_H */
