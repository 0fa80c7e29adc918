/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_REMOTE_TRACE_DIGITS_H
#define _KERNEL_REMOTE_TRACE_DIGITS_H

#include <linux/string.h>
#include <linux/types.h>

/* printf.c: "00" to "99" */
extern const char remote_trace_pairs[100][3];

/* Put the two decimal digits of @value, below 100, at @p */
static inline void remote_trace_put_pair(char *p, u32 value)
{
	memcpy(p, remote_trace_pairs[value], 2);
}

#endif /* _KERNEL_REMOTE_TRACE_DIGITS_H */
