/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL2_LINUX_ATOMIC_H
#define _SHIM_KVM_EL2_LINUX_ATOMIC_H

#define try_cmpxchg(p, old, new)						\
	__atomic_compare_exchange_n((p), (old), (new), false, __ATOMIC_SEQ_CST,	\
				    __ATOMIC_SEQ_CST)

#define cmpxchg(p, old, new)							\
	({									\
		__typeof__(*(p)) __old = (old);					\
										\
		try_cmpxchg(p, &__old, new);					\
		__old;								\
	})

#endif /* _SHIM_KVM_EL2_LINUX_ATOMIC_H */
