/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL1_LINUX_ERR_H
#define _SHIM_KVM_EL1_LINUX_ERR_H

#include <linux/errno.h>

#define MAX_ERRNO	4095UL

#define ERR_PTR(error)	((void *)(long)(error))
#define PTR_ERR(ptr)	((long)(ptr))
#define IS_ERR(ptr)	((unsigned long)(ptr) >= -MAX_ERRNO)

#endif /* _SHIM_KVM_EL1_LINUX_ERR_H */
