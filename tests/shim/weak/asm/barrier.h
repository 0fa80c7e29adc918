/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_WEAK_ASM_BARRIER_H
#define _SHIM_WEAK_ASM_BARRIER_H

#include_next <asm/barrier.h>
#include <weak.h>

#undef smp_mb
#define smp_mb()		do { weak_flush(); shim_fence(__ATOMIC_SEQ_CST); } while (0)
#undef smp_wmb
#define smp_wmb()		weak_order()
#undef smp_store_release
#define smp_store_release(p, v)	weak_assign(p, v, __ATOMIC_RELEASE, true)

#endif /* _SHIM_WEAK_ASM_BARRIER_H */
