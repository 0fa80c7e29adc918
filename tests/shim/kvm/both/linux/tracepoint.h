/* SPDX-License-Identifier: GPL-2.0 */
/* What a TRACE_EVENT() is made of; itself and its halves are defined by whoever expands one. */
#ifndef _SHIM_KVM_BOTH_LINUX_TRACEPOINT_H
#define _SHIM_KVM_BOTH_LINUX_TRACEPOINT_H

#include <linux/compiler.h>
#include <linux/types.h>

#include <sys/types.h>

#define PARAMS(args...)		args
#define TP_PROTO(args...)	args
#define TP_ARGS(args...)	args

#endif /* _SHIM_KVM_BOTH_LINUX_TRACEPOINT_H */
