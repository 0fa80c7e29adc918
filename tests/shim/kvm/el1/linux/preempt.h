/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL1_LINUX_PREEMPT_H
#define _SHIM_KVM_EL1_LINUX_PREEMPT_H

#include <linux/irqflags.h>

/* To a test, all that matters is whether something can come between */
#define preempt_disable()	local_irq_disable()
#define preempt_enable()	local_irq_enable()

#endif /* _SHIM_KVM_EL1_LINUX_PREEMPT_H */
