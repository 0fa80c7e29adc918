/* SPDX-License-Identifier: GPL-2.0 */
/* Failures of the hypervisor, for tests. Nothing fails unless it is asked to: see fail.c. */
#ifndef __ARM64_KVM_EL2_TRACE_FAIL_H
#define __ARM64_KVM_EL2_TRACE_FAIL_H

#ifdef CONFIG_KVM_EL2_TRACE_FAIL_TEST
int el2_trace_fail(int error);
#else
static inline int el2_trace_fail(int error)
{
	return 0;
}
#endif

#endif /* __ARM64_KVM_EL2_TRACE_FAIL_H */
