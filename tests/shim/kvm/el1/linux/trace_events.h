/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL1_LINUX_TRACE_EVENTS_H
#define _SHIM_KVM_EL1_LINUX_TRACE_EVENTS_H

struct trace_event_call {
	struct {
		int	type;
	} event;
};

#endif /* _SHIM_KVM_EL1_LINUX_TRACE_EVENTS_H */
