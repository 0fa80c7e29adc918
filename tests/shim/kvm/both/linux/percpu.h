/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Per-CPU variables are arrays. What a definition says they begin with is a variable of its own, of
 * which each CPU gets a copy, as the hypervisor does it; here el2_boot() does. Which CPU "this" is,
 * the test says. shim_check_cpu() is the test's as well: it fails for a CPU that has no per-CPU
 * memory.
 */
#ifndef _SHIM_KVM_BOTH_LINUX_PERCPU_H
#define _SHIM_KVM_BOTH_LINUX_PERCPU_H

#include <linux/types.h>

#ifndef SHIM_NR_CPUS
#define SHIM_NR_CPUS			8
#endif

#define NR_CPUS				SHIM_NR_CPUS

extern u32 shim_cpu;

u32 shim_check_cpu(u32 cpu);

#define DEFINE_PER_CPU(type, name)		__typeof__(type) name[NR_CPUS]
#define DECLARE_PER_CPU(type, name)		extern __typeof__(type) name[NR_CPUS]
#define DEFINE_PER_CPU_ALIGNED(type, name)	type name[NR_CPUS]; type shim_first_##name
#define DECLARE_PER_CPU_ALIGNED(type, name)	extern type name[NR_CPUS], shim_first_##name

#define per_cpu_ptr(ptr, cpu)		(&(*(ptr))[shim_check_cpu(cpu)])
#define this_cpu_ptr(ptr)		per_cpu_ptr(ptr, shim_cpu)

#endif /* _SHIM_KVM_BOTH_LINUX_PERCPU_H */
