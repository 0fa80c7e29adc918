/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL1_LINUX_MMZONE_H
#define _SHIM_KVM_EL1_LINUX_MMZONE_H

#define MAX_PAGE_ORDER	10

#endif /* _SHIM_KVM_EL1_LINUX_MMZONE_H */
