/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_BOTH_LINUX_COMPILER_H
#define _SHIM_KVM_BOTH_LINUX_COMPILER_H

#include_next <linux/compiler.h>

#define __printf(format, first)	__attribute__((__format__(__printf__, format, first)))

#endif /* _SHIM_KVM_BOTH_LINUX_COMPILER_H */
