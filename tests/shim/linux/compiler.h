/* SPDX-License-Identifier: GPL-2.0 */
/*
 * READ_ONCE() and WRITE_ONCE() are relaxed atomics here, not volatile accesses: the same code comes
 * out, and ThreadSanitizer then knows that both sides of a race meant it.
 *
 * In an arm64 kernel with LTO READ_ONCE() is a load-acquire, which faults where it is not aligned
 * to its size. Here it does so always.
 */
#ifndef _SHIM_LINUX_COMPILER_H
#define _SHIM_LINUX_COMPILER_H

/* The host's <linux/stddef.h> would settle for a plain inline, and BUILD_BUG_ON() needs more */
#undef __always_inline
#define __always_inline		inline __attribute__((__always_inline__))

#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)

#define __maybe_unused		__attribute__((__unused__))
#define __uninitialized
#define __noreturn		__attribute__((__noreturn__))
#define asmlinkage
#define notrace
#define __packed		__attribute__((__packed__))
#define __aligned(bytes)	__attribute__((__aligned__(bytes)))
#define __printf(format, first)	__attribute__((__format__(__printf__, format, first)))

#define barrier()		__asm__ __volatile__("" : : : "memory")
#define OPTIMIZER_HIDE_VAR(var)	__asm__("" : "=r"(var) : "0"(var))

static __always_inline void shim_check_aligned(const volatile void *p, unsigned long size)
{
	if ((unsigned long)p % size)
		__builtin_trap();
}

#define READ_ONCE(x)							\
	({								\
		shim_check_aligned(&(x), sizeof(x));			\
		__atomic_load_n(&(x), __ATOMIC_RELAXED);		\
	})
#define WRITE_ONCE(x, val)	__atomic_store_n(&(x), (val), __ATOMIC_RELAXED)

#endif /* _SHIM_LINUX_COMPILER_H */
