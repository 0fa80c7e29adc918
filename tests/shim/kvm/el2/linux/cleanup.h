/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_EL2_LINUX_CLEANUP_H
#define _SHIM_EL2_LINUX_CLEANUP_H

#include <linux/compiler.h>

/* A lock that is held to the end of a block, by guard(name)(); */
#define DEFINE_LOCK_GUARD_0(_name, _lock, _unlock)				\
	struct shim_guard_##_name { char held; };				\
	static inline struct shim_guard_##_name shim_lock_##_name(void)		\
	{									\
		_lock;								\
		return (struct shim_guard_##_name) { 1 };			\
	}									\
	static inline void shim_unlock_##_name(struct shim_guard_##_name *guard __maybe_unused) \
	{									\
		_unlock;							\
	}

#define guard(_name)								\
	struct shim_guard_##_name						\
	__attribute__((cleanup(shim_unlock_##_name))) __maybe_unused shim_guard = shim_lock_##_name

#endif /* _SHIM_EL2_LINUX_CLEANUP_H */
