/* SPDX-License-Identifier: GPL-2.0 */
/* CPUs are bits of two masks; what is to run on each of them runs on one after the other. */
#ifndef _SHIM_KVM_EL1_LINUX_SMP_H
#define _SHIM_KVM_EL1_LINUX_SMP_H

#include <linux/compiler.h>
#include <linux/percpu.h>

extern u32 shim_possible_cpus, shim_online_cpus;
extern u32 shim_cpus_locked;

#define for_each_possible_cpu(cpu)					\
	for ((cpu) = 0; (cpu) < NR_CPUS; (cpu)++)			\
		if (!(shim_possible_cpus >> (cpu) & 1)) {		\
		} else

static inline void on_each_cpu(void (*func)(void *), void *info, int wait __maybe_unused)
{
	u32 this = shim_cpu;

	for (shim_cpu = 0; shim_cpu < NR_CPUS; shim_cpu++)
		if (shim_online_cpus >> shim_cpu & 1)
			func(info);
	shim_cpu = this;
}

#define cpu_online(cpu)		(shim_online_cpus >> (cpu) & 1)
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
