/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL1_LINUX_SLAB_H
#define _SHIM_KVM_EL1_LINUX_SLAB_H

#include <linux/gfp.h>

void *kvcalloc(size_t nr, size_t size, gfp_t gfp);
void kvfree(const void *addr);

#endif /* _SHIM_KVM_EL1_LINUX_SLAB_H */
