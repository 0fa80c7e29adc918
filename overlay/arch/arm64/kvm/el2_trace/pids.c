// SPDX-License-Identifier: GPL-2.0
/*
 * Pids on their way to the hypervisor: one a call, in registers, and then what they are for. The
 * hypervisor knows threads by what this kernel keeps in CONTEXTIDR_EL1, and those of virtual CPUs
 * by what KVM says.
 */
#include <linux/cpu.h>
#include <linux/preempt.h>
#include <linux/smp.h>

#include "el2_trace.h"
#include "fail.h"

/**
 * el2_trace_set_pids - struct remote_trace_ops::set_pids of the hypervisor
 * @priv:	unused
 * @pids:	on whose behalf what is done is recorded, NULL for all
 *
 * Context: below the remote's lock, which keeps one set's calls together.
 * Return: 0, or a negative error and nothing has changed.
 */
int el2_trace_set_pids(void *priv, const struct remote_trace_pids *pids)
{
	u32 i, nr = pids ? pids->nr : 0;
	int ret = el2_trace_start_hyp();

	ret = ret ?: el2_trace_fail(-EINVAL);

	for (i = 0; !ret && i < nr; i++)
		ret = el2_trace_call(__el2_trace_add_pid, i, pids->pids[i]);

	ret = ret ?: el2_trace_call(__el2_trace_set_pids, nr, !pids ? EL2_PIDS_ALL :
				    pids->listed ? EL2_PIDS_LISTED : EL2_PIDS_OTHERS);

	/* None is judged any more by what was there before, so that it may become the next */
	if (!ret)
		el2_trace_end_stays();

	return ret;
}

/**
 * el2_trace_change_pid - struct remote_trace_ops::change_pid of the hypervisor
 * @priv:	unused
 * @pid:	one more, or one less, of those that el2_trace_set_pids() was told of
 * @in:		more (true) or less (false)
 *
 * Context: any but NMI.
 * Return: 0, or a negative error and nothing has changed.
 */
int el2_trace_change_pid(void *priv, u32 pid, bool in)
{
	int ret = -EAGAIN;

	preempt_disable();
	/* Without pKVM a CPU that goes has soon no hypervisor, and one that comes has none yet */
	if (cpu_active(smp_processor_id()))
		ret = el2_trace_call(__el2_trace_change_pid, pid, in);
	preempt_enable();

	return ret;
}
