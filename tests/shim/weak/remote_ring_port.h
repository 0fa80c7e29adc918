/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_WEAK_REMOTE_RING_PORT_H
#define _SHIM_WEAK_REMOTE_RING_PORT_H

#include_next <remote_ring_port.h>
#include <weak.h>

#define remote_ring_unlock(lock)					\
	do {								\
		weak_flush();						\
		(remote_ring_unlock)(lock);				\
	} while (0)
#define remote_ring_store_sync()					\
	do {								\
		weak_flush();						\
		(remote_ring_store_sync)();				\
	} while (0)

#endif /* _SHIM_WEAK_REMOTE_RING_PORT_H */
