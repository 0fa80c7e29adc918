/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL2_LINUX_KVM_HOST_H
#define _SHIM_KVM_EL2_LINUX_KVM_HOST_H

#include <linux/compiler.h>
#include <linux/types.h>

#include <sys/types.h>

struct kvm_cpu_context {
	struct {
		u64	regs[31];
	} regs;
};

struct kvm {
	struct {
		struct {
			u32	handle;
		} pkvm;
	} arch;
};

struct kvm_vcpu {
	struct kvm	*kvm;
	int		vcpu_idx;
	struct {
		pid_t	pid;
	} arch;
};

#endif /* _SHIM_KVM_EL2_LINUX_KVM_HOST_H */
