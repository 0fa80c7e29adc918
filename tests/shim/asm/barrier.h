/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's barriers as the compiler's atomics, which ThreadSanitizer understands, but for one:
 * it does not model fences. Code that is correct only because of smp_mb(), smp_rmb() or smp_wmb()
 * looks to it as if there was none; it can then report a race that is none, and cannot report a
 * missing fence. What the ring has of them orders the busy flag against the clock, which
 * tests/unit/busy.c looks at, and the copying of a page against its being overwritten.
 *
 * Nor can any test on x86, which never reorders two loads or two stores, show that an acquire or a
 * release is missing; there, only ThreadSanitizer sees it.
 */
#ifndef _SHIM_ASM_BARRIER_H
#define _SHIM_ASM_BARRIER_H

static inline void shim_fence(int order)
{
#if defined(__SANITIZE_THREAD__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wtsan"
#endif
	__atomic_thread_fence(order);
#if defined(__SANITIZE_THREAD__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
}

#define smp_mb()			shim_fence(__ATOMIC_SEQ_CST)
#define smp_rmb()			shim_fence(__ATOMIC_ACQUIRE)
#define smp_wmb()			shim_fence(__ATOMIC_RELEASE)
#define smp_load_acquire(p)		__atomic_load_n((p), __ATOMIC_ACQUIRE)
#define smp_store_release(p, v)		__atomic_store_n((p), (v), __ATOMIC_RELEASE)

#endif /* _SHIM_ASM_BARRIER_H */
