/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL1_LINUX_NOTIFIER_H
#define _SHIM_KVM_EL1_LINUX_NOTIFIER_H

#define NOTIFY_DONE	0

struct notifier_block {
	int	(*notifier_call)(struct notifier_block *nb, unsigned long action, void *data);
};

#endif /* _SHIM_KVM_EL1_LINUX_NOTIFIER_H */
