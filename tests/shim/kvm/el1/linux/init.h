/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KVM_EL1_LINUX_INIT_H
#define _SHIM_KVM_EL1_LINUX_INIT_H

#define __init

/* For the test to call; there can be one in a file */
#define late_initcall(fn)			\
	int shim_late_initcall(void);		\
	int shim_late_initcall(void)		\
	{					\
		return fn();			\
	}

#endif /* _SHIM_KVM_EL1_LINUX_INIT_H */
