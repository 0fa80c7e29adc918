/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_WEAK_LINUX_COMPILER_H
#define _SHIM_WEAK_LINUX_COMPILER_H

#include_next <linux/compiler.h>
#include <weak.h>

#undef WRITE_ONCE
#define WRITE_ONCE(x, val)	weak_assign(&(x), val, __ATOMIC_RELAXED, false)

#endif /* _SHIM_WEAK_LINUX_COMPILER_H */
