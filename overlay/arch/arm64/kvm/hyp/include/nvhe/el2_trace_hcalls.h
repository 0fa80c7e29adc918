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

void handle___el2_trace_load(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_unload(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_detach(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_enable(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_swap(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_reset(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_sync(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_set_event(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_set_clock(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_write_event(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_set_stack(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_set_accounts(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_reset_accounts(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_read_accounts(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_filter(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_set_filter(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_add_pid(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_set_pids(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_change_pid(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_set_cpu(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_set_trigger(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_read_trigger(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_settle(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_wake(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_listen(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_tell_busy(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_record_functions(struct kvm_cpu_context *host_ctxt);
void handle___el2_trace_patch_functions(struct kvm_cpu_context *host_ctxt);

#endif /* __ARM64_KVM_HYP_NVHE_EL2_TRACE_HCALLS_H */
