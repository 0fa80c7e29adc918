/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A CPU that lets its stores out in any order it may, on one that does not.
 *
 * Stores of WRITE_ONCE() and smp_store_release() to shared pages wait in a buffer and leave it at
 * random, but for what the memory model promises: those to one address in order, a release after
 * everything before it, those after a write barrier after those before it, and all of them before a
 * lock is dropped or a full barrier is over. Only
 * stores are weakened: a payload is written at once, loads are what the machine makes of them.
 *
 * This directory goes before the plain shim on the include path, and weak.c into the program.
 */
#ifndef _SHIM_WEAK_H
#define _SHIM_WEAK_H

#include <linux/types.h>

/* What counts as shared: from the lowest to the highest page that was given to weak_share() */
extern char *weak_first, *weak_last;

void weak_share(void *page, u64 size);
void weak_store(void *address, u64 value, u32 size, bool release);
void weak_order(void);
void weak_flush(void);

#define weak_assign(p, v, order, release)					\
	do {									\
		char *_address = (char *)(p);					\
										\
		if (_address >= weak_first && _address < weak_last)		\
			weak_store(_address, (u64)(v), sizeof(*(p)), release);	\
		else								\
			__atomic_store_n(p, v, order);				\
	} while (0)

#endif /* _SHIM_WEAK_H */
