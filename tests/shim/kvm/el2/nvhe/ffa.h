/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL2_NVHE_FFA_H
#define _SHIM_KVM_EL2_NVHE_FFA_H

#define FFA_MIN_FUNC_NUM	0x60
#define FFA_MAX_FUNC_NUM	0xff

#endif /* _SHIM_KVM_EL2_NVHE_FFA_H */
