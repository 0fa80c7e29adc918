/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __ARM64_KVM_HYP_NVHE_EL2_TRACE_HCALLS_H
#define __ARM64_KVM_HYP_NVHE_EL2_TRACE_HCALLS_H

#include <asm/kvm_el2_trace.h>

struct kvm_cpu_context;

/*
 * EL2_TRACE_HANDLERS(f): entries for the hypervisor's table of handlers, f being the table's own
 * macro for one.
 */
#ifdef CONFIG_KVM_EL2_TRACE
#define EL2_TRACE_HANDLERS(f)	EL2_TRACE_HCALLS(f),
#else
#define EL2_TRACE_HANDLERS(...)
#endif

/* Each handler is handle_ and the call's name, as that macro has it */
#define EL2_TRACE_HANDLER_OF(hcall)	handle_##hcall(struct kvm_cpu_context *host_ctxt)
void EL2_TRACE_HCALLS(EL2_TRACE_HANDLER_OF);
#undef EL2_TRACE_HANDLER_OF

#endif /* __ARM64_KVM_HYP_NVHE_EL2_TRACE_HCALLS_H */
