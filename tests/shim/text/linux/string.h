/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_TEXT_LINUX_STRING_H
#define _SHIM_TEXT_LINUX_STRING_H

#include <errno.h>
#include <string.h>
#include <sys/types.h>

#ifndef __nonstring
#define __nonstring __attribute__((__nonstring__))
#endif

static inline ssize_t strscpy(char *to, const char *from, size_t size)
{
	size_t len = strnlen(from, size);

	if (!size)
		return -E2BIG;
	if (len == size) {
		memcpy(to, from, size - 1);
		to[size - 1] = '\0';
		return -E2BIG;
	}
	memcpy(to, from, len + 1);

	return len;
}

#endif /* _SHIM_TEXT_LINUX_STRING_H */
