/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a build of the ring brings along, for userspace: a spinlock of one word, all zeroes when
 * unlocked, that needs no library and that ThreadSanitizer can follow.
 */
#ifndef _SHIM_REMOTE_RING_PORT_H
#define _SHIM_REMOTE_RING_PORT_H

#include <asm/barrier.h>
#include <linux/types.h>

typedef struct {
	u32 locked;
} remote_ring_lock_t;

static inline void remote_ring_lock(remote_ring_lock_t *lock)
{
	while (__atomic_exchange_n(&lock->locked, 1, __ATOMIC_ACQUIRE)) {
		/* Wait by loading, and leave the cache line to whoever holds the lock */
		while (__atomic_load_n(&lock->locked, __ATOMIC_RELAXED))
			;
	}
}

static inline void remote_ring_unlock(remote_ring_lock_t *lock)
{
	__atomic_store_n(&lock->locked, 0, __ATOMIC_RELEASE);
}

static inline void remote_ring_store_sync(void)
{
	shim_fence(__ATOMIC_SEQ_CST);
}

#endif /* _SHIM_REMOTE_RING_PORT_H */
