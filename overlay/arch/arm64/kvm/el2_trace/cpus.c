// SPDX-License-Identifier: GPL-2.0
/*
 * Which CPUs take events, and whether they tell when. EL2 lets no CPU out of its ring: each does
 * that for itself, when it is asked to here or on its way off.
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

/**
 * el2_trace_tell_busy - struct remote_trace_ops::tell_busy of the hypervisor
 * @priv:	unused
 * @on:		stays tell when they begin (true), or need not (false)
 *
 * What stays do is read where a part of one begins, also where a CPU comes back from a guest, the
 * firmware, or a sleep. One that is under way when this is called ends by the interrupt that each
 * CPU takes here: no CPU takes one at EL2, and a guest is left for it. When that has been answered
 * all that the stay has written can be seen. A CPU that is off is in no stay, it has left its ring
 * on its way, and none comes or goes meanwhile.
 *
 * Context: process; serialised by the caller.
 * Return: 0, or a negative error and nothing has changed.
 */
int el2_trace_tell_busy(void *priv, bool on)
{
	int ret;

	cpus_read_lock();
	ret = el2_trace_call(__el2_trace_tell_busy, on);
	if (!ret && on)
		el2_trace_end_stays();
	cpus_read_unlock();

	return ret;
}
