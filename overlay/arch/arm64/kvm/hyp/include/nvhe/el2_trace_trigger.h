/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Triggers of events at EL2. See trigger.c.
 */
#ifndef __ARM64_KVM_HYP_NVHE_EL2_TRACE_TRIGGER_H
#define __ARM64_KVM_HYP_NVHE_EL2_TRACE_TRIGGER_H

#include <linux/bits.h>
#include <linux/remote_trigger.h>
#include <linux/types.h>

/*
 * What is to be done about an event that has triggers: to record it, and for each action a bit of
 * its number
 */
#define EL2_TRIGGER_RECORD	BIT(0)

int el2_trace_trigger_set(u32 event, u64 action, u64 ids, u64 nr, u64 count, u32 size);
s64 el2_trace_trigger_fired(u32 event, u64 action);
bool el2_trace_trigger_armed(void);
u16 el2_trace_trigger_id(u32 event);
bool el2_trace_trigger_diverts(u32 event);
u64 el2_trace_trigger_switched(void);
void el2_trace_trigger_restart(void);

u32 el2_trace_trigger_match(u32 event, const void *subject, bool on);
void el2_trace_trigger_fire(u32 event, u32 what, unsigned long frame);

/* hcalls.c */
unsigned long el2_trace_switch(unsigned long off, unsigned long on);

#endif /* __ARM64_KVM_HYP_NVHE_EL2_TRACE_TRIGGER_H */
