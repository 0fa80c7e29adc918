/* SPDX-License-Identifier: GPL-2.0 */
/* The test sees to it that loops do reschedule. */
#ifndef _SHIM_KVM_EL1_LINUX_SCHED_H
#define _SHIM_KVM_EL1_LINUX_SCHED_H

#define current	((struct task_struct *)0)

void cond_resched(void);

#endif /* _SHIM_KVM_EL1_LINUX_SCHED_H */
