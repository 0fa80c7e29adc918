/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL2_LINUX_OVERFLOW_H
#define _SHIM_KVM_EL2_LINUX_OVERFLOW_H

#define struct_size_t(type, member, count)	offsetof(type, member[count])

#endif /* _SHIM_KVM_EL2_LINUX_OVERFLOW_H */
