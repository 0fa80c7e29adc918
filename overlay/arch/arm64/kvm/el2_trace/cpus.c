// SPDX-License-Identifier: GPL-2.0
/*
 * Which CPUs take events. EL2 lets no CPU out of its ring: each does that for itself, when it is
 * asked to here or on its way off.
 */
#include <linux/cpu.h>
#include <linux/smp.h>

#include "el2_trace.h"
#include "fail.h"

/**
 * el2_trace_detach_cpu - have this CPU leave its ring
 * @unused:	makes it a function for on_each_cpu()
 */
void el2_trace_detach_cpu(void *unused)
{
	int ret = el2_trace_call(__el2_trace_detach);

	WARN_ON(ret && ret != -EIO);
}

/**
 * el2_trace_set_cpu - struct remote_trace_ops::set_cpu of the hypervisor
 * @priv:	unused
 * @cpu:	which
 * @in:		takes events (true), or none (false)
 *
 * Context: process, below the remote's lock.
 * Return: 0, or a negative error and nothing has changed.
 */
int el2_trace_set_cpu(void *priv, int cpu, bool in)
{
	int ret = el2_trace_start_hyp() ?: el2_trace_fail(-EINVAL);

	if (ret)
		return ret;

	/* It neither comes nor goes meanwhile */
	cpus_read_lock();
	ret = el2_trace_call(__el2_trace_set_cpu, cpu, in, !cpu_online(cpu));
	if (!ret && !in && cpu_online(cpu))
		smp_call_function_single(cpu, el2_trace_detach_cpu, NULL, true);
	cpus_read_unlock();

	return ret;
}
