/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_INSTRUCTION_POINTER_H
#define _SHIM_LINUX_INSTRUCTION_POINTER_H

/* Only what is needed to read trace_hyp_printk(), which nothing here calls */

#endif
