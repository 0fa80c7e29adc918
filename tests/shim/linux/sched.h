/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_SCHED_H
#define _SHIM_SCHED_H

/* Nobody waits for the CPU */
#define cond_resched()	do { } while (0)

#endif /* _SHIM_SCHED_H */
