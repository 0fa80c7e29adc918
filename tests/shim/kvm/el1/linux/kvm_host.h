/* SPDX-License-Identifier: GPL-2.0 */
/* Hypercalls end in the test. */
#ifndef _SHIM_KVM_EL1_LINUX_KVM_HOST_H
#define _SHIM_KVM_EL1_LINUX_KVM_HOST_H

#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include <asm/kvm_el2_trace.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#define SHIM_HCALL(name)	shim_hcall_##name

enum shim_hcall {
	SHIM_HCALL(__pkvm_host_share_hyp),
	SHIM_HCALL(__pkvm_host_unshare_hyp),
	EL2_TRACE_HCALLS(SHIM_HCALL),
};

unsigned long shim_hypercall(enum shim_hcall hcall, const u64 *args);

#define kvm_call_hyp_nvhe(name, args...)					\
	shim_hypercall(SHIM_HCALL(name), (const u64 [5]) { args })

int kvm_enable_virtualization(void);
bool is_kvm_arm_initialised(void);
bool is_kernel_in_hyp_mode(void);

#endif /* _SHIM_KVM_EL1_LINUX_KVM_HOST_H */
