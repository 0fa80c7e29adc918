/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One thread: who waits for a lock that is held already waits for ever, so that fails. The test
 * looks at shim_locks_held to see that all have been dropped. What another CPU does meanwhile is
 * done by shim_meanwhile(), which is called, unless it is NULL, before and after each lock is held
 * and each cmpxchg().
 */
#ifndef _SHIM_KVM_EL2_NVHE_SPINLOCK_H
#define _SHIM_KVM_EL2_NVHE_SPINLOCK_H

#include <linux/types.h>

typedef struct {
	u32 locked;
} hyp_spinlock_t;

extern u32 shim_locks_held;
extern void (*shim_meanwhile)(void);

#define DEFINE_HYP_SPINLOCK(name)	hyp_spinlock_t name

static inline void hyp_spin_lock(hyp_spinlock_t *lock)
{
	if (lock->locked)
		__builtin_trap();
	if (shim_meanwhile)
		shim_meanwhile();
	lock->locked = 1;
	shim_locks_held++;
}

static inline void hyp_spin_unlock(hyp_spinlock_t *lock)
{
	if (!lock->locked)
		__builtin_trap();
	lock->locked = 0;
	shim_locks_held--;
	if (shim_meanwhile)
		shim_meanwhile();
}

#endif /* _SHIM_KVM_EL2_NVHE_SPINLOCK_H */
