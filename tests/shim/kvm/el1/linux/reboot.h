/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL1_LINUX_REBOOT_H
#define _SHIM_KVM_EL1_LINUX_REBOOT_H

#include <linux/notifier.h>

/* The test's */
int register_reboot_notifier(struct notifier_block *nb);
int unregister_reboot_notifier(struct notifier_block *nb);

#endif /* _SHIM_KVM_EL1_LINUX_REBOOT_H */
