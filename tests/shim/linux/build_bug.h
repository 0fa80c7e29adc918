/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As in the kernel, BUILD_BUG_ON() wants the optimiser: the condition may depend on an argument of
 * an inlined function, and it is the call that is left over which fails the build.
 */
#ifndef _SHIM_LINUX_BUILD_BUG_H
#define _SHIM_LINUX_BUILD_BUG_H

#define __BUILD_BUG_ON(condition, name)						\
	do {									\
		extern void name(void)						\
			__attribute__((__error__("BUILD_BUG_ON(" #condition ")")));	\
		if (condition)							\
			name();							\
	} while (0)
#define __BUILD_BUG_NAME(condition, number)					\
	__BUILD_BUG_ON(condition, __build_bug_on_ ## number)
#define __BUILD_BUG_EXPAND(condition, number)	__BUILD_BUG_NAME(condition, number)

#define BUILD_BUG_ON(condition)	__BUILD_BUG_EXPAND(condition, __COUNTER__)

#ifndef static_assert
#define static_assert(expr, ...)		__static_assert(expr, ##__VA_ARGS__, #expr)
#define __static_assert(expr, msg, ...)		_Static_assert(expr, msg)
#endif

#endif /* _SHIM_LINUX_BUILD_BUG_H */
