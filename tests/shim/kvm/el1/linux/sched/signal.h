/* SPDX-License-Identifier: GPL-2.0 */
/* When the task is killed, the test says. */
#ifndef _SHIM_KVM_EL1_LINUX_SCHED_SIGNAL_H
#define _SHIM_KVM_EL1_LINUX_SCHED_SIGNAL_H

#include <linux/types.h>

struct task_struct;

bool fatal_signal_pending(struct task_struct *task);

#endif /* _SHIM_KVM_EL1_LINUX_SCHED_SIGNAL_H */
