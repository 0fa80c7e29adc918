/* SPDX-License-Identifier: GPL-2.0 */
/* The ends of a graph's calls, as 6.12 has them on arm64 */
#ifndef _SHIM_KVM_EL2_LINUX_FTRACE_H
#define _SHIM_KVM_EL2_LINUX_FTRACE_H

#include <linux/compiler.h>

struct ftrace_graph_ent {
	unsigned long func;
	int depth;
} __packed;

struct ftrace_graph_ret {
	unsigned long func;
	int depth;
	unsigned int overrun;
	unsigned long long calltime;
	unsigned long long rettime;
} __packed;

#endif /* _SHIM_KVM_EL2_LINUX_FTRACE_H */
