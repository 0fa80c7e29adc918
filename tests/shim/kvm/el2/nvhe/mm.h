/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL2_NVHE_MM_H
#define _SHIM_KVM_EL2_NVHE_MM_H

#include <nvhe/memory.h>

#endif /* _SHIM_KVM_EL2_NVHE_MM_H */
