/* SPDX-License-Identifier: GPL-2.0 */
/* Counted, for a test that simulates what may come between when interrupts are on. */
#ifndef _SHIM_KVM_EL1_LINUX_IRQFLAGS_H
#define _SHIM_KVM_EL1_LINUX_IRQFLAGS_H

#include <linux/types.h>

extern u32 shim_irqs_off;

/* The test's: it is called when interrupts have come on again */
void shim_irqs_on(void);

static inline void shim_set_irqs_off(u32 off)
{
	shim_irqs_off = off;
	if (!off)
		shim_irqs_on();
}

#define local_irq_save(flags)		((flags) = shim_irqs_off++)
#define local_irq_restore(flags)	shim_set_irqs_off(flags)
#define local_irq_disable()		((void)shim_irqs_off++)
#define local_irq_enable()		shim_set_irqs_off(shim_irqs_off - 1)

#endif /* _SHIM_KVM_EL1_LINUX_IRQFLAGS_H */
