/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_TEXT_LINUX_SEQ_BUF_H
#define _SHIM_TEXT_LINUX_SEQ_BUF_H

#include <stddef.h>

struct seq_buf {
	char	*buffer;
	size_t	size;
	size_t	len;
};

static inline size_t seq_buf_get_buf(struct seq_buf *s, char **p)
{
	if (s->len >= s->size) {
		*p = NULL;
		return 0;
	}
	*p = s->buffer + s->len;

	return s->size - s->len;
}

static inline void seq_buf_commit(struct seq_buf *s, int num)
{
	s->len += num;
}

#endif /* _SHIM_TEXT_LINUX_SEQ_BUF_H */
