/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A warning is counted: a test says how many it wants to see. What happens instead of the end it
 * says, too; that does not return.
 */
#ifndef _SHIM_KVM_BOTH_LINUX_BUG_H
#define _SHIM_KVM_BOTH_LINUX_BUG_H

#include <linux/compiler.h>
#include <linux/types.h>

extern u32 shim_warnings;

#define WARN_ON(condition)						\
	({								\
		bool _warn = !!(condition);				\
									\
		shim_warnings += _warn;					\
		_warn;							\
	})
#define WARN_ON_ONCE(condition)	WARN_ON(condition)

void shim_bug(void) __attribute__((__noreturn__));

#define BUG_ON(condition)						\
	do {								\
		if (condition)						\
			shim_bug();					\
	} while (0)

#endif /* _SHIM_KVM_BOTH_LINUX_BUG_H */
