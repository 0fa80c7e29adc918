/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the ring's writer needs of the place it runs in; here, the kernel.
 */
#ifndef _KERNEL_REMOTE_TRACE_TEST_REMOTE_RING_PORT_H
#define _KERNEL_REMOTE_TRACE_TEST_REMOTE_RING_PORT_H

#include <linux/spinlock.h>

#include <asm/barrier.h>

/* With debugging on it is not all zeroes, so write.c initialises it */
#define remote_ring_lock_t		raw_spinlock_t

#define remote_ring_lock(lock)		raw_spin_lock(lock)
#define remote_ring_unlock(lock)	raw_spin_unlock(lock)

/* Not smp_mb(), which orders stores but need not complete them */
#define remote_ring_store_sync()	mb()

#endif /* _KERNEL_REMOTE_TRACE_TEST_REMOTE_RING_PORT_H */
