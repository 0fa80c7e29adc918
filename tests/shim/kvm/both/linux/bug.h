/* SPDX-License-Identifier: GPL-2.0 */
/* A warning is counted: a test says how many it wants to see. */
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

#endif /* _SHIM_KVM_BOTH_LINUX_BUG_H */
