/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the ring's writer needs of the place it runs in; here, EL2 without VHE.
 */
#ifndef __REMOTE_RING_PORT_H
#define __REMOTE_RING_PORT_H

#include <asm/barrier.h>
/* For <nvhe/spinlock.h>, which does not say that it needs it */
#include <asm/virt.h>

#include <nvhe/spinlock.h>

#define remote_ring_lock_t		hyp_spinlock_t

#define remote_ring_lock(lock)		hyp_spin_lock(lock)
#define remote_ring_unlock(lock)	hyp_spin_unlock(lock)

/* A dmb would let the counter be read before the stores are out; a dsb completes them */
#define remote_ring_store_sync()	dsb(ishst)

#endif /* __REMOTE_RING_PORT_H */
