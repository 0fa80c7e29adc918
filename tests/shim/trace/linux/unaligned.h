/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_TRACE_LINUX_UNALIGNED_H
#define _SHIM_TRACE_LINUX_UNALIGNED_H

#define get_unaligned(ptr)						\
	({								\
		struct { typeof(*(ptr)) x; } __attribute__((__packed__)) _v;	\
									\
		__builtin_memcpy((void *)&_v, (ptr), sizeof(_v));	\
		_v.x;							\
	})

#endif /* _SHIM_TRACE_LINUX_UNALIGNED_H */
