/* SPDX-License-Identifier: GPL-2.0 */
/*
 * READ_ONCE() and WRITE_ONCE() are relaxed atomics here, not volatile accesses: the same code comes
 * out, and ThreadSanitizer then knows that both sides of a race meant it.
 */
#ifndef _SHIM_LINUX_COMPILER_H
#define _SHIM_LINUX_COMPILER_H

/* The host's <linux/stddef.h> would settle for a plain inline, and BUILD_BUG_ON() needs more */
#undef __always_inline
#define __always_inline		inline __attribute__((__always_inline__))

#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)

#define __maybe_unused		__attribute__((__unused__))

#define barrier()		__asm__ __volatile__("" : : : "memory")

#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, val)	__atomic_store_n(&(x), (val), __ATOMIC_RELAXED)

#endif /* _SHIM_LINUX_COMPILER_H */
