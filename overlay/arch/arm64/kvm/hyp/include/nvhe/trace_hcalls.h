/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __ARM64_KVM_HYP_NVHE_TRACE_HCALLS_H
#define __ARM64_KVM_HYP_NVHE_TRACE_HCALLS_H

#include <asm/kvm_hyp_trace.h>

struct kvm_cpu_context;

/*
 * HYP_TRACE_HANDLERS(f): entries for the hypervisor's table of handlers, f being the table's own
 * macro for one.
 */
#ifdef CONFIG_NVHE_EL2_TRACING
#define HYP_TRACE_HANDLERS(f)	HYP_TRACE_HCALLS(f),
#else
#define HYP_TRACE_HANDLERS(...)
#endif

void handle___hyp_trace_load(struct kvm_cpu_context *host_ctxt);
void handle___hyp_trace_unload(struct kvm_cpu_context *host_ctxt);
void handle___hyp_trace_detach(struct kvm_cpu_context *host_ctxt);
void handle___hyp_trace_enable(struct kvm_cpu_context *host_ctxt);
void handle___hyp_trace_swap(struct kvm_cpu_context *host_ctxt);
void handle___hyp_trace_reset(struct kvm_cpu_context *host_ctxt);
void handle___hyp_trace_sync(struct kvm_cpu_context *host_ctxt);
void handle___hyp_trace_set_event(struct kvm_cpu_context *host_ctxt);
void handle___hyp_trace_set_clock(struct kvm_cpu_context *host_ctxt);
void handle___hyp_trace_write_event(struct kvm_cpu_context *host_ctxt);
void handle___hyp_trace_set_stack(struct kvm_cpu_context *host_ctxt);

#endif /* __ARM64_KVM_HYP_NVHE_TRACE_HCALLS_H */
