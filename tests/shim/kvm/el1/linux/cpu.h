/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL1_LINUX_CPU_H
#define _SHIM_KVM_EL1_LINUX_CPU_H

#include <linux/smp.h>

#define cpus_read_lock()	(shim_cpus_locked++)
#define cpus_read_unlock()	(shim_cpus_locked--)

#endif /* _SHIM_KVM_EL1_LINUX_CPU_H */
