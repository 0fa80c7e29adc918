/* SPDX-License-Identifier: GPL-2.0 */
/* What another CPU does before or after is done by shim_meanwhile(), as with <nvhe/spinlock.h> */
#ifndef _SHIM_KVM_EL2_LINUX_ATOMIC_H
#define _SHIM_KVM_EL2_LINUX_ATOMIC_H

#include <linux/types.h>

extern void (*shim_meanwhile)(void);

#define try_cmpxchg(p, old, new)						\
	({									\
		bool __done;							\
										\
		if (shim_meanwhile)						\
			shim_meanwhile();					\
		__done = __atomic_compare_exchange_n((p), (old), (new), false,	\
						     __ATOMIC_SEQ_CST,		\
						     __ATOMIC_SEQ_CST);		\
		if (shim_meanwhile)						\
			shim_meanwhile();					\
		__done;								\
	})

#define cmpxchg(p, old, new)							\
	({									\
		__typeof__(*(p)) __old = (old);					\
										\
		try_cmpxchg(p, &__old, new);					\
		__old;								\
	})

#endif /* _SHIM_KVM_EL2_LINUX_ATOMIC_H */
