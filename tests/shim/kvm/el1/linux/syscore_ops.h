/* SPDX-License-Identifier: GPL-2.0 */
/* Whoever wants to know that the machine goes to sleep: one, which the test tells. */
#ifndef _SHIM_KVM_EL1_LINUX_SYSCORE_OPS_H
#define _SHIM_KVM_EL1_LINUX_SYSCORE_OPS_H

struct syscore_ops {
	int	(*suspend)(void *data);
	void	(*resume)(void *data);
};

struct syscore {
	const struct syscore_ops	*ops;
	void				*data;
};

void register_syscore(struct syscore *syscore);

#endif /* _SHIM_KVM_EL1_LINUX_SYSCORE_OPS_H */
