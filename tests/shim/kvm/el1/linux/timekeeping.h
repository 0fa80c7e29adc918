/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL1_LINUX_TIMEKEEPING_H
#define _SHIM_KVM_EL1_LINUX_TIMEKEEPING_H

#include <linux/types.h>

#define NSEC_PER_USEC	1000L
#define NSEC_PER_MSEC	1000000L
#define NSEC_PER_SEC	1000000000L
#define U64_MAX		((u64)~0ULL)

u64 ktime_get_boottime_ns(void);

#endif /* _SHIM_KVM_EL1_LINUX_TIMEKEEPING_H */
