/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL1_LINUX_OVERFLOW_H
#define _SHIM_KVM_EL1_LINUX_OVERFLOW_H

#define struct_size(p, member, count)	(sizeof(*(p)) + sizeof((p)->member[0]) * (size_t)(count))

#endif /* _SHIM_KVM_EL1_LINUX_OVERFLOW_H */
