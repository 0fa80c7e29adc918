/* SPDX-License-Identifier: GPL-2.0 */
/* Nothing is speculated here; that an index has been seen to is counted. */
#ifndef _SHIM_KVM_EL2_LINUX_NOSPEC_H
#define _SHIM_KVM_EL2_LINUX_NOSPEC_H

#include <linux/types.h>

extern u32 shim_nospecs;

#define array_index_nospec(index, size)	(shim_nospecs++, (index) < (size) ? (index) : 0)

#endif /* _SHIM_KVM_EL2_LINUX_NOSPEC_H */
