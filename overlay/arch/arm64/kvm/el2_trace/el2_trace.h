/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __ARM64_KVM_EL2_TRACE_HOST_H
#define __ARM64_KVM_EL2_TRACE_HOST_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/kvm_host.h>
#include <linux/remote_trace.h>

#include <asm/kvm_el2_events.h>

/* remote.c */
extern bool el2_trace_gone;
int el2_trace_start_hyp(void);
int el2_trace_share_page(void *page);
void el2_trace_end_stays(void);

/**
 * el2_trace_call - a tracing hypercall, while there is a hypervisor to be called
 * @f:		__el2_trace_..., with its arguments
 *
 * Where KVM is not protected it takes its hypervisor down with the machine, on each CPU by an
 * interrupt, after @el2_trace_gone has been set. So whoever does not see that set, and is not
 * interrupted, finds the hypervisor.
 *
 * Context: any but NMI.
 * Return: what the hypervisor does; -EIO if it is gone, as it would say after a panic.
 */
#define el2_trace_call(f, ...)							\
({										\
	unsigned long __flags;							\
	long __ret = -EIO;							\
										\
	local_irq_save(__flags);						\
	if (likely(!READ_ONCE(el2_trace_gone)))					\
		__ret = kvm_call_hyp_nvhe(f, ##__VA_ARGS__);			\
	local_irq_restore(__flags);						\
	__ret;									\
})

/* events.c */
extern struct remote_trace_event el2_trace_events[EL2_NR_EVENTS];
void el2_trace_init_events(void);

/* accounts.c */
extern const struct remote_trace_accounts el2_trace_accounts;

/* filter.c */
int el2_trace_set_filter(void *priv, unsigned int event, const struct remote_filter *filter);
int el2_trace_send_filter(const struct remote_filter *filter);

/* trigger.c */
int el2_trace_set_trigger(void *priv, unsigned int event, const struct remote_trigger *trigger);
int el2_trace_unset_trigger(void *priv, unsigned int event, enum remote_trigger_action action);
s64 el2_trace_read_trigger(void *priv, unsigned int event, enum remote_trigger_action action);
int el2_trace_settle(void *priv, struct remote_trace_switch *by);

/* cpus.c */
void el2_trace_detach_cpu(void *unused);
int el2_trace_set_cpu(void *priv, int cpu, bool in);
int el2_trace_tell_busy(void *priv, bool on);

/* pids.c */
int el2_trace_set_pids(void *priv, const struct remote_trace_pids *pids);
int el2_trace_change_pid(void *priv, u32 pid, bool in);

/* wake.c */
void el2_trace_wake_init(void);
void el2_trace_wake_start(void);
void el2_trace_wake_stop(void);
int el2_trace_wake(void *priv, struct remote_trace *remote, enum remote_trace_news news, int cpu,
		   u64 tail);

/* functions.c */
#ifdef CONFIG_KVM_EL2_FUNCTION_TRACE
extern struct remote_trace_functions el2_trace_functions;
#define EL2_TRACE_FUNCTIONS	(&el2_trace_functions)
#else
#define EL2_TRACE_FUNCTIONS	NULL
#endif

/* clock.c */
void el2_trace_clock_init(void);
int el2_trace_clock_start(void);
void el2_trace_clock_stop(void);
u64 el2_trace_clock_now(void);

#endif /* __ARM64_KVM_EL2_TRACE_HOST_H */
