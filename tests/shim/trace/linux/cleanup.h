/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_TRACE_LINUX_CLEANUP_H
#define _SHIM_TRACE_LINUX_CLEANUP_H

/* One thread, no locks */
#define guard(lock)	(void)

#endif /* _SHIM_TRACE_LINUX_CLEANUP_H */
