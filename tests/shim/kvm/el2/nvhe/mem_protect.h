/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL2_NVHE_MEM_PROTECT_H
#define _SHIM_KVM_EL2_NVHE_MEM_PROTECT_H

#include <linux/types.h>

enum pkvm_component_id {
	PKVM_ID_HOST,
	PKVM_ID_HYP,
	PKVM_ID_FFA,
};

int __pkvm_host_donate_hyp(u64 pfn, u64 nr_pages);
int __pkvm_hyp_donate_host(u64 pfn, u64 nr_pages);
int hyp_pin_shared_mem(void *from, void *to);
void hyp_unpin_shared_mem(void *from, void *to);

#endif /* _SHIM_KVM_EL2_NVHE_MEM_PROTECT_H */
