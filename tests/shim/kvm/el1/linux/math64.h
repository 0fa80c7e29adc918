/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL1_LINUX_MATH64_H
#define _SHIM_KVM_EL1_LINUX_MATH64_H

#include <linux/types.h>

/* The kernel's own saturates as well */
static inline u64 mul_u64_u64_div_u64(u64 a, u64 mul, u64 div)
{
	unsigned __int128 result;

	if (!div)
		__builtin_trap();
	result = (unsigned __int128)a * mul / div;

	return result >> 64 ? ~0ULL : result;
}

#define abs(x)	((x) < 0 ? -(x) : (x))

#endif /* _SHIM_KVM_EL1_LINUX_MATH64_H */
