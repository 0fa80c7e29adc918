/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CPUs are bits of two masks, and a machine of more than these have bits has all it can have. What
 * is to run on each of them runs on one after the other.
 */
#ifndef _SHIM_KVM_EL1_LINUX_SMP_H
#define _SHIM_KVM_EL1_LINUX_SMP_H

#include <linux/compiler.h>
#include <linux/percpu.h>

extern u32 shim_possible_cpus, shim_online_cpus;
extern u32 shim_cpus_locked;

#define SHIM_HAS_CPU(mask, cpu)	((u32)(cpu) > 31 || (mask) >> (cpu) & 1)

#define for_each_possible_cpu(cpu)					\
	for ((cpu) = 0; (cpu) < NR_CPUS; (cpu)++)			\
		if (!SHIM_HAS_CPU(shim_possible_cpus, cpu)) {		\
		} else

static inline void on_each_cpu(void (*func)(void *), void *info, int wait __maybe_unused)
{
	u32 this = shim_cpu;

	for (shim_cpu = 0; shim_cpu < NR_CPUS; shim_cpu++)
		if (SHIM_HAS_CPU(shim_online_cpus, shim_cpu))
			func(info);
	shim_cpu = this;
}

#define cpu_online(cpu)		SHIM_HAS_CPU(shim_online_cpus, cpu)
#define cpu_active(cpu)		cpu_online(cpu)
#define smp_processor_id()	((int)shim_cpu)

static inline int smp_call_function_single(int cpu, void (*func)(void *), void *info,
					   int wait __maybe_unused)
{
	u32 this = shim_cpu;

	shim_cpu = cpu;
	func(info);
	shim_cpu = this;

	return 0;
}

#endif /* _SHIM_KVM_EL1_LINUX_SMP_H */
